/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Two elements between two pads of our own, as in pipeline.c: a push is a chain of function calls that
 * ends in our function. The thread that calls.
 */

#include "media/opus-encoder.h"

#include <string.h>

#include <gst/audio/audio.h>
#include <gst/gst.h>
#include <offhook/error.h>

#define OFFHOOK_OPUS_CHANNELS 2
#define OFFHOOK_OPUS_PAGE     GST_SECOND
/* Of 10: more takes more of a processor than a telephone line's sound is worth. */
#define OFFHOOK_OPUS_COMPLEXITY 4

struct _OffhookOpusEncoder {
	OffhookOpusEncoderFunc func;
	gpointer user_data;
	guint rate;
	guint64 pushed; /* frames */
	GstElement *bin;
	GstPad *source; /* ours, before the encoder */
	GstPad *sink;   /* ours, behind the muxer */
};

gboolean
offhook_opus_encoder_takes_rate(guint rate)
{
	return rate == 8000 || rate == 12000 || rate == 16000 || rate == 24000 || rate == 48000;
}

static GstFlowReturn
offhook_opus_encoder_chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
	OffhookOpusEncoder *self = gst_pad_get_element_private(pad);
	gboolean taken = FALSE;
	GstMapInfo map;

	if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		taken = self->func(self->user_data, map.data, map.size);
		gst_buffer_unmap(buffer, &map);
	}
	gst_buffer_unref(buffer);
	return taken ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static gboolean
offhook_opus_encoder_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
	gst_event_unref(event);
	return TRUE;
}

/* Into the bin; (transfer none) (nullable) */
static GstElement *
offhook_opus_encoder_add(OffhookOpusEncoder *self, const char *name, GError **error)
{
	GstElement *element = gst_element_factory_make(name, NULL);

	if (element == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "GStreamer has no %s, which recordings in Opus need (package "
			    "gstreamer1.0-plugins-base)",
			    name);
		return NULL;
	}
	gst_bin_add(GST_BIN(self->bin), element);
	return element;
}

static GstPad *
offhook_opus_encoder_make_pad(OffhookOpusEncoder *self, const char *name, GstPadDirection direction)
{
	GstPad *pad = gst_object_ref_sink(gst_pad_new(name, direction));

	gst_pad_set_element_private(pad, self);
	return pad;
}

static void
offhook_opus_encoder_start(OffhookOpusEncoder *self)
{
	g_autoptr(GstCaps) caps = gst_caps_new_simple(
	    "audio/x-raw", "format", G_TYPE_STRING, GST_AUDIO_NE(S16), "layout", G_TYPE_STRING,
	    "interleaved", "rate", G_TYPE_INT, (int)self->rate, "channels", G_TYPE_INT,
	    OFFHOOK_OPUS_CHANNELS, "channel-mask", GST_TYPE_BITMASK, (guint64)3, NULL);
	GstSegment segment;

	gst_pad_set_active(self->sink, TRUE);
	gst_pad_set_active(self->source, TRUE);
	gst_element_set_state(self->bin, GST_STATE_PLAYING);
	gst_segment_init(&segment, GST_FORMAT_TIME);
	gst_pad_push_event(self->source, gst_event_new_stream_start("recording"));
	gst_pad_push_event(self->source, gst_event_new_caps(caps));
	gst_pad_push_event(self->source, gst_event_new_segment(&segment));
}

static gboolean
offhook_opus_encoder_build(OffhookOpusEncoder *self, guint bit_rate, GError **error)
{
	GstElement *encoder = offhook_opus_encoder_add(self, "opusenc", error);
	GstElement *muxer =
	    encoder != NULL ? offhook_opus_encoder_add(self, "oggmux", error) : NULL;
	g_autoptr(GstPad) first = NULL;
	g_autoptr(GstPad) last = NULL;

	if (muxer == NULL)
		return FALSE;
	g_object_set(encoder, "bitrate", (int)bit_rate, "complexity", OFFHOOK_OPUS_COMPLEXITY,
		     NULL);
	gst_util_set_object_arg(G_OBJECT(encoder), "bitrate-type", "vbr");
	gst_util_set_object_arg(G_OBJECT(encoder), "audio-type", "voice");
	g_object_set(muxer, "max-page-delay", (guint64)OFFHOOK_OPUS_PAGE, "max-delay",
		     (guint64)OFFHOOK_OPUS_PAGE, NULL);
	first = gst_element_get_static_pad(encoder, "sink");
	last = gst_element_get_static_pad(muxer, "src");
	if (gst_element_link(encoder, muxer) &&
	    gst_pad_link(self->source, first) == GST_PAD_LINK_OK &&
	    gst_pad_link(last, self->sink) == GST_PAD_LINK_OK)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
			    "GStreamer's opusenc and oggmux do not go together");
	return FALSE;
}

OffhookOpusEncoder *
offhook_opus_encoder_new(guint rate, guint bit_rate, OffhookOpusEncoderFunc func,
			 gpointer user_data, GError **error)
{
	g_autoptr(OffhookOpusEncoder) self = g_new0(OffhookOpusEncoder, 1);

	self->rate = rate;
	self->func = func;
	self->user_data = user_data;
	self->bin = gst_object_ref_sink(gst_bin_new(NULL));
	self->source = offhook_opus_encoder_make_pad(self, "source", GST_PAD_SRC);
	self->sink = offhook_opus_encoder_make_pad(self, "sink", GST_PAD_SINK);
	gst_pad_set_chain_function(self->sink, offhook_opus_encoder_chain);
	gst_pad_set_event_function(self->sink, offhook_opus_encoder_event);
	if (!offhook_opus_encoder_build(self, bit_rate, error))
		return NULL;
	offhook_opus_encoder_start(self);
	return g_steal_pointer(&self);
}

void
offhook_opus_encoder_free(OffhookOpusEncoder *self)
{
	if (self == NULL)
		return;
	gst_element_set_state(self->bin, GST_STATE_NULL);
	gst_pad_set_active(self->source, FALSE);
	gst_pad_set_active(self->sink, FALSE);
	gst_clear_object(&self->bin);
	gst_clear_object(&self->source);
	gst_clear_object(&self->sink);
	g_free(self);
}

gboolean
offhook_opus_encoder_push(OffhookOpusEncoder *self, const gint16 *samples, gsize frames,
			  GError **error)
{
	gsize size = frames * OFFHOOK_OPUS_CHANNELS * sizeof(gint16);
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, size, NULL);
	GstFlowReturn flow;

	gst_buffer_fill(buffer, 0, samples, size);
	GST_BUFFER_PTS(buffer) =
	    gst_util_uint64_scale_int(self->pushed, GST_SECOND, (int)self->rate);
	self->pushed += frames;
	GST_BUFFER_DURATION(buffer) =
	    gst_util_uint64_scale_int(self->pushed, GST_SECOND, (int)self->rate) -
	    GST_BUFFER_PTS(buffer);
	flow = gst_pad_push(self->source, buffer);
	if (flow == GST_FLOW_OK)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED, "encoding Opus: %s",
		    gst_flow_get_name(flow));
	return FALSE;
}

void
offhook_opus_encoder_finish(OffhookOpusEncoder *self)
{
	gst_pad_push_event(self->source, gst_event_new_eos());
}
