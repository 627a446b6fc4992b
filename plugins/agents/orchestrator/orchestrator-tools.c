/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The two built-in tools. What they do happens when the caller has heard what was said with it; so
 * their results are ready at once. Any thread.
 */

#include "orchestrator-tools.h"

#include <offhook/json.h>

#define HANG_UP  "hang_up"
#define TRANSFER "transfer"

/* One destination needs no name. */
static gboolean
offhook_orchestrator_tools_has_names(const OffhookOrchestratorOptions *options)
{
	const OffhookOrchestratorDestination *first = g_ptr_array_index(options->destinations, 0);

	return first->name != NULL;
}

static JsonObject *
offhook_orchestrator_tools_describe_transfer(const OffhookOrchestratorOptions *options)
{
	JsonObject *schema = json_object_new();
	JsonObject *properties = json_object_new();

	json_object_set_string_member(schema, "type", "object");
	if (offhook_orchestrator_tools_has_names(options)) {
		JsonObject *to = json_object_new();
		JsonArray *names = json_array_new();
		JsonArray *required = json_array_new();

		for (guint i = 0; i < options->destinations->len; i++) {
			const OffhookOrchestratorDestination *destination =
			    g_ptr_array_index(options->destinations, i);

			json_array_add_string_element(names, destination->name);
		}
		json_object_set_string_member(to, "type", "string");
		json_object_set_array_member(to, "enum", names);
		json_object_set_object_member(properties, "to", to);
		json_array_add_string_element(required, "to");
		json_object_set_array_member(schema, "required", required);
	}
	json_object_set_object_member(schema, "properties", properties);
	return schema;
}

void
offhook_orchestrator_tools_offer(const OffhookOrchestratorOptions *options,
				 OffhookCompletionRequest *request)
{
	g_autoptr(JsonObject) transfer = NULL;

	if (options->hang_up)
		offhook_completion_request_add_tool(
		    request, HANG_UP,
		    "Ends the call. Only when the caller wants no more; say goodbye with it.",
		    NULL);
	if (options->destinations->len == 0)
		return;
	transfer = offhook_orchestrator_tools_describe_transfer(options);
	offhook_completion_request_add_tool(
	    request, TRANSFER,
	    "Puts the caller through to a person and ends your part of the call. Say so with it.",
	    transfer);
}

static const OffhookOrchestratorDestination *
offhook_orchestrator_tools_find(const OffhookOrchestratorOptions *options,
				const OffhookToolCall *call)
{
	g_autoptr(JsonObject) arguments = NULL;
	const char *to;

	if (!offhook_orchestrator_tools_has_names(options))
		return g_ptr_array_index(options->destinations, 0);
	arguments = offhook_json_parse_object(call->arguments, -1, "arguments", NULL);
	to = offhook_json_get_string(arguments, "to");
	for (guint i = 0; i < options->destinations->len; i++) {
		const OffhookOrchestratorDestination *destination =
		    g_ptr_array_index(options->destinations, i);

		if (g_strcmp0(destination->name, to) == 0)
			return destination;
	}
	return NULL;
}

gboolean
offhook_orchestrator_tools_run(const OffhookOrchestratorOptions *options,
			       const OffhookToolCall *call, OffhookOrchestratorEffect *effect)
{
	const OffhookOrchestratorDestination *destination;

	*effect = (OffhookOrchestratorEffect){.acts = TRUE};
	if (options->hang_up && g_str_equal(call->name, HANG_UP)) {
		effect->action = OFFHOOK_ACTION_HANG_UP;
		effect->result = "The call ends now.";
		return TRUE;
	}
	if (options->destinations->len == 0 || !g_str_equal(call->name, TRANSFER))
		return FALSE;
	destination = offhook_orchestrator_tools_find(options, call);
	if (destination == NULL) {
		effect->acts = FALSE;
		effect->result = "Not done: \"to\" is none of the names that it may be.";
		return TRUE;
	}
	effect->action = OFFHOOK_ACTION_TRANSFER;
	effect->target = destination->target;
	effect->result = "The caller is being put through.";
	return TRUE;
}
