/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract as tests, each with an agent and a session of its own. Main thread.
 */

#include "agent-contract.h"

#include "harness.h"
#include "turn-log.h"
#include <offhook/error.h>
#include <math.h>
#include <time.h>

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

/* ---- a language model that never answers ---- */

#define TYPE_MUTE (mute_get_type())
G_DECLARE_FINAL_TYPE(Mute, mute, TEST, MUTE, OffhookCompleter)

struct _Mute {
	OffhookCompleter parent_instance;
};

G_DEFINE_FINAL_TYPE(Mute, mute, OFFHOOK_TYPE_COMPLETER)

static void
mute_start(OffhookCompleter *completer, guint number, OffhookCompletionRequest *request)
{
}

static void
mute_cancel(OffhookCompleter *completer)
{
}

static void
mute_init(Mute *self)
{
}

static void
mute_class_init(MuteClass *klass)
{
	OFFHOOK_COMPLETER_CLASS(klass)->start = mute_start;
	OFFHOOK_COMPLETER_CLASS(klass)->cancel = mute_cancel;
}

/* ---- agents and sessions ---- */

/* (transfer full) (nullable) */
static OffhookCompleter *
make_completer(Fixture *f)
{
	if (f->contract->bounded)
		return g_object_new(TYPE_MUTE, NULL);
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

/* Those that only add tools to the host are asked for no turn. */
static gboolean
takes_turns(OffhookAgent *agent)
{
	return (offhook_agent_get_features(agent) & ~(guint)OFFHOOK_AGENT_TOOLS) != 0;
}

/* The agent has done with the message what it does: answered it, or told the next agents about it. */
static void
assert_done(Fixture *f, const OffhookTurnLog *log)
{
	JsonObject *context = offhook_agent_turn_get_context(log->turn);

	g_assert_no_error(log->error);
	g_assert_false(offhook_agent_turn_is_open(log->turn));
	if (f->contract->either && !log->answered) {
		g_assert_cmpuint(log->n_said + log->n_acts, ==, 0);
		return;
	}
	if (f->contract->member == NULL) {
		g_assert_true(log->answered);
		g_assert_cmpuint(log->n_said, >, 0);
		return;
	}
	g_assert_false(log->answered);
	g_assert_cmpuint(log->n_said + log->n_acts + log->n_expected, ==, 0);
	g_assert_true(json_object_has_member(context, f->contract->member));
	g_assert_true(JSON_NODE_HOLDS_OBJECT(json_object_get_member(context, f->contract->member)));
}

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) values = NULL;
	g_autoptr(OffhookSettings) settings = NULL;
	g_autofree char *section = NULL;
	g_autoptr(GError) error = NULL;

	f->contract = data;
	values = make_table(f->contract->good);
	section = g_strconcat("agent:", f->contract->name, NULL);
	settings = offhook_settings_new(f->contract->settings, values, section, &error);
	g_assert_no_error(error);
	f->agent = g_object_new(f->contract->get_type(), NULL);
	g_assert_true(offhook_agent_configure(f->agent, settings, &error));
	g_assert_no_error(error);
	if (!takes_turns(f->agent))
		return;
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
					     OFFHOOK_AGENT_COMPLETER | OFFHOOK_AGENT_TOOLS |
					     OFFHOOK_AGENT_CONSULTS | OFFHOOK_AGENT_EXPECTS),
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

/* Nor is a turn one without a context. */
static void
test_missing_context(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) next = NULL;

	offhook_turn_log_begin_bare(log, f->session, f->contract->message);
	offhook_turn_log_wait(log);
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_assert_cmpuint(log->n_said + log->n_acts, ==, 0);
	next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	assert_done(f, next);
}

/* After a turn that failed the session is as good as before. */
static void
test_after_missing_message(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) bad =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, "", 1.0, 0);
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

	assert_done(f, log);
}

static void
test_answer(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

	assert_done(f, log);
}

