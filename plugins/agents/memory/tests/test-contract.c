/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The memory agent under the agent contract. */

#include "agent-contract.h"

#include "../memory-agent.h"

int
main(int argc, char *argv[])
{
	static const char *const good[] = {"budget-ms", "50",    "items", "3",
					   "summary",   "rules", NULL};
	static const char *const unknown[] = {"item", "3", NULL};
	static const char *const many[] = {"items", "21", NULL};
	static const char *const word[] = {"summary", "poem", NULL};
	static const char *const *const bad[] = {unknown, many, word, NULL};
	static const OffhookAgentContract contract = {
	    .name = "memory",
	    .get_type = offhook_memory_agent_get_type,
	    .settings = offhook_memory_agent_settings,
	    .good = good,
	    .bad_options = bad,
	    .message = "A table for two, please.",
	    .member = "memory",
	};

	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	return g_test_run();
}
