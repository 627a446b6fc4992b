/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phone calls whose voice is the elevenlabs engine. When the caller speaks into an answer, the history
 * ends at the word that was heard last: what was heard is measured by the emulator of the provider, and
 * when each word sounds is known, for the emulator of the service makes a tone of 60 ms a character.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <signal.h>
#include <string.h>

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:elevenlabs]\nbase-url=%s\n"                                                       \
	"[assistant:desk]\ndriver=twilio\nagents=dialog\nstt=pocketsphinx\ntts="                   \
	"elevenlabs\n" FIXTURE_PATIENT "elevenlabs.speed=1.1\n"

#define TONE_MS 60

/* When the @n-th word of @text (from 1) has been said; punctuation is not a part of it. */
static double
get_word_end(const char *text, guint n)
{
	const char *end = text, *last;

	for (guint i = 1; i < n; i++)
		end = strchr(end, ' ') + 1;
	last = end;
	for (; *end != '\0' && *end != ' '; end = g_utf8_next_char(end))
		if (g_unichar_isalnum(g_utf8_get_char(end)))
			last = g_utf8_next_char(end);
	return (double)g_utf8_pointer_to_offset(text, last) * TONE_MS;
}

static void
test_barge_in(Fixture *fixture, gconstpointer data)
{
	g_autofree char *log = g_build_filename(fixture->dir, "emulator.jsonl", NULL);
	Service *service = service_start("elevenlabs", "--voice tone --first-audio 120");
	g_autofree char *config = g_strdup_printf(CONFIG, service_get_base_url(service));
	g_autofree char *output = NULL;
	g_autoptr(JsonObject) call = NULL;
	g_auto(GStrv) words = NULL;
	JsonObject *answer, *event;
	Listener *listener;
	const char *heard, *whole;
	double heard_ms;
	guint n;

	fixture_configure(fixture, config);
	fixture_start(fixture);
	listener = listener_new(fixture, NULL);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--log", log, "--say", "what are your opening hours",
				   "--barge-in", data, "where is the restaurant", "--expect",
				   "silence-within=" FIXTURE_SILENCE_WITHIN, "--expect", "heard",
				   NULL),
	    0);
	call = fixture_wait_call(fixture, "completed");
	answer =
	    json_array_get_object_element(json_object_get_array_member(call, "transcription"), 2);
	g_assert_true(json_object_get_boolean_member(answer, "interrupted"));
	heard = json_object_get_string_member(answer, "content");
	heard_ms = fixture_get_heard_ms(fixture, 2);
	g_test_message("heard %.0f ms: \"%s\"", heard_ms, heard);

	event = json_object_get_object_member(listener_wait(listener, "message.sent", 1), "data");
	whole = json_object_get_string_member(event, "message");
	g_assert_true(g_str_has_prefix(whole, heard));
	words = g_strsplit(heard, " ", -1);
	n = g_strv_length(words);
	g_assert_cmpuint(n, >, 0);
	g_assert_cmpuint(strlen(heard), <, strlen(whole));
	g_assert_cmpfloat(get_word_end(whole, n), <=, heard_ms + FIXTURE_SLACK_MS);
	g_assert_cmpfloat(get_word_end(whole, n + 1), >=, heard_ms - FIXTURE_SLACK_MS);
	/* It was stopped at the service, too, on the connection that goes on. */
	g_assert_cmpint(service_count(service, "connections"), ==, 1);
	listener_free(listener);
	fixture_stop(fixture);
	service_wait_for_count(service, "open", 0);
	service_stop(service);
}

/* One call; returns how many texts the service had to make for it. */
static gint64
count_texts(Fixture *fixture, Service *service)
{
	gint64 before = service_count(service, "texts");

	g_free(fixture_finish_emulator(fixture_spawn_emulator(fixture, "--say",
							      "what are your opening hours",
							      "--expect", "heard", NULL),
				       0));
	service_wait_for_count(service, "open", 0);
	return service_count(service, "texts") - before;
}

/* The same call again and again: soon all of it is in memory, and none of it once the voice was changed. */
static void
test_phrases(Fixture *fixture, gconstpointer data)
{
	Service *service = service_start("elevenlabs", "--voice tone");
	g_autofree char *config =
	    g_strdup_printf(CONFIG "greeting=Hello.\n", service_get_base_url(service));
	g_autofree char *other = g_strdup_printf(
	    CONFIG "greeting=Hello.\nelevenlabs.stability=0.9\n", service_get_base_url(service));
	gint64 n;

	fixture_configure(fixture, config);
	fixture_start(fixture);
	n = count_texts(fixture, service);
	g_assert_cmpint(n, >=, 2);
	/* The greeting is there after the first call, the rest after the second, unless the caller
	 * is heard otherwise or hangs up before it is whole. */
	g_assert_cmpint(count_texts(fixture, service), <, n);
	for (guint i = 0; i < 5 && n > 0; i++)
		n = count_texts(fixture, service);
	g_assert_cmpint(n, ==, 0);

	fixture_configure(fixture, other);
	fixture_signal(fixture, SIGHUP);
	fixture_wait_log(fixture, "configuration reloaded");
	g_assert_cmpint(count_texts(fixture, service), >=, 2);
	fixture_stop(fixture);
	service_stop(service);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/elevenlabs/early", Fixture, "0.8", fixture_set_up, test_barge_in,
		   fixture_tear_down);
	g_test_add("/integration/elevenlabs/middle", Fixture, "1.5", fixture_set_up, test_barge_in,
		   fixture_tear_down);
	g_test_add("/integration/elevenlabs/late", Fixture, "3.1", fixture_set_up, test_barge_in,
		   fixture_tear_down);
	g_test_add("/integration/elevenlabs/phrases", Fixture, NULL, fixture_set_up, test_phrases,
		   fixture_tear_down);
	return g_test_run();
}
