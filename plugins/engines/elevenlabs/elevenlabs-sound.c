/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Decoding and changing the rate, piece by piece.
 */

#include "elevenlabs-sound.h"

#include <offhook/g711.h>
#include <offhook/resampler.h>
#include <string.h>

struct _OffhookElevenlabsSound {
	OffhookAudioFormat format;
	OffhookResampler *resampler; /* (nullable): the rate is right */
	guint64 n;                   /* samples, at the format's rate */
	guint8 half;                 /* of a sample, kept for the next piece */
	gboolean has_half;
};

OffhookElevenlabsSound *
offhook_elevenlabs_sound_new(const OffhookAudioFormat *format)
{
	OffhookElevenlabsSound *self = g_new0(OffhookElevenlabsSound, 1);

	self->format = *format;
	if (format->rate != OFFHOOK_RATE)
		self->resampler = offhook_resampler_new(format->rate, OFFHOOK_RATE);
	return self;
}

void
offhook_elevenlabs_sound_free(OffhookElevenlabsSound *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->resampler, offhook_resampler_free);
	g_free(self);
}

static void
offhook_elevenlabs_sound_add(OffhookElevenlabsSound *self, const gint16 *samples, gsize n,
			     GByteArray *out)
{
	self->n += n;
	if (self->resampler != NULL)
		offhook_resampler_push(self->resampler, samples, n, out);
	else
		g_byte_array_append(out, (const guint8 *)samples, (guint)(n * sizeof *samples));
}

void
offhook_elevenlabs_sound_push(OffhookElevenlabsSound *self, const guint8 *data, gsize size,
			      GByteArray *out)
{
	g_autofree gint16 *samples = g_new(gint16, size + 1);
	g_autofree guint8 *whole = NULL;
	gsize n;

	if (self->format.encoding == OFFHOOK_ENCODING_MULAW) {
		offhook_g711_decode(OFFHOOK_ENCODING_MULAW, data, size, samples);
		offhook_elevenlabs_sound_add(self, samples, size, out);
		return;
	}
	whole = g_malloc(size + 1);
	if (self->has_half)
		whole[0] = self->half;
	memcpy(whole + (self->has_half ? 1 : 0), data, size);
	size += self->has_half ? 1 : 0;
	self->has_half = size % 2 != 0;
	if (self->has_half)
		self->half = whole[size - 1];
	n = size / 2;
	for (gsize i = 0; i < n; i++)
		samples[i] = (gint16)(whole[2 * i] | whole[2 * i + 1] << 8);
	offhook_elevenlabs_sound_add(self, samples, n, out);
}

void
offhook_elevenlabs_sound_finish(OffhookElevenlabsSound *self, GByteArray *out)
{
	if (self->resampler != NULL)
		offhook_resampler_flush(self->resampler, out);
}

guint
offhook_elevenlabs_sound_get_ms(OffhookElevenlabsSound *self)
{
	return (guint)(self->n * 1000 / self->format.rate);
}
