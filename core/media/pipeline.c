/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Two pads of our own, one linked to each free end of a GstPipeline. No source, no sink, no queue: a
 * push is a chain of function calls. Where the whole pipeline is our converter, as it is by default,
 * the formats are settled through the pads and then the converter is called without them: two
 * buffers and six locks for 20 ms of audio would cost more than the audio. Belongs to the thread
 * that made it, a call's media thread.
 */

#include "media/pipeline.h"

#include "media/buffer.h"
#include "media/converter.h"
#include "media/g711-element.h"
#include <offhook/error.h>
#include <string.h>

#define OFFHOOK_PIPELINE_ROOM 3840 /* bytes: 20 ms of S16 at 96 kHz, more than a converter makes */

struct _OffhookPipeline {
	OffhookPipelineHandler handler;
	gpointer user_data;
	GThread *owner;
	GstElement *pipeline;
	GstPad *source; /* ours, before the first element; events go through it */
	GstPad *first;  /* the first element's, which is given the audio */
	GstPad *sink;   /* ours, after the last element */
	GError *error;  /* the first that an element reported */

	OffhookConverter *converter; /* (nullable): the one element's, if that is ours */
	gsize frame_size;            /* bytes of 20 ms of what is pushed */
	guint bytes_per_second;
	guint64 pushed_bytes;
	OffhookBuffer buffer;
};

static GstCaps *
offhook_pipeline_make_caps(const OffhookAudioFormat *format)
{
	int rate = format->rate;

	switch (format->encoding) {
	case OFFHOOK_ENCODING_MULAW:
		return gst_caps_new_simple("audio/x-mulaw", "rate", G_TYPE_INT, rate, "channels",
					   G_TYPE_INT, 1, NULL);
	case OFFHOOK_ENCODING_ALAW:
		return gst_caps_new_simple("audio/x-alaw", "rate", G_TYPE_INT, rate, "channels",
					   G_TYPE_INT, 1, NULL);
	case OFFHOOK_ENCODING_S16LE:
	default:
		return gst_caps_new_simple("audio/x-raw", "format", G_TYPE_STRING, "S16LE",
					   "layout", G_TYPE_STRING, "interleaved", "rate",
					   G_TYPE_INT, rate, "channels", G_TYPE_INT, 1, NULL);
	}
}

/* ---- what comes out ---- */

static GstFlowReturn
offhook_pipeline_chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
	OffhookPipeline *self = gst_pad_get_element_private(pad);
	GstMapInfo map;

	if (g_thread_self() != self->owner) {
		/* A queue or the like in the description: its thread must not touch the call. */
		gst_buffer_unref(buffer);
		return GST_FLOW_ERROR;
	}
	if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		self->handler.output(self->user_data, map.data, map.size);
		gst_buffer_unmap(buffer, &map);
	}
	gst_buffer_unref(buffer);
	return GST_FLOW_OK;
}

static gboolean
offhook_pipeline_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
	gst_event_unref(event);
	return TRUE;
}

static void
offhook_pipeline_report_dtmf(OffhookPipeline *self, const GstStructure *structure)
{
	static const char digits[] = "0123456789*#ABCD";
	int number;

	if (self->handler.dtmf == NULL || g_thread_self() != self->owner ||
	    !gst_structure_get_int(structure, "number", &number))
		return;
	if (number >= 0 && number < (int)strlen(digits))
		self->handler.dtmf(self->user_data, digits[number]);
}

