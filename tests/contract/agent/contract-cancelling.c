/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract: turns that are cancelled, at whichever moment. Main thread.
 */

#include "contract-fixture.h"

static void
test_cancel_at_once(AgentContractFixture *f, gconstpointer data)
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
test_cancel_any_moment(AgentContractFixture *f, gconstpointer data)
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
test_cancelled_before(AgentContractFixture *f, gconstpointer data)
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
test_cancel_while_speaking(AgentContractFixture *f, gconstpointer data)
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
test_drop_while_speaking(AgentContractFixture *f, gconstpointer data)
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

const AgentContractCheck agent_contract_cancelling_checks[] = {
    {"cancel-at-once", test_cancel_at_once, AGENT_CONTRACT_FULL,
     "After a cancellation nothing is said and nothing ends; the next turn is as good as ever."},
    {"cancel-any-moment", test_cancel_any_moment, AGENT_CONTRACT_FULL | AGENT_CONTRACT_BOUNDED,
     "A turn may be cancelled at any moment: nothing is said and nothing ends afterwards, and "
     "the next turn is as good as ever."},
    {"cancelled-before", test_cancelled_before, AGENT_CONTRACT_FULL,
     "A turn that is over before the agent is asked is left alone."},
    {"cancel-while-speaking", test_cancel_while_speaking, AGENT_CONTRACT_SPEAKING,
     "A turn that is cancelled at its first words says no more, does nothing and does not end."},
    {"drop-while-speaking", test_drop_while_speaking, AGENT_CONTRACT_SPEAKING,
     "The session may be dropped from inside the first words."},
    {NULL},
};
