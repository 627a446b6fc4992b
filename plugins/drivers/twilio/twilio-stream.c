/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Twilio Media Streams: one object per WebSocket, used in its media thread alone. Audio goes through
 * the scanner, everything else (and audio in unusual spelling) through json-glib; both end in the
 * same functions.
 */

#include "twilio-stream.h"

#include "base64.h"
#include <offhook/json.h>
#include "media-scanner.h"
#include "stream-start.h"

#include <offhook/error.h>
#include <string.h>

/* A brace or bracket each; json-glib recurses, so this bounds its stack. */
#define MAX_BRACKETS 1024

/* What we send, around the stream's id. */
#define MEDIA_HEAD   "{\"event\":\"media\",\"streamSid\":\""
#define MEDIA_MIDDLE "\",\"media\":{\"payload\":\""
#define MARK_HEAD    "{\"event\":\"mark\",\"streamSid\":\""
#define MARK_MIDDLE  "\",\"mark\":{\"name\":\""
#define CLEAR_HEAD   "{\"event\":\"clear\",\"streamSid\":\""
#define CLEAR_END    "\"}"
#define MESSAGE_END  "\"}}"

#define ID(self) ((self)->media_head + strlen(MEDIA_HEAD))

struct _OffhookTwilioStream {
	OffhookWireProtocol parent_instance;

	JsonParser *parser;
	GByteArray *audio; /* decoded payload, reused */

	/*
	 * The beginning of a media message, which holds the stream's id; empty until "start". Needed 50
	 * times a second and call, hence here and not in memory of its own.
	 */
	guint8 id_size;
	guint8 media_head_size;
	char media_head[sizeof(MEDIA_HEAD) + OFFHOOK_TWILIO_ID_MAX + sizeof(MEDIA_MIDDLE)];

	gint64 sequence; /* of the last message, -1 before the first */
	guint64 gaps;
	gboolean stopped;
};

G_DEFINE_FINAL_TYPE(OffhookTwilioStream, offhook_twilio_stream, OFFHOOK_TYPE_WIRE_PROTOCOL)

/* What the handlers need of a message that went through the parser. */
typedef struct {
	OffhookMediaPort *port;
	JsonObject *message;
	JsonObject *body; /* (nullable): the member named like the event */
} OffhookTwilioMessage;

typedef struct {
	const char *event;
	gboolean in_stream; /* belongs between "start" and "stop" */
	gboolean (*take)(OffhookTwilioStream *self, const OffhookTwilioMessage *message,
			 GError **error);
} OffhookTwilioEvent;

static gboolean
offhook_twilio_stream_fail(GError **error, const char *event, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s message: expected %s", event,
		    expected);
	return FALSE;
}

/* ---- what every message of a stream must get right ---- */

static gboolean
offhook_twilio_stream_check_id(OffhookTwilioStream *self, const char *event, const char *id,
			       gsize size, GError **error)
{
	if (self->id_size == 0)
		return offhook_twilio_stream_fail(error, event, "the start message before it");
	if (id != NULL && self->id_size == size && memcmp(ID(self), id, size) == 0)
		return TRUE;
	return offhook_twilio_stream_fail(error, event, "the streamSid of the start message");
}

static void
offhook_twilio_stream_count(OffhookTwilioStream *self, gint64 sequence)
{
	if (sequence < 0 || sequence <= self->sequence)
		return; /* late ones were counted as missing when they were overtaken */
	if (self->sequence >= 0)
		self->gaps += (guint64)(sequence - self->sequence - 1);
	self->sequence = sequence;
}

/* ---- media ---- */

static gboolean
offhook_twilio_stream_decode(OffhookTwilioStream *self, const OffhookTwilioMedia *media)
{
	gssize size;

	g_byte_array_set_size(self->audio,
			      (guint)OFFHOOK_TWILIO_BASE64_DECODED(media->payload_size));
	size = offhook_twilio_base64_decode(media->payload, media->payload_size, self->audio->data);
	if (size < 0)
		return FALSE;
	g_byte_array_set_size(self->audio, (guint)size);
	return TRUE;
}