static GstBusSyncReply
offhook_pipeline_message_cb(GstBus *bus, GstMessage *message, gpointer user_data)
{
	OffhookPipeline *self = user_data;

	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && self->error == NULL &&
	    g_thread_self() == self->owner) {
		g_autoptr(GError) error = NULL;

		gst_message_parse_error(message, &error, NULL);
		g_set_error(&self->error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED, "%s: %s",
			    GST_OBJECT_NAME(GST_MESSAGE_SRC(message)), error->message);
	} else if (gst_message_has_name(message, "dtmf-event")) {
		offhook_pipeline_report_dtmf(self, gst_message_get_structure(message));
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

/* ---- use ---- */

static void
offhook_pipeline_convert(OffhookPipeline *self, const guint8 *data, gsize size)
{
	gint16 out[OFFHOOK_PIPELINE_ROOM / sizeof(gint16)];

	while (size > 0) {
		gsize n = MIN(size, self->frame_size);
		gsize n_out = offhook_converter_get_out_size(self->converter, n);

		offhook_converter_convert(self->converter, data, n, (guint8 *)out);
		if (n_out > 0)
			self->handler.output(self->user_data, (const guint8 *)out, n_out);
		data += n;
		size -= n;
	}
}

gboolean
offhook_pipeline_push(OffhookPipeline *self, const guint8 *data, gsize size, GError **error)
{
	GstBuffer *buffer;
	GstFlowReturn flow;

	if (self->converter != NULL) {
		offhook_pipeline_convert(self, data, size);
		return TRUE;
	}

	memcpy(offhook_buffer_reuse(&self->buffer, size), data, size);
	buffer = self->buffer.buffer;
	GST_BUFFER_PTS(buffer) =
	    gst_util_uint64_scale_int(self->pushed_bytes, GST_SECOND, self->bytes_per_second);
	self->pushed_bytes += size;
	GST_BUFFER_DURATION(buffer) =
	    gst_util_uint64_scale_int(self->pushed_bytes, GST_SECOND, self->bytes_per_second) -
	    GST_BUFFER_PTS(buffer);
	/* Half the work of gst_pad_push() is on a pad's sending side, and here nobody listens there. */
	flow = gst_pad_chain(self->first, gst_buffer_ref(buffer));
	if (flow == GST_FLOW_OK && self->error == NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED, "pipeline: %s",
		    self->error != NULL ? self->error->message : gst_flow_get_name(flow));
	return FALSE;
}

static void
offhook_pipeline_ignore_cb(gpointer user_data, const guint8 *data, gsize size)
{
}

/* ---- building ---- */

static gboolean
offhook_pipeline_parse(OffhookPipeline *self, const char *description, GError **error)
{
	g_autoptr(GError) local = NULL;
	GstElement *element =
	    gst_parse_launch_full(description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &local);
	/* One without a descriptor of its own: messages are taken where they are posted. */
	g_autoptr(GstBus) bus = NULL;

	if (element == NULL || local != NULL) {
		gst_clear_object(&element);
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s",
			    local != NULL ? local->message : "it is empty");
		return FALSE;
	}
	if (GST_IS_PIPELINE(element)) {
		self->pipeline = gst_object_ref_sink(element);
	} else {
		self->pipeline = gst_object_ref_sink(gst_pipeline_new(NULL));
		gst_bin_add(GST_BIN(self->pipeline), element);
	}
	bus = g_object_new(GST_TYPE_BUS, "enable-async", FALSE, NULL);
	gst_bus_set_sync_handler(bus, offhook_pipeline_message_cb, self, NULL);
	gst_element_set_bus(self->pipeline, bus);
	return TRUE;
}

static GstPad *
offhook_pipeline_make_pad(OffhookPipeline *self, const char *name, GstPadDirection direction,
			  const OffhookAudioFormat *format)
{
	g_autoptr(GstCaps) caps = offhook_pipeline_make_caps(format);
	g_autoptr(GstPadTemplate) template =
	    gst_pad_template_new(name, direction, GST_PAD_ALWAYS, caps);
	GstPad *pad;

	gst_object_ref_sink(template);
	pad = gst_object_ref_sink(gst_pad_new_from_template(template, name));
	gst_pad_set_element_private(pad, self);
	return pad;
}

static gboolean
offhook_pipeline_link_ends(OffhookPipeline *self, GError **error)
{
	g_autoptr(GstPad) last = gst_bin_find_unlinked_pad(GST_BIN(self->pipeline), GST_PAD_SRC);
	g_autoptr(GstPad) more = NULL;

	self->first = gst_bin_find_unlinked_pad(GST_BIN(self->pipeline), GST_PAD_SINK);
	if (self->first == NULL || last == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "it has no free %s",
			    self->first == NULL ? "input (a source element?)"
						: "output (a sink element?)");
		return FALSE;
	}
	if (gst_pad_link(self->source, self->first) != GST_PAD_LINK_OK) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "its first element does not take the incoming format");
		return FALSE;
	}
	if (gst_pad_link(last, self->sink) != GST_PAD_LINK_OK) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "its last element does not make the outgoing format");
		return FALSE;
	}
	more = gst_bin_find_unlinked_pad(GST_BIN(self->pipeline), GST_PAD_SINK);
	if (more == NULL)
		more = gst_bin_find_unlinked_pad(GST_BIN(self->pipeline), GST_PAD_SRC);
	if (more != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "pad %s of %s is not linked, expected one free end on each side",
			    GST_PAD_NAME(more), GST_OBJECT_NAME(GST_PAD_PARENT(more)));
		return FALSE;
	}
	return TRUE;
}

