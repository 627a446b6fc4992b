/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How a provider writes audio on a WebSocket. The daemon owns the socket and its framing and serves
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
	gboolean (*format_mark)(OffhookWireProtocol *self, const char *name, GByteArray *out);
	gboolean (*format_clear)(OffhookWireProtocol *self, GByteArray *out);

	OffhookWireKind audio_kind; /* of format_audio; marks and clear are always text */

	gpointer spare[8];
};

void offhook_wire_protocol_describe(OffhookWireProtocol *self, OffhookMediaPort *port);
gboolean offhook_wire_protocol_receive(OffhookWireProtocol *self, OffhookMediaPort *port,
				       OffhookWireKind kind, const guint8 *data, gsize size,
				       GError **error);
gboolean offhook_wire_protocol_format_audio(OffhookWireProtocol *self, const guint8 *payload,
					    gsize size, GByteArray *out);
gboolean offhook_wire_protocol_format_mark(OffhookWireProtocol *self, const char *name,
					   GByteArray *out);
gboolean offhook_wire_protocol_format_clear(OffhookWireProtocol *self, GByteArray *out);
OffhookWireKind offhook_wire_protocol_get_audio_kind(OffhookWireProtocol *self);

G_END_DECLS
