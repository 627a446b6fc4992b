/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The memory agent: stands before the agents that answer, and tells them what is remembered of the
 * caller.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_MEMORY_AGENT (offhook_memory_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookMemoryAgent, offhook_memory_agent, OFFHOOK, MEMORY_AGENT, OffhookAgent)

extern const OffhookSetting offhook_memory_agent_settings[];

G_END_DECLS
