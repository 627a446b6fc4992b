/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An MCP server as the configuration names it: one connection, which all conversations share, and those
 * of its tools that are wanted, under the names that models have for them. It stays the same when its
 * settings change. Main thread.
 */
#pragma once

#include "mcp-options.h"

G_BEGIN_DECLS

/** A tool that conversations are offered. Immutable, counted. */
typedef struct {
	gatomicrefcount ref_count;
	char *name; /* the model's */
	OffhookMcpTool *tool;
	OffhookMcpClient *client; /* through which it is called */
	OffhookToolFlags flags;
	guint timeout_ms;
	gsize max_result;
} OffhookMcpOffer;

OffhookMcpOffer *offhook_mcp_offer_ref(OffhookMcpOffer *self);
void offhook_mcp_offer_unref(OffhookMcpOffer *self);

#define OFFHOOK_TYPE_MCP_SERVER (offhook_mcp_server_get_type())
G_DECLARE_FINAL_TYPE(OffhookMcpServer, offhook_mcp_server, OFFHOOK, MCP_SERVER, GObject)

OffhookMcpServer *offhook_mcp_server_new(void);
/** @options: (transfer none). Connects from the main loop on, anew if that is needed. */
void offhook_mcp_server_configure(OffhookMcpServer *self, OffhookMcpOptions *options);
/** When there is no main loop any more: waits, for some seconds at the most. */
void offhook_mcp_server_finish(OffhookMcpServer *self);

/* Signal `changed`: void (*)(OffhookMcpServer *self, gpointer user_data): there are other offers. */
/** (transfer none) (element-type OffhookMcpOffer): another one when they change */
GPtrArray *offhook_mcp_server_get_offers(OffhookMcpServer *self);

G_END_DECLS
