/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The mcp agent as a plugin. */

#include "mcp-agent.h"
#include "mcp-options.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "mcp", "0.1.0", "LGPL-2.1-or-later",
		      "Gives conversations the tools of an MCP server, a program or behind a URL",
		      offhook_mcp_settings, offhook_mcp_agent_get_type)
