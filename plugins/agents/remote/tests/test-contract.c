/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The remote agent under the agent contract, over both transports, with a program that echoes. */

#include "agent-contract.h"
#include "brain.h"

#include "../remote-agent.h"
#include "../remote-options.h"

static const char *const no_url[] = {"url", "", NULL};
static const char *const no_scheme[] = {"url", "127.0.0.1:8080", NULL};
static const char *const bad_scheme[] = {"url", "ftp://127.0.0.1/", NULL};
static const char *const no_host[] = {"url", "http:///turn", NULL};
static const char *const no_time[] = {"timeout-ms", "0", NULL};
static const char *const too_large[] = {"max-kib", "1000000", NULL};
static const char *const unknown[] = {"mood", "good", NULL};
static const char *const *const bad[] = {no_url,  no_scheme, bad_scheme, no_host,
					 no_time, too_large, unknown,    NULL};
static const char *const speculative[] = {"speculative", "true", NULL};

int
main(int argc, char *argv[])
{
	g_autoptr(Brain) brain = brain_new();
	g_autofree char *http = brain_make_url(brain, "http", "/echo");
	g_autofree char *ws = brain_make_url(brain, "ws", "/ws");
	const char *http_settings[] = {"url", http, "timeout-ms", "60000", NULL};
	const char *ws_settings[] = {"url", ws, "timeout-ms", "60000", "secret", "s3cret", NULL};
	OffhookAgentContract contract = {
	    .name = "remote-http",
	    .get_type = offhook_remote_agent_get_type,
	    .settings = offhook_remote_settings,
	    .good = http_settings,
	    .options = speculative,
	    .bad_options = bad,
	    .message = "what are your opening hours",
	};
	OffhookAgentContract socket_contract = contract;

	socket_contract.name = "remote-socket";
	socket_contract.good = ws_settings;
	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	offhook_agent_contract_add_tests(&socket_contract);
	return g_test_run();
}
