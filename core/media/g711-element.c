/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The element is a chain function of its own rather than a GstBaseTransform: a converter, and an output
 * buffer that is used again as soon as nobody else holds it. Runs in the thread that pushes, a call's
 * media thread.
 */

#include "media/g711-element.h"

#include "media/buffer.h"
#include "media/converter.h"

struct _OffhookG711Element {
	GstElement parent_instance;

	GstPad *sink;
	GstPad *src;
	gboolean configured; /* the formats are settled */
	OffhookConverter converter;
	OffhookBuffer buffer; /* the output */
};

G_DEFINE_FINAL_TYPE(OffhookG711Element, offhook_g711_element, GST_TYPE_ELEMENT)

#define OFFHOOK_G711_ELEMENT_CAPS                                                                  \
	"audio/x-raw, format = (string) S16LE, layout = (string) interleaved, "                    \
	"rate = (int) [ 4000, 48000 ], channels = (int) 1; "                                       \
	"audio/x-mulaw, rate = (int) [ 4000, 48000 ], channels = (int) 1; "                        \
	"audio/x-alaw, rate = (int) [ 4000, 48000 ], channels = (int) 1"

static GstStaticPadTemplate offhook_g711_element_sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(OFFHOOK_G711_ELEMENT_CAPS));
static GstStaticPadTemplate offhook_g711_element_src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(OFFHOOK_G711_ELEMENT_CAPS));

/* ---- formats ---- */

static gboolean
offhook_g711_element_parse_caps(const GstCaps *caps, OffhookAudioFormat *format)
{
	const GstStructure *structure = gst_caps_get_structure(caps, 0);
	int rate = 0;

	if (!gst_structure_get_int(structure, "rate", &rate) || rate <= 0)
		return FALSE;
	format->rate = rate;
	if (gst_structure_has_name(structure, "audio/x-mulaw"))
		format->encoding = OFFHOOK_ENCODING_MULAW;
	else if (gst_structure_has_name(structure, "audio/x-alaw"))
		format->encoding = OFFHOOK_ENCODING_ALAW;
	else
		format->encoding = OFFHOOK_ENCODING_S16LE;
	return TRUE;
}

static void
offhook_g711_element_reset(OffhookG711Element *self)
{
	self->configured = FALSE;
	offhook_converter_clear(&self->converter);
	offhook_buffer_clear(&self->buffer);
}

/* Of what the next element takes: its first choice, at a rate as near to ours as it allows. */
static GstCaps *
offhook_g711_element_choose_caps(OffhookG711Element *self, guint rate)
{
	GstCaps *caps = gst_pad_get_allowed_caps(self->src);

	if (caps == NULL)
		caps = gst_pad_get_pad_template_caps(self->src);
	if (gst_caps_is_empty(caps)) {
		gst_caps_unref(caps);
		return NULL;
	}
	caps = gst_caps_make_writable(gst_caps_truncate(caps));
	gst_structure_fixate_field_nearest_int(gst_caps_get_structure(caps, 0), "rate", (int)rate);
	return gst_caps_fixate(caps);
}

static gboolean
offhook_g711_element_set_caps(OffhookG711Element *self, const GstCaps *caps)
{
	OffhookAudioFormat in, out;
	g_autoptr(GstCaps) chosen = NULL;

	offhook_g711_element_reset(self);
	if (!offhook_g711_element_parse_caps(caps, &in))
		return FALSE;
	chosen = offhook_g711_element_choose_caps(self, in.rate);
	if (chosen == NULL || !offhook_g711_element_parse_caps(chosen, &out) ||
	    !offhook_converter_init(&self->converter, &in, &out))
		return FALSE;
	self->configured = TRUE;
	return gst_pad_push_event(self->src, gst_event_new_caps(chosen));
}

static gboolean
offhook_g711_element_sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
	OffhookG711Element *self = OFFHOOK_G711_ELEMENT(parent);
	GstCaps *caps;
	gboolean ok;

	if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
		return gst_pad_event_default(pad, parent, event);
	gst_event_parse_caps(event, &caps);
	ok = offhook_g711_element_set_caps(self, caps);
	gst_event_unref(event);
	return ok;
}

/* ---- audio ---- */

static GstFlowReturn
offhook_g711_element_chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
	OffhookG711Element *self = (OffhookG711Element *)parent; /* 50 times a second and call */
	GstMapInfo in;
	GstBuffer *output;
	guint8 *out;
	gsize size;

	if (!self->configured || !gst_buffer_map(buffer, &in, GST_MAP_READ)) {
		gst_buffer_unref(buffer);
		return GST_FLOW_NOT_NEGOTIATED;
	}
	size = offhook_converter_get_out_size(&self->converter, in.size);
	out = offhook_buffer_reuse(&self->buffer, size);
	output = self->buffer.buffer;
	offhook_converter_convert(&self->converter, in.data, in.size, out);
	GST_BUFFER_PTS(output) = GST_BUFFER_PTS(buffer);
	GST_BUFFER_DURATION(output) = GST_BUFFER_DURATION(buffer);
	gst_buffer_unmap(buffer, &in);
	gst_buffer_unref(buffer);
	if (size == 0)
		return GST_FLOW_OK;
	return gst_pad_push(self->src, gst_buffer_ref(output));
}

/* ---- object ---- */

static GstStateChangeReturn
offhook_g711_element_change_state(GstElement *element, GstStateChange transition)
{
	GstStateChangeReturn result =
	    GST_ELEMENT_CLASS(offhook_g711_element_parent_class)->change_state(element, transition);

	if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
		offhook_g711_element_reset(OFFHOOK_G711_ELEMENT(element));
	return result;
}

static void
offhook_g711_element_finalize(GObject *object)
{
	OffhookG711Element *self = OFFHOOK_G711_ELEMENT(object);

	offhook_g711_element_reset(self);
	G_OBJECT_CLASS(offhook_g711_element_parent_class)->finalize(object);
}

static void
offhook_g711_element_init(OffhookG711Element *self)
{
	self->sink = gst_pad_new_from_static_template(&offhook_g711_element_sink_template, "sink");
	gst_pad_set_chain_function(self->sink, offhook_g711_element_chain);
	gst_pad_set_event_function(self->sink, offhook_g711_element_sink_event);
	gst_element_add_pad(GST_ELEMENT(self), self->sink);
	self->src = gst_pad_new_from_static_template(&offhook_g711_element_src_template, "src");
	gst_element_add_pad(GST_ELEMENT(self), self->src);
}

static void
offhook_g711_element_class_init(OffhookG711ElementClass *klass)
{
	GstElementClass *element_class = GST_ELEMENT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_g711_element_finalize;
	element_class->change_state = offhook_g711_element_change_state;
	gst_element_class_add_static_pad_template(element_class,
						  &offhook_g711_element_sink_template);
	gst_element_class_add_static_pad_template(element_class,
						  &offhook_g711_element_src_template);
	gst_element_class_set_static_metadata(
	    element_class, "Telephone audio converter", "Filter/Converter/Audio",
	    "G.711 or linear audio to the same at another rate", "The Offhook authors");
}

OffhookConverter *
offhook_g711_element_get_converter(OffhookG711Element *self)
{
	return &self->converter;
}

void
offhook_g711_element_register(void)
{
	static gsize done;

	if (!g_once_init_enter(&done))
		return;
	gst_init(NULL, NULL);
	gst_element_register(NULL, "offhookg711", GST_RANK_NONE, OFFHOOK_TYPE_G711_ELEMENT);
	g_once_init_leave(&done, 1);
}
