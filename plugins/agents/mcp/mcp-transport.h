/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How messages get to an MCP server and back: the seam between the client, which knows what they mean,
 * and the ways there are. A transport is opened, closed and opened again; what was under way before is
 * forgotten each time. Main thread.
 */
#pragma once

#include "mcp-message.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/** Something to be sent. Borrowed. */
typedef struct {
	const char *text;   /* JSON, one line */
	gint64 id;          /* of a request; 0 for what has no answer */
	const char *method; /* (nullable): of an answer to the server */
	const char *name;   /* (nullable): of the tool that is called */
	const char *const
	    *arguments; /* (nullable) (array zero-terminated=1): "Mcp-Param-X: value" */
} OffhookMcpOutgoing;

/** What comes back, from the main loop. Members may not be %NULL. */
typedef struct {
	/* @message: (transfer none) */
	void (*message)(gpointer user_data, const OffhookMcpMessage *message);
	/*
	 * The request @id has no answer. %OFFHOOK_ERROR_INVALID_STATE: the server has forgotten the
	 * session and done nothing; %OFFHOOK_ERROR_NOT_SUPPORTED: it can make nothing of it.
	 */
	void (*failed)(gpointer user_data, gint64 id, const GError *error);
	/* The connection is over, and with it all that was under way. */
	void (*lost)(gpointer user_data, const GError *error);
} OffhookMcpTransportHandler;

#define OFFHOOK_TYPE_MCP_TRANSPORT (offhook_mcp_transport_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookMcpTransport, offhook_mcp_transport, OFFHOOK, MCP_TRANSPORT,
			 GObject)

struct _OffhookMcpTransportClass {
	GObjectClass parent_class;

	/* Its requests are independent of each other, and closing one of them cancels it. */
	gboolean by_request;

	gboolean (*open)(OffhookMcpTransport *self, GError **error);
	/* Never waits: what can't be sent now is sent later, and fails if that takes too much memory. */
	void (*send)(OffhookMcpTransport *self, const OffhookMcpOutgoing *outgoing);
	void (*drop)(OffhookMcpTransport *self, gint64 id); /* (nullable) */
	void (*agree)(OffhookMcpTransport *self, const char *version,
		      gboolean modern); /* (nullable) */
	void (*close)(OffhookMcpTransport *self);
	void (*finish)(OffhookMcpTransport *self);
};

/** @handler: (nullable): nobody listens any more; copied */
void offhook_mcp_transport_set_handler(OffhookMcpTransport *self,
				       const OffhookMcpTransportHandler *handler,
				       gpointer user_data);

/** %FALSE: there is no server, and why. */
gboolean offhook_mcp_transport_open(OffhookMcpTransport *self, GError **error);
void offhook_mcp_transport_send(OffhookMcpTransport *self, const OffhookMcpOutgoing *outgoing);
/** No answer to @id is wanted any more. */
void offhook_mcp_transport_drop(OffhookMcpTransport *self, gint64 id);
/** @version: (nullable): what is spoken from now on; %NULL: nothing is agreed */
void offhook_mcp_transport_agree(OffhookMcpTransport *self, const char *version, gboolean modern);
/** Ends it politely, while the main loop goes on. */
void offhook_mcp_transport_close(OffhookMcpTransport *self);
/** The same when there is no main loop any more: waits, for some seconds at the most. */
void offhook_mcp_transport_finish(OffhookMcpTransport *self);
gboolean offhook_mcp_transport_is_by_request(OffhookMcpTransport *self);

/* For subclasses. */
void offhook_mcp_transport_emit_message(OffhookMcpTransport *self,
					const OffhookMcpMessage *message);
void offhook_mcp_transport_emit_failed(OffhookMcpTransport *self, gint64 id, const GError *error);
void offhook_mcp_transport_emit_lost(OffhookMcpTransport *self, const GError *error);

G_END_DECLS