/* @self->audio holds the payload. */
static gboolean
offhook_twilio_stream_take_media(OffhookTwilioStream *self, OffhookMediaPort *port,
				 const OffhookTwilioMedia *media, GError **error)
{
	if (!offhook_twilio_stream_check_id(self, "media", media->stream_id, media->stream_id_size,
					    error))
		return FALSE;
	offhook_twilio_stream_count(self, media->sequence);
	if (!media->outbound && self->audio->len > 0 && !self->stopped)
		offhook_media_port_receive_audio(port, self->audio->data, self->audio->len,
						 media->timestamp);
	return TRUE;
}

static gboolean
offhook_twilio_stream_take_media_json(OffhookTwilioStream *self,
				      const OffhookTwilioMessage *message, GError **error)
{
	OffhookTwilioMedia media = OFFHOOK_TWILIO_MEDIA_INIT;
	const char *track = offhook_json_get_string(message->body, "track");

	media.stream_id = offhook_json_get_string(message->message, "streamSid");
	media.stream_id_size = media.stream_id != NULL ? strlen(media.stream_id) : 0;
	media.payload = offhook_json_get_string(message->body, "payload");
	if (media.payload == NULL)
		return offhook_twilio_stream_fail(error, "media", "a string media.payload");
	media.payload_size = strlen(media.payload);
	media.sequence = offhook_json_get_number(message->message, "sequenceNumber");
	media.chunk = offhook_json_get_number(message->body, "chunk");
	media.timestamp = offhook_json_get_number(message->body, "timestamp");
	media.outbound = track != NULL && offhook_twilio_track_is_outbound(track, strlen(track));
	if (!offhook_twilio_stream_decode(self, &media))
		return offhook_twilio_stream_fail(error, "media", "base64 in media.payload");
	return offhook_twilio_stream_take_media(self, message->port, &media, error);
}

/* ---- the other events ---- */

static void
offhook_twilio_stream_set_id(OffhookTwilioStream *self, const char *id)
{
	self->id_size = (guint8)strlen(id);
	self->media_head_size = (guint8)g_snprintf(self->media_head, sizeof self->media_head,
						   MEDIA_HEAD "%s" MEDIA_MIDDLE, id);
}

static gboolean
offhook_twilio_stream_take_start(OffhookTwilioStream *self, const OffhookTwilioMessage *message,
				 GError **error)
{
	g_autoptr(OffhookStreamStart) start = NULL;

	if (self->id_size > 0)
		return offhook_twilio_stream_fail(error, "start", "only one on a connection");
	start = offhook_twilio_stream_start_read(message->message, error);
	if (start == NULL)
		return FALSE;
	offhook_twilio_stream_set_id(self, start->stream_id);
	offhook_media_port_receive_start(message->port, start);
	return TRUE;
}

static gboolean
offhook_twilio_stream_take_dtmf(OffhookTwilioStream *self, const OffhookTwilioMessage *message,
				GError **error)
{
	const char *digit = offhook_json_get_string(message->body, "digit");

	if (digit == NULL || digit[0] == '\0' || digit[1] != '\0' ||
	    strchr("0123456789*#ABCDabcd", digit[0]) == NULL)
		return offhook_twilio_stream_fail(error, "dtmf",
						  "one of 0-9, *, #, A-D in dtmf.digit");
	offhook_media_port_receive_dtmf(message->port, g_ascii_toupper(digit[0]));
	return TRUE;
}

static gboolean
offhook_twilio_stream_take_mark(OffhookTwilioStream *self, const OffhookTwilioMessage *message,
				GError **error)
{
	const char *name = offhook_json_get_string(message->body, "name");

	/* We never send one without a name, so an echo without it is of no use. */
	if (name != NULL)
		offhook_media_port_receive_mark(message->port, name);
	return TRUE;
}

static gboolean
offhook_twilio_stream_take_stop(OffhookTwilioStream *self, const OffhookTwilioMessage *message,
				GError **error)
{
	self->stopped = TRUE;
	offhook_media_port_receive_end(message->port, NULL);
	return TRUE;
}

