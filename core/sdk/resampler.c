/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A thin cover over GStreamer's audio resampler, and over the half-band filter, whose delay is taken out
 * here, for the ratio of nearly all telephone lines. One object, one thread at a time.
 */

#include <offhook/resampler.h>

#include <gst/audio/audio.h>
#include <offhook/halfband.h>
#include <string.h>

struct _OffhookResampler {
	guint rate_in;
	guint rate_out;
	GstAudioResampler *resampler; /* NULL when the rates are equal, or one is twice the other */
	OffhookHalfband halfband;
	gsize delay; /* samples out that are still to be left out */
};

#define OFFHOOK_RESAMPLER_QUALITY 4

/* How late the half-band filter is, in samples out. */
#define OFFHOOK_RESAMPLER_UP_DELAY   32
#define OFFHOOK_RESAMPLER_DOWN_DELAY 15

static gboolean
offhook_resampler_doubles(const OffhookResampler *self)
{
	return self->rate_out == 2 * self->rate_in;
}

static gboolean
offhook_resampler_is_halfband(const OffhookResampler *self)
{
	return offhook_resampler_doubles(self) || self->rate_in == 2 * self->rate_out;
}

static void
offhook_resampler_reset_halfband(OffhookResampler *self)
{
	self->halfband = (OffhookHalfband){0};
	self->delay = offhook_resampler_doubles(self) ? OFFHOOK_RESAMPLER_UP_DELAY
						      : OFFHOOK_RESAMPLER_DOWN_DELAY;
}

OffhookResampler *
offhook_resampler_new(guint rate_in, guint rate_out)
{
	OffhookResampler *self = g_new0(OffhookResampler, 1);
	g_autoptr(GstStructure) options = NULL;

	self->rate_in = rate_in;
	self->rate_out = rate_out;
	if (offhook_resampler_is_halfband(self))
		offhook_resampler_reset_halfband(self);
	if (rate_in == rate_out || offhook_resampler_is_halfband(self))
		return self;
	gst_init(NULL, NULL);
	options = gst_structure_new_empty("options");
	gst_audio_resampler_options_set_quality(GST_AUDIO_RESAMPLER_METHOD_KAISER,
						OFFHOOK_RESAMPLER_QUALITY, rate_in, rate_out,
						options);
	self->resampler = gst_audio_resampler_new(
	    GST_AUDIO_RESAMPLER_METHOD_KAISER, GST_AUDIO_RESAMPLER_FLAG_NONE, GST_AUDIO_FORMAT_S16,
	    1, rate_in, rate_out, options);
	return self;
}

void
offhook_resampler_free(OffhookResampler *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->resampler, gst_audio_resampler_free);
	g_free(self);
}

static void
offhook_resampler_convert(OffhookResampler *self, const gint16 *in, gsize n, GByteArray *out)
{
	gsize n_out = gst_audio_resampler_get_out_frames(self->resampler, n);
	gsize at = out->len;
	gpointer in_planes[1] = {(gpointer)in};
	gpointer out_planes[1];

	g_byte_array_set_size(out, at + n_out * sizeof(gint16));
	out_planes[0] = out->data + at;
	/* NULL input stands for silence: it pushes the filter's tail out. */
	gst_audio_resampler_resample(self->resampler, in != NULL ? in_planes : NULL, n, out_planes,
				     n_out);
}

static void
offhook_resampler_filter(OffhookResampler *self, const gint16 *in, gsize n, GByteArray *out)
{
	gsize at = out->len, n_out = offhook_resampler_doubles(self) ? 2 * n : (n + 1) / 2, skip;
	gint16 *samples;

	g_byte_array_set_size(out, at + n_out * sizeof(gint16));
	samples = (gint16 *)(gpointer)(out->data + at);
	if (offhook_resampler_doubles(self))
		offhook_halfband_up(&self->halfband, in, n, samples);
	else
		n_out = offhook_halfband_down(&self->halfband, in, n, samples);
	skip = MIN(self->delay, n_out);
	self->delay -= skip;
	memmove(samples, samples + skip, (n_out - skip) * sizeof(gint16));
	g_byte_array_set_size(out, at + (n_out - skip) * sizeof(gint16));
}

void
offhook_resampler_push(OffhookResampler *self, const gint16 *in, gsize n, GByteArray *out)
{
	if (n > 0 && offhook_resampler_is_halfband(self))
		offhook_resampler_filter(self, in, n, out);
	else if (self->resampler == NULL)
		g_byte_array_append(out, (const guint8 *)in, n * sizeof(gint16));
	else if (n > 0)
		offhook_resampler_convert(self, in, n, out);
}

void
offhook_resampler_flush(OffhookResampler *self, GByteArray *out)
{
	if (offhook_resampler_is_halfband(self)) {
		static const gint16 silence[2 * OFFHOOK_RESAMPLER_DOWN_DELAY];

		offhook_resampler_filter(self, silence,
					 offhook_resampler_doubles(self)
					     ? OFFHOOK_RESAMPLER_UP_DELAY / 2
					     : 2 * OFFHOOK_RESAMPLER_DOWN_DELAY,
					 out);
		offhook_resampler_reset_halfband(self);
		return;
	}
	if (self->resampler == NULL)
		return;
	offhook_resampler_convert(self, NULL, gst_audio_resampler_get_max_latency(self->resampler),
				  out);
	gst_audio_resampler_reset(self->resampler);
}
