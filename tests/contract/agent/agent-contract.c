/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract as tests, each with an agent and a session of its own. Main thread.
 */

#include "agent-contract.h"

#include "harness.h"
#include "turn-log.h"
#include <offhook/error.h>
#include <math.h>

typedef struct {
	const OffhookAgentContract *contract;
	OffhookAgent *agent;
	OffhookAgentSession *session;
} Fixture;

/* (transfer full) (nullable): what `name, value, ..., NULL` says */
static GHashTable *
make_table(const char *const *pairs)
{
	GHashTable *table = NULL;

	for (guint i = 0; pairs != NULL && pairs[i] != NULL; i += 2) {
		if (table == NULL)
			table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		g_hash_table_insert(table, g_strdup(pairs[i]), g_strdup(pairs[i + 1]));
	}
	return table;
}

/* (transfer full) (nullable) */
static OffhookCompleter *
make_completer(Fixture *f)
{
	return f->contract->make_completer != NULL ? f->contract->make_completer() : NULL;
}

static OffhookAgentSession *
open_session(Fixture *f, GError **error)
{
	g_autoptr(GHashTable) table = make_table(f->contract->options);
	g_autoptr(OffhookCompleter) completer = make_completer(f);
	OffhookAgentOptions options = {
	    .assistant = "contract",
	    .language = "en",
	    .call_id = "00000000-0000-7000-8000-000000000000",
	    .caller = "+15550100001",
	    .options = table,
	    .completer = completer,
	};

	return offhook_agent_open_session(f->agent, &options, error);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) values = NULL;
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(GError) error = NULL;

	f->contract = data;
	values = make_table(f->contract->good);
	settings = offhook_settings_new(f->contract->settings, values, f->contract->name, &error);
	g_assert_no_error(error);
	f->agent = g_object_new(f->contract->get_type(), NULL);
	g_assert_true(offhook_agent_configure(f->agent, settings, &error));
	g_assert_no_error(error);
	f->session = open_session(f, &error);
	g_assert_no_error(error);
	g_assert_nonnull(f->session);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_object(&f->session);
	g_assert_finalize_object(f->agent);
}

static void
test_features(Fixture *f, gconstpointer data)
{
	OffhookAgentFeatures features = offhook_agent_get_features(f->agent);

	g_assert_cmpuint(features, !=, 0);
	g_assert_cmpuint(features & ~(guint)(OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_AUDIO |
					     OFFHOOK_AGENT_SPECULATIVE | OFFHOOK_AGENT_SPEECH |
					     OFFHOOK_AGENT_COMPLETER),
			 ==, 0);
}

/* Words and keys are nothing without a message, unless the words were heard by the session itself. */
static void
test_missing_message(Fixture *f, gconstpointer data)
{
	gboolean hears = offhook_agent_session_get_ear(f->session) != NULL;
	static const OffhookTurnKind kinds[] = {OFFHOOK_TURN_MESSAGE, OFFHOOK_TURN_DIGITS};
	static const char *const messages[] = {NULL, ""};

	g_assert_true(!hears || (offhook_agent_get_features(f->agent) & OFFHOOK_AGENT_SPEECH) != 0);
	for (guint i = hears ? 1 : 0; i < G_N_ELEMENTS(kinds); i++) {
		for (guint j = 0; j < G_N_ELEMENTS(messages); j++) {
			g_autoptr(OffhookTurnLog) log =
			    offhook_turn_log_run(f->session, kinds[i], messages[j], 1.0, 0);

			g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
			g_assert_cmpuint(log->n_said, ==, 0);
			g_assert_cmpuint(log->n_acts, ==, 0);
		}
	}
}

/* After a turn that failed the session is as good as before. */
static void
test_after_missing_message(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) bad =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, "", 1.0, 0);
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

	g_assert_no_error(log->error);
	g_assert_true(log->answered);
	g_assert_cmpuint(log->n_said, >, 0);
}

