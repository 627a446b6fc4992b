/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What callers send: silence, pings of several frequencies, and a burst that a voice detector takes
 * for speech. Made once, as frames ready to be sent in either format.
 */
#pragma once

#include "mulaw.h"

G_BEGIN_DECLS

#define LOAD_PING_TONES    8
#define LOAD_PING_FRAMES   2
#define LOAD_SPEECH_FRAMES 60
#define LOAD_BASE64_SIZE   216

typedef struct {
	char base64[LOAD_BASE64_SIZE];      /* mu-law */
	gint16 linear[LOAD_LINEAR_SAMPLES]; /* little-endian */
} LoadSound;

void load_sounds_init(void);
const LoadSound *load_sounds_get_silence(void);
/** @frame: 0 to LOAD_PING_FRAMES - 1 */
const LoadSound *load_sounds_get_ping(guint tone, guint frame);
/** @frame: 0 to LOAD_SPEECH_FRAMES - 1; every one is loud. */
const LoadSound *load_sounds_get_speech(guint frame);

/** The samples themselves. */
void load_sounds_make_ping(guint tone, guint8 codes[LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES]);
void load_sounds_make_speech(guint8 codes[LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES]);
guint load_sounds_get_ping_frequency(guint tone);

G_END_DECLS
