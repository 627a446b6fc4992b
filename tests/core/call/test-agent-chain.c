/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The chain of agents: who is asked, in which order, what cancelling leaves behind. The agents are
 * scripted: each answers, passes on, fails, or keeps the turn.
 */

#include "call/assistant/agent-chain.h"

#include <offhook/error.h>

#include "harness.h"

typedef enum {
	TEST_ANSWER,
	TEST_PASS,
	TEST_FAIL,
	TEST_KEEP,
} TestBehaviour;

#define TEST_TYPE_SESSION (test_session_get_type())
G_DECLARE_FINAL_TYPE(TestSession, test_session, TEST, SESSION, OffhookAgentSession)

struct _TestSession {
	OffhookAgentSession parent_instance;

	TestBehaviour behaviour;
	const char *text;
	OffhookTranscriber *ear;
	OffhookTurnKind kind; /* of the last turn */
	OffhookAgentTurn *kept;
	guint asked;
	guint cut_off_ms;
	guint discarded;
};

/* An ear that need not hear anything. */
#define TEST_TYPE_EAR (test_ear_get_type())
G_DECLARE_FINAL_TYPE(TestEar, test_ear, TEST, EAR, OffhookTranscriber)

struct _TestEar {
	OffhookTranscriber parent_instance;
};

G_DEFINE_FINAL_TYPE(TestEar, test_ear, OFFHOOK_TYPE_TRANSCRIBER)

static void
test_ear_init(TestEar *self)
{
}

static void
test_ear_class_init(TestEarClass *klass)
{
}

G_DEFINE_FINAL_TYPE(TestSession, test_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
test_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	TestSession *self = TEST_SESSION(session);
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "broken");

	self->asked++;
	self->kind = offhook_agent_turn_get_kind(turn);
	if (self->ear != NULL) {
		g_autoptr(GBytes) sound = g_bytes_new_static("\1\0\2\0", 4);

		offhook_agent_turn_speak(turn, sound);
		offhook_agent_turn_spoken(turn, "spoken: ");
	}
	if (self->text != NULL)
		offhook_agent_turn_say(turn, self->text);
	switch (self->behaviour) {
	case TEST_ANSWER:
		offhook_agent_turn_finish(turn, TRUE);
		break;
	case TEST_PASS:
		json_object_set_string_member(offhook_agent_turn_get_context(turn), "seen", "yes");
		offhook_agent_turn_finish(turn, FALSE);
		break;
	case TEST_FAIL:
		offhook_agent_turn_fail(turn, error);
		break;
	case TEST_KEEP:
		g_set_object(&self->kept, turn);
		break;
	}
}

static void
test_session_dispose(GObject *object)
{
	g_clear_object(&TEST_SESSION(object)->kept);
	g_clear_object(&TEST_SESSION(object)->ear);
	G_OBJECT_CLASS(test_session_parent_class)->dispose(object);
}

static OffhookTranscriber *
test_session_get_ear(OffhookAgentSession *session)
{
	return TEST_SESSION(session)->ear;
}

static void
test_session_discard(OffhookAgentSession *session)
{
	TEST_SESSION(session)->discarded++;
}

static void
test_session_cut_off(OffhookAgentSession *session, guint ms)
{
	TEST_SESSION(session)->cut_off_ms = ms;
}

static void
test_session_init(TestSession *self)
{
}

static void
test_session_class_init(TestSessionClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = test_session_dispose;
	OFFHOOK_AGENT_SESSION_CLASS(klass)->take_turn = test_session_take_turn;
	OFFHOOK_AGENT_SESSION_CLASS(klass)->get_ear = test_session_get_ear;
	OFFHOOK_AGENT_SESSION_CLASS(klass)->discard = test_session_discard;
	OFFHOOK_AGENT_SESSION_CLASS(klass)->cut_off = test_session_cut_off;
}

