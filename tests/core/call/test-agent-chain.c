/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The chain of agents: who is asked, in which order, what cancelling leaves behind. The agents are
 * scripted: each answers, passes on, fails, or keeps the turn.
 */

#include "call/agent-chain.h"

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
	OffhookAgentTurn *kept;
	guint asked;
};

G_DEFINE_FINAL_TYPE(TestSession, test_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
test_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	TestSession *self = TEST_SESSION(session);
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "broken");

	self->asked++;
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
	G_OBJECT_CLASS(test_session_parent_class)->dispose(object);
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
}

typedef struct {
	GPtrArray *sessions;
	GString *said;
	gboolean done;
	gboolean answered;
	int error_code; /* -1: none */
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

static const OffhookAgentChainHandler fixture_handler = {fixture_say_cb, fixture_expect_cb,
							 fixture_act_cb, fixture_done_cb};

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->sessions = g_ptr_array_new_with_free_func(g_object_unref);
	fixture->said = g_string_new(NULL);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_agent_chain_free(fixture->chain);
	g_string_free(fixture->said, TRUE);
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

static void
fixture_ask(Fixture *fixture)
{
	if (fixture->chain == NULL)
		fixture->chain =
		    offhook_agent_chain_new(fixture->sessions, &fixture_handler, fixture);
	fixture->done = FALSE;
	offhook_agent_chain_take_turn(fixture->chain, OFFHOOK_TURN_MESSAGE, "hello", 1, 0, NULL);
	g_assert_false(fixture->done);
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
	g_assert_cmpuint(second->asked, ==, 1);
	g_assert_cmpuint(third->asked, ==, 0);
	g_assert_false(offhook_agent_chain_is_busy(fixture->chain));
}

static void
test_failure_falls_through(Fixture *fixture, gconstpointer data)
{
	fixture_add(fixture, TEST_FAIL, NULL);
	fixture_add(fixture, TEST_ANSWER, "still here");
	fixture_ask(fixture);
	harness_wait_for(&fixture->done, "the turn's end");

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
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add(cases[i].path, Fixture, NULL, fixture_set_up, cases[i].func,
			   fixture_tear_down);
	return g_test_run();
}
