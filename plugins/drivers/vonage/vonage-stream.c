/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Vonage's WebSocket: audio is binary, linear and little endian, one 20 ms frame in a message each
 * way; everything else is text. Vonage stops reading at a frame of another size, so there is none.
 * One object per WebSocket, used in its media thread alone.
 */

#include "vonage-stream.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_PARAMETERS     100
#define MAX_PARAMETER_SIZE 4096
#define CONTENT_TYPE       "audio/l16;rate="

struct _OffhookVonageStream {
	OffhookWireProtocol parent_instance;

	OffhookAudioFormat format;
	gsize frame_size;
	char *call_id; /* (nullable) */
	gboolean started;
	guint64 odd_sizes;
};

G_DEFINE_FINAL_TYPE(OffhookVonageStream, offhook_vonage_stream, OFFHOOK_TYPE_WIRE_PROTOCOL)

static gboolean
offhook_vonage_stream_fail(GError **error, const char *message, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s message: expected %s", message,
		    expected);
	return FALSE;
}

/* ---- the first message ---- */

/* Blanks and letter case do not matter in a content type. */
static gboolean
offhook_vonage_stream_check_type(OffhookVonageStream *self, JsonObject *message, GError **error)
{
	const char *type = offhook_json_get_string(message, "content-type");
	g_autofree char *ours = g_strdup_printf(CONTENT_TYPE "%u", self->format.rate);
	g_autoptr(GString) plain = g_string_new(NULL);

	for (const char *p = type != NULL ? type : ""; *p != '\0'; p++)
		if (!g_ascii_isspace(*p))
			g_string_append_c(plain, g_ascii_tolower(*p));
	return g_str_equal(plain->str, ours) ||
	       offhook_vonage_stream_fail(error, "websocket:connected",
					  "the content-type that was asked for");
}

/* Our own headers come back beside what Vonage says; values need not be strings. */
static gboolean
offhook_vonage_stream_read_headers(JsonObject *message, GHashTable *parameters, GError **error)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	json_object_iter_init(&iter, message);
	while (json_object_iter_next(&iter, &name, &node)) {
		g_autofree char *value = NULL;

		if (g_str_equal(name, "event") || g_str_equal(name, "content-type"))
			continue;
		value =
		    JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
			? json_node_dup_string(node)
			: offhook_json_node_to_string(node);
		if (g_hash_table_size(parameters) == MAX_PARAMETERS ||
		    strlen(name) + strlen(value) > MAX_PARAMETER_SIZE) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				    "websocket:connected message: expected at most %d headers of "
				    "%d bytes each",
				    MAX_PARAMETERS, MAX_PARAMETER_SIZE);
			return FALSE;
		}
		g_hash_table_insert(parameters, g_strdup(name), g_steal_pointer(&value));
	}
	return TRUE;
}

static gboolean
offhook_vonage_stream_take_connected(OffhookVonageStream *self, OffhookMediaPort *port,
				     JsonObject *message, GError **error)
{
	g_autofree char *id = g_uuid_string_random();
	g_autoptr(OffhookStreamStart) start = NULL;
	const char *call_id = offhook_json_get_string(message, "call_id");

	if (self->started)
		return offhook_vonage_stream_fail(error, "websocket:connected",
						  "only one on a connection");
	if (!offhook_vonage_stream_check_type(self, message, error))
		return FALSE;
	if (self->call_id != NULL && g_strcmp0(call_id, self->call_id) != 0)
		return offhook_vonage_stream_fail(error, "websocket:connected",
						  "the call_id of the connection's token");
	start = offhook_stream_start_new(id, NULL, &self->format);
	if (!offhook_vonage_stream_read_headers(message, start->parameters, error))
		return FALSE;
	self->started = TRUE;
	offhook_media_port_receive_start(port, start);
	return TRUE;
}

/* ---- the other messages ---- */

