/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whether an account works, as POST /voice/providers/test and the command line say it.
 */

#include "twilio-provider.h"

#include "harness.h"

#include <string.h>

/* Asks, and asserts the three answers, in this order. (transfer full): the reply */
static JsonObject *
check(Scenario *self, const char *authentication, const char *api_access, const char *webhook_url)
{
	JsonObject *reply =
	    fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	JsonObject *results = json_object_get_object_member(reply, "test_results");
	gboolean well = g_str_equal(authentication, "passed") &&
			g_str_equal(api_access, "passed") && g_str_equal(webhook_url, "passed");

	g_assert_cmpstr(json_object_get_string_member(results, "authentication"), ==,
			authentication);
	g_assert_cmpstr(json_object_get_string_member(results, "api_access"), ==, api_access);
	g_assert_cmpstr(json_object_get_string_member(results, "webhook_url"), ==, webhook_url);
	g_assert_cmpint(json_object_get_boolean_member(reply, "success"), ==, well);
	return reply;
}

#define ECHO "[assistant:line]\nagents=echo\n"

static void
test_account(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;

	scenario_start(self, "", ECHO);
	reply = check(self, "passed", "passed", "passed");
	g_assert_true(json_object_get_null_member(reply, "message"));
}

static void
test_wrong_secret(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;

	scenario_start(self, "",
		       "api-key=SK00000000000000000000000000000001\napi-key-secret=wrong\n" ECHO);
	reply = check(self, "failed", "failed", "passed");
}

/* The key works, though not for the account itself. */
static void
test_api_key(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;

	scenario_start(self, "--api-key SK00000000000000000000000000000001:right",
		       "api-key=SK00000000000000000000000000000001\napi-key-secret=right\n" ECHO);
	reply = check(self, "passed", "passed", "passed");
	g_assert_cmpuint(scenario_count_requests(self, "[\"PageSize\",\"1\"]"), ==, 1);
}

static void
test_wrong_sid(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;

	scenario_start(self, "", "account-sid=AC00000000000000000000000000000002\n" ECHO);
	reply = check(self, "failed", "failed", "passed");
}

static void
test_suspended(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;

	scenario_start(self, "--account-status suspended", ECHO);
	reply = check(self, "passed", "failed", "passed");
	g_assert_nonnull(strstr(json_object_get_string_member(reply, "message"), "suspended"));
}

static void
test_unreachable(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;

	self->maybe_none = TRUE;
	scenario_start(self, "", "api-url=http://127.0.0.1:1\n" ECHO);
	reply = check(self, "failed", "failed", "passed");
}

/* Somebody else answers where Twilio would look for us. */
static void
test_wrong_public_url(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;

	scenario_start(self, "", "webhook-url=http://127.0.0.1:1/pbx\n" ECHO);
	reply = check(self, "passed", "passed", "failed");
	g_assert_nonnull(
	    strstr(json_object_get_string_member(reply, "message"), "http://127.0.0.1:1/pbx/"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	scenario_add(&twilio_provider, "account/right", test_account);
	scenario_add(&twilio_provider, "account/wrong-secret", test_wrong_secret);
	scenario_add(&twilio_provider, "account/api-key", test_api_key);
	scenario_add(&twilio_provider, "account/wrong-sid", test_wrong_sid);
	scenario_add(&twilio_provider, "account/suspended", test_suspended);
	scenario_add(&twilio_provider, "account/unreachable", test_unreachable);
	scenario_add(&twilio_provider, "account/wrong-public-url", test_wrong_public_url);
	return g_test_run();
}