/* Opens sessions that may be asked in advance. */
#define TEST_TYPE_AGENT (test_agent_get_type())
G_DECLARE_FINAL_TYPE(TestAgent, test_agent, TEST, AGENT, OffhookAgent)

struct _TestAgent {
	OffhookAgent parent_instance;
};

G_DEFINE_FINAL_TYPE(TestAgent, test_agent, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
test_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	return g_object_new(TEST_TYPE_SESSION, NULL);
}

static void
test_agent_init(TestAgent *self)
{
}

static void
test_agent_class_init(TestAgentClass *klass)
{
	OFFHOOK_AGENT_CLASS(klass)->features = OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE;
	OFFHOOK_AGENT_CLASS(klass)->open_session = test_agent_open_session;
}

typedef struct {
	GPtrArray *sessions;
	GString *said;
	gsize spoken_bytes;
	gboolean done;
	gboolean answered;
	int error_code; /* -1: none */
	guint place;    /* whose usage was told last */
	gint64 used;
	GString *failures; /* places and codes of those who left a turn to others */
	OffhookAgentChain *chain;
} Fixture;

static void
fixture_say_cb(gpointer user_data, const char *text)
{
	g_string_append(((Fixture *)user_data)->said, text);
}

static void
fixture_expect_cb(gpointer user_data, OffhookExpectation *expectation)
{
}

static void
fixture_act_cb(gpointer user_data, OffhookAction action, const char *argument)
{
}

static void
fixture_done_cb(gpointer user_data, gboolean answered, const GError *error)
{
	Fixture *fixture = user_data;

	g_assert_false(fixture->done);
	fixture->done = TRUE;
	fixture->answered = answered;
	fixture->error_code = error != NULL ? error->code : -1;
}

static void
fixture_speak_cb(gpointer user_data, GBytes *s16_16k)
{
	((Fixture *)user_data)->spoken_bytes += g_bytes_get_size(s16_16k);
}

static void
fixture_tool_cb(gpointer user_data, const char *name)
{
}

static void
fixture_used_cb(gpointer user_data, guint place, const OffhookAgentUsage *usage)
{
	((Fixture *)user_data)->place = place;
	((Fixture *)user_data)->used = usage->input_tokens;
}

static void
fixture_failed_cb(gpointer user_data, guint place, const GError *error)
{
	g_string_append_printf(((Fixture *)user_data)->failures, "%u:%d ", place, error->code);
}

static void
fixture_hand_over_cb(gpointer user_data, OffhookAction action, const char *target,
		     const char *summary)
{
	g_string_append_printf(((Fixture *)user_data)->said, "%s to %s: %s",
			       action == OFFHOOK_ACTION_HAND_OVER ? "over" : "transfer", target,
			       summary);
}

static const OffhookAgentChainHandler fixture_handler = {
    .say = fixture_say_cb,
    .expect = fixture_expect_cb,
    .act = fixture_act_cb,
    .done = fixture_done_cb,
    .speak = fixture_speak_cb,
    .spoken = fixture_say_cb,
    .tool = fixture_tool_cb,
    .used = fixture_used_cb,
    .failed = fixture_failed_cb,
    .hand_over = fixture_hand_over_cb,
};

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->sessions = g_ptr_array_new_with_free_func(g_object_unref);
	fixture->said = g_string_new(NULL);
	fixture->failures = g_string_new(NULL);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_agent_chain_free(fixture->chain);
	g_string_free(fixture->said, TRUE);
	g_string_free(fixture->failures, TRUE);
}

static TestSession *
fixture_add(Fixture *fixture, TestBehaviour behaviour, const char *text)
{
	TestSession *session = g_object_new(TEST_TYPE_SESSION, NULL);

	session->behaviour = behaviour;
	session->text = text;
	g_ptr_array_add(fixture->sessions, session);
	return session;
}