static const OffhookTwilioEvent offhook_twilio_events[] = {
    {"media", FALSE, offhook_twilio_stream_take_media_json},
    {"mark", TRUE, offhook_twilio_stream_take_mark},
    {"dtmf", TRUE, offhook_twilio_stream_take_dtmf},
    {"start", FALSE, offhook_twilio_stream_take_start},
    {"stop", TRUE, offhook_twilio_stream_take_stop},
};

static const OffhookTwilioEvent *
offhook_twilio_event_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_events); i++)
		if (g_str_equal(offhook_twilio_events[i].event, name))
			return &offhook_twilio_events[i];
	return NULL;
}

static gboolean
offhook_twilio_stream_take_message(OffhookTwilioStream *self, OffhookTwilioMessage *message,
				   GError **error)
{
	const char *name = offhook_json_get_string(message->message, "event");
	const OffhookTwilioEvent *event;

	if (name == NULL)
		return offhook_twilio_stream_fail(error, "stream", "a string \"event\"");
	if (self->stopped)
		return TRUE;
	event = offhook_twilio_event_find(name);
	message->body = offhook_json_get_object(message->message, name);
	if (event != NULL && event->in_stream) {
		const char *id = offhook_json_get_string(message->message, "streamSid");

		if (!offhook_twilio_stream_check_id(self, name, id, id != NULL ? strlen(id) : 0,
						    error))
			return FALSE;
	}
	/* Unknown events are "connected" and what Twilio may add one day. */
	if (event != NULL && !event->take(self, message, error))
		return FALSE;
	offhook_twilio_stream_count(self,
				    offhook_json_get_number(message->message, "sequenceNumber"));
	return TRUE;
}

static gboolean
offhook_twilio_stream_parse(OffhookTwilioStream *self, OffhookMediaPort *port, const char *data,
			    gsize size, GError **error)
{
	OffhookTwilioMessage message = {.port = port};
	g_autoptr(GError) local = NULL;
	guint brackets = 0;
	JsonNode *root;

	if (size == 0)
		return offhook_twilio_stream_fail(error, "stream", "JSON, not nothing");
	for (gsize i = 0; i < size; i++)
		brackets += data[i] == '{' || data[i] == '[';
	if (brackets > MAX_BRACKETS)
		return offhook_twilio_stream_fail(error, "stream", "less nesting");
	if (self->parser == NULL)
		self->parser = json_parser_new();
	if (!json_parser_load_from_data(self->parser, data, (gssize)size, &local))
		return offhook_twilio_stream_fail(error, "stream", "JSON");
	root = json_parser_get_root(self->parser);
	if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
		return offhook_twilio_stream_fail(error, "stream", "a JSON object");
	message.message = json_node_get_object(root);
	return offhook_twilio_stream_take_message(self, &message, error);
}

static gboolean
offhook_twilio_stream_receive(OffhookWireProtocol *protocol, OffhookMediaPort *port,
			      OffhookWireKind kind, const guint8 *data, gsize size, GError **error)
{
	OffhookTwilioStream *self = OFFHOOK_TWILIO_STREAM(protocol);
	OffhookTwilioMedia media;

	if (kind != OFFHOOK_WIRE_TEXT)
		return offhook_twilio_stream_fail(error, "stream", "text, not binary");
	if (size > OFFHOOK_TWILIO_MESSAGE_MAX_BYTES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "stream message: %" G_GSIZE_FORMAT " bytes, expected at most %d", size,
			    OFFHOOK_TWILIO_MESSAGE_MAX_BYTES);
		return FALSE;
	}
	/* A payload that does not decode may be one with escapes: the parser knows. */
	if (offhook_twilio_media_scan((const char *)data, size, &media) &&
	    offhook_twilio_stream_decode(self, &media))
		return offhook_twilio_stream_take_media(self, port, &media, error);
	return offhook_twilio_stream_parse(self, port, (const char *)data, size, error);
}

/* ---- what we send ---- */

