/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Asks the language model and waits no longer than the budget. What it says around the object, which
 * models like to do, is left out. Main thread.
 */

#include "model-question.h"

#include <offhook/completion.h>
#include <offhook/json.h>
#include <string.h>

/* Of an answer: a few members. */
#define OFFHOOK_MODEL_QUESTION_MAX_BYTES  4096
#define OFFHOOK_MODEL_QUESTION_MAX_TOKENS 400

struct _OffhookModelQuestion {
	OffhookCompleter *completer;
	guint number;
	gboolean asking;
	GString *text;
	guint timer;
	OffhookModelAnswerFunc func;
	gpointer user_data;
};

/* What @func does with the question comes last. */
static void
offhook_model_question_end(OffhookModelQuestion *self, JsonObject *answer)
{
	g_clear_handle_id(&self->timer, g_source_remove);
	if (self->asking)
		offhook_completer_cancel(self->completer);
	self->asking = FALSE;
	g_signal_handlers_disconnect_by_data(self->completer, self);
	self->func(answer, self->user_data);
}

static gboolean
offhook_model_question_late_cb(gpointer user_data)
{
	OffhookModelQuestion *self = user_data;

	self->timer = 0;
	offhook_model_question_end(self, NULL);
	return G_SOURCE_REMOVE;
}

static void
offhook_model_question_text_cb(OffhookCompleter *completer, guint number, const char *text,
			       gpointer user_data)
{
	OffhookModelQuestion *self = user_data;

	if (number != self->number)
		return;
	g_string_append(self->text, text);
	if (self->text->len > OFFHOOK_MODEL_QUESTION_MAX_BYTES)
		offhook_model_question_end(self, NULL);
}

static JsonObject *
offhook_model_question_parse(const char *text)
{
	const char *from = strchr(text, '{');
	const char *to = strrchr(text, '}');

	if (from == NULL || to == NULL || to < from)
		return NULL;
	return offhook_json_parse_object(from, to - from + 1, "answer", NULL);
}

static void
offhook_model_question_done_cb(OffhookCompleter *completer, guint number,
			       const OffhookCompletion *completion, gpointer user_data)
{
	OffhookModelQuestion *self = user_data;
	g_autoptr(JsonObject) answer = NULL;

	if (number != self->number)
		return;
	self->asking = FALSE;
	answer = offhook_model_question_parse(self->text->str);
	offhook_model_question_end(self, answer);
}

/* Also when the model is busy with something else, which is not to be disturbed. */
static void
offhook_model_question_failed_cb(OffhookCompleter *completer, guint number, const GError *error,
				 gpointer user_data)
{
	OffhookModelQuestion *self = user_data;

	if (number != self->number)
		return;
	self->asking = FALSE;
	offhook_model_question_end(self, NULL);
}

OffhookModelQuestion *
offhook_model_question_new(OffhookCompleter *completer, const char *instructions, const char *text,
			   guint budget_ms, OffhookModelAnswerFunc func, gpointer user_data)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();
	OffhookModelQuestion *self = g_new0(OffhookModelQuestion, 1);

	self->completer = g_object_ref(completer);
	self->text = g_string_new(NULL);
	self->func = func;
	self->user_data = user_data;
	g_signal_connect(completer, "text", G_CALLBACK(offhook_model_question_text_cb), self);
	g_signal_connect(completer, "done", G_CALLBACK(offhook_model_question_done_cb), self);
	g_signal_connect(completer, "failed", G_CALLBACK(offhook_model_question_failed_cb), self);
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM, instructions);
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, text);
	offhook_completion_request_set_temperature(request, 0);
	offhook_completion_request_set_max_tokens(request, OFFHOOK_MODEL_QUESTION_MAX_TOKENS);
	self->number = offhook_completer_reserve_number(completer);
	self->asking = TRUE;
	self->timer = g_timeout_add(budget_ms, offhook_model_question_late_cb, self);
	offhook_completer_start(completer, self->number, request);
	return self;
}

void
offhook_model_question_free(OffhookModelQuestion *self)
{
	if (self == NULL)
		return;
	g_clear_handle_id(&self->timer, g_source_remove);
	g_signal_handlers_disconnect_by_data(self->completer, self);
	if (self->asking)
		offhook_completer_cancel(self->completer);
	g_object_unref(self->completer);
	g_string_free(self->text, TRUE);
	g_free(self);
}

double
offhook_model_answer_get_confidence(JsonObject *answer, double fallback)
{
	JsonNode *node = json_object_get_member(answer, "confidence");
	GType type = node != NULL ? json_node_get_value_type(node) : G_TYPE_INVALID;

	if (type != G_TYPE_DOUBLE && type != G_TYPE_INT64)
		return fallback;
	return CLAMP(json_node_get_double(node), 0.0, 1.0);
}
