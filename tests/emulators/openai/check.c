/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the service would refuse, and some things that it would let pass but that are mistakes. */

#include "check.h"

#include <string.h>

#define MAX_SPOKEN 4096 /* characters to speak */

static const gchar *const offhook_emu_chat_members[] = {"model",
							"messages",
							"stream",
							"stream_options",
							"tools",
							"tool_choice",
							"parallel_tool_calls",
							"temperature",
							"max_tokens",
							"top_p",
							"max_completion_tokens",
							"stop",
							"seed",
							"user",
							"reasoning_effort",
							"chat_template_kwargs",
							"response_format",
							"presence_penalty",
							"frequency_penalty",
							NULL};
static const gchar *const offhook_emu_speech_members[] = {
    "model", "voice", "input", "response_format", "speed", "instructions", "stream_format", NULL};

const gchar *
offhook_emu_get_text(JsonObject *object, const gchar *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
		       json_node_get_value_type(node) == G_TYPE_STRING
		   ? json_node_get_string(node)
		   : NULL;
}

static JsonNode *
offhook_emu_get(JsonObject *object, const gchar *name, JsonNodeType type)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && json_node_get_node_type(node) == type ? node : NULL;
}

static gchar *
offhook_emu_check_members(JsonObject *object, const gchar *const *known)
{
	JsonObjectIter iter;
	const gchar *name;

	json_object_iter_init(&iter, object);
	while (json_object_iter_next(&iter, &name, NULL))
		if (!g_strv_contains(known, name))
			return g_strdup_printf("unknown member \"%s\"", name);
	return NULL;
}

/* ---- chat ---- */

/* @open: ids of calls that wait for their answer */
static gchar *
offhook_emu_check_calls(JsonArray *calls, GHashTable *open)
{
	for (guint i = 0; i < json_array_get_length(calls); i++) {
		JsonNode *node = json_array_get_element(calls, i);
		JsonObject *call = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
		JsonNode *function =
		    call != NULL ? offhook_emu_get(call, "function", JSON_NODE_OBJECT) : NULL;
		const gchar *id = call != NULL ? offhook_emu_get_text(call, "id") : NULL;
		const gchar *arguments =
		    function != NULL
			? offhook_emu_get_text(json_node_get_object(function), "arguments")
			: NULL;
		g_autoptr(JsonParser) parser = json_parser_new();

		if (id == NULL || *id == '\0' ||
		    g_strcmp0(offhook_emu_get_text(call, "type"), "function") != 0)
			return g_strdup("a tool call needs an id and the type \"function\"");
		if (arguments == NULL || !json_parser_load_from_data(parser, arguments, -1, NULL))
			return g_strdup("a tool call's arguments are a string of JSON");
		g_hash_table_add(open, g_strdup(id));
	}
	return NULL;
}

static gchar *
offhook_emu_check_message(JsonObject *message, GHashTable *open)
{
	const gchar *role = offhook_emu_get_text(message, "role");
	const gchar *content = offhook_emu_get_text(message, "content");
	JsonNode *calls = offhook_emu_get(message, "tool_calls", JSON_NODE_ARRAY);

	if (role == NULL)
		return g_strdup("a message needs a role");
	if (g_str_equal(role, "tool")) {
		const gchar *id = offhook_emu_get_text(message, "tool_call_id");

		if (id == NULL || content == NULL || !g_hash_table_remove(open, id))
			return g_strdup("a tool's message answers a call that was made");
		return NULL;
	}
	if (g_hash_table_size(open) > 0)
		return g_strdup("a tool call must be followed by a message of the role tool");
	if (!g_str_equal(role, "system") && !g_str_equal(role, "developer") &&
	    !g_str_equal(role, "user") && !g_str_equal(role, "assistant"))
		return g_strdup_printf("role \"%s\" is not known", role);
	if (calls != NULL && g_str_equal(role, "assistant"))
		return offhook_emu_check_calls(json_node_get_array(calls), open);
	return content == NULL ? g_strdup("a message needs content") : NULL;
}

static gchar *
offhook_emu_check_messages(JsonObject *body)
{
	JsonNode *node = offhook_emu_get(body, "messages", JSON_NODE_ARRAY);
	g_autoptr(GHashTable) open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	JsonArray *messages = node != NULL ? json_node_get_array(node) : NULL;

	if (messages == NULL || json_array_get_length(messages) == 0)
		return g_strdup("messages: expected a list that is not empty");
	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonNode *message = json_array_get_element(messages, i);
		gchar *wrong = JSON_NODE_HOLDS_OBJECT(message)
				   ? offhook_emu_check_message(json_node_get_object(message), open)
				   : g_strdup("a message is an object");

		if (wrong != NULL)
			return wrong;
	}
	return g_hash_table_size(open) > 0 ? g_strdup("a tool call has no answer") : NULL;
}

