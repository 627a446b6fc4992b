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

static void
test_usage(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, CONFIG);
	fixture_expect_cli(fixture, "", EX_USAGE, "Commands:");
	fixture_expect_cli(fixture, "help", 0, "Commands:");
	fixture_expect_cli(fixture, "--help", 0, "Commands:");
	fixture_expect_cli(fixture, "--version", 0, "offhook ");
	fixture_expect_cli(fixture, "dance", EX_USAGE, "dance");
	fixture_expect_cli(fixture, "--dance", EX_USAGE, "dance");
	fixture_expect_cli(fixture, "status --dance", EX_USAGE, "dance");
	fixture_expect_cli(fixture, "status more", EX_USAGE, "usage");
	fixture_expect_cli(fixture, "call", EX_USAGE, "NUMBER");
	fixture_expect_cli(fixture, "show one two", EX_USAGE, "CALL");
	fixture_expect_cli(fixture, "show ''", EX_USAGE, "empty");
	fixture_expect_cli(fixture, "show $'\\xff'", EX_USAGE, "UTF-8");
	fixture_expect_cli(fixture, "calls --limit many", EX_USAGE, "many");
	fixture_expect_cli(fixture, "--url nonsense status", EX_USAGE, "nonsense");
	fixture_expect_cli(fixture, "--url nonsense tail", EX_USAGE, "nonsense");
	fixture_expect_cli(fixture, "--config /none status", EX_CONFIG, "/none");
	fixture_expect_cli(fixture, "emulate nobody", EX_UNAVAILABLE, "nobody");
	fixture_expect_cli(fixture, "emulate", EX_USAGE, "twilio");
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

		fixture_expect_cli(fixture, arguments, EX_UNAVAILABLE, "is offhookd running?");
	}
}

static void
test_server(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *end = NULL;
	g_autofree char *show = NULL;
	g_autofree char *end_of_id = NULL;
	g_autofree char *second = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	fixture_expect_cli(fixture, "status", 0, "healthy");
	fixture_expect_cli(fixture, "plugins", 0, "loopback");
	id = fixture_run_cli(fixture, "call +15550100001", 0);
	g_strchomp(id);
	end = g_strconcat("end ", id, NULL);
	show = g_strconcat("--json show ", id, NULL);
	fixture_expect_cli(fixture, end, 0, "completed");
	fixture_expect_cli(fixture, show, 0, "\"transcription\"");
	/* What tail shows of it will do. */
	end_of_id = g_strconcat("show ", id + strlen(id) - 6, NULL);
	fixture_expect_cli(fixture, end_of_id, 0, id);
	second = g_strconcat("hold ", id + strlen(id) - 6, NULL);
	fixture_expect_cli(fixture, second, 1, "has ended (409)");
	fixture_expect_cli(fixture, "hold nobody", 1, "(404)");
	fixture_expect_cli(fixture, "calls", 0, id);
	fixture_expect_cli(fixture, "calls --status completed --json", 0, id);
	fixture_expect_cli(fixture, "calls --status 'a&b'", 1, "a&b");
	fixture_expect_cli(fixture, "call 12", 1, "E.164");
	fixture_expect_cli(fixture, "show 'a b/../?#%'", 1, "(40");
	fixture_expect_cli(fixture, "show none", 1, "(404)");
	fixture_expect_cli(fixture, "--token wrong status", EX_NOPERM, "(401)");
	fixture_expect_cli(fixture, "--token wrong tail", EX_NOPERM, "");
	fixture_expect_cli(fixture, "calls > /dev/full", EX_IOERR, "can't write");
	fixture_expect_cli(fixture,
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

/* The server dies below a command that follows it. */
static void
test_tail(Fixture *fixture, gconstpointer data)
{
	GSubprocess *tail;
	g_autofree char *output = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	tail = fixture_start_cli(fixture, "tail");
	harness_poll_until(test_is_listened_to, fixture, "tail to connect");
	fixture_kill(fixture);
	output = fixture_finish_cli(tail, "tail", EX_UNAVAILABLE);
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
