/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The end of a call: what the caller says into a farewell does not take it back, and a caller who
 * hangs up has heard no more than he did.
 */

#include "fixture.h"

#include "harness.h"

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:desk]\ndriver=twilio\nagents=dialog\nstt=pocketsphinx\ntts="                 \
	"flite\n" FIXTURE_PATIENT

/* (transfer full): the call's last message */
static JsonObject *
test_get_last_message(Fixture *fixture, const char *status)
{
	g_autoptr(JsonObject) call = fixture_wait_call(fixture, status);
	JsonArray *messages = json_object_get_array_member(call, "transcription");

	return json_object_ref(
	    json_array_get_object_element(messages, json_array_get_length(messages) - 1));
}

static void
test_transfer(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autoptr(JsonObject) last = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--say", "can i speak to a human", "--barge-in", "0.1",
				   data, "--expect", "transfer", NULL),
	    0);
	last = test_get_last_message(fixture, "transferred");
	g_assert_cmpstr(json_object_get_string_member(last, "role"), ==, "assistant");
	g_assert_false(json_object_get_boolean_member(last, "interrupted"));
}

static void
test_caller_hangs_up(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autoptr(JsonObject) last = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--wait", "2", "--hang-up", NULL), 0);
	last = test_get_last_message(fixture, "completed");
	g_assert_true(json_object_get_boolean_member(last, "interrupted"));
	g_assert_null(strstr(json_object_get_string_member(last, "content"), "help you?"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/farewell/speech", Fixture, "yes please", fixture_set_up,
		   test_transfer, fixture_tear_down);
	g_test_add("/integration/farewell/keys", Fixture, "dtmf:2#", fixture_set_up, test_transfer,
		   fixture_tear_down);
	g_test_add("/integration/farewell/caller-hangs-up", Fixture, NULL, fixture_set_up,
		   test_caller_hangs_up, fixture_tear_down);
	return g_test_run();
}
