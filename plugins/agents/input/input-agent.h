/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The input agent: the first of a chain. Cleans what was heard, and tells the agents behind it the
 * language, intent and entities; asks again when nothing was understood.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_INPUT_AGENT (offhook_input_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookInputAgent, offhook_input_agent, OFFHOOK, INPUT_AGENT, OffhookAgent)

G_END_DECLS
