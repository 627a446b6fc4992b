/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The memory agent as a plugin. */

#include "memory-agent.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "memory", "0.1.0", "LGPL-2.1-or-later",
		      "Remembers callers from call to call, for the agents after it",
		      offhook_memory_agent_settings, offhook_memory_agent_get_type)