static void
test_answer(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

	g_assert_no_error(log->error);
	g_assert_true(log->answered);
	g_assert_cmpuint(log->n_said, >, 0);
	g_assert_false(offhook_agent_turn_is_open(log->turn));
}

/* Every kind of turn comes to an end without an error, in any order. */
static void
test_all_kinds(Fixture *f, gconstpointer data)
{
	for (guint attempt = 0; attempt < 5; attempt++) {
		for (guint kind = OFFHOOK_TURN_START; kind <= OFFHOOK_TURN_FAILURE; kind++) {
			g_autoptr(OffhookTurnLog) log =
			    offhook_turn_log_run(f->session, kind, "12", 0.5, attempt);

			g_assert_no_error(log->error);
		}
	}
}

/* The core greets itself, or nobody does. */
static void
test_start_with_greeting(Fixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) context = json_object_new();
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	json_object_set_string_member(context, "greeting", "Hello from the daemon.");
	offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_START, NULL, 1.0, 0, context);
	offhook_turn_log_wait(log);
	g_assert_no_error(log->error);
	g_assert_cmpuint(log->n_said, ==, 0);
	g_assert_cmpuint(log->n_acts, ==, 0);
}

/* A context of strange shape is no reason to stumble. */
static void
test_strange_context(Fixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) context = json_object_new();
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	json_object_set_object_member(context, "greeting", json_object_new());
	json_object_set_null_member(context, "language");
	json_object_set_int_member(context, "assistant", 7);
	offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_START, NULL, 1.0, 0, context);
	offhook_turn_log_wait(log);
	g_assert_no_error(log->error);
}

static void
test_cancel_at_once(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) next = NULL;
	guint said;

	offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0,
			       NULL);
	offhook_agent_turn_cancel(log->turn);
	said = log->n_said;
	next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_no_error(next->error);
	g_assert_cmpuint(log->n_said, ==, said);
	g_assert_cmpuint(log->n_done, <=, 1);
}

/* The turn is over before the agent sees it. */
static void
test_cancelled_before(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) next = NULL;

	log->turn = offhook_agent_turn_new(OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0, NULL,
					   NULL, NULL);
	offhook_agent_turn_cancel(log->turn);
	offhook_agent_session_take_turn(f->session, log->turn);
	g_assert_false(offhook_agent_turn_is_open(log->turn));
	next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_no_error(next->error);
}

/* The caller goes on while the answer comes: nothing more of it, and no end. */
static void
test_cancel_while_speaking(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) next = NULL;

	log->cancel_at_say = TRUE;
	offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0,
			       NULL);
	offhook_turn_log_wait_for_words(log);
	next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_no_error(next->error);
	g_assert_cmpuint(log->n_said, ==, 1);
	g_assert_cmpuint(log->n_done, ==, 0);
	g_assert_cmpuint(log->n_acts, ==, 0);
}

/* The call ends while the answer comes. */
static void
test_drop_while_speaking(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
	OffhookAgentSession *session = f->session;

	log->others = g_ptr_array_new_with_free_func(g_object_unref);
	g_ptr_array_add(log->others, g_steal_pointer(&f->session));
	log->cancel_at_say = TRUE;
	offhook_turn_log_begin(log, session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0,
			       NULL);
	offhook_turn_log_wait_for_words(log);
	g_assert_cmpuint(log->n_done, ==, 0);
}

