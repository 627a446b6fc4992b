/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Configuration of the running daemon: --check-config tells everything at once, SIGHUP takes all or
 * nothing.
 */

#include "fixture.h"

#include "harness.h"

#include <signal.h>
#include <sysexits.h>

#define GOOD "[assistant:a]\nagents=echo\n"

static void
test_check(Fixture *fixture, gconstpointer data)
{
	g_autofree char *ok = NULL;
	g_autofree char *bad = NULL;
	int status;

	fixture_configure(fixture, GOOD);
	ok = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, ==, 0);
	g_assert_cmpstr(ok, ==, "ok\n");

	fixture_configure(fixture, "lisen=1\n[media]\nthreads=many\n[driver:twilo]\na=b\n"
				   "[assistant:a]\nagents=ecco\n");
	bad = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, ==, EX_CONFIG);
	/* Each is named with what was probably meant. */
	g_assert_nonnull(strstr(bad, "\"listen\""));
	g_assert_nonnull(strstr(bad, "\"many\""));
	g_assert_nonnull(strstr(bad, "\"twilio\""));
	g_assert_nonnull(strstr(bad, "\"echo\""));
	g_assert_nonnull(strstr(bad, "offhookd.conf:"));
}

/* All of it, at the tool's own lines, and once for two who use it. */
static void
test_check_tool(Fixture *fixture, gconstpointer data)
{
	g_autofree char *bad = NULL;
	const char *line;
	int status;

	fixture_configure(fixture, "[assistant:a]\nagents=echo\ntools=fix\n"
				   "[assistant:b]\nagents=echo\ntools=fix\n"
				   "[tool:fix]\ndescription=Repairs.\nurl=http://127.0.0.1/x\n"
				   "parameters=people:crowd\n");
	bad = fixture_run_daemon(fixture, "--check-config", &status);
	g_test_message("%s", bad);
	g_assert_cmpint(status, ==, EX_CONFIG);
	line = strstr(bad, "[tool:fix] url: ");
	g_assert_nonnull(line);
	g_assert_null(strstr(line + 1, "[tool:fix] url: "));
	g_assert_nonnull(strstr(bad, "[tool:fix] parameters: "));
	g_assert_null(strstr(bad, "[assistant:"));
}

/* What only the plugins and the store can tell. */
static void
test_check_deeper(Fixture *fixture, gconstpointer data)
{
	g_autofree char *bad = NULL;
	int status;

	fixture_configure(fixture, GOOD "[store]\nurl=postgresql://h/d?nonsense=1\n"
					"[driver:loopback]\nplay=/nonexistent.wav\n");
	bad = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, ==, EX_CONFIG);
	g_assert_nonnull(strstr(bad, "[store] url"));
	g_assert_nonnull(strstr(bad, "/nonexistent.wav"));
}

static void
test_reload(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	g_autoptr(JsonObject) third = NULL;

	fixture_configure(fixture, GOOD "[driver:loopback]\nphone-number=+15550100007\n");
	fixture_start(fixture);
	first = fixture_request(fixture, "GET", "/voice/providers/current", NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(first, "phone_number"), ==, "+15550100007");

	/* One right key beside a wrong one: neither counts. */
	fixture_configure(fixture, GOOD "[driver:loopback]\nphone-number=+15550100008\n"
					"answer-delay-ms=soon\n");
	fixture_signal(fixture, SIGHUP);
	fixture_wait_log(fixture, "not reloaded");
	second = fixture_request(fixture, "GET", "/voice/providers/current", NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(second, "phone_number"), ==, "+15550100007");

	fixture_configure(fixture, GOOD "[driver:loopback]\nphone-number=+15550100009\n");
	fixture_signal(fixture, SIGHUP);
	fixture_wait_log(fixture, "configuration reloaded");
	third = fixture_request(fixture, "GET", "/voice/providers/current", NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(third, "phone_number"), ==, "+15550100009");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/reload/check", Fixture, NULL, fixture_set_up, test_check,
		   fixture_tear_down);
	g_test_add("/integration/reload/check-tool", Fixture, NULL, fixture_set_up,
		   test_check_tool, fixture_tear_down);
	g_test_add("/integration/reload/check-deeper", Fixture, NULL, fixture_set_up,
		   test_check_deeper, fixture_tear_down);
	g_test_add("/integration/reload/all-or-nothing", Fixture, NULL, fixture_set_up, test_reload,
		   fixture_tear_down);
	return g_test_run();
}
