/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Dispatch to a driver's wire protocol. Used in the connection's media thread alone.
 */

#include <offhook/wire-protocol.h>

typedef struct {
	char *token; /* (nullable) */
	gboolean started;
} OffhookWireProtocolPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookWireProtocol, offhook_wire_protocol, G_TYPE_OBJECT)

#define PRIV(self)  ((OffhookWireProtocolPrivate *)offhook_wire_protocol_get_instance_private(self))
#define CLASS(self) OFFHOOK_WIRE_PROTOCOL_GET_CLASS(self)

void
offhook_wire_protocol_set_token(OffhookWireProtocol *self, const char *token)
{
	char *copy = g_strdup(token);

	g_free(PRIV(self)->token);
	PRIV(self)->token = copy;
}

const char *
offhook_wire_protocol_get_token(OffhookWireProtocol *self)
{
	return PRIV(self)->token;
}

void
offhook_wire_protocol_start(OffhookWireProtocol *self, OffhookMediaPort *port,
			    const char *stream_id, const char *provider_call_id)
{
	OffhookWireProtocolPrivate *priv = PRIV(self);
	g_autofree char *made_up = NULL;
	g_autoptr(OffhookStreamStart) start = NULL;

	if (priv->started)
		return;
	priv->started = TRUE;
	if (stream_id == NULL)
		stream_id = made_up = g_uuid_string_random();
	start = offhook_stream_start_new(stream_id, provider_call_id,
					 offhook_media_port_get_incoming_format(port));
	if (priv->token != NULL)
		g_hash_table_insert(start->parameters, g_strdup("token"), g_strdup(priv->token));
	offhook_media_port_receive_start(port, start);
}

gboolean
offhook_wire_protocol_is_started(OffhookWireProtocol *self)
{
	return PRIV(self)->started;
}

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

gboolean
offhook_wire_protocol_format_text(OffhookWireProtocol *self, const OffhookPortText *text,
				  GByteArray *out)
{
	return CLASS(self)->format_text != NULL && CLASS(self)->format_text(self, text, out);
}

gboolean
offhook_wire_protocol_format_digits(OffhookWireProtocol *self, const char *digits, GByteArray *out)
{
	return CLASS(self)->format_digits != NULL && CLASS(self)->format_digits(self, digits, out);
}

gboolean
offhook_wire_protocol_format_end(OffhookWireProtocol *self, const GError *error, GByteArray *out)
{
	return CLASS(self)->format_end != NULL && CLASS(self)->format_end(self, error, out);
}

OffhookWireKind
offhook_wire_protocol_get_audio_kind(OffhookWireProtocol *self)
{
	return CLASS(self)->audio_kind;
}

static void
offhook_wire_protocol_finalize(GObject *object)
{
	g_free(PRIV(OFFHOOK_WIRE_PROTOCOL(object))->token);

	G_OBJECT_CLASS(offhook_wire_protocol_parent_class)->finalize(object);
}

static void
offhook_wire_protocol_init(OffhookWireProtocol *self)
{
}

static void
offhook_wire_protocol_class_init(OffhookWireProtocolClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_wire_protocol_finalize;
}
