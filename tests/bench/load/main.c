/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook-load: plays Twilio media streams to a server and measures from the returned audio. One
 * thread. It shares no code with what it measures.
 */

#include "report.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static void
load_raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0); /* else each sleep is 50 us longer */
}

int
main(int argc, char **argv)
{
	LoadOptions options;
	LoadRun run;
	g_autoptr(JsonObject) report = NULL;
	g_autoptr(GError) error = NULL;
	gboolean connected;

	if (!load_options_parse(&options, &argc, &argv, &error)) {
		fprintf(stderr, "offhook-load: %s\n", error->message);
		return 64;
	}
	load_raise_limits();
	load_sounds_init();
	load_connection_init_tls();
	load_run_init(&run, &options);
	load_run_go(&run);
	report = load_report_new(&run);
	connected = run.common.tally.connected > 0;
	load_report_print(report);
	if (options.json_path != NULL && !load_report_write(report, options.json_path, &error)) {
		fprintf(stderr, "offhook-load: %s\n", error->message);
		connected = FALSE;
	}
	load_run_clear(&run);
	load_options_clear(&options);
	return connected ? 0 : 1;
}
