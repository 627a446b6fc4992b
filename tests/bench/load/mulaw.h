/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** G.711 mu-law, written for the load generator: it shares nothing with what it measures. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LOAD_RATE          8000
#define LOAD_FRAME_SAMPLES 160
#define LOAD_FRAME_MS      20
#define LOAD_FRAME_US      20000
#define LOAD_SAMPLE_US     125
#define LOAD_SILENCE       0xff

/* Codes fall as the amplitude rises; below this one it is above 4000 or so, whatever its sign. */
#define LOAD_LOUD_CODE     0x30
#define LOAD_IS_LOUD(code) (((code)&0x7f) < LOAD_LOUD_CODE)

#define LOAD_LINEAR_RATE    16000 /* the other format: two samples for each code */
#define LOAD_LINEAR_SAMPLES 320

guint8 load_mulaw_encode(int sample);
int load_mulaw_decode(guint8 code);

/** Codes of every other sample: a tone that fits either rate stays what it was. */
void load_mulaw_encode_linear(const gint16 *samples, gsize n, guint8 *codes);

/** The first loud sample, or @n. */
gsize load_mulaw_find_loud(const guint8 *codes, gsize n);
/** One behind the last loud sample, or 0. */
gsize load_mulaw_find_loud_end(const guint8 *codes, gsize n);

G_END_DECLS
