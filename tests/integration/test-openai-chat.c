/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Language models through the openai engine: the contract with the habits of four servers, every
 * fault within its deadline, connections that are used again and set free, many at once.
 */

#include "openai-fixture.h"

#include "completer-contract.h"
#include "harness.h"

#include <glib/gstdio.h>
#include <string.h>

#define CALLS 50

static const char script[] =
    "{\"answers\":["
    "{\"if\":\"book a table\",\"think\":\"hm, a table\",\"tools\":[{\"name\":\"book\","
    "\"arguments\":{\"people\":4}}]},"
    "{\"after_tool\":true,\"text\":\"It is booked.\"},"
    "{\"if\":\"be quiet\",\"fault\":\"500\"},"
    "{\"if\":\"talk\",\"text\":\"one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty one two three four five "
    "six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen\"},"
    "{\"think\":\"let me see\",\"text\":\"W\xc3\xa4re <think>not this</think>five o'clock "
    "right?\"}]}";

static char *script_path;

/* ---- one answer ---- */

typedef struct {
	OffhookEngine *engine;
	OffhookCompleter *completer;
	GString *text;
	gboolean ended;
	GError *error; /* (nullable) */
	gint64 started_us;
	gint64 ended_us;
} Talk;

static void
talk_text_cb(OffhookCompleter *completer, guint request, const char *text, gpointer user_data)
{
	g_string_append(((Talk *)user_data)->text, text);
}

static void
talk_end(Talk *self, const GError *error)
{
	g_assert_false(self->ended);
	self->ended = TRUE;
	self->ended_us = g_get_monotonic_time();
	self->error = error != NULL ? g_error_copy(error) : NULL;
}

static void
talk_done_cb(OffhookCompleter *completer, guint request, const OffhookCompletion *completion,
	     gpointer user_data)
{
	talk_end(user_data, NULL);
}

static void
talk_failed_cb(OffhookCompleter *completer, guint request, const GError *error, gpointer user_data)
{
	talk_end(user_data, error);
}

/* @options: (nullable) @engine: (transfer full) */
static Talk *
talk_new(OffhookEngine *engine, const OffhookCompleteOptions *options)
{
	Talk *self = g_new0(Talk, 1);
	g_autoptr(GError) error = NULL;

	self->engine = engine;
	self->text = g_string_new(NULL);
	self->completer = offhook_engine_open_completer(engine, options, &error);
	g_assert_no_error(error);
	g_signal_connect(self->completer, "text", G_CALLBACK(talk_text_cb), self);
	g_signal_connect(self->completer, "done", G_CALLBACK(talk_done_cb), self);
	g_signal_connect(self->completer, "failed", G_CALLBACK(talk_failed_cb), self);
	return self;
}

static void
talk_free(Talk *self)
{
	g_signal_handlers_disconnect_by_data(self->completer, self);
	g_object_unref(self->completer);
	g_object_unref(self->engine);
	g_string_free(self->text, TRUE);
	g_clear_error(&self->error);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Talk, talk_free)

static void
talk_start(Talk *self, guint number, const char *message)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, message);
	self->ended = FALSE;
	self->started_us = g_get_monotonic_time();
	offhook_completer_start(self->completer, number, request);
}

static void
talk_run(Talk *self, guint number, const char *message)
{
	talk_start(self, number, message);
	harness_wait_for(&self->ended, "the end of an answer");
}

/* ---- the contract ---- */

static OffhookEngine *
open_engine(void)
{
	return openai_open_engine(NULL, "model=m;" OPENAI_PATIENT);
}

static const OffhookCompleterContract contracts[] = {
    {"openai", open_engine, "what time is it", "book a table", "talk", "be quiet"},
    {"llama.cpp", open_engine, "what time is it", "book a table", "talk", "be quiet"},
    {"ollama", open_engine, "what time is it", "book a table", "talk", "be quiet"},
    {"vllm", open_engine, "what time is it", "book a table", "talk", "be quiet"},
};

static void
test_start_flavour(gconstpointer data)
{
	const OffhookCompleterContract *contract = data;
	g_autofree char *arguments =
	    g_strdup_printf("--flavour %s --first-token 5 --tokens-per-second 200 --script '%s'",
			    contract->name, script_path);

	openai_start(arguments);
}

static void
test_stop(void)
{
	openai_stop();
}

/* ---- what goes wrong ---- */

static void
start_quick(const char *more)
{
	g_autofree char *arguments = g_strdup_printf(
	    "--first-token 5 --tokens-per-second 500 --script '%s' %s", script_path, more);

	openai_start(arguments);
}

