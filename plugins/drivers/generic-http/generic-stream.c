/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A media WebSocket as the configuration describes it: one object per connection, used in its media
 * thread alone. Text messages are JSON objects that say what they are; audio is in binary messages or
 * in base64 inside of them.
 */

#include "generic-stream.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

typedef struct {
	OffhookWireProtocol *protocol; /* whose this is */
	OffhookGenericConfig *config;
	char *stream_id; /* (nullable) */
	char *call_id;   /* (nullable): the provider's */
	gboolean stopped;
} OffhookGenericStreamPrivate;

G_DEFINE_TYPE_WITH_PRIVATE(OffhookGenericStream, offhook_generic_stream, OFFHOOK_TYPE_WIRE_PROTOCOL)

/* The kind of audio messages belongs to a class; nothing else differs. */
#define OFFHOOK_TYPE_GENERIC_BINARY_STREAM (offhook_generic_binary_stream_get_type())
G_DECLARE_FINAL_TYPE(OffhookGenericBinaryStream, offhook_generic_binary_stream, OFFHOOK,
		     GENERIC_BINARY_STREAM, OffhookGenericStream)

struct _OffhookGenericBinaryStream {
	OffhookGenericStream parent_instance;
};

G_DEFINE_FINAL_TYPE(OffhookGenericBinaryStream, offhook_generic_binary_stream,
		    OFFHOOK_TYPE_GENERIC_STREAM)

#define PRIV(self)                                                                                 \
	((OffhookGenericStreamPrivate *)offhook_generic_stream_get_instance_private(               \
	    OFFHOOK_GENERIC_STREAM(self)))

static gboolean
offhook_generic_stream_fail(GError **error, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "media stream: expected %s",
		    expected);
	return FALSE;
}

/* ---- what comes ---- */

static gboolean
offhook_generic_stream_take_start(OffhookGenericStreamPrivate *priv, OffhookMediaPort *port,
				  JsonObject *message, GError **error)
{
	g_autofree char *token = NULL;

	/* Audio came first, or it is said once more: nothing new. */
	if (offhook_wire_protocol_is_started(priv->protocol))
		return TRUE;
	token = offhook_generic_pointers_get(priv->config->stream_token, message);
	if (offhook_wire_protocol_get_token(priv->protocol) == NULL)
		offhook_wire_protocol_set_token(priv->protocol, token);
	priv->stream_id = offhook_generic_pointers_get(priv->config->stream_id, message);
	priv->call_id = offhook_generic_pointers_get(priv->config->stream_call_id, message);
	offhook_wire_protocol_start(priv->protocol, port, priv->stream_id, priv->call_id);
	return TRUE;
}

static gboolean
offhook_generic_stream_take_audio(OffhookGenericStreamPrivate *priv, OffhookMediaPort *port,
				  const guint8 *data, gsize size, GError **error)
{
	/* A stream that has shown its token in the upgrade needs no words to begin. */
	if (!offhook_wire_protocol_is_started(priv->protocol) &&
	    offhook_wire_protocol_get_token(priv->protocol) == NULL)
		return offhook_generic_stream_fail(error, "a start message before audio");
	if (priv->config->format.encoding == OFFHOOK_ENCODING_S16LE && size % 2 != 0)
		return offhook_generic_stream_fail(error, "whole samples of two bytes");
	offhook_wire_protocol_start(priv->protocol, port, NULL, NULL);
	if (size > 0)
		offhook_media_port_receive_audio(port, data, size, -1);
	return TRUE;
}

static gboolean
offhook_generic_stream_take_media(OffhookGenericStreamPrivate *priv, OffhookMediaPort *port,
				  JsonObject *message, GError **error)
{
	g_autofree char *text = offhook_generic_pointers_get(priv->config->stream_payload, message);
	gsize size;

	if (text == NULL)
		return offhook_generic_stream_fail(error, "audio where stream-payload points");
	if (*text == '\0')
		return offhook_generic_stream_take_audio(priv, port, NULL, 0, error);
	size = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/");
	/* g_base64_decode() would pass over what is no base64. */
	if (strspn(text + size, "=") != strlen(text + size) || strlen(text) % 4 != 0 ||
	    strlen(text) - size > 2)
		return offhook_generic_stream_fail(error, "base64 where stream-payload points");
	g_base64_decode_inplace(text, &size);
	return offhook_generic_stream_take_audio(priv, port, (const guint8 *)text, size, error);
}