static gboolean
offhook_vonage_stream_take_dtmf(OffhookVonageStream *self, OffhookMediaPort *port,
				JsonObject *message, GError **error)
{
	const char *digit = offhook_json_get_string(message, "digit");

	if (digit == NULL)
		digit = offhook_json_get_string(offhook_json_get_object(message, "dtmf"), "digit");
	if (digit == NULL || digit[0] == '\0' || digit[1] != '\0' ||
	    strchr("0123456789*#", digit[0]) == NULL)
		return offhook_vonage_stream_fail(error, "websocket:dtmf",
						  "one of 0-9, * and # in digit");
	if (self->started)
		offhook_media_port_receive_dtmf(port, digit[0]);
	return TRUE;
}

static gboolean
offhook_vonage_stream_take_notify(OffhookVonageStream *self, OffhookMediaPort *port,
				  JsonObject *message, GError **error)
{
	const char *mark =
	    offhook_json_get_string(offhook_json_get_object(message, "payload"), "mark");

	/* We never send one without it. */
	if (mark != NULL && self->started)
		offhook_media_port_receive_mark(port, mark);
	return TRUE;
}

static const struct {
	const char *event;
	gboolean (*take)(OffhookVonageStream *self, OffhookMediaPort *port, JsonObject *message,
			 GError **error);
} offhook_vonage_stream_events[] = {
    {"websocket:connected", offhook_vonage_stream_take_connected},
    {"websocket:dtmf", offhook_vonage_stream_take_dtmf},
    {"websocket:notify", offhook_vonage_stream_take_notify},
};

static gboolean
offhook_vonage_stream_receive_text(OffhookVonageStream *self, OffhookMediaPort *port,
				   const char *data, gsize size, GError **error)
{
	g_autoptr(JsonObject) message =
	    offhook_json_parse_object(data, (gssize)size, "stream message", error);
	const char *event;

	if (message == NULL)
		return FALSE;
	event = offhook_json_get_string(message, "event");
	/* A very old form of the first message. */
	if (event == NULL && !self->started && json_object_has_member(message, "content-type"))
		event = "websocket:connected";
	for (guint i = 0; event != NULL && i < G_N_ELEMENTS(offhook_vonage_stream_events); i++)
		if (g_str_equal(event, offhook_vonage_stream_events[i].event))
			return offhook_vonage_stream_events[i].take(self, port, message, error);
	return TRUE; /* "websocket:cleared", and what Vonage may add one day */
}

/* Any whole number of samples is taken; it should be one frame. */
static gboolean
offhook_vonage_stream_receive_audio(OffhookVonageStream *self, OffhookMediaPort *port,
				    const guint8 *data, gsize size, GError **error)
{
	if (size % sizeof(gint16) != 0)
		return offhook_vonage_stream_fail(error, "audio", "whole samples of 16 bits");
	if (size != self->frame_size)
		self->odd_sizes++;
	if (self->started && size > 0)
		offhook_media_port_receive_audio(port, data, size, -1);
	return TRUE;
}

static gboolean
offhook_vonage_stream_receive(OffhookWireProtocol *protocol, OffhookMediaPort *port,
			      OffhookWireKind kind, const guint8 *data, gsize size, GError **error)
{
	OffhookVonageStream *self =
	    (OffhookVonageStream *)protocol; /* 50 times a second and call */

	if (size > OFFHOOK_VONAGE_MESSAGE_MAX_BYTES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "stream message: %" G_GSIZE_FORMAT " bytes, expected at most %d", size,
			    OFFHOOK_VONAGE_MESSAGE_MAX_BYTES);
		return FALSE;
	}
	if (kind == OFFHOOK_WIRE_BINARY)
		return offhook_vonage_stream_receive_audio(self, port, data, size, error);
	return offhook_vonage_stream_receive_text(self, port, (const char *)data, size, error);
}

/* ---- what we send ---- */

