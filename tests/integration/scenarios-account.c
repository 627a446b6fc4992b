/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Scenarios of accounts: one that may call, and one that may not. Main thread.
 */

#include "scenarios-private.h"

#include <string.h>

static void
test_account(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;
	g_autofree char *log = NULL;
	JsonObject *results;

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	reply = fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	results = json_object_get_object_member(reply, "test_results");
	g_assert_cmpstr(json_object_get_string_member(results, "authentication"), ==, "passed");
	g_assert_cmpstr(json_object_get_string_member(results, "api_access"), ==, "passed");
	g_assert_cmpstr(json_object_get_string_member(results, "webhook_url"), ==, "passed");
	g_assert_true(json_object_get_boolean_member(reply, "success"));
	/* Its own unsigned request was refused, which is right and nobody's business. */
	log = fixture_read_log(&self->base);
	g_assert_null(strstr(log, "webhook refused"));
}

static void
test_wrong_account(Scenario *self, gconstpointer data)
{
	g_autofree char *more =
	    g_strconcat(self->provider->wrong_account, "[assistant:line]\nagents=echo\n", NULL);
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *results;

	scenario_start(self, "", more);
	reply = fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	results = json_object_get_object_member(reply, "test_results");
	g_assert_cmpstr(json_object_get_string_member(results, "authentication"), ==, "failed");
	g_assert_cmpstr(json_object_get_string_member(results, "api_access"), ==, "failed");
	g_assert_cmpstr(json_object_get_string_member(results, "webhook_url"), ==, "passed");
}

const ScenarioTest scenario_account_tests[] = {
    {"account", test_account},
    {"wrong-account", test_wrong_account},
    {NULL},
};
