/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A server's tools in one conversation's toolbox, as long as the server has them. Main thread.
 */
#pragma once

#include "mcp-server.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_MCP_SESSION (offhook_mcp_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookMcpSession, offhook_mcp_session, OFFHOOK, MCP_SESSION,
		     OffhookAgentSession)

/** @toolbox: (nullable) (transfer none): outlives the session */
OffhookAgentSession *offhook_mcp_session_new(OffhookMcpServer *server, OffhookToolbox *toolbox);

G_END_DECLS
