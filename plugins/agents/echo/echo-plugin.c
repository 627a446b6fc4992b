/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The echo agent as a plugin. */

#include "echo-agent.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "echo", "0.1.0", "LGPL-2.1-or-later",
		      "Gives the caller's audio and words back: line check and benchmark",
		      offhook_echo_agent_settings, offhook_echo_agent_get_type)
