/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The file that says what the model says. Strict: a typing error would be a test of nothing. */

#include "script.h"

#include "emu-error.h"

static gboolean
offhook_emu_realtime_script_refuse(GError **error, const gchar *expected)
{
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT, "the script's %s",
		    expected);
	return FALSE;
}

static void
offhook_emu_realtime_answer_free(gpointer data)
{
	OffhookEmuRealtimeAnswer *self = data;

	g_free(self->text);
	g_free(self->tool);
	g_clear_pointer(&self->arguments, json_object_unref);
	g_free(self);
}

static gboolean
offhook_emu_realtime_is_text(JsonNode *node)
{
	return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
}

static gboolean
offhook_emu_realtime_answer_read(OffhookEmuRealtimeAnswer *self, JsonNode *node, GError **error)
{
	JsonObjectIter iter;
	const gchar *name;
	JsonNode *value;

	if (offhook_emu_realtime_is_text(node)) {
		self->text = json_node_dup_string(node);
		return TRUE;
	}
	if (!JSON_NODE_HOLDS_OBJECT(node))
		return offhook_emu_realtime_script_refuse(error, "answers are texts or objects");
	json_object_iter_init(&iter, json_node_get_object(node));
	while (json_object_iter_next(&iter, &name, &value)) {
		if (g_str_equal(name, "text") && offhook_emu_realtime_is_text(value))
			self->text = json_node_dup_string(value);
		else if (g_str_equal(name, "tool") && offhook_emu_realtime_is_text(value))
			self->tool = json_node_dup_string(value);
		else if (g_str_equal(name, "arguments") && JSON_NODE_HOLDS_OBJECT(value))
			self->arguments = json_node_dup_object(value);
		else
			return offhook_emu_realtime_script_refuse(
			    error, "answers have text, tool and arguments");
	}
	if (self->tool == NULL && (self->text == NULL || self->arguments != NULL))
		return offhook_emu_realtime_script_refuse(error, "answers have a text or a tool");
	return TRUE;
}

static gboolean
offhook_emu_realtime_script_add(OffhookEmuRealtimeScript *self, const gchar *list, JsonNode *node,
				GError **error)
{
	if (g_str_equal(list, "answers")) {
		OffhookEmuRealtimeAnswer *answer = g_new0(OffhookEmuRealtimeAnswer, 1);

		g_ptr_array_add(self->answers, answer);
		return offhook_emu_realtime_answer_read(answer, node, error);
	}
	if (!g_str_equal(list, "transcripts"))
		return offhook_emu_realtime_script_refuse(error,
							  "lists are answers and transcripts");
	if (!offhook_emu_realtime_is_text(node))
		return offhook_emu_realtime_script_refuse(error, "transcripts are texts");
	g_ptr_array_add(self->transcripts, json_node_dup_string(node));
	return TRUE;
}

OffhookEmuRealtimeScript *
offhook_emu_realtime_script_read(JsonNode *root, GError **error)
{
	g_autoptr(OffhookEmuRealtimeScript) self = g_new0(OffhookEmuRealtimeScript, 1);
	JsonObjectIter iter;
	const gchar *name;
	JsonNode *value;

	self->answers = g_ptr_array_new_with_free_func(offhook_emu_realtime_answer_free);
	self->transcripts = g_ptr_array_new_with_free_func(g_free);
	if (root == NULL)
		return g_steal_pointer(&self);
	if (!JSON_NODE_HOLDS_OBJECT(root)) {
		offhook_emu_realtime_script_refuse(error, "root is an object");
		return NULL;
	}
	json_object_iter_init(&iter, json_node_get_object(root));
	while (json_object_iter_next(&iter, &name, &value)) {
		JsonArray *list = JSON_NODE_HOLDS_ARRAY(value) ? json_node_get_array(value) : NULL;

		if (list == NULL) {
			offhook_emu_realtime_script_refuse(error, "members are lists");
			return NULL;
		}
		for (guint i = 0; i < json_array_get_length(list); i++)
			if (!offhook_emu_realtime_script_add(
				self, name, json_array_get_element(list, i), error))
				return NULL;
	}
	return g_steal_pointer(&self);
}

OffhookEmuRealtimeScript *
offhook_emu_realtime_script_load(const gchar *path, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();

	if (path != NULL && !json_parser_load_from_file(parser, path, error))
		return NULL;
	return offhook_emu_realtime_script_read(path != NULL ? json_parser_get_root(parser) : NULL,
						error);
}

void
offhook_emu_realtime_script_free(OffhookEmuRealtimeScript *self)
{
	g_ptr_array_unref(self->answers);
	g_ptr_array_unref(self->transcripts);
	g_free(self);
}
