/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tool agent as a plugin. */

#include "tool-agent.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "tool", "0.1.0", "LGPL-2.1-or-later",
		      "A function for the language model: an HTTP request from the configuration",
		      offhook_tool_settings, offhook_tool_agent_get_type)
