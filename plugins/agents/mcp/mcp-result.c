/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Texts one after the other; of anything else that it was there; and what the server gives in a form
 * for programs, unless a text says the same. Any thread.
 */

#include "mcp-result.h"

#include <offhook/error.h>
#include <offhook/json.h>

/* (nullable): what can't be said on the telephone, by its type */
static const char *
offhook_mcp_result_describe(const char *type)
{
	static const struct {
		const char *type, *note;
	} notes[] = {
	    {"image", "[an image, which can't be shown here]"},
	    {"audio", "[a recording, which can't be played here]"},
	    {"resource_link", "[a link to a resource]"},
	    {"resource", "[a resource, which can't be shown here]"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(notes); i++)
		if (g_strcmp0(type, notes[i].type) == 0)
			return notes[i].note;
	return "[something that can't be told here]";
}

static void
offhook_mcp_result_append(GString *text, const char *more)
{
	if (text->len > 0)
		g_string_append_c(text, '\n');
	g_string_append(text, more);
}

/* Servers give the structured content as a text, too, for clients that don't know of it. */
static gboolean
offhook_mcp_result_says(const char *text, JsonNode *structured)
{
	g_autoptr(JsonObject) object = offhook_json_parse_object(text, -1, "text", NULL);
	g_autoptr(JsonNode) node = NULL;

	if (object == NULL)
		return FALSE;
	node = json_node_alloc();
	json_node_init_object(node, object);
	return json_node_equal(node, structured);
}

static void
offhook_mcp_result_append_content(GString *text, JsonArray *content, JsonNode *structured)
{
	gboolean said = structured == NULL;

	for (guint i = 0; content != NULL && i < json_array_get_length(content); i++) {
		JsonNode *node = json_array_get_element(content, i);
		JsonObject *item = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
		const char *type = offhook_json_get_string(item, "type");
		const char *words = offhook_json_get_string(item, "text");

		if (g_strcmp0(type, "text") != 0)
			words = offhook_mcp_result_describe(type);
		else if (words != NULL && !said)
			said = offhook_mcp_result_says(words, structured);
		if (words != NULL)
			offhook_mcp_result_append(text, words);
	}
	if (!said) {
		g_autofree char *json = offhook_json_node_to_string(structured);

		offhook_mcp_result_append(text, json);
	}
}

static gboolean
offhook_mcp_result_is_complete(JsonObject *result, GError **error)
{
	const char *type = offhook_json_get_string(result, "resultType");

	if (type == NULL || g_str_equal(type, "complete"))
		return TRUE;
	if (g_str_equal(type, "input_required"))
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "the tool needs an interaction that is not possible on the telephone");
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "the server's result is of a kind that is not known");
	return FALSE;
}

OffhookMcpResult *
offhook_mcp_result_read(JsonObject *result, GError **error)
{
	JsonArray *content = offhook_json_get_array(result, "content");
	JsonNode *structured = json_object_get_member(result, "structuredContent");
	JsonNode *failed = json_object_get_member(result, "isError");
	g_autoptr(GString) text = g_string_new(NULL);
	OffhookMcpResult *self;

	if (!offhook_mcp_result_is_complete(result, error))
		return NULL;
	if (structured != NULL && JSON_NODE_HOLDS_NULL(structured))
		structured = NULL;
	if (content == NULL && structured == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "the server's result has no content");
		return NULL;
	}
	offhook_mcp_result_append_content(text, content, structured);
	self = g_new0(OffhookMcpResult, 1);
	self->failed = failed != NULL && JSON_NODE_HOLDS_VALUE(failed) &&
		       json_node_get_value_type(failed) == G_TYPE_BOOLEAN &&
		       json_node_get_boolean(failed);
	if (text->len == 0)
		g_string_append(text,
				self->failed ? "[the tool failed and does not say why]" : "[done]");
	self->text = g_string_free(g_steal_pointer(&text), FALSE);
	return self;
}

void
offhook_mcp_result_free(OffhookMcpResult *self)
{
	if (self == NULL)
		return;
	g_free(self->text);
	g_free(self);
}
