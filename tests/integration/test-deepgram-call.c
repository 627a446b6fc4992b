/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phone calls whose ear and voice are the deepgram engine: what is said goes to the emulator of the
 * service as it is spoken, and what the agent answers comes back from it as sound.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <string.h>

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:deepgram]\nbase-url=%s\napi-key=k\n"                                              \
	"[assistant:desk]\ndriver=twilio\nagents=dialog\nstt=deepgram\ntts="                       \
	"deepgram\n" FIXTURE_PATIENT "language=en-US\nvoice=aura-2-thalia-en\ngreeting=Hello.\n"   \
	"deepgram.keyterms=Trattoria Lucia\n"

static Service *
begin(Fixture *fixture)
{
	Service *service = service_start(
	    "deepgram", "--key k --voice tone --transcript 'what are your opening hours' "
			"--transcript 'where is the restaurant'");
	g_autofree char *config = g_strdup_printf(CONFIG, service_get_base_url(service));

	fixture_configure(fixture, config);
	fixture_start(fixture);
	return service;
}

/* With the call, its sockets end: the daemon still runs. */
static void
end(Service *service)
{
	service_wait_for_count(service, "open", 0);
	g_assert_cmpint(service_count(service, "connections"), ==, 2);
	service_stop(service);
}

/* (transfer full): what was said, "role: text" in lines */
static char *
read_talk(JsonObject *call)
{
	JsonArray *messages = json_object_get_array_member(call, "transcription");
	GString *talk = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		g_string_append_printf(talk, "%s: %s\n",
				       json_object_get_string_member(message, "role"),
				       json_object_get_string_member(message, "content"));
	}
	return g_string_free(talk, FALSE);
}

static void
test_talk(Fixture *fixture, gconstpointer data)
{
	Service *service = begin(fixture);
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) call = NULL;

	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--say", "hello can you hear me", "--say",
				   "and something else", "--expect", "heard", NULL),
	    0);
	call = fixture_wait_call(fixture, "completed");
	talk = read_talk(call);
	g_test_message("%s", talk);
	g_assert_nonnull(strstr(talk, "user: what are your opening hours\n"));
	g_assert_nonnull(strstr(talk, "open"));
	g_assert_nonnull(strstr(talk, "user: where is the restaurant\n"));
	end(service);
}

/* The caller speaks into the answer: it ends at once, there and at the service. */
static void
test_barge_in(Fixture *fixture, gconstpointer data)
{
	Service *service = begin(fixture);
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) call = NULL;
	JsonObject *answer;

	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--say", "hello can you hear me", "--barge-in", "1.5",
				   "and something else", "--expect",
				   "silence-within=" FIXTURE_SILENCE_WITHIN, "--expect", "heard",
				   NULL),
	    0);
	call = fixture_wait_call(fixture, "completed");
	talk = read_talk(call);
	g_test_message("%s", talk);
	answer =
	    json_array_get_object_element(json_object_get_array_member(call, "transcription"), 2);
	g_assert_true(json_object_get_boolean_member(answer, "interrupted"));
	g_assert_nonnull(strstr(talk, "user: where is the restaurant\n"));
	end(service);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/deepgram/talk", Fixture, NULL, fixture_set_up, test_talk,
		   fixture_tear_down);
	g_test_add("/integration/deepgram/barge-in", Fixture, NULL, fixture_set_up, test_barge_in,
		   fixture_tear_down);
	return g_test_run();
}
