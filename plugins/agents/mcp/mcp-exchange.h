/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One HTTP request to an MCP server, and the messages that come as its answer. Main thread.
 */
#pragma once

#include "mcp-message.h"
#include <gio/gio.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

typedef struct _OffhookMcpExchange OffhookMcpExchange;

/** How it ended. Borrowed. */
typedef struct {
	gint64 id;                     /* of the request; 0: it has none */
	const char *session;           /* (nullable): with which it was sent */
	gboolean answered;             /* the answer to @id has come */
	guint status;                  /* of a refusal, else 0 */
	gboolean wants_authorization;  /* a refusal that asks for OAuth */
	const OffhookMcpMessage *body; /* (nullable): of a refusal, when it is an error */
	const GError *error;           /* (nullable): there was no response, or it was cut off */
} OffhookMcpExchangeEnd;

typedef struct {
	/* @message: (transfer none) */
	void (*message)(gpointer user_data, const OffhookMcpMessage *message);
	/* (nullable): of the response's headers */
	void (*session)(gpointer user_data, const char *session);
	/* The last call; it is freed. Not after offhook_mcp_exchange_cancel(). */
	void (*ended)(gpointer user_data, OffhookMcpExchange *exchange,
		      const OffhookMcpExchangeEnd *end);
} OffhookMcpExchangeHandler;

/**
 * @request: its `receive` and time-outs are set here
 * @id: of the request in its body; 0: there is none
 * @session: (nullable): the one it is sent with
 */
OffhookMcpExchange *offhook_mcp_exchange_new(OffhookWebClient *web,
					     const OffhookWebRequest *request, gint64 id,
					     const char *session,
					     const OffhookMcpExchangeHandler *handler,
					     gpointer user_data);
/** Closes the connection. Frees @self; the handler is not called again. */
void offhook_mcp_exchange_cancel(OffhookMcpExchange *self);
gint64 offhook_mcp_exchange_get_id(OffhookMcpExchange *self);

G_END_DECLS
