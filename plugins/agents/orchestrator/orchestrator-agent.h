/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The orchestrator: has the assistant's language model (`llm=`) hold the conversation. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ORCHESTRATOR_AGENT (offhook_orchestrator_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookOrchestratorAgent, offhook_orchestrator_agent, OFFHOOK,
		     ORCHESTRATOR_AGENT, OffhookAgent)

extern const OffhookSetting offhook_orchestrator_settings[];

G_END_DECLS
