/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The element is a chain function of its own rather than a GstBaseTransform: one table look-up, one
 * filter, and an output buffer that is used again as soon as nobody else holds it. Runs in the
 * thread that pushes, a call's media thread.
 */

#include "media/g711-element.h"

#include "media/buffer.h"
#include <gst/audio/audio.h>
#include <offhook/g711.h>
#include <offhook/halfband.h>
#include <string.h>

#define OFFHOOK_G711_ELEMENT_QUALITY 4
#define OFFHOOK_G711_ELEMENT_BLOCK   960 /* samples converted at a time: 20 ms at 48 kHz */
#define OFFHOOK_G711_ELEMENT_ROOM    (OFFHOOK_G711_ELEMENT_BLOCK * 12 + 12) /* from 4 kHz to 48 */

struct _OffhookG711Element {
	GstElement parent_instance;

	GstPad *sink;
	GstPad *src;
	OffhookAudioFormat in;
	OffhookAudioFormat out;
	gboolean configured;

	OffhookHalfband halfband;     /* for twice and half the rate */
	GstAudioResampler *resampler; /* for any other ratio */
	OffhookBuffer buffer;         /* the output */
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
	self->halfband = (OffhookHalfband){0};
	g_clear_pointer(&self->resampler, gst_audio_resampler_free);
	offhook_buffer_clear(&self->buffer);
}

/*
 * The general resampler gives nothing until its filter is half full. Filled with silence here, it
 * gives 20 ms for every 20 ms from the first on, and no frame waits for the next.
 */
static void
offhook_g711_element_prime(OffhookG711Element *self)
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
offhook_g711_element_is_halfband(OffhookG711Element *self)
{
	return self->in.rate == self->out.rate * 2 || self->out.rate == self->in.rate * 2;
}

static void
offhook_g711_element_configure(OffhookG711Element *self)
{
	if (self->in.rate != self->out.rate && !offhook_g711_element_is_halfband(self)) {
		g_autoptr(GstStructure) options = gst_structure_new_empty("options");

		gst_audio_resampler_options_set_quality(GST_AUDIO_RESAMPLER_METHOD_KAISER,
							OFFHOOK_G711_ELEMENT_QUALITY, self->in.rate,
							self->out.rate, options);
		self->resampler = gst_audio_resampler_new(
		    GST_AUDIO_RESAMPLER_METHOD_KAISER, GST_AUDIO_RESAMPLER_FLAG_NONE,
		    GST_AUDIO_FORMAT_S16, 1, self->in.rate, self->out.rate, options);
		offhook_g711_element_prime(self);
	}
	self->configured = TRUE;
}

/* Of what the next element takes: its first choice, at a rate as near to ours as it allows. */
static GstCaps *
offhook_g711_element_choose_caps(OffhookG711Element *self)
{
	GstCaps *caps = gst_pad_get_allowed_caps(self->src);

	if (caps == NULL)
		caps = gst_pad_get_pad_template_caps(self->src);
	if (gst_caps_is_empty(caps)) {
		gst_caps_unref(caps);
		return NULL;
	}
	caps = gst_caps_make_writable(gst_caps_truncate(caps));
	gst_structure_fixate_field_nearest_int(gst_caps_get_structure(caps, 0), "rate",
					       self->in.rate);
	return gst_caps_fixate(caps);
}

static gboolean
offhook_g711_element_set_caps(OffhookG711Element *self, const GstCaps *caps)
{
	g_autoptr(GstCaps) out = NULL;

	offhook_g711_element_reset(self);
	if (!offhook_g711_element_parse_caps(caps, &self->in))
		return FALSE;
	out = offhook_g711_element_choose_caps(self);
	if (out == NULL || !offhook_g711_element_parse_caps(out, &self->out))
		return FALSE;
	offhook_g711_element_configure(self);
	return gst_pad_push_event(self->src, gst_event_new_caps(out));
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

/* The input as S16: @data itself, or in @room. */
static const gint16 *
offhook_g711_element_decode(OffhookG711Element *self, const guint8 *data, gsize n, gint16 *room)
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
offhook_g711_element_get_out_frames(OffhookG711Element *self, gsize n)
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
offhook_g711_element_resample(OffhookG711Element *self, const gint16 *in, gsize n, gint16 *out,
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
offhook_g711_element_encode(OffhookG711Element *self, const gint16 *samples, gsize n, guint8 *out)
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
offhook_g711_element_convert_block(OffhookG711Element *self, const guint8 *data, gsize n,
				   guint8 *out, gsize n_out)
{
	gint16 decoded[OFFHOOK_G711_ELEMENT_BLOCK];
	gint16 resampled[OFFHOOK_G711_ELEMENT_ROOM];
	const gint16 *samples = offhook_g711_element_decode(self, data, n, decoded);

	if (self->in.rate != self->out.rate) {
		gboolean direct = self->out.encoding == OFFHOOK_ENCODING_S16LE;
		gint16 *to = direct ? (gint16 *)out : resampled;

		offhook_g711_element_resample(self, samples, n, to, n_out);
		samples = to;
	}
	offhook_g711_element_encode(self, samples, n_out, out);
}

static guint
offhook_g711_element_get_sample_bytes(const OffhookAudioFormat *format)
{
	return format->encoding == OFFHOOK_ENCODING_S16LE ? 2 : 1;
}

gsize
offhook_g711_element_get_out_size(OffhookG711Element *self, gsize size)
{
	gsize n = size / offhook_g711_element_get_sample_bytes(&self->in);

	if (!self->configured)
		return 0;
	return offhook_g711_element_get_out_frames(self, n) *
	       offhook_g711_element_get_sample_bytes(&self->out);
}

void
offhook_g711_element_convert(OffhookG711Element *self, const guint8 *data, gsize size, guint8 *out)
{
	guint in_bytes = offhook_g711_element_get_sample_bytes(&self->in);
	guint out_bytes = offhook_g711_element_get_sample_bytes(&self->out);
	gsize left = size / in_bytes;

	while (left > 0) {
		gsize n = MIN(left, OFFHOOK_G711_ELEMENT_BLOCK);
		gsize n_out = offhook_g711_element_get_out_frames(self, n);

		offhook_g711_element_convert_block(self, data, n, out, n_out);
		data += n * in_bytes;
		out += n_out * out_bytes;
		left -= n;
	}
}

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
	size = offhook_g711_element_get_out_size(self, in.size);
	out = offhook_buffer_reuse(&self->buffer, size);
	output = self->buffer.buffer;
	offhook_g711_element_convert(self, in.data, in.size, out);
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

void
offhook_g711_element_add_hot(const OffhookG711Element *self, OffhookHotSet *set)
{
	/* All but what GStreamer has before it. */
	offhook_hot_set_add(set, &self->in, (const guint8 *)(self + 1) - (const guint8 *)&self->in);
}
