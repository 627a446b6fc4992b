/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Builds the body. Members that only some servers know are left out for the others, and what the
 * configuration and the request add as it is comes last and wins. Any thread.
 */

#include "chat-request.h"

#include <offhook/json.h>
#include <string.h>

static const char *const offhook_openai_roles[] = {
    [OFFHOOK_MESSAGE_SYSTEM] = "system",
    [OFFHOOK_MESSAGE_USER] = "user",
    [OFFHOOK_MESSAGE_ASSISTANT] = "assistant",
    [OFFHOOK_MESSAGE_TOOL] = "tool",
};

static JsonArray *
offhook_openai_build_calls(GPtrArray *calls)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(calls, i);
		JsonObject *function = json_object_new();
		JsonObject *object = json_object_new();

		json_object_set_string_member(function, "name", call->name);
		json_object_set_string_member(function, "arguments", call->arguments);
		json_object_set_string_member(object, "id", call->id);
		json_object_set_string_member(object, "type", "function");
		json_object_set_object_member(object, "function", function);
		json_array_add_object_element(array, object);
	}
	return array;
}

static JsonArray *
offhook_openai_build_messages(GPtrArray *messages)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < messages->len; i++) {
		const OffhookMessage *message = g_ptr_array_index(messages, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "role", offhook_openai_roles[message->role]);
		if (message->tool_calls != NULL && *message->text == '\0')
			json_object_set_null_member(object, "content");
		else
			json_object_set_string_member(object, "content", message->text);
		if (message->tool_calls != NULL)
			json_object_set_array_member(
			    object, "tool_calls", offhook_openai_build_calls(message->tool_calls));
		if (message->tool_call_id != NULL)
			json_object_set_string_member(object, "tool_call_id",
						      message->tool_call_id);
		json_array_add_object_element(array, object);
	}
	return array;
}

static JsonArray *
offhook_openai_build_tools(GPtrArray *tools)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < tools->len; i++) {
		const OffhookTool *tool = g_ptr_array_index(tools, i);
		JsonObject *function = json_object_new();
		JsonObject *object = json_object_new();

		json_object_set_string_member(function, "name", tool->name);
		if (tool->description != NULL)
			json_object_set_string_member(function, "description", tool->description);
		json_object_set_object_member(function, "parameters",
					      json_object_ref(tool->parameters));
		json_object_set_string_member(object, "type", "function");
		json_object_set_object_member(object, "function", function);
		json_array_add_object_element(array, object);
	}
	return array;
}

static void
offhook_openai_set_choice(JsonObject *body, const char *choice)
{
	JsonObject *function, *object;

	if (g_str_equal(choice, "auto") || g_str_equal(choice, "none") ||
	    g_str_equal(choice, "required")) {
		json_object_set_string_member(body, "tool_choice", choice);
		return;
	}
	function = json_object_new();
	object = json_object_new();
	json_object_set_string_member(function, "name", choice);
	json_object_set_string_member(object, "type", "function");
	json_object_set_object_member(object, "function", function);
	json_object_set_object_member(body, "tool_choice", object);
}

static void
offhook_openai_set_tools(JsonObject *body, OffhookCompletionRequest *request,
			 const OffhookOpenaiDialect *dialect)
{
	GPtrArray *tools = offhook_completion_request_get_tools(request);
	const char *choice = offhook_completion_request_get_tool_choice(request);

	/* A server that knows no choice is at least not tempted. */
	if (tools->len == 0 || (!dialect->has_tool_choice && g_str_equal(choice, "none")))
		return;
	json_object_set_array_member(body, "tools", offhook_openai_build_tools(tools));
	if (dialect->has_tool_choice)
		offhook_openai_set_choice(body, choice);
	if (dialect->has_parallel_switch)
		json_object_set_boolean_member(body, "parallel_tool_calls", FALSE);
}

static void
offhook_openai_merge(JsonObject *body, JsonObject *extra)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *value;

	if (extra == NULL)
		return;
	json_object_iter_init(&iter, extra);
	while (json_object_iter_next(&iter, &name, &value))
		json_object_set_member(body, name, json_node_copy(value));
}

static void
offhook_openai_set_stream(JsonObject *body, const OffhookOpenaiDialect *dialect)
{
	JsonObject *options = json_object_new();

	json_object_set_boolean_member(options, "include_usage", TRUE);
	if (dialect->pads)
		json_object_set_boolean_member(options, "include_obfuscation", FALSE);
	json_object_set_boolean_member(body, "stream", TRUE);
	json_object_set_object_member(body, "stream_options", options);
}

GBytes *
offhook_openai_chat_build(OffhookCompletionRequest *request, const OffhookOpenaiConfig *config)
{
	const OffhookOpenaiDialect *dialect = config->dialect;
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	JsonObject *body = json_object_new();
	double temperature = offhook_completion_request_get_temperature(request);
	guint max_tokens = offhook_completion_request_get_max_tokens(request);
	char *text;

	json_node_take_object(root, body);
	json_object_set_string_member(body, "model", config->model);
	offhook_openai_set_stream(body, dialect);
	json_object_set_array_member(
	    body, "messages",
	    offhook_openai_build_messages(offhook_completion_request_get_messages(request)));
	offhook_openai_set_tools(body, request, dialect);
	if (temperature >= 0)
		json_object_set_double_member(body, "temperature", temperature);
	if (max_tokens > 0)
		json_object_set_int_member(body, dialect->max_tokens, max_tokens);
	if (!config->thinking && dialect->without_think != NULL) {
		g_autoptr(JsonObject) quiet = offhook_json_parse_object(
		    dialect->without_think, -1, "the table of servers", NULL);

		offhook_openai_merge(body, quiet);
	}
	offhook_openai_merge(body, config->parameters);
	offhook_openai_merge(body, offhook_completion_request_get_extra(request));
	text = offhook_json_node_to_string(root);
	return g_bytes_new_take(text, strlen(text));
}
