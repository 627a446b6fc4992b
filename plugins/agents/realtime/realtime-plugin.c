/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The realtime agent as a plugin. */

#include "realtime-agent.h"
#include "realtime-config.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "realtime", "0.1.0", "LGPL-2.1-or-later",
		      "Speech to speech by OpenAI's Realtime service", offhook_realtime_settings,
		      offhook_realtime_agent_get_type)
