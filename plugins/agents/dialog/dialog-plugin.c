/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The dialog agent as a plugin. */

#include "dialog-agent.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(AGENT, "dialog", "0.1.0", "LGPL-2.1-or-later",
		      "Follows a script in a file: intents, slots, forms; works offline",
		      offhook_dialog_agent_settings, offhook_dialog_agent_get_type)
