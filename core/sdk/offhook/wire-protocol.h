/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How a provider writes audio (or words) on a WebSocket. The daemon owns the socket and its framing and serves
 * it at `/media/<driver name>`; a driver only says what the messages mean. One object per
 * connection, used in that connection's media thread alone.
 */
#pragma once

#include <offhook/media-port.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_WIRE_PROTOCOL (offhook_wire_protocol_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookWireProtocol, offhook_wire_protocol, OFFHOOK, WIRE_PROTOCOL,
			 GObject)

/** How one outgoing message is framed. */
typedef enum {
	OFFHOOK_WIRE_TEXT,
	OFFHOOK_WIRE_BINARY,
} OffhookWireKind;

struct _OffhookWireProtocolClass {
	GObjectClass parent_class;

	/* The stream's formats and features, known before the first message. */
	void (*describe)(OffhookWireProtocol *self, OffhookMediaPort *port);
	/*
	 * One whole message. Calls offhook_media_port_receive_*() on @port for what it holds.
	 * %FALSE closes the connection with a protocol error; unknown events are not errors.
	 */
	gboolean (*receive)(OffhookWireProtocol *self, OffhookMediaPort *port, OffhookWireKind kind,
			    const guint8 *data, gsize size, GError **error);
	/*
	 * Append one message to @out, without touching what is there already (a frame's header
	 * goes before it), and return %TRUE, or %FALSE when there is nothing to send. @payload is
	 * 20 ms in the outgoing format.
	 */
	gboolean (*format_audio)(OffhookWireProtocol *self, const guint8 *payload, gsize size,
				 GByteArray *out);
	/* If the port has MARKS: the far end is to send @name back when all before it has been played. */
	gboolean (*format_mark)(OffhookWireProtocol *self, const char *name, GByteArray *out);
	/* If the port has CLEAR: the far end is to drop what it has buffered. */
	gboolean (*format_clear)(OffhookWireProtocol *self, GByteArray *out);

	OffhookWireKind audio_kind; /* of format_audio; everything else is always text */

	/* For ports with OFFHOOK_MEDIA_TEXT: some of an answer. */
	gboolean (*format_text)(OffhookWireProtocol *self, const OffhookPortText *text,
				GByteArray *out);
	/* The keys to press, for the same. */
	gboolean (*format_digits)(OffhookWireProtocol *self, const char *digits, GByteArray *out);
	/*
	 * (nullable): a message of farewell, sent before the connection is closed from our side.
	 * @error: (nullable): why, when it is no orderly end
	 */
	gboolean (*format_end)(OffhookWireProtocol *self, const GError *error, GByteArray *out);

	gpointer spare[5];
};

/*
 * For subclasses whose streams prove themselves with a token (stream-tokens.h).
 */
/** @token: (nullable): from the upgrade; set by the driver, in create_protocol */
void offhook_wire_protocol_set_token(OffhookWireProtocol *self, const char *token);
/** (transfer none) (nullable): as it was set */
const char *offhook_wire_protocol_get_token(OffhookWireProtocol *self);
/**
 * offhook_wire_protocol_start:
 * @stream_id: (nullable): one is made up
 * @provider_call_id: (nullable)
 *
 * The stream begins, in the format that comes in: offhook_media_port_receive_start() with the token
 * as its parameter "token", for the driver's claim_stream. Once; again does nothing.
 */
void offhook_wire_protocol_start(OffhookWireProtocol *self, OffhookMediaPort *port,
				 const char *stream_id, const char *provider_call_id);
/** Has it been called? Before, there is nothing to send. */
gboolean offhook_wire_protocol_is_started(OffhookWireProtocol *self);

void offhook_wire_protocol_describe(OffhookWireProtocol *self, OffhookMediaPort *port);
gboolean offhook_wire_protocol_receive(OffhookWireProtocol *self, OffhookMediaPort *port,
				       OffhookWireKind kind, const guint8 *data, gsize size,
				       GError **error);
gboolean offhook_wire_protocol_format_audio(OffhookWireProtocol *self, const guint8 *payload,
					    gsize size, GByteArray *out);
gboolean offhook_wire_protocol_format_mark(OffhookWireProtocol *self, const char *name,
					   GByteArray *out);
gboolean offhook_wire_protocol_format_clear(OffhookWireProtocol *self, GByteArray *out);
gboolean offhook_wire_protocol_format_text(OffhookWireProtocol *self, const OffhookPortText *text,
					   GByteArray *out);
gboolean offhook_wire_protocol_format_digits(OffhookWireProtocol *self, const char *digits,
					     GByteArray *out);
gboolean offhook_wire_protocol_format_end(OffhookWireProtocol *self, const GError *error,
					  GByteArray *out);
/** As its class has it. */
OffhookWireKind offhook_wire_protocol_get_audio_kind(OffhookWireProtocol *self);

G_END_DECLS
