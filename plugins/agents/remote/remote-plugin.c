/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The remote agent as a plugin. */

#include "remote-agent.h"
#include "remote-options.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "remote", "0.1.0", "LGPL-2.1-or-later",
		      "A program of your own holds the conversation, over HTTP or a WebSocket",
		      offhook_remote_settings, offhook_remote_agent_get_type)