static void
offhook_twilio_append(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static void
offhook_twilio_stream_append_id(OffhookTwilioStream *self, GByteArray *out)
{
	g_byte_array_append(out, (const guint8 *)ID(self), self->id_size);
}

static gboolean
offhook_twilio_stream_format_audio(OffhookWireProtocol *protocol, const guint8 *payload, gsize size,
				   GByteArray *out)
{
	OffhookTwilioStream *self = OFFHOOK_TWILIO_STREAM(protocol);
	const guint encoded = (guint)OFFHOOK_TWILIO_BASE64_ENCODED(size);
	const guint end = (guint)strlen(MESSAGE_END);
	guint at = out->len;

	if (self->id_size == 0 || self->stopped || size == 0)
		return FALSE;
	g_byte_array_set_size(out, at + self->media_head_size + encoded + end);
	memcpy(out->data + at, self->media_head, self->media_head_size);
	at += self->media_head_size;
	offhook_twilio_base64_encode(payload, size, out->data + at);
	memcpy(out->data + at + encoded, MESSAGE_END, end);
	return TRUE;
}

static gboolean
offhook_twilio_stream_format_mark(OffhookWireProtocol *protocol, const char *name, GByteArray *out)
{
	OffhookTwilioStream *self = OFFHOOK_TWILIO_STREAM(protocol);

	if (self->id_size == 0 || self->stopped)
		return FALSE;
	offhook_twilio_append(out, MARK_HEAD);
	offhook_twilio_stream_append_id(self, out);
	offhook_twilio_append(out, MARK_MIDDLE);
	for (const char *p = name; *p != '\0'; p++) {
		char escaped[8] = {*p};

		if (*p == '"' || *p == '\\' || (*p >= '\0' && *p < ' '))
			g_snprintf(escaped, sizeof escaped, "\\u%04x", (guint8)*p);
		offhook_twilio_append(out, escaped);
	}
	offhook_twilio_append(out, MESSAGE_END);
	return TRUE;
}

static gboolean
offhook_twilio_stream_format_clear(OffhookWireProtocol *protocol, GByteArray *out)
{
	OffhookTwilioStream *self = OFFHOOK_TWILIO_STREAM(protocol);

	if (self->id_size == 0 || self->stopped)
		return FALSE;
	offhook_twilio_append(out, CLEAR_HEAD);
	offhook_twilio_stream_append_id(self, out);
	offhook_twilio_append(out, CLEAR_END);
	return TRUE;
}

static void
offhook_twilio_stream_describe(OffhookWireProtocol *protocol, OffhookMediaPort *port)
{
	offhook_media_port_set_formats(port, &offhook_twilio_stream_format,
				       &offhook_twilio_stream_format);
	offhook_media_port_set_features(port, OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR |
						  OFFHOOK_MEDIA_DTMF_EVENTS);
}

OffhookWireProtocol *
offhook_twilio_stream_new(void)
{
	return g_object_new(OFFHOOK_TYPE_TWILIO_STREAM, NULL);
}

guint64
offhook_twilio_stream_get_gaps(OffhookTwilioStream *self)
{
	g_return_val_if_fail(OFFHOOK_IS_TWILIO_STREAM(self), 0);

	return self->gaps;
}

static void
offhook_twilio_stream_finalize(GObject *object)
{
	OffhookTwilioStream *self = OFFHOOK_TWILIO_STREAM(object);

	if (self->gaps > 0)
		g_debug("stream ended with %" G_GUINT64_FORMAT " messages missing", self->gaps);
	g_clear_object(&self->parser);
	g_byte_array_unref(self->audio);

	G_OBJECT_CLASS(offhook_twilio_stream_parent_class)->finalize(object);
}

static void
offhook_twilio_stream_init(OffhookTwilioStream *self)
{
	self->audio = g_byte_array_sized_new(512);
	self->sequence = -1;
}

static void
offhook_twilio_stream_class_init(OffhookTwilioStreamClass *klass)
{
	OffhookWireProtocolClass *protocol_class = OFFHOOK_WIRE_PROTOCOL_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_twilio_stream_finalize;
	protocol_class->describe = offhook_twilio_stream_describe;
	protocol_class->receive = offhook_twilio_stream_receive;
	protocol_class->format_audio = offhook_twilio_stream_format_audio;
	protocol_class->format_mark = offhook_twilio_stream_format_mark;
	protocol_class->format_clear = offhook_twilio_stream_format_clear;
	protocol_class->audio_kind = OFFHOOK_WIRE_TEXT;
}
