/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The mcp agent: gives conversations the tools of an MCP server. Each section of the configuration that
 * names a server is an instance of it.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_MCP_AGENT (offhook_mcp_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookMcpAgent, offhook_mcp_agent, OFFHOOK, MCP_AGENT, OffhookAgent)

G_END_DECLS
