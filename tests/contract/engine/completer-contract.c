/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A language model as an agent uses it: text, tools, one end for each request, cancelling at any
 * moment, one request after another.
 */

#include "completer-contract.h"

#include "harness.h"

typedef struct {
	const OffhookCompleterContract *contract;
	OffhookEngine *engine;
	OffhookCompleter *completer;
	guint expected; /* the request that may be heard of */
	GString *text;
	guint n_texts;
	guint n_ends;
	gboolean ended;
	OffhookFinishReason reason;
	gint64 input_tokens;
	gint64 output_tokens;
	GPtrArray *calls; /* utf8: "id name arguments" */
	GError *error;    /* (nullable) */
	guint cancel_at;  /* the n-th piece of text; 0: never */
	guint restart_at; /* likewise: cancels and starts the next at once */
} Fixture;

static OffhookCompletionRequest *
make_request(const char *message)
{
	static const char schema[] = "{\"type\":\"object\",\"properties\":{\"people\":{\"type\":"
				     "\"integer\"}},\"required\":[\"people\"]}";
	OffhookCompletionRequest *request = offhook_completion_request_new();
	g_autoptr(JsonObject) parameters = offhook_json_parse_object(schema, -1, "schema", NULL);

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM,
					       "You answer the phone of a restaurant.");
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, message);
	offhook_completion_request_add_tool(request, "book", "Books a table.", parameters);
	offhook_completion_request_set_temperature(request, 0.4);
	offhook_completion_request_set_max_tokens(request, 400);
	return request;
}

static void
fixture_start(Fixture *self, guint number, const char *message)
{
	g_autoptr(OffhookCompletionRequest) request = make_request(message);
	guint ends = self->n_ends;

	self->expected = number;
	self->ended = FALSE;
	offhook_completer_start(self->completer, number, request);
	/* Nothing comes before start() has returned. */
	g_assert_cmpuint(self->n_ends, ==, ends);
}

static void
fixture_text_cb(OffhookCompleter *completer, guint request, const char *text, gpointer user_data)
{
	Fixture *self = user_data;

	g_assert_cmpuint(request, ==, self->expected);
	g_assert_false(self->ended);
	g_assert_cmpstr(text, !=, "");
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_string_append(self->text, text);
	self->n_texts++;
	if (self->n_texts == self->cancel_at)
		offhook_completer_cancel(completer);
	if (self->n_texts == self->restart_at) {
		offhook_completer_cancel(completer);
		g_string_truncate(self->text, 0);
		fixture_start(self, request + 1, self->contract->say);
	}
}

static void
fixture_end(Fixture *self, guint request)
{
	g_assert_cmpuint(request, ==, self->expected);
	g_assert_false(self->ended);
	self->ended = TRUE;
	self->n_ends++;
}

static void
fixture_done_cb(OffhookCompleter *completer, guint request, const OffhookCompletion *completion,
		gpointer user_data)
{
	Fixture *self = user_data;

	self->reason = completion->reason;
	self->input_tokens = completion->input_tokens;
	self->output_tokens = completion->output_tokens;
	g_ptr_array_set_size(self->calls, 0);
	for (guint i = 0; i < completion->tool_calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(completion->tool_calls, i);

		g_assert_nonnull(call->id);
		g_ptr_array_add(self->calls,
				g_strdup_printf("%s %s %s", call->id, call->name, call->arguments));
	}
	fixture_end(self, request);
}

static void
fixture_failed_cb(OffhookCompleter *completer, guint request, const GError *error,
		  gpointer user_data)
{
	Fixture *self = user_data;

	g_clear_error(&self->error);
	self->error = g_error_copy(error);
	fixture_end(self, request);
}

/* Whether it is known with what the model can be made to; else the test is skipped. */
static gboolean
knows(const char *message, const char *what)
{
	g_autofree char *reason =
	    g_strdup_printf("no message is known that is answered with %s", what);

	if (message == NULL)
		g_test_skip(reason);
	return message != NULL;
}

static void
fixture_set_up(Fixture *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	self->contract = data;
	self->engine = self->contract->open();
	self->completer = offhook_engine_open_completer(self->engine, NULL, &error);
	g_assert_no_error(error);
	self->text = g_string_new(NULL);
	self->calls = g_ptr_array_new_with_free_func(g_free);
	g_signal_connect(self->completer, "text", G_CALLBACK(fixture_text_cb), self);
	g_signal_connect(self->completer, "done", G_CALLBACK(fixture_done_cb), self);
	g_signal_connect(self->completer, "failed", G_CALLBACK(fixture_failed_cb), self);
}

