/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A language model for tests. Main thread.
 */

#include "model.h"

#include <offhook/error.h>
#include <string.h>

typedef struct {
	char *tool;
	char *arguments;
} ModelCall;

typedef struct {
	char *text;
	GPtrArray *calls; /* of ModelCall */
	gboolean fails;
} ModelAnswer;

struct _Model {
	OffhookCompleter parent_instance;

	GQueue answers;
	GPtrArray *requests;
	char *prompt;
	char *tools;
	char *choice;
	guint cancelled;

	guint number;
	ModelAnswer *answer; /* under way */
	const char *rest;    /* of its text */
	guint source;
};

G_DEFINE_FINAL_TYPE(Model, model, OFFHOOK_TYPE_COMPLETER)

static void
model_call_free(gpointer data)
{
	ModelCall *call = data;

	g_free(call->tool);
	g_free(call->arguments);
	g_free(call);
}

static void
model_answer_free(gpointer data)
{
	ModelAnswer *answer = data;

	g_free(answer->text);
	g_ptr_array_unref(answer->calls);
	g_free(answer);
}

static ModelAnswer *
model_answer_new(const char *text, gboolean fails)
{
	ModelAnswer *answer = g_new0(ModelAnswer, 1);

	answer->text = g_strdup(text != NULL ? text : "");
	answer->calls = g_ptr_array_new_with_free_func(model_call_free);
	answer->fails = fails;
	return answer;
}

void
model_queue(OffhookCompleter *self, const char *text, const char *tool, const char *arguments)
{
	g_queue_push_tail(&TEST_MODEL(self)->answers, model_answer_new(text, FALSE));
	if (tool != NULL)
		model_queue_call(self, tool, arguments);
}

void
model_queue_call(OffhookCompleter *self, const char *tool, const char *arguments)
{
	ModelAnswer *answer = g_queue_peek_tail(&TEST_MODEL(self)->answers);
	ModelCall *call = g_new0(ModelCall, 1);

	call->tool = g_strdup(tool);
	call->arguments = g_strdup(arguments);
	g_ptr_array_add(answer->calls, call);
}

void
model_queue_failure(OffhookCompleter *self, const char *text)
{
	g_queue_push_tail(&TEST_MODEL(self)->answers, model_answer_new(text, TRUE));
}

/* ---- the request ---- */

static const char *
model_name_role(OffhookMessageRole role)
{
	static const char *const names[] = {"system", "user", "assistant", "tool"};

	return names[role];
}

static void
model_remember(Model *self, OffhookCompletionRequest *request)
{
	GPtrArray *messages = offhook_completion_request_get_messages(request);
	GPtrArray *tools = offhook_completion_request_get_tools(request);
	GString *text = g_string_new(NULL);
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < messages->len; i++) {
		const OffhookMessage *message = g_ptr_array_index(messages, i);

		if (i == 0 && message->role == OFFHOOK_MESSAGE_SYSTEM) {
			g_free(self->prompt);
			self->prompt = g_strdup(message->text);
			continue;
		}
		g_string_append_printf(text, "%s: %s\n", model_name_role(message->role),
				       message->text);
		for (guint k = 0; message->tool_calls != NULL && k < message->tool_calls->len;
		     k++) {
			const OffhookToolCall *call = g_ptr_array_index(message->tool_calls, k);

			g_string_append_printf(text, "  calls %s(%s)\n", call->name,
					       call->arguments);
		}
	}
	for (guint i = 0; i < tools->len; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? " " : "",
				       ((OffhookTool *)g_ptr_array_index(tools, i))->name);
	g_ptr_array_add(self->requests, g_string_free(text, FALSE));
	g_free(self->tools);
	self->tools = g_string_free(names, FALSE);
	g_free(self->choice);
	self->choice = g_strdup(offhook_completion_request_get_tool_choice(request));
}

const char *
model_get_request(OffhookCompleter *self, guint n)
{
	g_assert_cmpuint(TEST_MODEL(self)->requests->len, >=, n);
	return g_ptr_array_index(TEST_MODEL(self)->requests, n - 1);
}

