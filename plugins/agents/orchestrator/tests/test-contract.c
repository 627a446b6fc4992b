/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The orchestrator under the agent contract. */

#include "agent-contract.h"
#include "model.h"

#include "../orchestrator-agent.h"

static const char *const good[] = {"temperature", "0.5", NULL};
static const char *const options[] = {"transfer-to", "kitchen=+15550100, bar=+15550101",
				      "max-tokens", "100", NULL};
static const char *const no_number[] = {"temperature", "hot", NULL};
static const char *const too_hot[] = {"temperature", "2.5", NULL};
static const char *const no_turns[] = {"history-turns", "0", NULL};
static const char *const no_name[] = {"transfer-to", "+15550100, +15550101", NULL};
static const char *const twice[] = {"transfer-to", "a=+15550100, a=+15550101", NULL};
static const char *const no_target[] = {"transfer-to", "a=", NULL};
static const char *const no_file[] = {"prompt-file", "/nonexistent/prompt", NULL};
static const char *const no_text[] = {"prompt-file", "/dev/zero", NULL};
static const char *const unknown[] = {"speed", "7", NULL};
static const char *const *const bad[] = {no_number, too_hot, no_turns, no_name, twice,
					 no_target, no_file, no_text,  unknown, NULL};

int
main(int argc, char *argv[])
{
	static const OffhookAgentContract contract = {
	    .name = "orchestrator",
	    .get_type = offhook_orchestrator_agent_get_type,
	    .settings = offhook_orchestrator_settings,
	    .good = good,
	    .options = options,
	    .bad_options = bad,
	    .message = "what are your opening hours",
	    .make_completer = model_new,
	};

	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	return g_test_run();
}
