/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A thin cover over GStreamer's audio resampler. One object, one thread at a time.
 */

#include <offhook/resampler.h>

#include <gst/audio/audio.h>

struct _OffhookResampler {
	GstAudioResampler *resampler; /* NULL when the rates are equal */
};

#define OFFHOOK_RESAMPLER_QUALITY 4

OffhookResampler *
offhook_resampler_new(guint rate_in, guint rate_out)
{
	OffhookResampler *self = g_new0(OffhookResampler, 1);
	g_autoptr(GstStructure) options = NULL;

	if (rate_in == rate_out)
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

void
offhook_resampler_push(OffhookResampler *self, const gint16 *in, gsize n, GByteArray *out)
{
	if (self->resampler == NULL)
		g_byte_array_append(out, (const guint8 *)in, n * sizeof(gint16));
	else if (n > 0)
		offhook_resampler_convert(self, in, n, out);
}

void
offhook_resampler_flush(OffhookResampler *self, GByteArray *out)
{
	if (self->resampler == NULL)
		return;
	offhook_resampler_convert(self, NULL, gst_audio_resampler_get_max_latency(self->resampler),
				  out);
	gst_audio_resampler_reset(self->resampler);
}