static gboolean
offhook_generic_stream_take_dtmf(OffhookGenericStreamPrivate *priv, OffhookMediaPort *port,
				 JsonObject *message, GError **error)
{
	g_autofree char *digit = offhook_generic_pointers_get(priv->config->stream_digit, message);

	if (digit == NULL || digit[0] == '\0' || digit[1] != '\0' ||
	    strchr("0123456789*#ABCDabcd", digit[0]) == NULL)
		return offhook_generic_stream_fail(
		    error, "one of 0-9, *, #, A-D where stream-digit points");
	if (offhook_wire_protocol_is_started(priv->protocol))
		offhook_media_port_receive_dtmf(port, g_ascii_toupper(digit[0]));
	return TRUE;
}

static gboolean
offhook_generic_stream_take_mark(OffhookGenericStreamPrivate *priv, OffhookMediaPort *port,
				 JsonObject *message, GError **error)
{
	g_autofree char *name =
	    offhook_generic_pointers_get(priv->config->stream_mark_name, message);

	if (name != NULL && offhook_wire_protocol_is_started(priv->protocol))
		offhook_media_port_receive_mark(port, name);
	return TRUE;
}

static gboolean
offhook_generic_stream_take_stop(OffhookGenericStreamPrivate *priv, OffhookMediaPort *port,
				 JsonObject *message, GError **error)
{
	priv->stopped = TRUE;
	offhook_media_port_receive_end(port, NULL);
	return TRUE;
}

typedef gboolean (*OffhookGenericStreamTake)(OffhookGenericStreamPrivate *priv,
					     OffhookMediaPort *port, JsonObject *message,
					     GError **error);

static const OffhookGenericStreamTake offhook_generic_stream_takes[OFFHOOK_GENERIC_STREAM_LAST] = {
    [OFFHOOK_GENERIC_STREAM_START] = offhook_generic_stream_take_start,
    [OFFHOOK_GENERIC_STREAM_MEDIA] = offhook_generic_stream_take_media,
    [OFFHOOK_GENERIC_STREAM_DTMF] = offhook_generic_stream_take_dtmf,
    [OFFHOOK_GENERIC_STREAM_MARK] = offhook_generic_stream_take_mark,
    [OFFHOOK_GENERIC_STREAM_STOP] = offhook_generic_stream_take_stop,
};

static gboolean
offhook_generic_stream_take_message(OffhookGenericStreamPrivate *priv, OffhookMediaPort *port,
				    const char *text, gsize size, GError **error)
{
	g_autoptr(JsonObject) message =
	    offhook_json_parse_object(text, (gssize)size, "media stream", error);
	g_autofree char *event = NULL;
	g_autofree char *word = NULL;
	OffhookGenericStreamTake take;

	if (message == NULL)
		return FALSE;
	event = offhook_generic_pointers_get(priv->config->stream_event, message);
	word = event != NULL ? g_utf8_strdown(event, -1) : g_strdup("");
	take = offhook_generic_stream_takes[GPOINTER_TO_UINT(
	    g_hash_table_lookup(priv->config->stream_words, word))];
	/* Words that nobody mapped are what the provider may say besides. */
	return take == NULL || take(priv, port, message, error);
}

static gboolean
offhook_generic_stream_receive(OffhookWireProtocol *protocol, OffhookMediaPort *port,
			       OffhookWireKind kind, const guint8 *data, gsize size, GError **error)
{
	OffhookGenericStreamPrivate *priv = PRIV(protocol);

	if (size > OFFHOOK_GENERIC_MESSAGE_MAX_BYTES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "media stream: %" G_GSIZE_FORMAT " bytes, expected at most %d", size,
			    OFFHOOK_GENERIC_MESSAGE_MAX_BYTES);
		return FALSE;
	}
	if (priv->stopped)
		return TRUE;
	if (kind == OFFHOOK_WIRE_TEXT)
		return offhook_generic_stream_take_message(priv, port, (const char *)data, size,
							   error);
	if (!priv->config->binary)
		return offhook_generic_stream_fail(error, "text, because media-framing=json");
	return offhook_generic_stream_take_audio(priv, port, data, size, error);
}

/* ---- what we send ---- */

