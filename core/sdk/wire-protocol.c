/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Dispatch to a driver's wire protocol. Used in the connection's media thread alone.
 */

#include <offhook/wire-protocol.h>

G_DEFINE_ABSTRACT_TYPE(OffhookWireProtocol, offhook_wire_protocol, G_TYPE_OBJECT)

#define CLASS(self) OFFHOOK_WIRE_PROTOCOL_GET_CLASS(self)

void
offhook_wire_protocol_describe(OffhookWireProtocol *self, OffhookMediaPort *port)
{
	CLASS(self)->describe(self, port);
}

gboolean
offhook_wire_protocol_receive(OffhookWireProtocol *self, OffhookMediaPort *port,
			      OffhookWireKind kind, const guint8 *data, gsize size, GError **error)
{
	return CLASS(self)->receive(self, port, kind, data, size, error);
}

gboolean
offhook_wire_protocol_format_audio(OffhookWireProtocol *self, const guint8 *payload, gsize size,
				   GByteArray *out)
{
	return CLASS(self)->format_audio(self, payload, size, out);
}

gboolean
offhook_wire_protocol_format_mark(OffhookWireProtocol *self, const char *name, GByteArray *out)
{
	return CLASS(self)->format_mark != NULL && CLASS(self)->format_mark(self, name, out);
}

gboolean
offhook_wire_protocol_format_clear(OffhookWireProtocol *self, GByteArray *out)
{
	return CLASS(self)->format_clear != NULL && CLASS(self)->format_clear(self, out);
}

OffhookWireKind
offhook_wire_protocol_get_audio_kind(OffhookWireProtocol *self)
{
	return CLASS(self)->audio_kind;
}

static void
offhook_wire_protocol_init(OffhookWireProtocol *self)
{
}

static void
offhook_wire_protocol_class_init(OffhookWireProtocolClass *klass)
{
}
