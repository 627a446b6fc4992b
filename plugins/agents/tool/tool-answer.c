/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Answers of services: JSON, of which a part may be wanted, or text. Any thread.
 */

#include "tool-answer.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/rest-reply.h>
#include <string.h>

#define MAX_COMPLAINT 300 /* bytes of a refusal's own words */

/* "text/plain; charset=utf-8" -> "text/plain" */
static char *
offhook_tool_answer_dup_type(const OffhookWebResponse *response)
{
	const char *type = g_hash_table_lookup(response->headers, "content-type");
	g_autofree char *bare =
	    g_strndup(type != NULL ? type : "", strcspn(type != NULL ? type : "", ";"));

	return g_ascii_strdown(g_strstrip(bare), -1);
}

static gboolean
offhook_tool_answer_is_json_type(const char *type)
{
	return g_str_equal(type, "application/json") || g_str_has_suffix(type, "+json");
}

/* The body as text, valid and without NUL. (transfer full) */
static char *
offhook_tool_answer_dup_text(const OffhookWebResponse *response)
{
	gsize size;
	const char *data = g_bytes_get_data(response->body, &size);
	g_autofree char *text = g_strndup(data != NULL ? data : "", size);

	return g_strstrip(g_utf8_make_valid(text, -1));
}

/* (transfer full) (nullable) */
static JsonNode *
offhook_tool_answer_parse(const char *text)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();

	if (!offhook_json_is_shallow(text, -1) || strstr(text, "\\u0000") != NULL ||
	    !json_parser_load_from_data(parser, text, -1, NULL))
		return NULL;
	return json_parser_steal_root(parser);
}

/* ---- parts of it ---- */

/* What is at @path: the one thing, or a list of them. (transfer full): null when there is nothing */
static JsonNode *
offhook_tool_answer_pick(JsonNode *root, const char *path)
{
	g_autofree char *rooted = *path == '$' ? g_strdup(path) : g_strconcat("$.", path, NULL);
	g_autoptr(JsonNode) matches = json_path_query(rooted, root, NULL);
	JsonArray *list = matches != NULL ? json_node_get_array(matches) : NULL;

	if (list == NULL || json_array_get_length(list) == 0)
		return json_node_init_null(json_node_alloc());
	if (json_array_get_length(list) == 1)
		return json_array_dup_element(list, 0);
	return g_steal_pointer(&matches);
}

static JsonNode *
offhook_tool_answer_pick_cb(const char *name, gpointer user_data)
{
	return offhook_tool_answer_pick(user_data, name);
}

static char *
offhook_tool_answer_choose(const OffhookToolConfig *config, JsonNode *root, GError **error)
{
	g_autoptr(JsonNode) value = NULL;

	if (config->result != NULL)
		return offhook_tool_template_expand(config->result, offhook_tool_answer_pick_cb,
						    root, error);
	value = offhook_tool_answer_pick(root, config->result_path);
	if (!JSON_NODE_HOLDS_NULL(value))
		return offhook_tool_value_to_text(value);
	return g_strdup("Done, but there is nothing in the answer.");
}

static char *
offhook_tool_answer_tell(const OffhookToolConfig *config, const OffhookWebResponse *response,
			 GError **error)
{
	g_autofree char *text = offhook_tool_answer_dup_text(response);
	g_autofree char *type = offhook_tool_answer_dup_type(response);
	g_autoptr(JsonNode) root = NULL;

	if (*text == '\0')
		return g_strdup("Done.");
	if (config->result == NULL && config->result_path == NULL) {
		if (*type == '\0' || offhook_tool_answer_is_json_type(type) ||
		    g_str_has_prefix(type, "text/") || g_str_has_suffix(type, "xml"))
			return g_steal_pointer(&text);
		return g_strdup("Done. The answer is no text.");
	}
	root = offhook_tool_answer_parse(text);
	if (root != NULL)
		return offhook_tool_answer_choose(config, root, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
		    "the service did what was asked, but its answer is not the JSON it should be");
	return NULL;
}

/* ---- refusals ---- */

/* What it says about it, where that is for programs. (transfer full): may be "" */
static char *
offhook_tool_answer_dup_complaint(const OffhookWebResponse *response)
{
	g_autofree char *type = offhook_tool_answer_dup_type(response);
	g_autofree char *text = NULL;

	if (!offhook_tool_answer_is_json_type(type) && !g_str_equal(type, "text/plain"))
		return g_strdup("");
	text = offhook_tool_answer_dup_text(response);
	if (strlen(text) <= MAX_COMPLAINT)
		return g_steal_pointer(&text);
	*g_utf8_find_prev_char(text, text + MAX_COMPLAINT + 1) = '\0';
	return g_strconcat(text, "...", NULL);
}

static void
offhook_tool_answer_refuse(const OffhookWebResponse *response, GError **error)
{
	g_autofree char *complaint = offhook_tool_answer_dup_complaint(response);
	guint status = response->status;
	const char *meaning = "it refused";

	if (status < 400)
		meaning = "it wants to be asked elsewhere";
	else if (status == 404)
		meaning = "there is no such thing";
	else if (status == 401 || status == 403)
		meaning = "we may not do this";
	else if (status == 429 || status >= 500)
		meaning = "it has trouble";
	g_set_error(error, OFFHOOK_ERROR, (int)offhook_rest_get_error_code(status),
		    "the service answered %u, %s%s%s", status, meaning,
		    *complaint != '\0' ? ": " : "", complaint);
}

char *
offhook_tool_answer_read(const OffhookToolConfig *config, const OffhookWebResponse *response,
			 GError **error)
{
	if (response->status >= 200 && response->status <= 299)
		return offhook_tool_answer_tell(config, response, error);
	offhook_tool_answer_refuse(response, error);
	return NULL;
}
