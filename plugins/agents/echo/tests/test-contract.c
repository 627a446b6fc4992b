/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The echo agent under the agent contract. */

#include "agent-contract.h"

#include "../echo-agent.h"

int
main(int argc, char *argv[])
{
	static const OffhookAgentContract contract = {
	    .name = "echo",
	    .get_type = offhook_echo_agent_get_type,
	    .settings = offhook_echo_agent_settings,
	    .message = "hello",
	};

	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	return g_test_run();
}