/* What one session was told, the other does not know. */
static void
test_sessions_are_apart(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) other = open_session(f, &error);
	g_autoptr(OffhookAgentSession) fresh = NULL;
	g_autoptr(OffhookTurnLog) first = NULL;
	g_autoptr(OffhookTurnLog) here = NULL;
	g_autoptr(OffhookTurnLog) there = NULL;

	g_assert_no_error(error);
	first =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	fresh = open_session(f, &error);
	g_assert_no_error(error);
	here = offhook_turn_log_run(other, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	there = offhook_turn_log_run(fresh, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_cmpuint(here->n_acts, ==, there->n_acts);
	g_assert_cmpuint(here->n_acts, ==, first->n_acts);
	if (first->expectation != NULL) {
		g_assert_cmpint(offhook_expectation_get_kind(here->expectation), ==,
				offhook_expectation_get_kind(first->expectation));
		g_assert_cmpstrv(offhook_expectation_get_phrases(here->expectation),
				 offhook_expectation_get_phrases(first->expectation));
		g_assert_cmpstrv(offhook_expectation_get_phrases(there->expectation),
				 offhook_expectation_get_phrases(first->expectation));
	}
}

/* A turn of an open session after another was closed in the middle of its own. */
static void
test_other_session_closed(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	OffhookAgentSession *other = open_session(f, &error);
	g_autoptr(OffhookTurnLog) lost = NULL;
	g_autoptr(OffhookTurnLog) log = NULL;

	g_assert_no_error(error);
	lost = offhook_turn_log_new();
	offhook_turn_log_begin(lost, other, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0,
			       NULL);
	offhook_agent_turn_cancel(lost->turn);
	g_object_unref(other);
	log = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_no_error(log->error);
	g_assert_true(log->answered);
}

/* (transfer full): @text @n times */
static char *
repeat(const char *text, guint n)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		g_string_append(out, text);
	return g_string_free(out, FALSE);
}

/* Text of any kind is answered, or left to the next agent; what is said is UTF-8 (the log checks). */
static void
test_any_text(Fixture *f, gconstpointer data)
{
	g_autofree char *letters = repeat("a", 10000);
	g_autofree char *words = repeat("table for four ", 700);
	g_autofree char *emoji = repeat("\xf0\x9f\x98\x80", 2500);
	g_autofree char *brackets = repeat("[(<{", 500);
	const char *texts[] = {
	    letters,
	    words,
	    emoji,
	    brackets,
	    " ",
	    "\t\r\n",
	    "\x01\x02\x1b[31mred\x7f",
	    "\xff\xfe not UTF-8 \xc3",
	    "%s%n%d {people} {x} <day> ]",
	    "\xe2\x80\xae"
	    "abc \xe2\x80\x8d\xcc\x81\xcc\x81",
	    "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e "
	    "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
	    "'''' '' ' o'' 's 'll",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(OffhookTurnLog) log =
		    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, texts[i], 0.9, 0);

		g_assert_no_error(log->error);
	}
}

static void
test_any_digits(Fixture *f, gconstpointer data)
{
	g_autofree char *many = repeat("1234567890", 1000);
	const char *keys[] = {"*",    "#", "##", "0", "A", "D#", many, "99999999999999999999",
			      "1#2#", "x"};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(OffhookTurnLog) log =
		    offhook_turn_log_run(f->session, OFFHOOK_TURN_DIGITS, keys[i], 1.0, 0);

		g_assert_no_error(log->error);
	}
}

static void
test_any_confidence(Fixture *f, gconstpointer data)
{
	const double values[] = {0.0, -1.0, 0.35, 1.0, 2.0, G_MAXDOUBLE, NAN};

	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, values[i], G_MAXUINT);

		g_assert_no_error(log->error);
	}
}

/* An agent is told what was heard at any time, of whatever. */
static void
test_heard(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;
	g_autoptr(OffhookTurnLog) next = NULL;

	offhook_agent_session_heard(f->session, "", TRUE);
	offhook_agent_session_heard(f->session, "Something never said.", FALSE);
	log = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	offhook_agent_session_heard(f->session, "", TRUE);
	offhook_agent_session_heard(f->session, log->said->str, FALSE);
	next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_no_error(next->error);
}

/* A thousand turns take no longer each than one. */
static void
test_many_turns(Fixture *f, gconstpointer data)
{
	gint64 start = g_get_monotonic_time();

	for (guint i = 0; i < 1000; i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

		g_assert_no_error(log->error);
	}
	g_assert_cmpint(g_get_monotonic_time() - start, <, HARNESS_TIMEOUT_S * G_USEC_PER_SEC);
}