/* Whether it expects a phrase that the agent's class does not speak of. */
static gboolean
expects_secretly(Fixture *f, OffhookTurnLog *log)
{
	return log->expectation != NULL &&
	       *offhook_expectation_get_phrases(log->expectation) != NULL &&
	       !(offhook_agent_get_features(f->agent) & OFFHOOK_AGENT_EXPECTS);
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
			g_assert_false(expects_secretly(f, log));
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

/* ... or a little later: nothing comes any more, and the next turn is as good. */
static void
test_cancel_any_moment(Fixture *f, gconstpointer data)
{
	for (guint steps = 1; steps <= 40; steps++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
		g_autoptr(OffhookTurnLog) next = NULL;
		guint said, done;

		offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_MESSAGE, f->contract->message,
				       1.0, 0, NULL);
		for (guint i = 0; i < steps; i++)
			g_main_context_iteration(NULL, FALSE);
		offhook_agent_turn_cancel(log->turn);
		said = log->n_said;
		done = log->n_done;
		if (steps % 8 == 0) {
			next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE,
						    f->contract->message, 1.0, 0);
			g_assert_no_error(next->error);
		}
		g_assert_cmpuint(log->n_said, ==, said);
		g_assert_cmpuint(log->n_done, ==, done);
	}
}

/* The turn is over before the agent sees it. */
static void
test_cancelled_before(Fixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) context = json_object_new();
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) next = NULL;

	log->turn = offhook_agent_turn_new(OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0,
					   context, NULL, NULL);
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