static gboolean
offhook_generic_stream_append(OffhookGenericStreamPrivate *priv,
			      const OffhookGenericTemplate *template, const char *name,
			      const char *value, GByteArray *out)
{
	const OffhookGenericValue values[] = {
	    {"stream_id", priv->stream_id},
	    {"provider_call_id", priv->call_id},
	    {name, value},
	    {NULL},
	};
	g_autofree char *text = NULL;

	if (template == NULL || !offhook_wire_protocol_is_started(priv->protocol) || priv->stopped)
		return FALSE;
	text = offhook_generic_template_render(template, values);
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
	return TRUE;
}

static gboolean
offhook_generic_stream_format_audio(OffhookWireProtocol *protocol, const guint8 *payload,
				    gsize size, GByteArray *out)
{
	OffhookGenericStreamPrivate *priv = PRIV(protocol);
	g_autofree char *text = NULL;

	if (!offhook_wire_protocol_is_started(priv->protocol) || priv->stopped || size == 0)
		return FALSE;
	if (priv->config->binary) {
		g_byte_array_append(out, payload, (guint)size);
		return TRUE;
	}
	text = g_base64_encode(payload, size);
	return offhook_generic_stream_append(priv, priv->config->send_media, "payload", text, out);
}

static gboolean
offhook_generic_stream_format_mark(OffhookWireProtocol *protocol, const char *name, GByteArray *out)
{
	OffhookGenericStreamPrivate *priv = PRIV(protocol);

	return offhook_generic_stream_append(priv, priv->config->send_mark, "name", name, out);
}

static gboolean
offhook_generic_stream_format_clear(OffhookWireProtocol *protocol, GByteArray *out)
{
	OffhookGenericStreamPrivate *priv = PRIV(protocol);

	return offhook_generic_stream_append(priv, priv->config->send_clear, NULL, NULL, out);
}

static void
offhook_generic_stream_describe(OffhookWireProtocol *protocol, OffhookMediaPort *port)
{
	const OffhookGenericConfig *config = PRIV(protocol)->config;
	OffhookMediaFeatures features = OFFHOOK_MEDIA_NONE;

	if (config->send_mark != NULL)
		features |= OFFHOOK_MEDIA_MARKS;
	if (config->send_clear != NULL)
		features |= OFFHOOK_MEDIA_CLEAR;
	if (config->stream_keys)
		features |= OFFHOOK_MEDIA_DTMF_EVENTS;
	offhook_media_port_set_formats(port, &config->format, &config->format);
	offhook_media_port_set_features(port, features);
}

OffhookWireProtocol *
offhook_generic_stream_new(OffhookGenericConfig *config, const char *token)
{
	GType type =
	    config->binary ? OFFHOOK_TYPE_GENERIC_BINARY_STREAM : OFFHOOK_TYPE_GENERIC_STREAM;
	OffhookWireProtocol *self = g_object_new(type, NULL);

	PRIV(self)->config = offhook_generic_config_ref(config);
	PRIV(self)->protocol = self;
	offhook_wire_protocol_set_token(self, token);
	return self;
}

static void
offhook_generic_stream_finalize(GObject *object)
{
	OffhookGenericStreamPrivate *priv = PRIV(object);

	offhook_generic_config_unref(priv->config);
	g_free(priv->stream_id);
	g_free(priv->call_id);

	G_OBJECT_CLASS(offhook_generic_stream_parent_class)->finalize(object);
}

static void
offhook_generic_stream_init(OffhookGenericStream *self)
{
}

static void
offhook_generic_stream_class_init(OffhookGenericStreamClass *klass)
{
	OffhookWireProtocolClass *protocol_class = OFFHOOK_WIRE_PROTOCOL_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_generic_stream_finalize;
	protocol_class->describe = offhook_generic_stream_describe;
	protocol_class->receive = offhook_generic_stream_receive;
	protocol_class->format_audio = offhook_generic_stream_format_audio;
	protocol_class->format_mark = offhook_generic_stream_format_mark;
	protocol_class->format_clear = offhook_generic_stream_format_clear;
	protocol_class->audio_kind = OFFHOOK_WIRE_TEXT;
}

static void
offhook_generic_binary_stream_init(OffhookGenericBinaryStream *self)
{
}

static void
offhook_generic_binary_stream_class_init(OffhookGenericBinaryStreamClass *klass)
{
	OFFHOOK_WIRE_PROTOCOL_CLASS(klass)->audio_kind = OFFHOOK_WIRE_BINARY;
}
