/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A language model made of several, with engines that do as they are told: who is asked what, when, and
 * what is heard of it.
 */

#include "engine/supervised-completer.h"
#include "fake-engine.h"
#include "harness.h"
#include <offhook/error.h>
#include <string.h>

/* What is in time must be so on a busy machine. */
#define FIRST_MS 500
#define STALL_MS 400

static const OffhookEngineDeadlines deadlines = {FIRST_MS, STALL_MS};

typedef struct {
	OffhookEngineHealth *health;
	FakeEngine *engines[3];
	OffhookEngineLineup *lineup;
	OffhookCompleter *completer;
	GString *said;
	GString *switched;
	GString *used; /* "a 1+1|": tokens in and out */
	gboolean done;
	OffhookFinishReason reason;
	GError *error;
} Fixture;

static void
text_cb(OffhookCompleter *completer, guint number, const char *text, Fixture *f)
{
	g_assert_cmpuint(number, ==, 7);
	g_assert_false(f->done);
	g_string_append(f->said, text);
}

static void
done_cb(OffhookCompleter *completer, guint number, const OffhookCompletion *completion, Fixture *f)
{
	g_assert_cmpuint(number, ==, 7);
	g_assert_false(f->done);
	f->done = TRUE;
	f->reason = completion->reason;
}

static void
failed_cb(OffhookCompleter *completer, guint number, const GError *error, Fixture *f)
{
	g_assert_cmpuint(number, ==, 7);
	g_assert_false(f->done);
	f->done = TRUE;
	f->error = g_error_copy(error);
}

static void
switched_cb(OffhookCompleter *completer, const char *from, const char *to, const GError *error,
	    Fixture *f)
{
	g_string_append_printf(f->switched, "%s>%s|", from, to);
}

static void
usage_cb(OffhookCompleter *completer, const OffhookUsage *usage, Fixture *f)
{
	g_assert_cmpint(usage->role, ==, OFFHOOK_ENGINE_COMPLETE);
	g_assert_false(f->done);
	g_string_append_printf(f->used, "%s %d+%d|", usage->engine, (int)usage->input_tokens,
			       (int)usage->output_tokens);
}

static void
set_up(Fixture *f, gconstpointer n)
{
	g_autoptr(GError) error = NULL;

	f->said = g_string_new(NULL);
	f->switched = g_string_new(NULL);
	f->used = g_string_new(NULL);
	f->health = offhook_engine_health_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++)
		f->engines[i] = fake_engine_new();
	f->lineup = fake_lineup_new(f->health, OFFHOOK_ENGINE_COMPLETE, &deadlines, f->engines,
				    GPOINTER_TO_UINT(n));
	f->completer = offhook_supervised_completer_new(f->lineup, &error);
	g_assert_no_error(error);
	g_signal_connect(f->completer, "text", G_CALLBACK(text_cb), f);
	g_signal_connect(f->completer, "done", G_CALLBACK(done_cb), f);
	g_signal_connect(f->completer, "failed", G_CALLBACK(failed_cb), f);
	g_signal_connect(f->completer, "switched", G_CALLBACK(switched_cb), f);
	g_signal_connect(f->completer, "usage", G_CALLBACK(usage_cb), f);
}

static void
tear_down(Fixture *f, gconstpointer n)
{
	g_assert_finalize_object(f->completer);
	offhook_engine_lineup_unref(f->lineup);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++)
		g_object_unref(f->engines[i]);
	g_assert_finalize_object(f->health);
	g_string_free(f->said, TRUE);
	g_string_free(f->switched, TRUE);
	g_string_free(f->used, TRUE);
	g_clear_error(&f->error);
}

static void
start(Fixture *f)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM, "Be kind.");
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "hello");
	offhook_completer_start(f->completer, 7, request);
}

/* What engine @i's session does with its request @n. */
static void
say(Fixture *f, guint i, guint n, const char *text)
{
	offhook_completer_emit_text(OFFHOOK_COMPLETER(f->engines[i]->session), n, text, -1);
}

static void
finish(Fixture *f, guint i, guint n)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new();
	const OffhookCompletion completion = {OFFHOOK_FINISH_STOP, calls, 1, 1};

	offhook_completer_emit_done(OFFHOOK_COMPLETER(f->engines[i]->session), n, &completion);
}

static void
break_off(Fixture *f, guint i, guint n)
{
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "broke");

	offhook_completer_emit_failed(OFFHOOK_COMPLETER(f->engines[i]->session), n, error);
}

static gboolean
is_asked(gpointer data)
{
	FakeEngine *engine = data;

	return strstr(engine->log->str, "start") != NULL;
}

