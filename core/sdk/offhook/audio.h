/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Audio shapes. On the wire a stream is whatever its driver says (OffhookAudioFormat); everywhere
 * above the pipelines it is signed 16-bit native-endian mono at 16 kHz in 20 ms frames.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Sound within the daemon: mono, S16, in frames of this length. */
#define OFFHOOK_FRAME_MS      20
#define OFFHOOK_RATE          16000 /* Hz, internal */
#define OFFHOOK_FRAME_SAMPLES (OFFHOOK_RATE / 1000 * OFFHOOK_FRAME_MS)
#define OFFHOOK_FRAME_BYTES   (OFFHOOK_FRAME_SAMPLES * 2)

/** How a sample is written. */
typedef enum {
	OFFHOOK_ENCODING_MULAW, /* G.711 mu-law, one byte a sample */
	OFFHOOK_ENCODING_ALAW,  /* G.711 A-law */
	OFFHOOK_ENCODING_S16LE, /* linear PCM, little endian */
} OffhookEncoding;

/** A stream's sound on the wire; always mono. */
typedef struct {
	OffhookEncoding encoding;
	guint rate; /* Hz: 8000 to 48000 */
} OffhookAudioFormat;

/** Bytes of @ms milliseconds in @format. */
gsize offhook_audio_format_get_bytes(const OffhookAudioFormat *format, guint ms);

/** The byte that, repeated, is silence in @encoding. */
guint8 offhook_encoding_get_silence(OffhookEncoding encoding);

G_END_DECLS