static void
fixture_tear_down(Fixture *self, gconstpointer data)
{
	if (self->completer != NULL) {
		offhook_completer_cancel(self->completer);
		g_object_unref(self->completer);
	}
	g_clear_object(&self->engine);
	g_string_free(self->text, TRUE);
	g_ptr_array_unref(self->calls);
	g_clear_error(&self->error);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
fixture_finish(Fixture *self, const char *what)
{
	harness_wait_for(&self->ended, what);
}

static void
fixture_expect_said(Fixture *self)
{
	fixture_finish(self, "an answer");
	g_assert_no_error(self->error);
	g_assert_cmpint(self->reason, ==, OFFHOOK_FINISH_STOP);
	g_assert_cmpuint(self->text->len, >, 0);
	g_assert_cmpuint(self->calls->len, ==, 0);
}

static void
test_text(Fixture *self, gconstpointer data)
{
	fixture_start(self, 1, self->contract->say);
	fixture_expect_said(self);
	/* In how many pieces is the network's affair: who is late gets several as one. */
	g_assert_cmpuint(self->n_texts, >, 0);
	g_assert_cmpint(self->input_tokens, >, 0);
	g_assert_cmpint(self->output_tokens, >, 0);
}

static void
test_sequence(Fixture *self, gconstpointer data)
{
	offhook_completer_warm(self->completer);
	for (guint i = 1; i <= 5; i++) {
		fixture_start(self, i, self->contract->say);
		fixture_expect_said(self);
		g_assert_cmpuint(self->n_ends, ==, i);
	}
}

static void
test_tools(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookCompletionRequest) next = NULL;
	g_auto(GStrv) parts = NULL;
	g_autoptr(JsonObject) arguments = NULL;
	OffhookToolCall call;

	if (!knows(self->contract->call, "a call of the tool book"))
		return;
	fixture_start(self, 1, self->contract->call);
	fixture_finish(self, "a call");
	g_assert_no_error(self->error);
	g_assert_cmpint(self->reason, ==, OFFHOOK_FINISH_TOOL_CALLS);
	g_assert_cmpuint(self->calls->len, ==, 1);
	parts = g_strsplit(g_ptr_array_index(self->calls, 0), " ", 3);
	g_assert_cmpstr(parts[1], ==, "book");
	arguments = offhook_json_parse_object(parts[2], -1, "arguments", NULL);
	g_assert_nonnull(arguments);
	g_assert_cmpint(offhook_json_get_number(arguments, "people"), ==, 4);

	/* The tool was called; the model is told what it gave. */
	next = make_request(self->contract->call);
	call = (OffhookToolCall){.id = parts[0], .name = parts[1], .arguments = parts[2]};
	offhook_completion_request_add_tool_call(next, &call);
	offhook_completion_request_add_tool_result(next, parts[0], "{\"ok\":true}");
	offhook_completion_request_add_message(next, OFFHOOK_MESSAGE_USER, self->contract->say);
	self->expected = 2;
	self->ended = FALSE;
	offhook_completer_start(self->completer, 2, next);
	fixture_expect_said(self);
}

static void
test_cancel_at_once(Fixture *self, gconstpointer data)
{
	if (!knows(self->contract->talk, "text that goes on for seconds"))
		return;
	fixture_start(self, 1, self->contract->talk);
	offhook_completer_cancel(self->completer);
	offhook_completer_cancel(self->completer);
	fixture_start(self, 2, self->contract->say);
	fixture_expect_said(self);
	g_assert_cmpuint(self->n_ends, ==, 1);
}

static gboolean
has_texts(gpointer data)
{
	return ((Fixture *)data)->n_texts >= 2;
}

static void
test_cancel_in_the_middle(Fixture *self, gconstpointer data)
{
	if (!knows(self->contract->talk, "text that goes on for seconds"))
		return;
	fixture_start(self, 1, self->contract->talk);
	harness_wait_until(has_texts, self, "some text");
	g_assert_false(self->ended);
	offhook_completer_cancel(self->completer);
	g_string_truncate(self->text, 0);
	fixture_start(self, 2, self->contract->say);
	fixture_expect_said(self);
	g_assert_cmpuint(self->n_ends, ==, 1);
}

static void
test_cancel_from_a_handler(Fixture *self, gconstpointer data)
{
	if (!knows(self->contract->talk, "text that goes on for seconds"))
		return;
	self->cancel_at = 2;
	fixture_start(self, 1, self->contract->talk);
	harness_wait_until(has_texts, self, "some text");
	g_assert_cmpuint(self->n_texts, ==, 2);
	fixture_start(self, 2, self->contract->say);
	fixture_expect_said(self);
	g_assert_cmpuint(self->n_ends, ==, 1);
}