/* ---- agents that are asked before it is certain that they are ---- */

static void
assert_same_turn(const OffhookTurnLog *one, const OffhookTurnLog *other)
{
	g_assert_no_error(one->error);
	g_assert_no_error(other->error);
	g_assert_cmpint(one->answered, ==, other->answered);
	g_assert_cmpstr(one->said->str, ==, other->said->str);
	g_assert_cmpuint(one->n_acts, ==, other->n_acts);
	g_assert_cmpuint(one->n_expected, ==, other->n_expected);
}

/* A turn, and the one after it, are in @session as in one that has seen nothing else. */
static void
assert_like_fresh(Fixture *f)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) fresh = open_session(f, &error);

	g_assert_no_error(error);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(OffhookTurnLog) here = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
		g_autoptr(OffhookTurnLog) there =
		    offhook_turn_log_run(fresh, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

		assert_same_turn(here, there);
		offhook_agent_session_heard(f->session, here->said->str, FALSE);
		offhook_agent_session_heard(fresh, there->said->str, FALSE);
	}
}

/* The caller went on, at whichever moment: nothing has been. */
static void
test_speculation_dropped(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) early = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) midway = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) whole = offhook_turn_log_new();

	offhook_turn_log_speculate(early, f->session, "Something else, and");
	offhook_agent_turn_cancel(early->turn);
	midway->cancel_at_say = TRUE;
	offhook_turn_log_speculate(midway, f->session, f->contract->message);
	offhook_turn_log_wait_for_words(midway);
	offhook_turn_log_speculate(whole, f->session, f->contract->message);
	offhook_turn_log_wait(whole);
	offhook_agent_turn_cancel(whole->turn);
	assert_like_fresh(f);
	g_assert_cmpuint(early->n_done + midway->n_done, ==, 0);
}

/* It was a turn, and becomes one at whichever moment. */
static void
speculate_and_confirm(Fixture *f, gboolean early)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) fresh = open_session(f, &error);
	g_autoptr(OffhookTurnLog) here = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) there = NULL;

	g_assert_no_error(error);
	there = offhook_turn_log_run(fresh, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	offhook_turn_log_speculate(here, f->session, f->contract->message);
	if (early)
		offhook_agent_turn_confirm(here->turn);
	offhook_turn_log_wait(here);
	offhook_agent_turn_confirm(here->turn);
	assert_same_turn(here, there);
	offhook_agent_session_heard(f->session, here->said->str, FALSE);
	offhook_agent_session_heard(fresh, there->said->str, FALSE);
	g_clear_pointer(&there, offhook_turn_log_free);
	there = offhook_turn_log_run(fresh, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_clear_pointer(&here, offhook_turn_log_free);
	here = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	assert_same_turn(here, there);
}

static void
test_speculation_confirmed_early(Fixture *f, gconstpointer data)
{
	speculate_and_confirm(f, TRUE);
}

static void
test_speculation_confirmed_late(Fixture *f, gconstpointer data)
{
	speculate_and_confirm(f, FALSE);
}

/* The call ends over it. */
static void
test_speculation_outlives_session(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	offhook_turn_log_speculate(log, f->session, f->contract->message);
	offhook_turn_log_wait(log);
	offhook_agent_turn_cancel(log->turn);
	g_clear_object(&f->session);
	offhook_agent_turn_confirm(log->turn);
}

static void
test_good_options(Fixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) table = make_table(f->contract->options);
	g_autoptr(OffhookCompleter) completer = make_completer(f);
	OffhookAgentOptions options = {
	    .assistant = "contract", .language = "en", .options = table, .completer = completer};
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_agent_check_options(f->agent, &options, &error));
	g_assert_no_error(error);
}