/* A frame of silence, of which the outcome alone matters. */
static gboolean
offhook_pipeline_try(OffhookPipeline *self, const OffhookAudioFormat *in, GError **error)
{
	OffhookPipelineHandler handler = self->handler;
	gsize size = offhook_audio_format_get_bytes(in, OFFHOOK_FRAME_MS);
	g_autofree guint8 *silence = g_malloc(size);
	g_autoptr(GError) local = NULL;

	memset(silence, offhook_encoding_get_silence(in->encoding), size);
	self->handler = (OffhookPipelineHandler){.output = offhook_pipeline_ignore_cb};
	if (!offhook_pipeline_push(self, silence, size, &local)) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, local->message);
		return FALSE;
	}
	self->handler = handler;
	return TRUE;
}

static gboolean
offhook_pipeline_start(OffhookPipeline *self, const OffhookAudioFormat *in, GError **error)
{
	g_autoptr(GstCaps) caps = offhook_pipeline_make_caps(in);
	g_autoptr(GstCaps) reached = NULL;
	GstSegment segment;

	gst_pad_set_active(self->sink, TRUE);
	gst_pad_set_active(self->source, TRUE);
	if (gst_element_set_state(self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "it does not start: %s",
			    self->error != NULL ? self->error->message : "an element refused");
		return FALSE;
	}
	gst_segment_init(&segment, GST_FORMAT_TIME);
	gst_pad_push_event(self->source, gst_event_new_stream_start("offhook"));
	gst_pad_push_event(self->source, gst_event_new_caps(caps));
	gst_pad_push_event(self->source, gst_event_new_segment(&segment));
	reached = gst_pad_get_current_caps(self->sink);
	if (reached != NULL)
		return TRUE;
	/* Encoders settle on a format with the first audio only. */
	if (!offhook_pipeline_try(self, in, error)) {
		g_prefix_error(error, "its elements do not agree on a format: ");
		return FALSE;
	}
	return TRUE;
}

static void
offhook_pipeline_find_converter(OffhookPipeline *self)
{
	GList *elements = GST_BIN_CHILDREN(self->pipeline);

	if (elements->next == NULL && OFFHOOK_IS_G711_ELEMENT(elements->data))
		self->converter = offhook_g711_element_get_converter(elements->data);
}

OffhookPipeline *
offhook_pipeline_new(const char *description, const OffhookAudioFormat *in,
		     const OffhookAudioFormat *out, const OffhookPipelineHandler *handler,
		     gpointer user_data, GError **error)
{
	g_autoptr(OffhookPipeline) self = g_new0(OffhookPipeline, 1);

	offhook_g711_element_register();
	self->handler = *handler;
	self->user_data = user_data;
	self->owner = g_thread_self();
	self->frame_size = offhook_audio_format_get_bytes(in, OFFHOOK_FRAME_MS);
	self->bytes_per_second = offhook_audio_format_get_bytes(in, 1000);
	self->source = offhook_pipeline_make_pad(self, "source", GST_PAD_SRC, in);
	self->sink = offhook_pipeline_make_pad(self, "sink", GST_PAD_SINK, out);
	gst_pad_set_chain_function(self->sink, offhook_pipeline_chain);
	gst_pad_set_event_function(self->sink, offhook_pipeline_event);
	if (!offhook_pipeline_parse(self, description, error) ||
	    !offhook_pipeline_link_ends(self, error) || !offhook_pipeline_start(self, in, error)) {
		g_prefix_error(error, "pipeline \"%s\": ", description);
		return NULL;
	}
	offhook_pipeline_find_converter(self);
	return g_steal_pointer(&self);
}

void
offhook_pipeline_free(OffhookPipeline *self)
{
	if (self == NULL)
		return;
	if (self->pipeline != NULL)
		gst_element_set_state(self->pipeline, GST_STATE_NULL);
	gst_pad_set_active(self->source, FALSE);
	gst_pad_set_active(self->sink, FALSE);
	gst_clear_object(&self->first);
	gst_clear_object(&self->pipeline);
	gst_clear_object(&self->source);
	gst_clear_object(&self->sink);
	offhook_buffer_clear(&self->buffer);
	g_clear_error(&self->error);
	g_free(self);
}

gboolean
offhook_pipeline_is_direct(const OffhookPipeline *self)
{
	return self->converter != NULL;
}

gboolean
offhook_pipeline_has_element(const char *name)
{
	g_autoptr(GstElementFactory) factory = NULL;

	offhook_g711_element_register();
	factory = gst_element_factory_find(name);
	return factory != NULL;
}

void
offhook_pipeline_add_hot(const OffhookPipeline *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
	if (self->converter != NULL)
		offhook_hot_set_add(set, self->converter, sizeof(*self->converter));
}
