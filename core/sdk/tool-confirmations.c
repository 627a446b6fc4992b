/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Agreements. What the model says of them does not count: it was asked for in a turn of its own, and the
 * words of a later one were a yes. A few turns later nobody knows any more what a yes was for. Main
 * thread.
 */

#include "tool-confirmations.h"

#include <string.h>
#include <offhook/json.h>

/* Turns after which a question is forgotten: the caller may ask back before he agrees. */
#define MAX_TURNS 3
/* Questions at a time; the oldest are forgotten. */
#define MAX_QUESTIONS 16

typedef struct {
	char *what;
	guint turn; /* in which it was asked */
} OffhookToolQuestion;

struct _OffhookToolConfirmations {
	GPtrArray *questions; /* OffhookToolQuestion */
	guint turn;
	gboolean agreed; /* the words of this turn were a yes */
};

static void
offhook_tool_question_free(gpointer data)
{
	OffhookToolQuestion *question = data;

	g_free(question->what);
	g_free(question);
}

OffhookToolConfirmations *
offhook_tool_confirmations_new(void)
{
	OffhookToolConfirmations *self = g_new0(OffhookToolConfirmations, 1);

	self->questions = g_ptr_array_new_with_free_func(offhook_tool_question_free);
	return self;
}

void
offhook_tool_confirmations_free(OffhookToolConfirmations *self)
{
	g_ptr_array_unref(self->questions);
	g_free(self);
}

void
offhook_tool_confirmations_begin_turn(OffhookToolConfirmations *self, gint answer)
{
	self->turn++;
	self->agreed = answer == 1;
	for (guint i = self->questions->len; i > 0; i--) {
		const OffhookToolQuestion *question = g_ptr_array_index(self->questions, i - 1);

		if (answer == 0 || self->turn - question->turn > MAX_TURNS)
			g_ptr_array_remove_index(self->questions, i - 1);
	}
}

/* ---- the same arguments ---- */

static void offhook_tool_confirmations_write(GString *out, JsonNode *node);

static gint
offhook_tool_confirmations_compare_cb(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

static void
offhook_tool_confirmations_write_object(GString *out, JsonObject *object)
{
	g_autoptr(GList) names =
	    g_list_sort(json_object_get_members(object), offhook_tool_confirmations_compare_cb);

	g_string_append_c(out, '{');
	for (GList *l = names; l != NULL; l = l->next) {
		g_autoptr(JsonNode) name = json_node_init_string(json_node_alloc(), l->data);

		if (l != names)
			g_string_append_c(out, ',');
		offhook_tool_confirmations_write(out, name);
		g_string_append_c(out, ':');
		offhook_tool_confirmations_write(out, json_object_get_member(object, l->data));
	}
	g_string_append_c(out, '}');
}

static void
offhook_tool_confirmations_write(GString *out, JsonNode *node)
{
	g_autofree char *text = NULL;
	JsonArray *list;

	if (JSON_NODE_HOLDS_OBJECT(node)) {
		offhook_tool_confirmations_write_object(out, json_node_get_object(node));
	} else if (JSON_NODE_HOLDS_ARRAY(node)) {
		list = json_node_get_array(node);
		g_string_append_c(out, '[');
		for (guint i = 0; i < json_array_get_length(list); i++) {
			if (i > 0)
				g_string_append_c(out, ',');
			offhook_tool_confirmations_write(out, json_array_get_element(list, i));
		}
		g_string_append_c(out, ']');
	} else {
		text = offhook_json_node_to_string(node);
		g_string_append(out, text);
	}
}

char *
offhook_tool_confirmations_describe(JsonObject *arguments)
{
	GString *out = g_string_new(NULL);

	offhook_tool_confirmations_write_object(out, arguments);
	return g_string_free(out, FALSE);
}

/* ---- asking ---- */

static OffhookToolQuestion *
offhook_tool_confirmations_find(OffhookToolConfirmations *self, const char *what)
{
	for (guint i = 0; i < self->questions->len; i++) {
		OffhookToolQuestion *question = g_ptr_array_index(self->questions, i);

		if (g_str_equal(question->what, what))
			return question;
	}
	return NULL;
}

gboolean
offhook_tool_confirmations_take(OffhookToolConfirmations *self, const char *tool,
				JsonObject *arguments)
{
	g_autofree char *described = offhook_tool_confirmations_describe(arguments);
	g_autofree char *what = g_strconcat(tool, " ", described, NULL);
	OffhookToolQuestion *question = offhook_tool_confirmations_find(self, what);
	gboolean agreed = question != NULL && self->agreed && question->turn < self->turn;

	if (question != NULL)
		g_ptr_array_remove(self->questions, question);
	if (agreed)
		return TRUE;
	if (self->questions->len >= MAX_QUESTIONS)
		g_ptr_array_remove_index(self->questions, 0);
	question = g_new0(OffhookToolQuestion, 1);
	question->what = g_steal_pointer(&what);
	question->turn = self->turn;
	g_ptr_array_add(self->questions, question);
	return FALSE;
}