/* What --check-config refuses also opens no session. */
static void
test_bad_options(Fixture *f, gconstpointer data)
{
	for (guint i = 0; f->contract->bad_options != NULL && f->contract->bad_options[i] != NULL;
	     i++) {
		g_autoptr(GHashTable) table = make_table(f->contract->bad_options[i]);
		g_autoptr(OffhookCompleter) completer = make_completer(f);
		OffhookAgentOptions options = {.assistant = "contract",
					       .language = "en",
					       .options = table,
					       .completer = completer};
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_agent_check_options(f->agent, &options, &error));
		g_assert_true(error != NULL && error->domain == OFFHOOK_ERROR);
		g_assert_cmpstr(error->message, !=, "");
	}
}

static gpointer
push_frames(gpointer data)
{
	OffhookAgentSession *session = data;
	gint16 in[OFFHOOK_FRAME_SAMPLES];
	gint16 out[OFFHOOK_FRAME_SAMPLES];

	for (guint i = 0; i < 2000; i++) {
		for (guint j = 0; j < OFFHOOK_FRAME_SAMPLES; j++)
			in[j] = (gint16)(i * 31 + j);
		offhook_agent_session_audio_frame(session, in, out);
	}
	return NULL;
}

/* Frames in the media thread while the main thread takes turns. */
static void
test_audio(Fixture *f, gconstpointer data)
{
	gboolean takes_audio = offhook_agent_get_features(f->agent) & OFFHOOK_AGENT_AUDIO;
	gint16 in[OFFHOOK_FRAME_SAMPLES] = {1, 2, 3};
	gint16 out[OFFHOOK_FRAME_SAMPLES];
	GThread *thread;

	if (!takes_audio) {
		g_assert_false(offhook_agent_session_audio_frame(f->session, in, out));
		return;
	}
	thread = g_thread_new("media", push_frames, f->session);
	for (guint i = 0; i < 100; i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

		g_assert_no_error(log->error);
	}
	g_thread_join(thread);
}

typedef struct {
	const char *name;
	void (*run)(Fixture *f, gconstpointer data);
} Test;

static const Test tests[] = {
    {"features", test_features},
    {"missing-message", test_missing_message},
    {"after-missing-message", test_after_missing_message},
    {"answer", test_answer},
    {"all-kinds", test_all_kinds},
    {"start-with-greeting", test_start_with_greeting},
    {"strange-context", test_strange_context},
    {"cancel-at-once", test_cancel_at_once},
    {"cancelled-before", test_cancelled_before},
    {"cancel-while-speaking", test_cancel_while_speaking},
    {"drop-while-speaking", test_drop_while_speaking},
    {"sessions-are-apart", test_sessions_are_apart},
    {"other-session-closed", test_other_session_closed},
    {"any-text", test_any_text},
    {"any-digits", test_any_digits},
    {"any-confidence", test_any_confidence},
    {"heard", test_heard},
    {"many-turns", test_many_turns},
    {"good-options", test_good_options},
    {"bad-options", test_bad_options},
    {"audio", test_audio},
};

static const Test speculative_tests[] = {
    {"speculation-dropped", test_speculation_dropped},
    {"speculation-confirmed-early", test_speculation_confirmed_early},
    {"speculation-confirmed-late", test_speculation_confirmed_late},
    {"speculation-outlives-session", test_speculation_outlives_session},
};

static void
add_tests(const OffhookAgentContract *contract, const Test *list, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/agent/%s/%s", contract->name, list[i].name);

		g_test_add(path, Fixture, contract, set_up, list[i].run, tear_down);
	}
}

void
offhook_agent_contract_add_tests(const OffhookAgentContract *contract)
{
	g_autoptr(OffhookAgent) agent = g_object_new(contract->get_type(), NULL);

	add_tests(contract, tests, G_N_ELEMENTS(tests));
	if (offhook_agent_get_features(agent) & OFFHOOK_AGENT_SPECULATIVE)
		add_tests(contract, speculative_tests, G_N_ELEMENTS(speculative_tests));
}
