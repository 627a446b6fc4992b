/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract: which options of an assistant an agent takes, and how it checks itself. Main
 * thread.
 */

#include "contract-fixture.h"

#include "harness.h"
#include <offhook/error.h>

static void
test_good_options(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) table = agent_contract_make_table(f->contract->options);
	g_autoptr(OffhookCompleter) completer = agent_contract_make_completer(f);
	OffhookAgentOptions options = {
	    .assistant = "contract", .language = "en", .options = table, .completer = completer};
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_agent_check_options(f->agent, &options, &error));
	g_assert_no_error(error);
}

/* What --check-config refuses also opens no session. */
static void
test_bad_options(AgentContractFixture *f, gconstpointer data)
{
	for (guint i = 0; f->contract->bad_options != NULL && f->contract->bad_options[i] != NULL;
	     i++) {
		g_autoptr(GHashTable) table =
		    agent_contract_make_table(f->contract->bad_options[i]);
		g_autoptr(OffhookCompleter) completer = agent_contract_make_completer(f);
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

/* Two at a time, as two assistants may be checked that share an agent. */
static void
test_check(AgentContractFixture *f, gconstpointer data)
{
	GAsyncResult *results[2] = {NULL};

	for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
		offhook_agent_check_async(f->agent, NULL, harness_store_result_cb, &results[i]);
		g_assert_null(results[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
		g_autoptr(GAsyncResult) result = harness_wait_result(&results[i], "the check");
		g_autoptr(GError) error = NULL;

		if (offhook_agent_check_finish(f->agent, result, &error))
			g_assert_no_error(error);
		else
			g_assert_true(error->domain == OFFHOOK_ERROR && *error->message != '\0');
	}
}

const AgentContractCheck agent_contract_options_checks[] = {
    {"good-options", test_good_options, AGENT_CONTRACT_FULL | AGENT_CONTRACT_TOOLS,
     "check_options() takes options with which sessions open."},
    {"bad-options", test_bad_options, AGENT_CONTRACT_FULL | AGENT_CONTRACT_TOOLS,
     "check_options() refuses the others, with an error of OFFHOOK_ERROR that says why."},
    {"check", test_check, AGENT_CONTRACT_FULL | AGENT_CONTRACT_TOOLS,
     "check() comes to its end once and not at once, with nothing or with an error of "
     "OFFHOOK_ERROR; two may be under way."},
    {NULL},
};
