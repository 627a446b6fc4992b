/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Answers of other servers than ours.
 */

#include "cli/client/answer.h"

#include <offhook/error.h>
#include <offhook/json.h>

static void
expect(const char *method, const char *path, const char *text, gboolean good)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) reply = offhook_json_parse_object(text, -1, "it", &error);

	g_assert_no_error(error);
	g_assert_true(offhook_answer_check(method, path, reply, &error) == good);
	if (good)
		g_assert_no_error(error);
	else
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

static void
test_good(void)
{
	expect("GET", "/voice/calls", "{\"calls\":[]}", TRUE);
	expect("GET", "/voice/calls?limit=500",
	       "{\"calls\":[{\"call_id\":\"a\",\"status\":\"ringing\",\"more\":[1]}],\"new\":{}}",
	       TRUE);
	/* What may be missing may be null, too. */
	expect("GET", "/history/calls?limit=1", "{\"calls\":[],\"next_cursor\":null}", TRUE);
	expect("GET", "/history/calls?limit=1", "{\"calls\":[],\"next_cursor\":\"c\"}", TRUE);
	expect("GET", "/callers/%2B15550100001", "{\"rows\":{\"calls\":3,\"messages\":0}}", TRUE);
	expect("GET", "/callers/user/ann", "{\"rows\":{}}", TRUE);
	/* A number is one, whole or not. */
	expect("GET", "/voice/calls/1/status",
	       "{\"call_id\":\"1\",\"status\":\"completed\",\"duration\":1.5,"
	       "\"transcription\":[{\"role\":\"user\",\"content\":\"\",\"interrupted\":false}],"
	       "\"turns\":[{}]}",
	       TRUE);
	/* Of these nothing is taken for granted. */
	expect("GET", "/ws/status", "{}", TRUE);
	expect("POST", "/voice/calls", "{}", TRUE);
}

static void
test_wrong(void)
{
	static const char *const lists[] = {
	    "{}",
	    "{\"calls\":\"x\"}",
	    "{\"calls\":null}",
	    "{\"calls\":{}}",
	    "{\"calls\":[1]}",
	    "{\"calls\":[{}]}",
	    "{\"calls\":[{\"call_id\":\"a\",\"status\":\"ringing\"},"
	    "{\"call_id\":7,\"status\":\"ringing\"}]}",
	    "{\"calls\":[{\"call_id\":\"a\",\"status\":null}]}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		expect("GET", "/voice/calls?limit=50", lists[i], FALSE);
	expect("GET", "/history/calls", "{\"calls\":[],\"next_cursor\":5}", FALSE);
	expect("GET", "/callers/user/ann", "{\"rows\":{\"calls\":\"3\"}}", FALSE);
	expect("POST", "/voice/calls/initiate", "{\"success\":true}", FALSE);
	expect("POST", "/voice/calls/1/hold", "{\"action\":[]}", FALSE);
	expect("POST", "/voice/calls/1/end", "{\"action\":\"end\"}", FALSE);
	expect("GET", "/ready", "{\"ready\":\"yes\"}", FALSE);
	expect("GET", "/health/detailed", "{\"status\":\"ok\"}", FALSE);
}

static void
test_event(void)
{
	static const struct {
		const char *text;
		gboolean good;
	} cases[] = {
	    {"{\"type\":\"subscribed\"}", TRUE},
	    {"{\"type\":\"call.started\",\"timestamp\":\"t\",\"data\":{}}", TRUE},
	    {"{\"type\":\"call.started\",\"data\":[]}", FALSE},
	    {"{\"type\":1}", FALSE},
	    {"{}", FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonObject) event =
		    offhook_json_parse_object(cases[i].text, -1, "it", NULL);

		g_assert_true(offhook_answer_check_event(event, NULL) == cases[i].good);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/answer/good", test_good);
	g_test_add_func("/cli/answer/wrong", test_wrong);
	g_test_add_func("/cli/answer/event", test_event);
	return g_test_run();
}