static gboolean
offhook_emu_is_tool_name(const gchar *name)
{
	gsize length = name != NULL ? strlen(name) : 0;

	return length >= 1 && length <= 64 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
		   length;
}

static gchar *
offhook_emu_check_tools(JsonObject *body)
{
	JsonNode *node = json_object_get_member(body, "tools");
	JsonArray *tools =
	    node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	if (node == NULL)
		return json_object_has_member(body, "tool_choice")
			   ? g_strdup("tool_choice without tools")
			   : NULL;
	if (tools == NULL || json_array_get_length(tools) == 0)
		return g_strdup("tools: expected a list that is not empty");
	for (guint i = 0; i < json_array_get_length(tools); i++) {
		JsonNode *tool = json_array_get_element(tools, i);
		JsonNode *function = NULL;

		if (JSON_NODE_HOLDS_OBJECT(tool) &&
		    g_strcmp0(offhook_emu_get_text(json_node_get_object(tool), "type"),
			      "function") == 0)
			function = offhook_emu_get(json_node_get_object(tool), "function",
						   JSON_NODE_OBJECT);
		if (function == NULL ||
		    !offhook_emu_is_tool_name(
			offhook_emu_get_text(json_node_get_object(function), "name")) ||
		    offhook_emu_get(json_node_get_object(function), "parameters",
				    JSON_NODE_OBJECT) == NULL)
			return g_strdup("a tool is a function with a name and parameters");
	}
	return NULL;
}

static gchar *
offhook_emu_check_numbers(JsonObject *body)
{
	gdouble temperature = json_object_get_double_member_with_default(body, "temperature", 1);

	if (!(temperature >= 0 && temperature <= 2))
		return g_strdup_printf("temperature %g: expected 0 to 2", temperature);
	if (json_object_get_int_member_with_default(body, "max_tokens", 1) < 1 ||
	    json_object_get_int_member_with_default(body, "max_completion_tokens", 1) < 1)
		return g_strdup("the limit of tokens is at least 1");
	if (json_object_has_member(body, "stream_options") &&
	    !json_object_get_boolean_member_with_default(body, "stream", FALSE))
		return g_strdup("stream_options without stream");
	return NULL;
}

gchar *
offhook_emu_check_chat(JsonObject *body)
{
	gchar *wrong = offhook_emu_check_members(body, offhook_emu_chat_members);

	if (wrong == NULL && offhook_emu_get_text(body, "model") == NULL)
		wrong = g_strdup("model: expected a string");
	if (wrong == NULL)
		wrong = offhook_emu_check_numbers(body);
	if (wrong == NULL)
		wrong = offhook_emu_check_tools(body);
	return wrong != NULL ? wrong : offhook_emu_check_messages(body);
}

/* ---- embeddings ---- */

gchar *
offhook_emu_check_embeddings(JsonObject *body)
{
	static const gchar *const members[] = {"model",      "input", "encoding_format",
					       "dimensions", "user",  NULL};
	gchar *wrong = offhook_emu_check_members(body, members);
	gint64 dimensions = json_object_get_int_member_with_default(body, "dimensions", 256);

	if (wrong == NULL && offhook_emu_get_text(body, "model") == NULL)
		wrong = g_strdup("model: expected a string");
	if (wrong == NULL && g_strcmp0(offhook_emu_get_text(body, "encoding_format"), "float") != 0)
		wrong = g_strdup("encoding_format: this emulator has float only");
	if (wrong == NULL && (dimensions < 1 || dimensions > 3072))
		wrong = g_strdup_printf("dimensions %" G_GINT64_FORMAT ": expected 1 to 3072",
					dimensions);
	return wrong;
}

/* ---- speech ---- */

gchar *
offhook_emu_check_speech(JsonObject *body)
{
	gchar *wrong = offhook_emu_check_members(body, offhook_emu_speech_members);
	const gchar *input = offhook_emu_get_text(body, "input");
	const gchar *format = offhook_emu_get_text(body, "response_format");
	gdouble speed = json_object_get_double_member_with_default(body, "speed", 1);

	if (wrong != NULL)
		return wrong;
	if (offhook_emu_get_text(body, "model") == NULL ||
	    offhook_emu_get_text(body, "voice") == NULL)
		return g_strdup("model and voice: expected strings");
	if (input == NULL || *input == '\0' || g_utf8_strlen(input, -1) > MAX_SPOKEN)
		return g_strdup_printf("input: expected 1 to %d characters", MAX_SPOKEN);
	if (g_strcmp0(format, "pcm") != 0 && g_strcmp0(format, "wav") != 0)
		return g_strdup("response_format: this emulator has pcm and wav only");
	return speed >= 0.25 && speed <= 4 ? NULL
					   : g_strdup_printf("speed %g: expected 0.25 to 4", speed);
}
