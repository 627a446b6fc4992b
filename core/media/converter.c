/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One table look-up and one filter. Any thread, one at a time.
 */

#include "media/converter.h"

#include <offhook/g711.h>

#define OFFHOOK_CONVERTER_QUALITY 4
#define OFFHOOK_CONVERTER_BLOCK   960 /* samples converted at a time: 20 ms at 48 kHz */
#define OFFHOOK_CONVERTER_ROOM    (OFFHOOK_CONVERTER_BLOCK * 12 + 12) /* from 4 kHz to 48 */

/* ---- formats ---- */

/*
 * The general resampler gives nothing until its filter is half full. Filled with silence here, it
 * gives 20 ms for every 20 ms from the first on, and no frame waits for the next.
 */
static void
offhook_converter_prime(OffhookConverter *self)
{
	gsize frame_in = self->in.rate / 50, frame_out = self->out.rate / 50;
	gsize n = 0;
	g_autofree gint16 *silence = NULL;
	g_autofree gint16 *ignored = NULL;
	gpointer in[1], out[1];

	while (gst_audio_resampler_get_out_frames(self->resampler, n + frame_in) < frame_out)
		n++;
	silence = g_new0(gint16, n + 1);
	ignored = g_new(gint16, gst_audio_resampler_get_out_frames(self->resampler, n) + 1);
	in[0] = silence;
	out[0] = ignored;
	gst_audio_resampler_resample(self->resampler, in, n, out,
				     gst_audio_resampler_get_out_frames(self->resampler, n));
}

static gboolean
offhook_converter_takes_rate(guint rate)
{
	return rate >= OFFHOOK_CONVERTER_MIN_RATE && rate <= OFFHOOK_CONVERTER_MAX_RATE;
}

static void
offhook_converter_open_resampler(OffhookConverter *self)
{
	g_autoptr(GstStructure) options = NULL;

	gst_init(NULL, NULL);
	options = gst_structure_new_empty("options");
	gst_audio_resampler_options_set_quality(GST_AUDIO_RESAMPLER_METHOD_KAISER,
						OFFHOOK_CONVERTER_QUALITY, self->in.rate,
						self->out.rate, options);
	self->resampler = gst_audio_resampler_new(
	    GST_AUDIO_RESAMPLER_METHOD_KAISER, GST_AUDIO_RESAMPLER_FLAG_NONE, GST_AUDIO_FORMAT_S16,
	    1, self->in.rate, self->out.rate, options);
	offhook_converter_prime(self);
}

gboolean
offhook_converter_init(OffhookConverter *self, const OffhookAudioFormat *in,
		       const OffhookAudioFormat *out)
{
	if (!offhook_converter_takes_rate(in->rate) || !offhook_converter_takes_rate(out->rate))
		return FALSE;
	self->in = *in;
	self->out = *out;
	if (in->rate != out->rate && in->rate != out->rate * 2 && out->rate != in->rate * 2)
		offhook_converter_open_resampler(self);
	return TRUE;
}

void
offhook_converter_clear(OffhookConverter *self)
{
	g_clear_pointer(&self->resampler, gst_audio_resampler_free);
	*self = (OffhookConverter){0};
}

/* ---- audio ---- */

/* The input as S16: @data itself, or in @room. */
static const gint16 *
offhook_converter_decode(OffhookConverter *self, const guint8 *data, gsize n, gint16 *room)
{
	if (self->in.encoding != OFFHOOK_ENCODING_S16LE) {
		offhook_g711_decode(self->in.encoding, data, n, room);
		return room;
	}
	if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
		return (const gint16 *)data;
	for (gsize i = 0; i < n; i++)
		room[i] = GINT16_FROM_LE(((const gint16 *)data)[i]);
	return room;
}

static gsize
offhook_converter_get_out_frames(const OffhookConverter *self, gsize n)
{
	if (self->in.rate == self->out.rate)
		return n;
	if (self->resampler != NULL)
		return gst_audio_resampler_get_out_frames(self->resampler, n);
	if (self->out.rate > self->in.rate)
		return n * 2;
	return (n + self->halfband.has_carry) / 2;
}

static void
offhook_converter_resample(OffhookConverter *self, const gint16 *in, gsize n, gint16 *out,
			   gsize n_out)
{
	gpointer in_planes[1] = {(gpointer)in};
	gpointer out_planes[1] = {out};

	if (self->resampler != NULL)
		gst_audio_resampler_resample(self->resampler, in_planes, n, out_planes, n_out);
	else if (self->out.rate > self->in.rate)
		offhook_halfband_up(&self->halfband, in, n, out);
	else
		offhook_halfband_down(&self->halfband, in, n, out);
}

static void
offhook_converter_encode(OffhookConverter *self, const gint16 *samples, gsize n, guint8 *out)
{
	if (self->out.encoding != OFFHOOK_ENCODING_S16LE) {
		offhook_g711_encode(self->out.encoding, samples, n, out);
	} else if ((const guint8 *)samples != out || G_BYTE_ORDER == G_BIG_ENDIAN) {
		for (gsize i = 0; i < n; i++)
			((gint16 *)out)[i] = GINT16_TO_LE(samples[i]);
	}
}

/*
 * At most a block. The scratch is on the stack, which is the same, and in the cache, for all the
 * calls of a thread.
 */
static void
offhook_converter_convert_block(OffhookConverter *self, const guint8 *data, gsize n, guint8 *out,
				gsize n_out)
{
	gint16 decoded[OFFHOOK_CONVERTER_BLOCK];
	gint16 resampled[OFFHOOK_CONVERTER_ROOM];
	const gint16 *samples = offhook_converter_decode(self, data, n, decoded);

	if (self->in.rate != self->out.rate) {
		gboolean direct = self->out.encoding == OFFHOOK_ENCODING_S16LE;
		gint16 *to = direct ? (gint16 *)out : resampled;

		offhook_converter_resample(self, samples, n, to, n_out);
		samples = to;
	}
	offhook_converter_encode(self, samples, n_out, out);
}

static guint
offhook_converter_get_sample_bytes(const OffhookAudioFormat *format)
{
	return format->encoding == OFFHOOK_ENCODING_S16LE ? 2 : 1;
}

gsize
offhook_converter_get_out_size(const OffhookConverter *self, gsize size)
{
	gsize n = size / offhook_converter_get_sample_bytes(&self->in);

	if (self->in.rate == 0)
		return 0;
	return offhook_converter_get_out_frames(self, n) *
	       offhook_converter_get_sample_bytes(&self->out);
}

void
offhook_converter_convert(OffhookConverter *self, const guint8 *data, gsize size, guint8 *out)
{
	guint in_bytes = offhook_converter_get_sample_bytes(&self->in);
	guint out_bytes = offhook_converter_get_sample_bytes(&self->out);
	gsize left = size / in_bytes;

	while (left > 0) {
		gsize n = MIN(left, OFFHOOK_CONVERTER_BLOCK);
		gsize n_out = offhook_converter_get_out_frames(self, n);

		offhook_converter_convert_block(self, data, n, out, n_out);
		data += n * in_bytes;
		out += n_out * out_bytes;
		left -= n;
	}
}