static void
test_restart_from_a_handler(Fixture *self, gconstpointer data)
{
	if (!knows(self->contract->talk, "text that goes on for seconds"))
		return;
	self->restart_at = 2;
	fixture_start(self, 1, self->contract->talk);
	fixture_expect_said(self);
	g_assert_cmpuint(self->n_ends, ==, 1);
	g_assert_cmpuint(self->expected, ==, 2);
}

static void
test_drop(Fixture *self, gconstpointer data)
{
	if (!knows(self->contract->talk, "text that goes on for seconds"))
		return;
	fixture_start(self, 1, self->contract->talk);
	harness_wait_until(has_texts, self, "some text");
	g_signal_handlers_disconnect_by_data(self->completer, self);
	g_clear_object(&self->completer);
	while (g_main_context_iteration(NULL, FALSE))
		;
	self->completer = offhook_engine_open_completer(self->engine, NULL, NULL);
	g_assert_nonnull(self->completer);
}

static void
test_failure(Fixture *self, gconstpointer data)
{
	if (!knows(self->contract->fail, "a failure"))
		return;
	fixture_start(self, 1, self->contract->fail);
	fixture_finish(self, "a failure");
	g_assert_nonnull(self->error);
	g_assert_true(self->error->domain == OFFHOOK_ERROR);
	g_clear_error(&self->error);
	/* The session goes on. */
	fixture_start(self, 2, self->contract->say);
	fixture_expect_said(self);
	g_assert_cmpuint(self->n_ends, ==, 2);
}

static void
test_one_at_a_time(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookCompletionRequest) other = make_request(self->contract->say);

	if (!knows(self->contract->talk, "text that goes on for seconds"))
		return;
	fixture_start(self, 1, self->contract->talk);
	offhook_completer_start(self->completer, 2, other);
	self->expected = 2;
	fixture_finish(self, "the refusal");
	g_assert_error(self->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
	self->expected = 1;
	self->ended = FALSE;
	offhook_completer_cancel(self->completer);
}

static void
test_impossible(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookCompletionRequest) nothing = offhook_completion_request_new();

	self->expected = 1;
	offhook_completer_start(self->completer, 1, nothing);
	g_assert_false(self->ended);
	fixture_finish(self, "the refusal");
	g_assert_error(self->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static const struct {
	const char *name;
	void (*func)(Fixture *self, gconstpointer data);
	const char *asks;
} checks[] = {
    {"text", test_text,
     "A request brings text in whole characters, then one done, with the "
     "number of tokens."},
    {"sequence", test_sequence, "Requests come one after another, and each has one end."},
    {"tools", test_tools,
     "A call of a tool comes whole, with the end; a request with its "
     "result goes on from there."},
    {"cancel-at-once", test_cancel_at_once,
     "After cancel() nothing more comes, and the next request is as good "
     "as ever."},
    {"cancel-in-the-middle", test_cancel_in_the_middle,
     "After cancel() while text comes nothing more of it comes, and the "
     "next request is as good as ever."},
    {"cancel-from-a-handler", test_cancel_from_a_handler,
     "cancel() may be called from inside a signal, and nothing more of "
     "the request comes."},
    {"restart-from-a-handler", test_restart_from_a_handler,
     "From inside a signal the next request may be started, too."},
    {"drop", test_drop, "The session may be dropped while text comes."},
    {"failure", test_failure,
     "A failure is an error of OFFHOOK_ERROR in the signal failed; the "
     "session goes on."},
    {"one-at-a-time", test_one_at_a_time,
     "A request before the last has ended fails with "
     "OFFHOOK_ERROR_INVALID_STATE."},
    {"impossible", test_impossible,
     "A request without a message fails with "
     "OFFHOOK_ERROR_INVALID_ARGUMENT, and not before start() has "
     "returned."},
};

void
offhook_completer_contract_add_tests(const OffhookCompleterContract *contract)
{
	for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/completer/%s/%s", contract->name, checks[i].name);

		g_test_add(path, Fixture, contract, fixture_set_up, checks[i].func,
			   fixture_tear_down);
	}
}

const char *
offhook_completer_contract_get_check(guint n, const char **asks)
{
	if (n >= G_N_ELEMENTS(checks))
		return NULL;
	*asks = checks[n].asks;
	return checks[n].name;
}