static const struct {
	const char *fault;
	int code;        /* 0: none */
	gboolean waits;  /* ends by a deadline */
	gboolean speaks; /* something was said before */
} faults[] = {
    {"slow", OFFHOOK_ERROR_TIMED_OUT, TRUE, FALSE},
    {"half-open", OFFHOOK_ERROR_TIMED_OUT, TRUE, FALSE},
    {"stall", OFFHOOK_ERROR_TIMED_OUT, TRUE, TRUE},
    {"reset", OFFHOOK_ERROR_PROVIDER, FALSE, FALSE},
    {"close", OFFHOOK_ERROR_PROVIDER, FALSE, FALSE},
    {"cut", OFFHOOK_ERROR_PROVIDER, FALSE, TRUE},
    {"error", OFFHOOK_ERROR_PROVIDER, FALSE, TRUE},
    {"garbage", OFFHOOK_ERROR_FORMAT, FALSE, TRUE},
    {"abort", OFFHOOK_ERROR_PROVIDER, FALSE, TRUE},
    {"error-200", OFFHOOK_ERROR_PROVIDER, FALSE, FALSE},
    {"html", OFFHOOK_ERROR_PROVIDER, FALSE, FALSE},
    {"400", OFFHOOK_ERROR_INVALID_ARGUMENT, FALSE, FALSE},
    {"401", OFFHOOK_ERROR_AUTHENTICATION, FALSE, FALSE},
    {"403", OFFHOOK_ERROR_PERMISSION, FALSE, FALSE},
    {"404", OFFHOOK_ERROR_NOT_FOUND, FALSE, FALSE},
    {"429", OFFHOOK_ERROR_RATE_LIMITED, FALSE, FALSE},
    {"500", OFFHOOK_ERROR_PROVIDER, FALSE, FALSE},
    {"503", OFFHOOK_ERROR_BUSY, FALSE, FALSE},
    {"bytes", 0, FALSE, TRUE},
    {"whole", 0, FALSE, TRUE},
};

static void
test_faults(void)
{
	start_quick("");
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autoptr(Talk) talk = talk_new(openai_open_engine(faults[i].fault, NULL), NULL);
		gint64 ms;

		talk_run(talk, 1, "talk");
		ms = (talk->ended_us - talk->started_us) / 1000;
		g_test_message("%-9s after %4d ms, %2zu bytes of text: %s", faults[i].fault,
			       (int)ms, talk->text->len,
			       talk->error != NULL ? talk->error->message : "good");
		if (faults[i].code == 0)
			g_assert_no_error(talk->error);
		else
			g_assert_error(talk->error, OFFHOOK_ERROR, faults[i].code);
		if (faults[i].waits)
			g_assert_cmpint(ms, >=, SERVICE_DEADLINE_MS);
		if (faults[i].speaks)
			g_assert_cmpuint(talk->text->len, >, 0);
		g_assert_true(talk->error == NULL || strstr(talk->error->message, "talk") == NULL);
	}
	openai_stop();
}

static void
test_retry_after(void)
{
	g_autoptr(Talk) talk = NULL;

	start_quick("--retry-after 9");
	talk = talk_new(openai_open_engine("429", NULL), NULL);
	talk_run(talk, 1, "hello");
	g_assert_error(talk->error, OFFHOOK_ERROR, OFFHOOK_ERROR_RATE_LIMITED);
	/* For people: this is all that says it. */
	g_assert_nonnull(strstr(talk->error->message, "9 s"));
	openai_stop();
}

