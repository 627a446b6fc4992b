/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The dialog agent under the agent contract, with the sample that is inside it. */

#include "agent-contract.h"

#include "../dialog-agent.h"

static const char *const good[] = {"data-dir", "/nonexistent", NULL};
static const char *const no_file[] = {"file", "/nonexistent/script.json", NULL};
static const char *const no_regular_file[] = {"file", "/dev/zero", NULL};
static const char *const no_json[] = {"file", "/proc/self/status", NULL};
static const char *const unknown[] = {"speed", "7", NULL};
static const char *const *const bad[] = {no_file, no_regular_file, no_json, unknown, NULL};

int
main(int argc, char *argv[])
{
	static const OffhookAgentContract contract = {
	    .name = "dialog",
	    .get_type = offhook_dialog_agent_get_type,
	    .settings = offhook_dialog_agent_settings,
	    .good = good,
	    .bad_options = bad,
	    .message = "what are your opening hours",
	};

	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	return g_test_run();
}
