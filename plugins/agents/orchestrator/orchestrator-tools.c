/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The orchestrator's own tools. What they do happens when the caller has heard what was said with it; so
 * their results are ready at once.
 */

#include "orchestrator-tools.h"

#include <offhook/json.h>
#include <string.h>

#define HANG_UP   "hang_up"
#define TRANSFER  "transfer"
#define HAND_OVER "hand_over"

#define SUMMARY_LENGTH 2000 /* bytes: it is said to a person, or read with every question */

void
offhook_orchestrator_effect_clear(OffhookOrchestratorEffect *self)
{
	g_free(self->target);
	g_free(self->summary);
	*self = (OffhookOrchestratorEffect){0};
}

/* ---- what is offered ---- */

/* One destination needs no name. */
static gboolean
offhook_orchestrator_tools_has_names(GPtrArray *destinations)
{
	const OffhookOrchestratorDestination *first = g_ptr_array_index(destinations, 0);

	return first->name != NULL;
}

static JsonObject *
offhook_orchestrator_tools_describe_names(GPtrArray *destinations)
{
	JsonObject *to = json_object_new();
	JsonArray *names = json_array_new();

	for (guint i = 0; i < destinations->len; i++) {
		const OffhookOrchestratorDestination *destination =
		    g_ptr_array_index(destinations, i);

		json_array_add_string_element(names, destination->name);
	}
	json_object_set_string_member(to, "type", "string");
	json_object_set_array_member(to, "enum", names);
	return to;
}

static JsonObject *
offhook_orchestrator_tools_describe_summary(const char *what)
{
	JsonObject *summary = json_object_new();

	json_object_set_string_member(summary, "type", "string");
	json_object_set_string_member(summary, "description", what);
	return summary;
}

/* (transfer full): the schema of a tool that passes the caller on */
static JsonObject *
offhook_orchestrator_tools_describe(GPtrArray *destinations, const char *summary, gboolean needed)
{
	JsonObject *schema = json_object_new();
	JsonObject *properties = json_object_new();
	JsonArray *required = json_array_new();

	if (offhook_orchestrator_tools_has_names(destinations)) {
		json_object_set_object_member(
		    properties, "to", offhook_orchestrator_tools_describe_names(destinations));
		json_array_add_string_element(required, "to");
	}
	json_object_set_object_member(properties, "summary",
				      offhook_orchestrator_tools_describe_summary(summary));
	if (needed)
		json_array_add_string_element(required, "summary");
	json_object_set_string_member(schema, "type", "object");
	json_object_set_object_member(schema, "properties", properties);
	json_object_set_array_member(schema, "required", required);
	return schema;
}

static void
offhook_orchestrator_tools_offer_transfer(const OffhookOrchestratorOptions *options,
					  OffhookCompletionRequest *request)
{
	g_autoptr(JsonObject) schema = offhook_orchestrator_tools_describe(
	    options->destinations,
	    "What that person is told before taking the call: who calls and why, in two sentences. "
	    "Leave it out when the caller just wants to be connected.",
	    FALSE);

	offhook_completion_request_add_tool(
	    request, TRANSFER,
	    "Puts the caller through to a person and ends your part of the call. Say so with it.",
	    schema);
}

static void
offhook_orchestrator_tools_offer_hand_over(const OffhookOrchestratorOptions *options,
					   OffhookCompletionRequest *request)
{
	g_autoptr(JsonObject) schema = offhook_orchestrator_tools_describe(
	    options->hand_overs,
	    "What the colleague has to know: who calls, what for, what is settled already.", TRUE);
	g_autoptr(GString) what = g_string_new(
	    "Hands the caller over to a colleague, who goes on with the conversation; say so with "
	    "it.");

	for (guint i = 0; i < options->hand_overs->len; i++) {
		const OffhookOrchestratorDestination *colleague =
		    g_ptr_array_index(options->hand_overs, i);

		if (colleague->target != NULL)
			g_string_append_printf(what, " %s: %s.", colleague->name,
					       colleague->target);
	}
	offhook_completion_request_add_tool(request, HAND_OVER, what->str, schema);
}

