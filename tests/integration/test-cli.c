/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The command line: how it ends, with and without a server, and what it makes of odd arguments.
 */

#include "fixture.h"

#include "harness.h"

#include <signal.h>
#include <sysexits.h>

#define CONFIG                                                                                     \
	"[driver:loopback]\nhangup-after-silence-ms=60000\n"                                       \
	"[assistant:line]\ndriver=loopback\nagents=echo\n"

/* @arguments: a shell's words, after "offhook --config FILE", which are $0 and $1 */
static GSubprocess *
test_start(Fixture *fixture, const char *arguments)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "core", "offhook", NULL);
	g_autofree char *line =
	    g_strdup_printf("'%s' --config '%s' %s", program, fixture->config_path, arguments);
	const char *const argv[] = {"/bin/bash", "-c", line, program, fixture->config_path, NULL};
	g_autoptr(GError) error = NULL;
	GSubprocess *process;

	g_test_message("offhook %s", arguments);
	process = g_subprocess_newv(
	    argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
	g_assert_no_error(error);
	return process;
}

/* @process: (transfer full). (transfer full): what it printed */
static char *
test_finish(GSubprocess *process, const char *arguments, int status)
{
	g_autoptr(GSubprocess) owned = process;
	g_autoptr(GError) error = NULL;
	char *output = NULL;

	g_subprocess_communicate_utf8(owned, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_subprocess_get_if_exited(owned));
	if (g_subprocess_get_exit_status(owned) != status)
		g_error("offhook %s: %d instead of %d: %s", arguments,
			g_subprocess_get_exit_status(owned), status, output);
	return output;
}

static char *
test_run(Fixture *fixture, const char *arguments, int status)
{
	return test_finish(test_start(fixture, arguments), arguments, status);
}

static void
test_expect(Fixture *fixture, const char *arguments, int status, const char *text)
{
	g_autofree char *output = test_run(fixture, arguments, status);

	if (strstr(output, text) == NULL)
		g_error("offhook %s: no \"%s\" in: %s", arguments, text, output);
}

static void
test_usage(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, CONFIG);
	test_expect(fixture, "", EX_USAGE, "Commands:");
	test_expect(fixture, "help", 0, "Commands:");
	test_expect(fixture, "--help", 0, "Commands:");
	test_expect(fixture, "--version", 0, "offhook ");
	test_expect(fixture, "dance", EX_USAGE, "dance");
	test_expect(fixture, "--dance", EX_USAGE, "dance");
	test_expect(fixture, "status --dance", EX_USAGE, "dance");
	test_expect(fixture, "status more", EX_USAGE, "usage");
	test_expect(fixture, "call", EX_USAGE, "NUMBER");
	test_expect(fixture, "show one two", EX_USAGE, "CALL");
	test_expect(fixture, "show ''", EX_USAGE, "empty");
	test_expect(fixture, "show $'\\xff'", EX_USAGE, "UTF-8");
	test_expect(fixture, "calls --limit many", EX_USAGE, "many");
	test_expect(fixture, "--url nonsense status", EX_USAGE, "nonsense");
	test_expect(fixture, "--url nonsense tail", EX_USAGE, "nonsense");
	test_expect(fixture, "--config /none status", EX_CONFIG, "/none");
	test_expect(fixture, "emulate nobody", EX_UNAVAILABLE, "nobody");
	test_expect(fixture, "emulate", EX_USAGE, "emulate twilio");
}

static void
test_no_server(Fixture *fixture, gconstpointer data)
{
	static const char *const commands[] = {
	    "status", "calls", "show x", "end x", "call +15550100001", "plugins", "tail"};

	fixture_configure(fixture, CONFIG);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *arguments =
		    g_strconcat("--url http://127.0.0.1:1 ", commands[i], NULL);

		test_expect(fixture, arguments, EX_UNAVAILABLE, "is offhookd running?");
	}
}

static void
test_server(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *end = NULL;
	g_autofree char *show = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	test_expect(fixture, "status", 0, "healthy");
	test_expect(fixture, "plugins", 0, "loopback");
	id = test_run(fixture, "call +15550100001", 0);
	g_strchomp(id);
	end = g_strconcat("end ", id, NULL);
	show = g_strconcat("--json show ", id, NULL);
	test_expect(fixture, end, 0, "completed");
	test_expect(fixture, show, 0, "\"transcription\"");
	test_expect(fixture, "calls", 0, id);
	test_expect(fixture, "calls --status completed --json", 0, id);
	test_expect(fixture, "calls --status 'a&b'", 1, "a&b");
	test_expect(fixture, "call 12", 1, "E.164");
	test_expect(fixture, "show 'a b/../?#%'", 1, "(40");
	test_expect(fixture, "show none", 1, "(404)");
	test_expect(fixture, "--token wrong status", EX_NOPERM, "(401)");
	test_expect(fixture, "--token wrong tail", EX_NOPERM, "");
	test_expect(fixture, "calls > /dev/full", EX_IOERR, "can't write");
	test_expect(fixture,
		    "help > /dev/null; exec 3> >(true); wait $!; "
		    "\"$0\" --config \"$1\" plugins >&3; exit $?",
		    128 + SIGPIPE, "");
}

static gboolean
test_is_listened_to(gpointer data)
{
	g_autoptr(JsonObject) status = fixture_request(data, "GET", "/ws/status", NULL, 200);

	return json_object_get_int_member(status, "active_connections") == 1;
}

static gboolean
test_wake_cb(gpointer user_data)
{
	return G_SOURCE_CONTINUE;
}

/* The server dies below a command that follows it. */
static void
test_tail(Fixture *fixture, gconstpointer data)
{
	GSubprocess *tail;
	g_autofree char *output = NULL;
	guint id;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	tail = test_start(fixture, "tail");
	id = g_timeout_add(20, test_wake_cb, NULL);
	harness_wait_until(test_is_listened_to, fixture, "tail to connect");
	g_source_remove(id);
	fixture_kill(fixture);
	output = test_finish(tail, "tail", EX_UNAVAILABLE);
	g_assert_nonnull(strstr(output, "closed the connection"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/cli/usage", Fixture, NULL, fixture_set_up, test_usage,
		   fixture_tear_down);
	g_test_add("/integration/cli/no-server", Fixture, NULL, fixture_set_up, test_no_server,
		   fixture_tear_down);
	g_test_add("/integration/cli/server", Fixture, NULL, fixture_set_up, test_server,
		   fixture_tear_down);
	g_test_add("/integration/cli/tail", Fixture, NULL, fixture_set_up, test_tail,
		   fixture_tear_down);
	return g_test_run();
}