const char *
model_get_prompt(OffhookCompleter *self)
{
	return TEST_MODEL(self)->prompt;
}

const char *
model_get_tools(OffhookCompleter *self)
{
	return TEST_MODEL(self)->tools;
}

const char *
model_get_choice(OffhookCompleter *self)
{
	return TEST_MODEL(self)->choice;
}

guint
model_count_requests(OffhookCompleter *self)
{
	return TEST_MODEL(self)->requests->len;
}

guint
model_count_cancelled(OffhookCompleter *self)
{
	return TEST_MODEL(self)->cancelled;
}

/* ---- the answer ---- */

static void
model_end(Model *self)
{
	g_autoptr(OffhookToolCallList) list = offhook_tool_call_list_new();
	g_autoptr(GPtrArray) calls = NULL;
	OffhookCompletion completion = {OFFHOOK_FINISH_STOP, NULL, 12, 3};

	self->source = 0;
	if (self->answer->fails) {
		g_autoptr(GError) error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "as asked");

		offhook_completer_emit_failed(OFFHOOK_COMPLETER(self), self->number, error);
		return;
	}
	for (guint i = 0; i < self->answer->calls->len; i++) {
		const ModelCall *call = g_ptr_array_index(self->answer->calls, i);

		completion.reason = OFFHOOK_FINISH_TOOL_CALLS;
		offhook_tool_call_list_add(list, i, NULL, call->tool, call->arguments, NULL);
	}
	calls = offhook_tool_call_list_finish(list, NULL);
	completion.tool_calls = calls;
	offhook_completer_emit_done(OFFHOOK_COMPLETER(self), self->number, &completion);
}

static gboolean
model_speak_cb(gpointer user_data)
{
	g_autoptr(Model) self = g_object_ref(user_data);
	gsize length = strcspn(self->rest, " ");
	g_autofree char *word = NULL;

	if (*self->rest == '\0') {
		model_end(self);
		return G_SOURCE_REMOVE;
	}
	length += strspn(self->rest + length, " ");
	word = g_strndup(self->rest, length);
	self->rest += length;
	offhook_completer_emit_text(OFFHOOK_COMPLETER(self), self->number, word, -1);
	return G_SOURCE_CONTINUE;
}

static void
model_start(OffhookCompleter *completer, guint number, OffhookCompletionRequest *request)
{
	Model *self = TEST_MODEL(completer);

	model_remember(self, request);
	g_clear_pointer(&self->answer, model_answer_free);
	self->answer = g_queue_pop_head(&self->answers);
	if (self->answer == NULL)
		self->answer = model_answer_new("I heard you. All of it.", FALSE);
	self->number = number;
	self->rest = self->answer->text;
	self->source = g_idle_add(model_speak_cb, self);
}

static void
model_cancel(OffhookCompleter *completer)
{
	Model *self = TEST_MODEL(completer);

	self->cancelled++;
	g_clear_handle_id(&self->source, g_source_remove);
}

OffhookCompleter *
model_new(void)
{
	return g_object_new(TYPE_MODEL, NULL);
}

static void
model_finalize(GObject *object)
{
	Model *self = TEST_MODEL(object);

	g_clear_handle_id(&self->source, g_source_remove);
	g_clear_pointer(&self->answer, model_answer_free);
	g_queue_clear_full(&self->answers, model_answer_free);
	g_ptr_array_unref(self->requests);
	g_free(self->prompt);
	g_free(self->tools);
	g_free(self->choice);

	G_OBJECT_CLASS(model_parent_class)->finalize(object);
}

static void
model_init(Model *self)
{
	g_queue_init(&self->answers);
	self->requests = g_ptr_array_new_with_free_func(g_free);
}

static void
model_class_init(ModelClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = model_finalize;
	OFFHOOK_COMPLETER_CLASS(klass)->start = model_start;
	OFFHOOK_COMPLETER_CLASS(klass)->cancel = model_cancel;
}