static gboolean
is_done(gpointer data)
{
	return ((Fixture *)data)->done;
}

static void
test_good(Fixture *f, gconstpointer n)
{
	offhook_completer_warm(f->completer);
	start(f);
	fake_engine_assert_log(f->engines[0], "warm|start 1|");
	say(f, 0, 1, "Hello");
	say(f, 0, 1, " you.");
	finish(f, 0, 1);
	g_assert_true(f->done);
	g_assert_no_error(f->error);
	g_assert_cmpstr(f->said->str, ==, "Hello you.");
	g_assert_cmpstr(f->switched->str, ==, "");
	g_assert_cmpuint(f->engines[1]->opened, ==, 0);
}

/* The same question to the next one, at once. */
static void
test_fails_before_words(Fixture *f, gconstpointer n)
{
	start(f);
	break_off(f, 0, 1);
	fake_engine_assert_log(f->engines[1], "start 1|");
	g_assert_cmpstr(f->switched->str, ==, "a>b|");
	say(f, 1, 1, "Hello.");
	finish(f, 1, 1);
	g_assert_no_error(f->error);
	g_assert_cmpstr(f->said->str, ==, "Hello.");
	/* The first one said nothing of what it used. */
	g_assert_cmpstr(f->used->str, ==, "b 1+1|");
}

static void
test_slow(Fixture *f, gconstpointer n)
{
	gint64 before = g_get_monotonic_time();

	start(f);
	harness_wait_until(is_asked, f->engines[1], "the second engine");
	g_assert_cmpint(g_get_monotonic_time() - before, >=, FIRST_MS * 1000);
	say(f, 1, 1, "Hello.");
	finish(f, 1, 1);
	g_assert_cmpstr(f->said->str, ==, "Hello.");
}

/* Nobody says anything: the end comes when twice the time of one is over. */
static void
test_all_slow(Fixture *f, gconstpointer n)
{
	gint64 before = g_get_monotonic_time();

	start(f);
	harness_wait_until(is_done, f, "the end");
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpint(g_get_monotonic_time() - before, >=, 2 * FIRST_MS * 1000);
	g_assert_cmpstr(f->said->str, ==, "");
}

typedef struct {
	Fixture *fixture;
	gint64 until_us;
} Thinking;

static gboolean
has_thought(gpointer data)
{
	Thinking *thinking = data;
	GObject *session = thinking->fixture->engines[0]->session;

	offhook_completer_emit_progress(OFFHOOK_COMPLETER(session), 1);
	return g_get_monotonic_time() >= thinking->until_us;
}

/* What the model thinks or calls is work, too. */
static void
test_progress(Fixture *f, gconstpointer n)
{
	Thinking thinking = {f, g_get_monotonic_time() + 3 * FIRST_MS * 1000};

	start(f);
	harness_poll_until(has_thought, &thinking, "a long thought");
	g_assert_cmpuint(f->engines[1]->opened, ==, 0);
	say(f, 0, 1, "Hello.");
	finish(f, 0, 1);
	g_assert_cmpstr(f->said->str, ==, "Hello.");
}

/* Not another sentence: the rest of this one. */
static void
go_on(Fixture *f, const char *const *words, const char *expected)
{
	start(f);
	say(f, 0, 1, "We open at");
	break_off(f, 0, 1);
	fake_engine_assert_log(f->engines[1], "start 1|");
	for (guint i = 0; words[i] != NULL; i++)
		say(f, 1, 1, words[i]);
	finish(f, 1, 1);
	g_assert_no_error(f->error);
	g_assert_cmpstr(f->said->str, ==, expected);
}

static void
test_goes_on(Fixture *f, gconstpointer n)
{
	const char *const words[] = {"no", "on.", NULL};

	go_on(f, words, "We open at noon.");
}

static void
test_begins_anew(Fixture *f, gconstpointer n)
{
	const char *const words[] = {"\nWe ", "open", " at noon", ".", NULL};

	go_on(f, words, "We open at noon.");
}

static void
test_seems_to_begin_anew(Fixture *f, gconstpointer n)
{
	const char *const words[] = {"We", "dnesday", NULL};

	go_on(f, words, "We open at Wednesday");
}

static void
test_adds_nothing(Fixture *f, gconstpointer n)
{
	const char *const words[] = {"We open at", NULL};

	go_on(f, words, "We open at");
}

static void
test_stalls(Fixture *f, gconstpointer n)
{
	start(f);
	say(f, 0, 1, "We open at");
	harness_wait_until(is_asked, f->engines[1], "the second engine");
	say(f, 1, 1, " noon.");
	finish(f, 1, 1);
	g_assert_cmpstr(f->said->str, ==, "We open at noon.");
}

