/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A tool from the configuration. Main thread.
 */
#pragma once

#include "tool-config.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_TOOL_AGENT (offhook_tool_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookToolAgent, offhook_tool_agent, OFFHOOK, TOOL_AGENT, OffhookAgent)

G_END_DECLS
