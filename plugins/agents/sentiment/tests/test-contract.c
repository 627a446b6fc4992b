/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sentiment agent under the agent contract. */

#include "agent-contract.h"

#include "../sentiment-agent.h"
#include "../sentiment-options.h"

static const char *const good[] = {"after", "3", NULL};
static const char *const options[] = {"then", "offer", "human", "+15550100", NULL};
static const char *const asking[] = {"classify", "true", "threshold", "1", "budget-ms", "50", NULL};
static const char *const nobody[] = {"then", "transfer", NULL};
static const char *const empty[] = {"then", "offer", "human", "", NULL};
static const char *const no_rule[] = {"then", "shout", NULL};
static const char *const no_number[] = {"after", "many", NULL};
static const char *const too_few[] = {"after", "0", NULL};
static const char *const too_sure[] = {"threshold", "1.5", NULL};
static const char *const too_long[] = {"budget-ms", "60000", NULL};
static const char *const unknown[] = {"mood", "good", NULL};
static const char *const *const bad[] = {nobody,   empty,    no_rule, no_number, too_few,
					 too_sure, too_long, unknown, NULL};

int
main(int argc, char *argv[])
{
	static const OffhookAgentContract contract = {
	    .name = "sentiment",
	    .get_type = offhook_sentiment_agent_get_type,
	    .settings = offhook_sentiment_settings,
	    .good = good,
	    .options = options,
	    .bad_options = bad,
	    .message = "that was a very good evening",
	    .member = "sentiment",
	};
	static const OffhookAgentContract bounded = {
	    .name = "sentiment-and-model",
	    .get_type = offhook_sentiment_agent_get_type,
	    .settings = offhook_sentiment_settings,
	    .options = asking,
	    .message = "that was a very good evening",
	    .member = "sentiment",
	    .bounded = TRUE,
	};

	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	offhook_agent_contract_add_tests(&bounded);
	return g_test_run();
}