/* What the next agents are told is the same. */
static void
assert_same_member(Fixture *f, const OffhookTurnLog *one, const OffhookTurnLog *other)
{
	const char *member = f->contract->member;

	if (member == NULL)
		return;
	g_assert_true(json_node_equal(
	    json_object_get_member(offhook_agent_turn_get_context(one->turn), member),
	    json_object_get_member(offhook_agent_turn_get_context(other->turn), member)));
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
	assert_same_member(f, here, first);
	assert_same_member(f, there, first);
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
	assert_done(f, log);
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

/* A thousand turns take no longer each than one; of the processor, which others may keep busy. */
static void
test_many_turns(Fixture *f, gconstpointer data)
{
	clock_t start = clock();

	for (guint i = 0; i < 1000; i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

		g_assert_no_error(log->error);
	}
	g_assert_cmpint(clock() - start, <, (gint64)HARNESS_TIMEOUT_S * CLOCKS_PER_SEC);
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
		assert_same_member(f, here, there);
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
	if (f->contract->member == NULL)
		offhook_turn_log_wait_for_words(midway);
	else
		offhook_agent_turn_cancel(midway->turn);
	offhook_turn_log_speculate(whole, f->session, f->contract->message);
	offhook_turn_log_wait(whole);
	offhook_agent_turn_cancel(whole->turn);
	assert_like_fresh(f);
	if (f->contract->member == NULL)
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
	assert_same_member(f, here, there);
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

static void
checked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GAsyncResult **out = user_data;

	*out = g_object_ref(result);
}

static gboolean
has_result(gpointer data)
{
	return *(GAsyncResult **)data != NULL;
}

/* Two at a time, as two assistants may be checked that share an agent. */
static void
test_check(Fixture *f, gconstpointer data)
{
	GAsyncResult *results[2] = {NULL};

	for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
		offhook_agent_check_async(f->agent, NULL, checked_cb, &results[i]);
		g_assert_null(results[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
		g_autoptr(GAsyncResult) result = NULL;
		g_autoptr(GError) error = NULL;

		harness_wait_until(has_result, &results[i], "the check");
		result = results[i];
		if (offhook_agent_check_finish(f->agent, result, &error))
			g_assert_no_error(error);
		else
			g_assert_true(error->domain == OFFHOOK_ERROR && *error->message != '\0');
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

/* Which agents a test is for. */
enum {
	FULL = 1 << 0,        /* that take turns */
	SPEAKING = 1 << 1,    /* that answer what the others only pass on */
	SPECULATIVE = 1 << 2, /* that are asked before it is certain */
	BOUNDED = 1 << 3,     /* that wait for a language model only so long */
	TOOLS = 1 << 4,       /* that only add tools */
};

static const struct {
	const char *name;
	void (*run)(Fixture *f, gconstpointer data);
	guint groups;
	const char *asks;
} tests[] = {
    {"features", test_features, FULL | TOOLS,
     "The class says at least one feature, and none that is unknown."},
    {"missing-message", test_missing_message, FULL,
     "A turn of words or keys without any fails with "
     "OFFHOOK_ERROR_INVALID_ARGUMENT before the agent sees it, and "
     "nothing is said or done."},
    {"missing-context", test_missing_context, FULL,
     "A turn without a context fails with "
     "OFFHOOK_ERROR_INVALID_ARGUMENT; the next one is as good as ever."},
    {"after-missing-message", test_after_missing_message, FULL,
     "After a turn that failed the session is as good as before."},
    {"answer", test_answer, FULL | BOUNDED,
     "A message comes to its end once: with an answer that has words, or "
     "passed on without any, with what was found out in the context."},
    {"all-kinds", test_all_kinds, FULL,
     "Turns of every kind come to an end without an error, in any order; "
     "who expects phrases says so by OFFHOOK_AGENT_EXPECTS."},
    {"start-with-greeting", test_start_with_greeting, FULL,
     "Where the context has a greeting the core says it: the agent "
     "neither speaks nor acts at the start."},
    {"strange-context", test_strange_context, FULL,
     "Members of the context may be missing or of another type."},
    {"cancel-at-once", test_cancel_at_once, FULL,
     "After a cancellation nothing is said and nothing ends; the next "
     "turn is as good as ever."},
    {"cancel-any-moment", test_cancel_any_moment, FULL | BOUNDED,
     "A turn may be cancelled at any moment: nothing is said and nothing "
     "ends afterwards, and the next turn is as good as ever."},
    {"cancelled-before", test_cancelled_before, FULL,
     "A turn that is over before the agent is asked is left alone."},
    {"sessions-are-apart", test_sessions_are_apart, FULL,
     "What one session was told another does not know."},
    {"other-session-closed", test_other_session_closed, FULL | BOUNDED,
     "A session that is dropped in the middle of a turn leaves the "
     "others as they are."},
    {"any-text", test_any_text, FULL,
     "Any text is a message: long ones, markup, control characters, "
     "other scripts."},
    {"any-digits", test_any_digits, FULL, "Any keys are: many, and some that are none."},
    {"any-confidence", test_any_confidence, FULL,
     "Any number is a confidence, and any count an attempt."},
    {"heard", test_heard, FULL, "heard() may come at any time, of anything."},
    {"many-turns", test_many_turns, FULL,
     "A session takes a thousand turns, and the last is as quick as the "
     "first."},
    {"good-options", test_good_options, FULL | TOOLS,
     "check_options() takes options with which sessions open."},
    {"bad-options", test_bad_options, FULL | TOOLS,
     "check_options() refuses the others, with an error of OFFHOOK_ERROR "
     "that says why."},
    {"check", test_check, FULL | TOOLS,
     "check() comes to its end once and not at once, with nothing or with an "
     "error of OFFHOOK_ERROR; two may be under way."},
    {"audio", test_audio, FULL,
     "audio_frame() is called in the media thread while turns are taken "
     "in the main thread; without OFFHOOK_AGENT_AUDIO it returns FALSE."},
    {"cancel-while-speaking", test_cancel_while_speaking, SPEAKING,
     "A turn that is cancelled at its first words says no more, does "
     "nothing and does not end."},
    {"drop-while-speaking", test_drop_while_speaking, SPEAKING,
     "The session may be dropped from inside the first words."},
    {"speculation-dropped", test_speculation_dropped, SPECULATIVE,
     "A turn that was never confirmed and is cancelled leaves no trace "
     "in the session."},
    {"speculation-confirmed-early", test_speculation_confirmed_early, SPECULATIVE,
     "A turn that is confirmed before its answer is a turn like any "
     "other."},
    {"speculation-confirmed-late", test_speculation_confirmed_late, SPECULATIVE,
     "So is one that is confirmed after its answer."},
    {"speculation-outlives-session", test_speculation_outlives_session, SPECULATIVE | BOUNDED,
     "A turn may be confirmed when its session is gone."},
};

static guint
get_groups(const OffhookAgentContract *contract)
{
	g_autoptr(OffhookAgent) agent = g_object_new(contract->get_type(), NULL);
	guint groups = FULL;

	if (contract->bounded)
		return BOUNDED;
	if (!takes_turns(agent))
		return TOOLS;
	if (contract->member == NULL && !contract->either)
		groups |= SPEAKING;
	if ((offhook_agent_get_features(agent) & OFFHOOK_AGENT_SPECULATIVE) && !contract->either)
		groups |= SPECULATIVE;
	return groups;
}

void
offhook_agent_contract_add_tests(const OffhookAgentContract *contract)
{
	guint groups = get_groups(contract);

	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/agent/%s/%s", contract->name, tests[i].name);

		if (tests[i].groups & groups)
			g_test_add(path, Fixture, contract, set_up, tests[i].run, tear_down);
	}
}

const char *
offhook_agent_contract_get_check(guint n, const char **asks)
{
	if (n >= G_N_ELEMENTS(tests))
		return NULL;
	*asks = tests[n].asks;
	return tests[n].name;
}
