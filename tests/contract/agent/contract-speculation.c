/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract: turns that an agent is asked for before it is certain that they are. Main
 * thread.
 */

#include "contract-fixture.h"

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
assert_like_fresh(AgentContractFixture *f)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) fresh = agent_contract_open_session(f, &error);

	g_assert_no_error(error);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(OffhookTurnLog) here = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
		g_autoptr(OffhookTurnLog) there =
		    offhook_turn_log_run(fresh, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

		assert_same_turn(here, there);
		agent_contract_assert_same_member(f, here, there);
		offhook_agent_session_heard(f->session, here->said->str, FALSE);
		offhook_agent_session_heard(fresh, there->said->str, FALSE);
	}
}

/* The caller went on, at whichever moment: nothing has been. */
static void
test_speculation_dropped(AgentContractFixture *f, gconstpointer data)
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
speculate_and_confirm(AgentContractFixture *f, gboolean early)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) fresh = agent_contract_open_session(f, &error);
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
	agent_contract_assert_same_member(f, here, there);
}

static void
test_speculation_confirmed_early(AgentContractFixture *f, gconstpointer data)
{
	speculate_and_confirm(f, TRUE);
}

static void
test_speculation_confirmed_late(AgentContractFixture *f, gconstpointer data)
{
	speculate_and_confirm(f, FALSE);
}

/* The call ends over it. */
static void
test_speculation_outlives_session(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	offhook_turn_log_speculate(log, f->session, f->contract->message);
	offhook_turn_log_wait(log);
	offhook_agent_turn_cancel(log->turn);
	g_clear_object(&f->session);
	offhook_agent_turn_confirm(log->turn);
}

const AgentContractCheck agent_contract_speculation_checks[] = {
    {"speculation-dropped", test_speculation_dropped, AGENT_CONTRACT_SPECULATIVE,
     "A turn that was never confirmed and is cancelled leaves no trace in the session."},
    {"speculation-confirmed-early", test_speculation_confirmed_early, AGENT_CONTRACT_SPECULATIVE,
     "A turn that is confirmed before its answer is a turn like any other."},
    {"speculation-confirmed-late", test_speculation_confirmed_late, AGENT_CONTRACT_SPECULATIVE,
     "So is one that is confirmed after its answer."},
    {"speculation-outlives-session", test_speculation_outlives_session,
     AGENT_CONTRACT_SPECULATIVE | AGENT_CONTRACT_BOUNDED,
     "A turn may be confirmed when its session is gone."},
    {NULL},
};
