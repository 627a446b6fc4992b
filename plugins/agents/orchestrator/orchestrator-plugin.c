/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The orchestrator agent as a plugin. */

#include "orchestrator-agent.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "orchestrator", "0.1.0", "LGPL-2.1-or-later",
		      "Talks through the assistant's language model; can hang up and transfer",
		      offhook_orchestrator_settings, offhook_orchestrator_agent_get_type)