static gboolean
offhook_vonage_stream_format_audio(OffhookWireProtocol *protocol, const guint8 *payload, gsize size,
				   GByteArray *out)
{
	OffhookVonageStream *self =
	    (OffhookVonageStream *)protocol; /* 50 times a second and call */
	guint begin = out->len;

	if (!self->started || size == 0 || size > self->frame_size)
		return FALSE;
	g_byte_array_append(out, payload, (guint)size);
	if (size < self->frame_size) {
		g_byte_array_set_size(out, begin + (guint)self->frame_size);
		memset(out->data + begin + size, 0, self->frame_size - size);
	}
	return TRUE;
}

static void
offhook_vonage_append(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

/* The core reckons with marks that never come back, so there is nothing to wait for here. */
static gboolean
offhook_vonage_stream_format_mark(OffhookWireProtocol *protocol, const char *name, GByteArray *out)
{
	OffhookVonageStream *self = OFFHOOK_VONAGE_STREAM(protocol);
	g_autoptr(JsonNode) node = json_node_init_string(json_node_alloc(), name);
	g_autofree char *quoted = offhook_json_node_to_string(node);

	if (!self->started)
		return FALSE;
	offhook_vonage_append(out, "{\"action\":\"notify\",\"payload\":{\"mark\":");
	offhook_vonage_append(out, quoted);
	offhook_vonage_append(out, "}}");
	return TRUE;
}

static gboolean
offhook_vonage_stream_format_clear(OffhookWireProtocol *protocol, GByteArray *out)
{
	OffhookVonageStream *self = OFFHOOK_VONAGE_STREAM(protocol);

	if (!self->started)
		return FALSE;
	offhook_vonage_append(out, "{\"action\":\"clear\"}");
	return TRUE;
}

static void
offhook_vonage_stream_describe(OffhookWireProtocol *protocol, OffhookMediaPort *port)
{
	OffhookVonageStream *self = OFFHOOK_VONAGE_STREAM(protocol);

	offhook_media_port_set_formats(port, &self->format, &self->format);
	offhook_media_port_set_features(port, OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR |
						  OFFHOOK_MEDIA_DTMF_EVENTS);
}

OffhookWireProtocol *
offhook_vonage_stream_new(guint rate, const char *call_id)
{
	OffhookVonageStream *self = g_object_new(OFFHOOK_TYPE_VONAGE_STREAM, NULL);

	self->format = (OffhookAudioFormat){OFFHOOK_ENCODING_S16LE, rate};
	self->frame_size = offhook_audio_format_get_bytes(&self->format, OFFHOOK_FRAME_MS);
	self->call_id = g_strdup(call_id);
	return OFFHOOK_WIRE_PROTOCOL(self);
}

guint64
offhook_vonage_stream_get_odd_sizes(OffhookVonageStream *self)
{
	g_return_val_if_fail(OFFHOOK_IS_VONAGE_STREAM(self), 0);

	return self->odd_sizes;
}

static void
offhook_vonage_stream_finalize(GObject *object)
{
	OffhookVonageStream *self = OFFHOOK_VONAGE_STREAM(object);

	if (self->odd_sizes > 0)
		g_debug("stream ended with %" G_GUINT64_FORMAT " messages of other than one frame",
			self->odd_sizes);
	g_free(self->call_id);

	G_OBJECT_CLASS(offhook_vonage_stream_parent_class)->finalize(object);
}

static void
offhook_vonage_stream_init(OffhookVonageStream *self)
{
}

static void
offhook_vonage_stream_class_init(OffhookVonageStreamClass *klass)
{
	OffhookWireProtocolClass *protocol_class = OFFHOOK_WIRE_PROTOCOL_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_vonage_stream_finalize;
	protocol_class->describe = offhook_vonage_stream_describe;
	protocol_class->receive = offhook_vonage_stream_receive;
	protocol_class->format_audio = offhook_vonage_stream_format_audio;
	protocol_class->format_mark = offhook_vonage_stream_format_mark;
	protocol_class->format_clear = offhook_vonage_stream_format_clear;
	protocol_class->audio_kind = OFFHOOK_WIRE_BINARY;
}
