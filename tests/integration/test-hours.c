/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Assistants that are closed, and such whose agents fail: in calls and without.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

/* A day long nobody is there; it may be tomorrow before the test is over. */
#define CLOSED "holidays=%s,%s\n"

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=http://127.0.0.1:1/v1\n"                                        \
	"[assistant:shop]\ndriver=twilio\nagents=dialog\ntts=flite\n" FIXTURE_PATIENT              \
	"closed-message=We are not here.\n" CLOSED "%s"                                            \
	"[assistant:night]\nagents=dialog\ntts=flite\ngreeting=The night desk speaks.\n"           \
	"[assistant:broken]\nagents=orchestrator\nllm=openai\napology=Sorry.\nfailure-limit=2\n"   \
	"on-failure=transfer:+15550100009\n"

static void
start(Fixture *fixture, const char *conduct)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autoptr(GDateTime) later = g_date_time_add_days(now, 1);
	g_autofree char *today = g_date_time_format(now, "%Y-%m-%d");
	g_autofree char *tomorrow = g_date_time_format(later, "%m-%d");
	g_autofree char *config = g_strdup_printf(CONFIG, today, tomorrow, conduct);

	fixture_configure(fixture, config);
	fixture_start(fixture);
}

/* (transfer full) */
static JsonObject *
send(Fixture *fixture, const char *path, const char *body)
{
	g_autoptr(JsonObject) reply = fixture_request(fixture, "POST", path, body, SOUP_STATUS_OK);

	return json_object_ref(json_object_get_object_member(reply, "response"));
}

/* (nullable) (transfer none): the first action's type; @target: (out) */
static const char *
get_action(JsonObject *response, const char **target)
{
	JsonArray *actions = json_object_get_array_member(response, "actions");
	JsonObject *action;

	if (json_array_get_length(actions) == 0)
		return NULL;
	action = json_array_get_object_element(actions, 0);
	*target = json_object_get_string_member_with_default(action, "target", NULL);
	return json_object_get_string_member(action, "type");
}

static void
test_call(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;

	start(fixture, "");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--greeting-timeout", "30", NULL), 0);
	talk = fixture_read_talk(fixture, NULL);
	g_test_message("%s", output);
	g_assert_cmpstr(talk, ==, "assistant: We are not here.\n");
}

static void
test_text(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) closed = NULL;
	g_autoptr(JsonObject) open = NULL;
	const char *target;

	start(fixture, "");
	closed =
	    send(fixture, "/agents/shop/message", "{\"message\":\"opening hours\",\"context\":{}}");
	open = send(fixture, "/agents/shop/message",
		    "{\"message\":\"opening hours\",\"context\":{\"open\":true}}");
	g_assert_cmpstr(json_object_get_string_member(closed, "message"), ==, "We are not here.");
	g_assert_cmpstr(get_action(closed, &target), ==, "hang_up");
	g_assert_nonnull(strstr(json_object_get_string_member(open, "message"), "Tuesday"));
	g_assert_null(get_action(open, &target));
}

/* The other assistant goes on with the next message. */
static void
test_other(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	const char *target;

	start(fixture, "when-closed=assistant:night\n");
	first = send(fixture, "/agents/shop/message",
		     "{\"message\":\"hello\",\"context\":{\"conversation_id\":\"c\"}}");
	second = send(fixture, "/agents/shop/message",
		      "{\"message\":\"opening hours\",\"context\":{\"conversation_id\":\"c\"}}");
	g_assert_cmpstr(get_action(first, &target), ==, "hand_over");
	g_assert_cmpstr(target, ==, "night");
	g_assert_nonnull(strstr(json_object_get_string_member(second, "message"), "Tuesday"));
}

static void
test_message(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) greeting = NULL;

	start(fixture, "greeting=Welcome.\nwhen-closed=message\n");
	greeting = send(fixture, "/conversations", "{\"agent_id\":\"shop\"}");
	g_assert_true(g_str_has_prefix(json_object_get_string_member(greeting, "message"),
				       "We are not here."));
	g_assert_null(strstr(json_object_get_string_member(greeting, "message"), "Welcome"));
}

/* The first failure is told, the second one is enough. */
static void
test_failure(Fixture *fixture, gconstpointer data)
{
	const char *body = "{\"message\":\"hello\",\"context\":{\"conversation_id\":\"f\"}}";
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	const char *target;

	start(fixture, "");
	first = fixture_request(fixture, "POST", "/agents/broken/message", body, 503);
	second = send(fixture, "/agents/broken/message", body);
	g_assert_cmpstr(json_object_get_string_member(second, "message"), ==, "Sorry.");
	g_assert_cmpstr(get_action(second, &target), ==, "transfer");
	g_assert_cmpstr(target, ==, "+15550100009");
}

#define DEAF                                                                                       \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=http://127.0.0.1:1/v1\n"                                        \
	"[assistant:desk]\ndriver=twilio\nagents=dialog\nstt=openai\ntts=flite\napology=Sorry.\n"  \
	"failure-limit=2\non-failure=hang-up\n" FIXTURE_PATIENT

/* A recogniser that is dead in mid-call: what the caller says comes to nothing, but not for ever. */
static void
test_deaf(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *log = NULL;
	g_autofree char *shown = NULL;
	g_autofree char *command = NULL;
	g_autoptr(JsonObject) call = NULL;

	fixture_configure(fixture, DEAF);
	fixture_start(fixture);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--turn-gap", "300", "--say", "hello", "--say",
				   "is anybody there", "--say", "hello", "--say", "hello",
				   "--expect", "hangup", NULL),
	    0);
	call = fixture_wait_call(fixture, "completed");
	command = g_strdup_printf("show %s", json_object_get_string_member(call, "call_id"));
	shown = fixture_run_cli(fixture, command, 0);
	g_test_message("%s%s", output, shown);
	g_assert_nonnull(strstr(shown, "Sorry."));
	g_assert_nonnull(strstr(shown, "[not understood]"));
	log = fixture_read_log(fixture);
	g_assert_nonnull(strstr(log, "openai"));
}

static void
test_wrong(Fixture *fixture, gconstpointer data)
{
	static const char *const lines[] = {
	    "hours=always",         "timezone=Moon/Base",          "holidays=yesterday",
	    "when-closed=sleep",    "when-closed=assistant:bar",   "when-closed=assistant:shop",
	    "on-failure=transfer:", "on-failure=assistant:nobody", "failure-limit=0",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_auto(GStrv) parts = g_strsplit(lines[i], "=", 2);
		g_autofree char *config =
		    g_strdup_printf("[assistant:shop]\nagents=dialog\n%s\n", lines[i]);
		g_autofree char *output = NULL;
		int status;

		fixture_configure(fixture, config);
		output = fixture_run_daemon(fixture, "--check-config", &status);
		g_test_message("%s", output);
		g_assert_cmpint(status, !=, 0);
		g_assert_nonnull(strstr(output, parts[0]));
	}
}

static void
add(const char *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/integration/hours/call", test_call);
	add("/integration/hours/text", test_text);
	add("/integration/hours/other", test_other);
	add("/integration/hours/deaf", test_deaf);
	add("/integration/hours/message", test_message);
	add("/integration/hours/failure", test_failure);
	add("/integration/hours/wrong", test_wrong);
	return g_test_run();
}
