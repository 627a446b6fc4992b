/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The base class of transports. Main thread.
 */

#include "mcp-transport.h"

typedef struct {
	OffhookMcpTransportHandler handler;
	gpointer user_data;
	gboolean has_handler;
} OffhookMcpTransportPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookMcpTransport, offhook_mcp_transport, G_TYPE_OBJECT)

void
offhook_mcp_transport_set_handler(OffhookMcpTransport *self,
				  const OffhookMcpTransportHandler *handler, gpointer user_data)
{
	OffhookMcpTransportPrivate *priv = offhook_mcp_transport_get_instance_private(self);

	priv->has_handler = handler != NULL;
	if (handler != NULL)
		priv->handler = *handler;
	priv->user_data = user_data;
}

gboolean
offhook_mcp_transport_open(OffhookMcpTransport *self, GError **error)
{
	return OFFHOOK_MCP_TRANSPORT_GET_CLASS(self)->open(self, error);
}

void
offhook_mcp_transport_send(OffhookMcpTransport *self, const OffhookMcpOutgoing *outgoing)
{
	OFFHOOK_MCP_TRANSPORT_GET_CLASS(self)->send(self, outgoing);
}

void
offhook_mcp_transport_drop(OffhookMcpTransport *self, gint64 id)
{
	OffhookMcpTransportClass *klass = OFFHOOK_MCP_TRANSPORT_GET_CLASS(self);

	if (klass->drop != NULL)
		klass->drop(self, id);
}

void
offhook_mcp_transport_agree(OffhookMcpTransport *self, const char *version, gboolean modern)
{
	OffhookMcpTransportClass *klass = OFFHOOK_MCP_TRANSPORT_GET_CLASS(self);

	if (klass->agree != NULL)
		klass->agree(self, version, modern);
}

void
offhook_mcp_transport_close(OffhookMcpTransport *self)
{
	OFFHOOK_MCP_TRANSPORT_GET_CLASS(self)->close(self);
}

void
offhook_mcp_transport_finish(OffhookMcpTransport *self)
{
	OFFHOOK_MCP_TRANSPORT_GET_CLASS(self)->finish(self);
}

gboolean
offhook_mcp_transport_is_by_request(OffhookMcpTransport *self)
{
	return OFFHOOK_MCP_TRANSPORT_GET_CLASS(self)->by_request;
}

/* ---- for subclasses ---- */

void
offhook_mcp_transport_emit_message(OffhookMcpTransport *self, const OffhookMcpMessage *message)
{
	OffhookMcpTransportPrivate *priv = offhook_mcp_transport_get_instance_private(self);

	if (priv->has_handler)
		priv->handler.message(priv->user_data, message);
}

void
offhook_mcp_transport_emit_failed(OffhookMcpTransport *self, gint64 id, const GError *error)
{
	OffhookMcpTransportPrivate *priv = offhook_mcp_transport_get_instance_private(self);

	if (priv->has_handler)
		priv->handler.failed(priv->user_data, id, error);
}

void
offhook_mcp_transport_emit_lost(OffhookMcpTransport *self, const GError *error)
{
	OffhookMcpTransportPrivate *priv = offhook_mcp_transport_get_instance_private(self);

	if (priv->has_handler)
		priv->handler.lost(priv->user_data, error);
}

static void
offhook_mcp_transport_init(OffhookMcpTransport *self)
{
}

static void
offhook_mcp_transport_class_init(OffhookMcpTransportClass *klass)
{
}
