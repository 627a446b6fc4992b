/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A client of one MCP server: finds out which protocol it speaks, keeps the connection and the list of
 * its tools, and calls them, many at a time. When the server goes away it is tried again, ever less
 * often. Main thread.
 */
#pragma once

#include "mcp-result.h"
#include "mcp-tool.h"
#include "mcp-transport.h"

G_BEGIN_DECLS

#define OFFHOOK_MCP_MAX_CALLS 64  /* under way at a time; more are refused */
#define OFFHOOK_MCP_MAX_PAGES 50  /* of a list of tools; what comes after is left out */
#define OFFHOOK_MCP_MAX_TOOLS 512 /* likewise */

typedef enum {
	OFFHOOK_MCP_AUTO,
	OFFHOOK_MCP_LEGACY, /* 2024-11-05 to 2025-11-25: begins with a handshake */
	OFFHOOK_MCP_MODERN, /* 2026-07-28: each request stands for itself */
} OffhookMcpProtocol;

/** All in ms. */
typedef struct {
	OffhookMcpProtocol protocol;
	guint probe_ms;     /* how long a server may be silent to the modern protocol */
	guint connect_ms;   /* for each step of connecting */
	guint call_ms;      /* for a call, from its beginning or its last sign of progress */
	guint max_call_ms;  /* ... and in all */
	guint reconnect_ms; /* until the first new attempt; then doubled */
} OffhookMcpClientOptions;

#define OFFHOOK_TYPE_MCP_CLIENT (offhook_mcp_client_get_type())
G_DECLARE_FINAL_TYPE(OffhookMcpClient, offhook_mcp_client, OFFHOOK, MCP_CLIENT, GObject)

/** @transport: (transfer none): this client's alone */
OffhookMcpClient *offhook_mcp_client_new(OffhookMcpTransport *transport,
					 const OffhookMcpClientOptions *options);
/** Connects, from now on. */
void offhook_mcp_client_start(OffhookMcpClient *self);
/** For good; calls under way fail. */
void offhook_mcp_client_stop(OffhookMcpClient *self);
/** The same when there is no main loop any more: waits, for some seconds at the most. */
void offhook_mcp_client_finish(OffhookMcpClient *self);

/*
 * Signal `changed`: void (*)(OffhookMcpClient *self, gpointer user_data): the server is there or gone,
 * or has other tools.
 * Signal `called`: void (*)(OffhookMcpClient *self, const GError *error, gpointer user_data): a call of a
 * tool has ended; @error: (nullable): how it failed.
 */
/** Whether it is connected and its tools are known. */
gboolean offhook_mcp_client_is_ready(OffhookMcpClient *self);
/** (transfer none) (nullable): why it is not there, since the last attempt */
const GError *offhook_mcp_client_get_problem(OffhookMcpClient *self);
/** (transfer none) (element-type OffhookMcpTool): empty while it is not there; another one when they change */
GPtrArray *offhook_mcp_client_get_tools(OffhookMcpClient *self);
/** (transfer none) (nullable): the version of the protocol that is spoken */
const char *offhook_mcp_client_get_version(OffhookMcpClient *self);

/**
 * offhook_mcp_client_call_async:
 * @arguments: (nullable) (transfer none)
 *
 * Calls a tool, once; the server is told of a cancellation.
 */
void offhook_mcp_client_call_async(OffhookMcpClient *self, OffhookMcpTool *tool,
				   JsonObject *arguments, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer user_data);
/**
 * Returns: (transfer full) (nullable): also of a tool that says it failed; else %OFFHOOK_ERROR_TIMED_OUT,
 *   UNAVAILABLE (there is no server), BUSY (too many), PROVIDER (the server refused), what
 *   offhook_mcp_result_read() says, or %G_IO_ERROR_CANCELLED
 */
OffhookMcpResult *offhook_mcp_client_call_finish(OffhookMcpClient *self, GAsyncResult *result,
						 GError **error);

G_END_DECLS