static TestSession *
fixture_add_speculative(Fixture *fixture, TestBehaviour behaviour, const char *text)
{
	g_autoptr(OffhookAgent) agent = g_object_new(TEST_TYPE_AGENT, NULL);
	OffhookAgentOptions options = {.assistant = "test", .language = "en"};
	TestSession *session = TEST_SESSION(offhook_agent_open_session(agent, &options, NULL));

	session->behaviour = behaviour;
	session->text = text;
	g_ptr_array_add(fixture->sessions, session);
	return session;
}

static void
fixture_speculate(Fixture *fixture)
{
	if (fixture->chain == NULL)
		fixture->chain =
		    offhook_agent_chain_new(fixture->sessions, &fixture_handler, fixture);
	fixture->done = FALSE;
	g_assert_true(offhook_agent_chain_can_speculate(fixture->chain));
	offhook_agent_chain_speculate(fixture->chain, "hello", 1, NULL);
}

static void
run_idle(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
fixture_say(Fixture *fixture, const char *message)
{
	if (fixture->chain == NULL)
		fixture->chain =
		    offhook_agent_chain_new(fixture->sessions, &fixture_handler, fixture);
	fixture->done = FALSE;
	offhook_agent_chain_take_turn(fixture->chain, OFFHOOK_TURN_MESSAGE, message, 1, 0, NULL);
	g_assert_false(fixture->done);
}

static void
fixture_ask(Fixture *fixture)
{
	fixture_say(fixture, "hello");
}

static void
test_first_answer_ends(Fixture *fixture, gconstpointer data)
{
	TestSession *second, *third;

	fixture_add(fixture, TEST_PASS, NULL);
	second = fixture_add(fixture, TEST_ANSWER, "hi");
	third = fixture_add(fixture, TEST_ANSWER, "no");
	fixture_ask(fixture);
	harness_wait_for(&fixture->done, "the turn's end");

	g_assert_true(fixture->answered);
	g_assert_cmpint(fixture->error_code, ==, -1);
	g_assert_cmpstr(fixture->said->str, ==, "hi");
	g_assert_cmpint(offhook_agent_chain_get_speaker(fixture->chain), ==, 1);
	g_assert_cmpuint(second->asked, ==, 1);
	g_assert_cmpuint(third->asked, ==, 0);
	g_assert_false(offhook_agent_chain_is_busy(fixture->chain));
}

static void
test_failure_falls_through(Fixture *fixture, gconstpointer data)
{
	g_autofree char *failure = g_strdup_printf("0:%d ", OFFHOOK_ERROR_PROVIDER);

	fixture_add(fixture, TEST_FAIL, NULL);
	fixture_add(fixture, TEST_ANSWER, "still here");
	fixture_ask(fixture);
	harness_wait_for(&fixture->done, "the turn's end");

	/* It is no error of the turn, but it is told. */
	g_assert_cmpstr(fixture->failures->str, ==, failure);
	g_assert_true(fixture->answered);
	g_assert_cmpint(fixture->error_code, ==, -1);
}

static void
test_nobody_answers(Fixture *fixture, gconstpointer data)
{
	fixture_add(fixture, TEST_FAIL, NULL);
	fixture_add(fixture, TEST_PASS, NULL);
	fixture_ask(fixture);
	harness_wait_for(&fixture->done, "the turn's end");

	g_assert_false(fixture->answered);
	g_assert_cmpint(fixture->error_code, ==, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpint(offhook_agent_chain_get_speaker(fixture->chain), ==, -1);
}

static void
test_cancel_silences(Fixture *fixture, gconstpointer data)
{
	TestSession *session = fixture_add(fixture, TEST_KEEP, NULL);

	fixture_ask(fixture);
	g_assert_true(offhook_agent_chain_is_busy(fixture->chain));
	offhook_agent_chain_cancel(fixture->chain);
	g_assert_false(offhook_agent_chain_is_busy(fixture->chain));
	g_assert_true(
	    g_cancellable_is_cancelled(offhook_agent_turn_get_cancellable(session->kept)));
	offhook_agent_turn_say(session->kept, "too late");
	offhook_agent_turn_finish(session->kept, TRUE);
	while (g_main_context_iteration(NULL, FALSE))
		;

	g_assert_false(fixture->done);
	g_assert_cmpstr(fixture->said->str, ==, "");
}

static void
test_new_turn_replaces(Fixture *fixture, gconstpointer data)
{
	TestSession *session = fixture_add(fixture, TEST_KEEP, NULL);

	fixture_ask(fixture);
	session->behaviour = TEST_ANSWER;
	session->text = "second";
	fixture_ask(fixture);
	harness_wait_for(&fixture->done, "the second turn's end");

	g_assert_cmpstr(fixture->said->str, ==, "second");
	g_assert_cmpuint(session->asked, ==, 2);
}

/* One that is asked in advance, then one that is not: it waits for the confirmation. */
static void
test_speculation_stops_at_others(Fixture *fixture, gconstpointer data)
{
	TestSession *first = fixture_add_speculative(fixture, TEST_PASS, NULL);
	TestSession *second = fixture_add_speculative(fixture, TEST_PASS, NULL);
	TestSession *third = fixture_add(fixture, TEST_ANSWER, "certainly");

	fixture_speculate(fixture);
	run_idle();
	g_assert_cmpuint(first->asked, ==, 1);
	g_assert_cmpuint(second->asked, ==, 1);
	g_assert_cmpuint(third->asked, ==, 0);
	g_assert_false(fixture->done);
	g_assert_true(offhook_agent_chain_is_busy(fixture->chain));
	offhook_agent_chain_confirm(fixture->chain);
	harness_wait_for(&fixture->done, "the turn's end");
	g_assert_true(fixture->answered);
	g_assert_cmpstr(fixture->said->str, ==, "certainly");
}

static void
test_speculation_is_confirmed(Fixture *fixture, gconstpointer data)
{
	TestSession *session = fixture_add_speculative(fixture, TEST_KEEP, "so");

	fixture_speculate(fixture);
	g_assert_false(offhook_agent_turn_is_confirmed(session->kept));
	offhook_agent_turn_finish(session->kept, TRUE);
	harness_wait_for(&fixture->done, "the turn's end");
	/* Also when the agent has finished already. */
	offhook_agent_chain_confirm(fixture->chain);
	g_assert_true(offhook_agent_turn_is_confirmed(session->kept));
}

/* Also one that was finished is told that it was none. */
static void
test_speculation_is_dropped(Fixture *fixture, gconstpointer data)
{
	TestSession *session = fixture_add_speculative(fixture, TEST_KEEP, NULL);

	fixture_speculate(fixture);
	offhook_agent_turn_finish(session->kept, TRUE);
	harness_wait_for(&fixture->done, "the turn's end");
	offhook_agent_chain_cancel(fixture->chain);
	g_assert_true(
	    g_cancellable_is_cancelled(offhook_agent_turn_get_cancellable(session->kept)));
	/* The next turn is one like any other. */
	fixture_ask(fixture);
	g_assert_true(offhook_agent_turn_is_confirmed(session->kept));
}

/* Only who has heard it by itself can take a turn without words; for the others it was unclear. */
static void
test_heard_without_words(Fixture *fixture, gconstpointer data)
{
	TestSession *hearing = fixture_add(fixture, TEST_FAIL, NULL);
	TestSession *reading = fixture_add(fixture, TEST_ANSWER, "pardon?");

	hearing->ear = g_object_new(TEST_TYPE_EAR, NULL);
	fixture_say(fixture, "");
	harness_wait_for(&fixture->done, "the turn's end");

	g_assert_true(offhook_agent_chain_get_ear(fixture->chain) == hearing->ear);
	g_assert_cmpint(hearing->kind, ==, OFFHOOK_TURN_MESSAGE);
	g_assert_cmpint(reading->kind, ==, OFFHOOK_TURN_UNCLEAR);
	g_assert_cmpstr(fixture->said->str, ==, "spoken: pardon?");
	g_assert_cmpuint(fixture->spoken_bytes, ==, 4);
}

/* What becomes of own speech is told to all. */
static void
test_fate_of_speech(Fixture *fixture, gconstpointer data)
{
	TestSession *first = fixture_add(fixture, TEST_PASS, NULL);
	TestSession *second = fixture_add(fixture, TEST_ANSWER, "yes");

	fixture_ask(fixture);
	harness_wait_for(&fixture->done, "the turn's end");
	g_assert_null(offhook_agent_chain_get_ear(fixture->chain));
	offhook_agent_chain_cut_off(fixture->chain, 1480);
	offhook_agent_chain_discard(fixture->chain);

	g_assert_cmpuint(first->cut_off_ms, ==, 1480);
	g_assert_cmpuint(second->cut_off_ms, ==, 1480);
	g_assert_cmpuint(first->discarded, ==, 1);
	g_assert_cmpuint(second->discarded, ==, 1);
}

/* Whoever pays for something is known, also when nobody has the turn; after the end nobody is told. */
static void
test_usage(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookAgentSession) session = NULL;
	OffhookAgentUsage usage = {.input_tokens = 7};

	fixture_add(fixture, TEST_PASS, NULL);
	session = g_object_ref(OFFHOOK_AGENT_SESSION(fixture_add(fixture, TEST_ANSWER, "yes")));
	fixture_ask(fixture);
	harness_wait_for(&fixture->done, "the turn's end");
	offhook_agent_session_emit_usage(session, &usage);
	g_assert_cmpuint(fixture->place, ==, 1);
	g_assert_cmpint(fixture->used, ==, 7);
	g_clear_pointer(&fixture->chain, offhook_agent_chain_free);
	usage.input_tokens = 8;
	offhook_agent_session_emit_usage(session, &usage);
	g_assert_cmpint(fixture->used, ==, 7);
}

/* Where the caller shall go, with and without a word to whoever takes him there. */
static void
test_hand_over(Fixture *fixture, gconstpointer data)
{
	TestSession *session = fixture_add(fixture, TEST_KEEP, NULL);

	fixture_ask(fixture);
	offhook_agent_turn_hand_over(session->kept, OFFHOOK_ACTION_HAND_OVER, "sales", "wants two");
	offhook_agent_turn_hand_over(session->kept, OFFHOOK_ACTION_TRANSFER, "+1", " is angry");
	offhook_agent_turn_finish(session->kept, TRUE);
	harness_wait_for(&fixture->done, "the turn's end");
	g_assert_cmpstr(fixture->said->str, ==,
			"over to sales: wants twotransfer to +1:  is angry");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*func)(Fixture *fixture, gconstpointer data);
	} cases[] = {
	    {"/call/agent-chain/first-answer-ends", test_first_answer_ends},
	    {"/call/agent-chain/failure-falls-through", test_failure_falls_through},
	    {"/call/agent-chain/nobody-answers", test_nobody_answers},
	    {"/call/agent-chain/cancel-silences", test_cancel_silences},
	    {"/call/agent-chain/new-turn-replaces", test_new_turn_replaces},
	    {"/call/agent-chain/heard-without-words", test_heard_without_words},
	    {"/call/agent-chain/fate-of-speech", test_fate_of_speech},
	    {"/call/agent-chain/usage", test_usage},
	    {"/call/agent-chain/hand-over", test_hand_over},
	    {"/call/agent-chain/speculation-stops-at-others", test_speculation_stops_at_others},
	    {"/call/agent-chain/speculation-is-confirmed", test_speculation_is_confirmed},
	    {"/call/agent-chain/speculation-is-dropped", test_speculation_is_dropped},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add(cases[i].path, Fixture, NULL, fixture_set_up, cases[i].func,
			   fixture_tear_down);
	return g_test_run();
}
