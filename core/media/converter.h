/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * G.711 or linear audio at one rate to the same at another, in one pass, without anything of
 * GStreamer around it. A plain struct, of one thread at a time.
 */
#pragma once

#include <gst/audio/audio.h>
#include <offhook/audio.h>
#include <offhook/halfband.h>

G_BEGIN_DECLS

/** All zero is an empty one. */
typedef struct {
	/*< private >*/
	OffhookAudioFormat in;
	OffhookAudioFormat out;
	OffhookHalfband halfband;     /* for twice and half the rate */
	GstAudioResampler *resampler; /* (nullable): for any other ratio */
} OffhookConverter;

/** Of rates that a converter takes, in Hz. */
#define OFFHOOK_CONVERTER_MIN_RATE 4000
#define OFFHOOK_CONVERTER_MAX_RATE 48000

/**
 * offhook_converter_init:
 * @self: empty, or it was cleared
 *
 * Returns: %FALSE, and it is empty, when a rate is none it takes
 */
gboolean offhook_converter_init(OffhookConverter *self, const OffhookAudioFormat *in,
				const OffhookAudioFormat *out);
void offhook_converter_clear(OffhookConverter *self);

/** Returns: how many bytes the next @size bytes of input give; 0 when it is empty */
gsize offhook_converter_get_out_size(const OffhookConverter *self, gsize size);

/**
 * offhook_converter_convert:
 * @data: whole samples
 * @out: room for offhook_converter_get_out_size() bytes, aligned for 16-bit samples
 */
void offhook_converter_convert(OffhookConverter *self, const guint8 *data, gsize size, guint8 *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookConverter, offhook_converter_clear)

G_END_DECLS