static void
test_key(void)
{
	g_autoptr(Talk) wrong = NULL;
	g_autoptr(Talk) right = NULL;

	start_quick("--key right");
	wrong = talk_new(openai_open_engine(NULL, "api-key=wrong"), NULL);
	talk_run(wrong, 1, "hello");
	g_assert_error(wrong->error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
	/* Services show a part of the key. */
	g_assert_null(strstr(wrong->error->message, "secret-part"));
	right = talk_new(openai_open_engine(NULL, "api-key=right"), NULL);
	talk_run(right, 1, "hello");
	g_assert_no_error(right->error);
	openai_stop();
}

static void
test_unreachable(void)
{
	g_autoptr(Talk) talk = NULL;

	start_quick("");
	talk = talk_new(openai_open_engine(NULL, NULL), NULL);
	openai_stop();
	talk_run(talk, 1, "hello");
	g_assert_error(talk->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
test_refused_by_the_service(void)
{
	g_autoptr(Talk) talk = NULL;

	start_quick("");
	talk = talk_new(openai_open_engine(NULL, "parameters={\"max_tokens\":0}"), NULL);
	talk_run(talk, 1, "hello");
	g_assert_error(talk->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	openai_abandon();
}

/* ---- connections ---- */

/* Whatever the other side sent before it counted @n is here with the second answer at the latest. */
static void
settle(const char *what, gint64 n)
{
	openai_wait_for_count(what, n);
	openai_wait_for_count(what, n);
}

static void
test_warm(void)
{
	g_autoptr(Talk) talk = NULL;

	start_quick("");
	talk = talk_new(openai_open_engine(NULL, NULL), NULL);
	offhook_completer_warm(talk->completer);
	settle("requests", 1);
	for (guint i = 1; i <= 5; i++) {
		talk_run(talk, i, "hello");
		g_assert_no_error(talk->error);
		settle("finished", i);
	}
	g_assert_cmpint(openai_count("requests"), ==, 6);
	g_assert_cmpint(openai_count("connections"), ==, 1);
	openai_stop();
}

static gboolean
has_text(gpointer data)
{
	return ((Talk *)data)->text->len > 0;
}

static void
test_cancel(void)
{
	g_autoptr(Talk) talk = NULL;

	openai_start("--first-token 5 --tokens-per-second 1");
	talk = talk_new(openai_open_engine("stall", "stall-timeout-ms=60000"), NULL);
	talk_start(talk, 1, "one two three four five six");
	openai_wait_for_count("streams", 1);
	offhook_completer_cancel(talk->completer);
	openai_wait_for_count("aborted", 1);
	g_assert_cmpint(openai_count("streams"), ==, 0);
	/* And in the middle of text that comes. */
	talk_start(talk, 2, "one two three four five six");
	harness_wait_until(has_text, talk, "some text");
	offhook_completer_cancel(talk->completer);
	openai_wait_for_count("aborted", 2);
	g_assert_cmpint(openai_count("streams"), ==, 0);
	g_assert_false(talk->ended);
	openai_stop();
}

static void
test_many(void)
{
	OffhookEngine *engine;
	Talk *talks[CALLS];
	gint64 slowest = 0;

	openai_start("--first-token 200 --tokens-per-second 50");
	engine = openai_open_engine(NULL, OPENAI_PATIENT);
	for (guint i = 0; i < CALLS; i++) {
		talks[i] = talk_new(g_object_ref(engine), NULL);
		talk_start(talks[i], 1, "one two three four five six seven");
	}
	for (guint i = 0; i < CALLS; i++) {
		harness_wait_for(&talks[i]->ended, "the end of an answer");
		g_assert_no_error(talks[i]->error);
		g_assert_cmpstr(talks[i]->text->str, ==,
				"I heard: one two three four five six seven");
		slowest = MAX(slowest, talks[i]->ended_us - talks[i]->started_us);
		talk_free(talks[i]);
	}
	g_object_unref(engine);
	g_test_message("%d at once: the slowest took %d ms", CALLS, (int)(slowest / 1000));
	/* At the same time, not one after another: alone, one takes half a second. */
	g_assert_cmpint(slowest / 1000, <, CALLS * 500 / 2);
	openai_wait_for_count("finished", CALLS);
	openai_stop();
}

/* ---- what is sent ---- */

static void
test_session_options(void)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	OffhookCompleteOptions own = {.model = "small", .options = options};
	g_autofree char *sent = NULL;
	g_autoptr(Talk) talk = NULL;

	g_hash_table_insert(options, (gpointer) "parameters", (gpointer) "{\"top_p\":0.5}");
	start_quick("");
	talk = talk_new(openai_open_engine(NULL, "model=large"), &own);
	talk_run(talk, 1, "hello");
	g_assert_no_error(talk->error);
	sent = openai_get_last_chat();
	g_assert_nonnull(strstr(sent, "\"model\":\"small\""));
	g_assert_nonnull(strstr(sent, "\"top_p\":0.5"));
	openai_stop();
}

static void
test_unknown_option(void)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	OffhookCompleteOptions own = {.options = options};
	g_autoptr(OffhookEngine) engine = NULL;
	g_autoptr(GError) error = NULL;

	g_hash_table_insert(options, (gpointer) "modell", (gpointer) "x");
	start_quick("");
	engine = openai_open_engine(NULL, NULL);
	g_assert_null(offhook_engine_open_completer(engine, &own, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	openai_stop();
}

int
main(int argc, char **argv)
{
	g_autofree char *dir = harness_make_dir();
	int status;

	g_test_init(&argc, &argv, NULL);
	script_path = g_build_filename(dir, "script.json", NULL);
	g_assert_true(g_file_set_contents(script_path, script, -1, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(contracts); i++) {
		g_autofree char *start = g_strdup_printf("/contract/completer/%s/start", contracts[i].name);
		g_autofree char *stop = g_strdup_printf("/contract/completer/%s/stop", contracts[i].name);

		g_test_add_data_func(start, &contracts[i], test_start_flavour);
		offhook_completer_contract_add_tests(&contracts[i]);
		g_test_add_func(stop, test_stop);
	}
	g_test_add_func("/openai-chat/faults", test_faults);
	g_test_add_func("/openai-chat/retry-after", test_retry_after);
	g_test_add_func("/openai-chat/key", test_key);
	g_test_add_func("/openai-chat/unreachable", test_unreachable);
	g_test_add_func("/openai-chat/refused-by-the-service", test_refused_by_the_service);
	g_test_add_func("/openai-chat/warm", test_warm);
	g_test_add_func("/openai-chat/cancel", test_cancel);
	g_test_add_func("/openai-chat/many", test_many);
	g_test_add_func("/openai-chat/session-options", test_session_options);
	g_test_add_func("/openai-chat/unknown-option", test_unknown_option);
	status = g_test_run();
	g_free(script_path);
	harness_remove_dir(dir);
	return status;
}
