/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract as tests, each with an agent and a session of its own. They are in contract-*.c. Main thread.
 */

#include "agent-contract.h"

#include "contract-fixture.h"

static const AgentContractCheck *const lists[] = {
    agent_contract_turns_checks,    agent_contract_cancelling_checks,
    agent_contract_sessions_checks, agent_contract_words_checks,
    agent_contract_options_checks,  agent_contract_speculation_checks,
};

/* (nullable): the @n-th of all */
static const AgentContractCheck *
get_check(guint n)
{
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		for (const AgentContractCheck *check = lists[i]; check->name != NULL; check++)
			if (n-- == 0)
				return check;
	return NULL;
}

static guint
get_groups(const OffhookAgentContract *contract)
{
	g_autoptr(OffhookAgent) agent = g_object_new(contract->get_type(), NULL);
	guint groups = AGENT_CONTRACT_FULL;

	if (contract->bounded)
		return AGENT_CONTRACT_BOUNDED;
	if (!agent_contract_takes_turns(agent))
		return AGENT_CONTRACT_TOOLS;
	if (contract->member == NULL && !contract->either)
		groups |= AGENT_CONTRACT_SPEAKING;
	if ((offhook_agent_get_features(agent) & OFFHOOK_AGENT_SPECULATIVE) && !contract->either)
		groups |= AGENT_CONTRACT_SPECULATIVE;
	return groups;
}

void
offhook_agent_contract_add_tests(const OffhookAgentContract *contract)
{
	guint groups = get_groups(contract);
	const AgentContractCheck *check;

	for (guint i = 0; (check = get_check(i)) != NULL; i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/agent/%s/%s", contract->name, check->name);

		if (check->groups & groups)
			g_test_add(path, AgentContractFixture, contract, agent_contract_set_up,
				   check->run, agent_contract_tear_down);
	}
}

const char *
offhook_agent_contract_get_check(guint n, const char **asks)
{
	const AgentContractCheck *check = get_check(n);

	if (check == NULL)
		return NULL;
	*asks = check->asks;
	return check->name;
}