static void
offhook_orchestrator_tools_offer_toolbox(const OffhookOrchestratorOptions *options,
					 OffhookToolbox *toolbox, OffhookCompletionRequest *request)
{
	g_autoptr(GPtrArray) tools = offhook_toolbox_list(toolbox);

	for (guint i = 0; i < tools->len; i++) {
		const OffhookToolDescription *tool = g_ptr_array_index(tools, i);

		if (offhook_completion_request_get_tools(request)->len <
			OFFHOOK_COMPLETION_MAX_TOOLS &&
		    !offhook_orchestrator_tools_has(options, tool->name))
			offhook_completion_request_add_tool(request, tool->name, tool->description,
							    tool->parameters);
	}
}

void
offhook_orchestrator_tools_offer(const OffhookOrchestratorOptions *options, OffhookToolbox *toolbox,
				 OffhookCompletionRequest *request)
{
	if (options->hang_up)
		offhook_completion_request_add_tool(
		    request, HANG_UP,
		    "Ends the call. Only when the caller wants no more; say goodbye with it.",
		    NULL);
	if (options->destinations->len > 0)
		offhook_orchestrator_tools_offer_transfer(options, request);
	if (options->hand_overs->len > 0)
		offhook_orchestrator_tools_offer_hand_over(options, request);
	if (toolbox != NULL)
		offhook_orchestrator_tools_offer_toolbox(options, toolbox, request);
}

/* ---- what comes of them ---- */

/* (nullable) */
static GPtrArray *
offhook_orchestrator_tools_get_destinations(const OffhookOrchestratorOptions *options,
					    const char *name)
{
	if (g_str_equal(name, TRANSFER))
		return options->destinations;
	return g_str_equal(name, HAND_OVER) ? options->hand_overs : NULL;
}

gboolean
offhook_orchestrator_tools_has(const OffhookOrchestratorOptions *options, const char *name)
{
	GPtrArray *destinations = offhook_orchestrator_tools_get_destinations(options, name);

	if (destinations != NULL)
		return destinations->len > 0;
	return options->hang_up && g_str_equal(name, HANG_UP);
}

/* @to: (nullable) */
static const OffhookOrchestratorDestination *
offhook_orchestrator_tools_find(GPtrArray *destinations, const char *to)
{
	if (!offhook_orchestrator_tools_has_names(destinations))
		return g_ptr_array_index(destinations, 0);
	for (guint i = 0; i < destinations->len; i++) {
		const OffhookOrchestratorDestination *destination =
		    g_ptr_array_index(destinations, i);

		if (g_strcmp0(destination->name, to) == 0)
			return destination;
	}
	return NULL;
}

/* (transfer full) (nullable) */
static char *
offhook_orchestrator_tools_read_summary(JsonObject *arguments)
{
	const char *summary =
	    arguments != NULL ? offhook_json_get_string(arguments, "summary") : NULL;
	g_autofree char *valid = NULL;

	if (summary == NULL || *summary == '\0')
		return NULL;
	valid = g_utf8_make_valid(summary, -1);
	if (strlen(valid) > SUMMARY_LENGTH)
		*g_utf8_find_prev_char(valid, valid + SUMMARY_LENGTH) = '\0';
	return g_steal_pointer(&valid);
}

const char *
offhook_orchestrator_tools_run(const OffhookOrchestratorOptions *options,
			       const OffhookToolCall *call, OffhookOrchestratorEffect *effect)
{
	GPtrArray *destinations = offhook_orchestrator_tools_get_destinations(options, call->name);
	gboolean over = destinations == options->hand_overs;
	g_autoptr(JsonObject) arguments = NULL;
	const OffhookOrchestratorDestination *destination;

	if (destinations == NULL) {
		*effect =
		    (OffhookOrchestratorEffect){.acts = TRUE, .action = OFFHOOK_ACTION_HANG_UP};
		return "The call ends now.";
	}
	arguments = offhook_json_parse_object(call->arguments, -1, "arguments", NULL);
	destination = offhook_orchestrator_tools_find(
	    destinations, arguments != NULL ? offhook_json_get_string(arguments, "to") : NULL);
	if (destination == NULL)
		return "Not done: \"to\" is none of the names that it may be.";
	*effect = (OffhookOrchestratorEffect){
	    .acts = TRUE,
	    .action = over ? OFFHOOK_ACTION_HAND_OVER : OFFHOOK_ACTION_TRANSFER,
	    .target = g_strdup(over ? destination->name : destination->target),
	    .summary = offhook_orchestrator_tools_read_summary(arguments),
	};
	return over ? "The caller is being handed over." : "The caller is being put through.";
}