/* As long as the caller hears what was said, nobody is late; the next one is asked in time for its end. */
static void
test_stalls_while_heard(Fixture *f, gconstpointer n)
{
	gint64 before = g_get_monotonic_time();

	start(f);
	say(f, 0, 1, "We open at noon, sir. And");
	harness_wait_until(is_asked, f->engines[1], "the second engine");
	g_assert_cmpint(g_get_monotonic_time() - before, >=,
			(strlen("We open at noon, sir.") * 45 - FIRST_MS) * 1000);
	say(f, 1, 1, " close at two.");
	finish(f, 1, 1);
	g_assert_cmpstr(f->said->str, ==, "We open at noon, sir. And close at two.");
}

/* A model that does not stop is stopped; what was said is an answer. */
static void
test_endless(Fixture *f, gconstpointer n)
{
	start(f);
	for (guint i = 0; i < OFFHOOK_SUPERVISED_MAX_ANSWER && !f->done; i++)
		say(f, 0, 1, "and ");
	g_assert_true(f->done);
	g_assert_no_error(f->error);
	g_assert_cmpint(f->reason, ==, OFFHOOK_FINISH_LENGTH);
	g_assert_cmpuint(f->said->len, <, OFFHOOK_SUPERVISED_MAX_ANSWER + 5);
	g_assert_true(g_str_has_suffix(f->engines[0]->log->str, "|cancel|"));
	g_assert_cmpuint(f->engines[1]->opened, ==, 0);
}

/* All of them break off: the end, and never a second beginning. */
static void
test_all_break_off(Fixture *f, gconstpointer n)
{
	start(f);
	say(f, 0, 1, "We open");
	break_off(f, 0, 1);
	say(f, 1, 1, " at");
	break_off(f, 1, 1);
	g_assert_true(f->done);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpstr(f->said->str, ==, "We open at");
}

/* Alone, it is asked once more. */
static void
test_alone(Fixture *f, gconstpointer n)
{
	start(f);
	break_off(f, 0, 1);
	g_assert_false(f->done);
	g_assert_cmpuint(f->engines[0]->opened, ==, 2);
	say(f, 0, 1, "Hello.");
	finish(f, 0, 1);
	g_assert_no_error(f->error);
	g_assert_cmpstr(f->switched->str, ==, "");
}

static void
test_cancelled(Fixture *f, gconstpointer n)
{
	start(f);
	say(f, 0, 1, "We");
	offhook_completer_cancel(f->completer);
	fake_engine_assert_log(f->engines[0], "start 1|cancel|");
	say(f, 0, 1, " open");
	g_assert_cmpstr(f->said->str, ==, "We");
	start(f);
	fake_engine_assert_log(f->engines[0], "start 2|");
	say(f, 0, 2, "!");
	finish(f, 0, 2);
	g_assert_cmpstr(f->said->str, ==, "We!");
}

/* Given up by all calls: nobody waits for it again. */
static void
test_hopeless(Fixture *f, gconstpointer n)
{
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION, "wrong key");

	offhook_health_record_fail(offhook_engine_lineup_get(f->lineup, 0)->health, error);
	start(f);
	g_assert_false(f->done);
	harness_wait_until(is_done, f, "the end");
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		guint n;
		void (*run)(Fixture *f, gconstpointer n);
	} tests[] = {
	    {"good", 2, test_good},
	    {"fails-before-words", 2, test_fails_before_words},
	    {"slow", 2, test_slow},
	    {"all-slow", 2, test_all_slow},
	    {"alone-and-slow", 1, test_all_slow},
	    {"progress", 2, test_progress},
	    {"goes-on", 2, test_goes_on},
	    {"begins-anew", 2, test_begins_anew},
	    {"seems-to-begin-anew", 2, test_seems_to_begin_anew},
	    {"adds-nothing", 2, test_adds_nothing},
	    {"stalls", 2, test_stalls},
	    {"stalls-while-heard", 2, test_stalls_while_heard},
	    {"endless", 2, test_endless},
	    {"all-break-off", 2, test_all_break_off},
	    {"alone", 1, test_alone},
	    {"cancelled", 2, test_cancelled},
	    {"hopeless", 1, test_hopeless},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
		    g_strconcat("/engine/supervised-completer/", tests[i].name, NULL);

		g_test_add(path, Fixture, GUINT_TO_POINTER(tests[i].n), set_up, tests[i].run,
			   tear_down);
	}
	return g_test_run();
}
