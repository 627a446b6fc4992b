/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The file that says what the model says. Strict: a typing error would be a test of nothing. */

#include "script.h"

#include "emu-error.h"

#include <string.h>

static gboolean
offhook_emu_openai_script_refuse(GError **error, const gchar *format, const gchar *what)
{
	g_autofree gchar *text = g_strdup_printf("the script's %s", format);

	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT, "%s \"%s\"", text, what);
	return FALSE;
}

static void
offhook_emu_answer_free(gpointer data)
{
	OffhookEmuAnswer *self = data;

	g_free(self->when);
	g_free(self->text);
	g_free(self->think);
	g_clear_pointer(&self->tools, json_array_unref);
	g_free(self);
}

static gboolean
offhook_emu_answer_set(OffhookEmuAnswer *self, const gchar *name, JsonNode *node, GError **error)
{
	gboolean is_text =
	    JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;

	if (g_str_equal(name, "if") && is_text)
		self->when = g_utf8_strdown(json_node_get_string(node), -1);
	else if (g_str_equal(name, "after_tool") && JSON_NODE_HOLDS_VALUE(node))
		self->after_tool = json_node_get_boolean(node);
	else if (g_str_equal(name, "text") && is_text)
		self->text = json_node_dup_string(node);
	else if (g_str_equal(name, "think") && is_text)
		self->think = json_node_dup_string(node);
	else if (g_str_equal(name, "tools") && JSON_NODE_HOLDS_ARRAY(node))
		self->tools = json_node_dup_array(node);
	else if (g_str_equal(name, "fault") && is_text)
		return offhook_emu_fault_find(json_node_get_string(node), &self->fault) ||
		       offhook_emu_openai_script_refuse(
			   error, "fault is not known:", json_node_get_string(node));
	else
		return offhook_emu_openai_script_refuse(error, "answer has a wrong", name);
	return TRUE;
}

static gboolean
offhook_emu_answer_check_tools(const OffhookEmuAnswer *self, GError **error)
{
	for (guint i = 0; self->tools != NULL && i < json_array_get_length(self->tools); i++) {
		JsonNode *node = json_array_get_element(self->tools, i);
		JsonObject *tool = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
		JsonNode *name = tool != NULL ? json_object_get_member(tool, "name") : NULL;
		JsonNode *arguments =
		    tool != NULL ? json_object_get_member(tool, "arguments") : NULL;

		if (name == NULL || !JSON_NODE_HOLDS_VALUE(name) || arguments == NULL ||
		    !JSON_NODE_HOLDS_OBJECT(arguments))
			return offhook_emu_openai_script_refuse(
			    error, "tools are objects of name and arguments:", "tools");
	}
	return TRUE;
}

static gboolean
offhook_emu_openai_script_add_answer(OffhookEmuOpenaiScript *self, JsonNode *node, GError **error)
{
	OffhookEmuAnswer *answer = g_new0(OffhookEmuAnswer, 1);
	JsonObjectIter iter;
	const gchar *name;
	JsonNode *value;

	g_ptr_array_add(self->answers, answer);
	if (!JSON_NODE_HOLDS_OBJECT(node))
		return offhook_emu_openai_script_refuse(error, "answers are objects:", "answers");
	json_object_iter_init(&iter, json_node_get_object(node));
	while (json_object_iter_next(&iter, &name, &value))
		if (!offhook_emu_answer_set(answer, name, value, error))
			return FALSE;
	return offhook_emu_answer_check_tools(answer, error);
}

static gboolean
offhook_emu_openai_script_read(OffhookEmuOpenaiScript *self, JsonObject *root, GError **error)
{
	JsonObjectIter iter;
	const gchar *name;
	JsonNode *value;

	json_object_iter_init(&iter, root);
	while (json_object_iter_next(&iter, &name, &value)) {
		gboolean answers = g_str_equal(name, "answers");
		JsonArray *array = JSON_NODE_HOLDS_ARRAY(value) ? json_node_get_array(value) : NULL;

		if (array == NULL || (!answers && !g_str_equal(name, "transcripts")))
			return offhook_emu_openai_script_refuse(
			    error, "members are the lists answers and transcripts, not", name);
		for (guint i = 0; i < json_array_get_length(array); i++) {
			JsonNode *node = json_array_get_element(array, i);

			if (answers && !offhook_emu_openai_script_add_answer(self, node, error))
				return FALSE;
			if (answers)
				continue;
			if (!JSON_NODE_HOLDS_VALUE(node) ||
			    json_node_get_value_type(node) != G_TYPE_STRING)
				return offhook_emu_openai_script_refuse(
				    error, "transcripts are texts:", name);
			g_ptr_array_add(self->transcripts, json_node_dup_string(node));
		}
	}
	return TRUE;
}

OffhookEmuOpenaiScript *
offhook_emu_openai_script_load(const gchar *path, GError **error)
{
	g_autoptr(OffhookEmuOpenaiScript) self = g_new0(OffhookEmuOpenaiScript, 1);
	g_autoptr(JsonParser) parser = json_parser_new();

	self->answers = g_ptr_array_new_with_free_func(offhook_emu_answer_free);
	self->transcripts = g_ptr_array_new_with_free_func(g_free);
	if (path == NULL)
		return g_steal_pointer(&self);
	if (!json_parser_load_from_file(parser, path, error))
		return NULL;
	/* An empty file has none. */
	if (json_parser_get_root(parser) == NULL ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		offhook_emu_openai_script_refuse(error, "root is an object:", path);
		return NULL;
	}
	if (!offhook_emu_openai_script_read(
		self, json_node_get_object(json_parser_get_root(parser)), error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_openai_script_free(OffhookEmuOpenaiScript *self)
{
	g_ptr_array_unref(self->answers);
	g_ptr_array_unref(self->transcripts);
	g_free(self);
}

const OffhookEmuAnswer *
offhook_emu_openai_script_find(const OffhookEmuOpenaiScript *self, const gchar *message,
			       gboolean is_tool)
{
	g_autofree gchar *lower = g_utf8_strdown(message, -1);

	for (guint i = 0; i < self->answers->len; i++) {
		const OffhookEmuAnswer *answer = g_ptr_array_index(self->answers, i);

		if (answer->after_tool == is_tool &&
		    (answer->when == NULL || strstr(lower, answer->when) != NULL))
			return answer;
	}
	return NULL;
}

const gchar *
offhook_emu_openai_script_take_transcript(OffhookEmuOpenaiScript *self)
{
	if (self->transcripts->len == 0)
		return NULL;
	return g_ptr_array_index(self->transcripts,
				 self->next_transcript++ % self->transcripts->len);
}
