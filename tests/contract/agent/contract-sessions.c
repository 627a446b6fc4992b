/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract: sessions know nothing of each other. Main thread.
 */

#include "contract-fixture.h"

/* What one session was told, the other does not know. */
static void
test_sessions_are_apart(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) other = agent_contract_open_session(f, &error);
	g_autoptr(OffhookAgentSession) fresh = NULL;
	g_autoptr(OffhookTurnLog) first = NULL;
	g_autoptr(OffhookTurnLog) here = NULL;
	g_autoptr(OffhookTurnLog) there = NULL;

	g_assert_no_error(error);
	first =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	fresh = agent_contract_open_session(f, &error);
	g_assert_no_error(error);
	here = offhook_turn_log_run(other, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	there = offhook_turn_log_run(fresh, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_cmpuint(here->n_acts, ==, there->n_acts);
	g_assert_cmpuint(here->n_acts, ==, first->n_acts);
	agent_contract_assert_same_member(f, here, first);
	agent_contract_assert_same_member(f, there, first);
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
test_other_session_closed(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	OffhookAgentSession *other = agent_contract_open_session(f, &error);
	g_autoptr(OffhookTurnLog) lost = NULL;
	g_autoptr(OffhookTurnLog) log = NULL;

	g_assert_no_error(error);
	lost = offhook_turn_log_new();
	offhook_turn_log_begin(lost, other, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0,
			       NULL);
	offhook_agent_turn_cancel(lost->turn);
	g_object_unref(other);
	log = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	agent_contract_assert_done(f, log);
}

const AgentContractCheck agent_contract_sessions_checks[] = {
    {"sessions-are-apart", test_sessions_are_apart, AGENT_CONTRACT_FULL,
     "What one session was told another does not know."},
    {"other-session-closed", test_other_session_closed,
     AGENT_CONTRACT_FULL | AGENT_CONTRACT_BOUNDED,
     "A session that is dropped in the middle of a turn leaves the others as they are."},
    {NULL},
};
