/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract, kept by the realtime agent in this process with the emulator of its service as a
 * program of its own.
 */

#include "agent-contract.h"
#include "harness.h"
#include "realtime-agent.h"
#include "realtime-config.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#define EMULATOR "tests/emulators/realtime/offhook-emulate-realtime"

static const char *const no_speed[] = {"speed", "7", NULL};
static const char *const no_target[] = {"transfer-to", "sales=nowhere", NULL};
static const char *const secret[] = {"api-key", "k", NULL};
static const char *const unknown[] = {"temperature", "1", NULL};
static const char *const *const bad[] = {no_speed, no_target, secret, unknown, NULL};

int
main(int argc, char **argv)
{
	g_autofree char *program = g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), EMULATOR, NULL);
	g_autoptr(GError) error = NULL;
	const char *const command[] = {program, "--voice", "tone",  "--first-audio",
				       "0",     "--piece", "60000", "--audio-speed",
				       "10000", NULL};
	g_autoptr(GSubprocess) service = harness_launch(command, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GDataInputStream) output = NULL;
	g_autofree char *url = NULL;
	OffhookAgentContract contract = {
	    .name = "realtime",
	    .get_type = offhook_realtime_agent_get_type,
	    .settings = offhook_realtime_settings,
	    .bad_options = bad,
	    .message = "what are your opening hours",
	};
	int status;

	g_assert_no_error(error);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(service));
	url = g_data_input_stream_read_line(output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(url, "url="));
	contract.good = (const char *const[]){
	    "url", url + strlen("url="), "audio", "pcmu", "first-audio-timeout-ms", "60000", NULL};
	g_test_init(&argc, &argv, NULL);
	offhook_agent_contract_add_tests(&contract);
	status = g_test_run();
	g_subprocess_send_signal(service, SIGTERM);
	g_subprocess_wait(service, NULL, NULL);
	return status;
}
