/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The input agent under the agent contract. */

#include "agent-contract.h"

#include "../input-agent.h"
#include "../input-options.h"

static const char *const good[] = {"unclear-times", "3", NULL};
static const char *const options[] = {"intents", "delivery: where ... parcel | parcel*", NULL};
static const char *const asking[] = {"classify", "true", "threshold", "1", "budget-ms", "50", NULL};
static const char *const no_colon[] = {"intents", "delivery", NULL};
static const char *const no_name[] = {"intents", ": parcel", NULL};
static const char *const bad_name[] = {"intents", "Delivery!: parcel", NULL};
static const char *const taken[] = {"intents", "unknown: parcel", NULL};
static const char *const no_words[] = {"intents", "delivery: parcel | ", NULL};
static const char *const no_file[] = {"intents-file", "/nonexistent/intents.json", NULL};
static const char *const no_json[] = {"intents-file", "/dev/null", NULL};
static const char *const endless[] = {"intents-file", "/dev/zero", NULL};
static const char *const too_sure[] = {"unclear-below", "2", NULL};
static const char *const unknown[] = {"language", "en", NULL};
static const char *const *const bad[] = {no_colon, no_name, bad_name, taken,   no_words, no_file,
					 no_json,  endless, too_sure, unknown, NULL};

int
main(int argc, char *argv[])
{
	static const OffhookAgentContract contract = {
	    .name = "input",
	    .get_type = offhook_input_agent_get_type,
	    .settings = offhook_input_settings,
	    .good = good,
	    .options = options,
	    .bad_options = bad,
	    .message = "where is my parcel, it should be here at half past seven",
	    .member = "input",
	};
	static const OffhookAgentContract bounded = {
	    .name = "input-and-model",
	    .get_type = offhook_input_agent_get_type,
	    .settings = offhook_input_settings,
	    .options = asking,
	    .message = "where is my parcel",
	    .member = "input",
	    .bounded = TRUE,
	};

	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	offhook_agent_contract_add_tests(&bounded);
	return g_test_run();
}
