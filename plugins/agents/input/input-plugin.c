/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The input agent as a plugin. */

#include "input-agent.h"
#include "input-options.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "input", "0.1.0", "LGPL-2.1-or-later",
		      "Cleans what was heard, and finds its language, intent and entities",
		      offhook_input_settings, offhook_input_agent_get_type)
