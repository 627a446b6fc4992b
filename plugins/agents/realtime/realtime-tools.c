/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Hanging up and transferring. Where to is looked up in the configuration: a caller can talk a model
 * into anything, but not into a number that is not there. Main thread.
 */

#include "realtime-tools.h"

#include "realtime-message.h"

#include <offhook/json.h>

static const char *
offhook_realtime_tools_transfer(const OffhookRealtimeConfig *config, OffhookAgentTurn *turn,
				const char *arguments)
{
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(arguments, -1, OFFHOOK_REALTIME_TOOL_TRANSFER, NULL);
	const char *name = object != NULL ? offhook_json_get_string(object, "to") : NULL;
	const char *target = name != NULL ? g_hash_table_lookup(config->transfers, name) : NULL;

	if (target == NULL)
		return "{\"error\":\"there is nobody of that name\"}";
	offhook_agent_turn_act(turn, OFFHOOK_ACTION_TRANSFER, target);
	return "{\"ok\":true,\"note\":\"the caller is transferred as soon as you have spoken\"}";
}

const char *
offhook_realtime_tools_run(const OffhookRealtimeConfig *config, OffhookAgentTurn *turn,
			   const char *name, const char *arguments)
{
	if (g_str_equal(name, OFFHOOK_REALTIME_TOOL_TRANSFER))
		return offhook_realtime_tools_transfer(config, turn, arguments);
	if (config->hangs_up && g_str_equal(name, OFFHOOK_REALTIME_TOOL_HANG_UP)) {
		offhook_agent_turn_act(turn, OFFHOOK_ACTION_HANG_UP, NULL);
		return "{\"ok\":true,\"note\":\"the call ends as soon as you have spoken\"}";
	}
	return "{\"error\":\"there is no such tool\"}";
}
