/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Acme's media WebSocket: audio in binary messages, 16-bit samples at 16 kHz; everything else in JSON
 * text messages. One object per connection, used in its media thread alone: nothing here may block
 * or touch the driver.
 */

#include "acme.h"

#include <offhook/error.h>
#include <offhook/json.h>

struct _AcmeStream {
	OffhookWireProtocol parent_instance;
};

G_DEFINE_FINAL_TYPE(AcmeStream, acme_stream, OFFHOOK_TYPE_WIRE_PROTOCOL)

/* %FALSE closes the connection. What Acme may say one day is no error. */
static gboolean
acme_stream_receive(OffhookWireProtocol *self, OffhookMediaPort *port, OffhookWireKind kind,
		    const guint8 *data, gsize size, GError **error)
{
	g_autoptr(JsonObject) message = NULL;
	const char *type, *key;

	if (kind == OFFHOOK_WIRE_BINARY) {
		if (offhook_wire_protocol_is_started(self) && size % 2 == 0) {
			offhook_media_port_receive_audio(port, data, size, -1);
			return TRUE;
		}
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "audio: expected whole samples, after the start message");
		return FALSE;
	}
	message = offhook_json_parse_object((const char *)data, (gssize)size, "message", error);
	if (message == NULL)
		return FALSE;
	type = offhook_json_get_string(message, "type");
	key = offhook_json_get_string(message, "key");
	if (g_strcmp0(type, "start") == 0)
		offhook_wire_protocol_start(self, port, offhook_json_get_string(message, "stream"),
					    NULL);
	else if (g_strcmp0(type, "stop") == 0)
		offhook_media_port_receive_end(port, NULL);
	else if (g_strcmp0(type, "dtmf") == 0 && key != NULL && strlen(key) == 1 &&
		 strchr("0123456789*#ABCD", *key) != NULL && offhook_wire_protocol_is_started(self))
		offhook_media_port_receive_dtmf(port, *key);
	return TRUE;
}

static gboolean
acme_stream_format_audio(OffhookWireProtocol *self, const guint8 *payload, gsize size,
			 GByteArray *out)
{
	if (!offhook_wire_protocol_is_started(self))
		return FALSE;
	g_byte_array_append(out, payload, (guint)size);
	return TRUE;
}

/* The caller speaks: what Acme has not played yet is dropped. */
static gboolean
acme_stream_format_clear(OffhookWireProtocol *self, GByteArray *out)
{
	static const char text[] = "{\"type\":\"clear\"}";

	g_byte_array_append(out, (const guint8 *)text, sizeof text - 1);
	return TRUE;
}

/* No marks: the daemon counts time to know what was heard. Keys come as events, not as tones. */
static void
acme_stream_describe(OffhookWireProtocol *self, OffhookMediaPort *port)
{
	static const OffhookAudioFormat format = {OFFHOOK_ENCODING_S16LE, 16000};

	offhook_media_port_set_formats(port, &format, &format);
	offhook_media_port_set_features(port, OFFHOOK_MEDIA_CLEAR | OFFHOOK_MEDIA_DTMF_EVENTS);
}

static void
acme_stream_init(AcmeStream *self)
{
}

static void
acme_stream_class_init(AcmeStreamClass *klass)
{
	OffhookWireProtocolClass *protocol_class = OFFHOOK_WIRE_PROTOCOL_CLASS(klass);

	protocol_class->describe = acme_stream_describe;
	protocol_class->receive = acme_stream_receive;
	protocol_class->format_audio = acme_stream_format_audio;
	protocol_class->format_clear = acme_stream_format_clear;
	protocol_class->audio_kind = OFFHOOK_WIRE_BINARY;
}
