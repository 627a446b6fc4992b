/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What engines did and what it cost, wherever it is shown, and the limits of a call and a day. Calls
 * through Twilio's emulator; the engines of this machine are given prices.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define GREETING         "Hello there."
#define LIMIT            "Time is up, goodbye."
#define COST(characters) ((characters)*0.01)

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:flite]\nprice-characters=10000\n"                                                 \
	"[engine:pocketsphinx]\nprice-audio-minute=6\n"                                            \
	"[assistant:reception]\ndriver=twilio\nagents=dialog\nstt=pocketsphinx\ntts="              \
	"flite\n" FIXTURE_PATIENT "greeting=" GREETING "\nlimit-message=" LIMIT "\n"

static double
get(JsonObject *owner, const char *name)
{
	return json_object_get_double_member(json_object_get_object_member(owner, "usage"), name);
}

static void
expect_messages(JsonObject *call, const char *first, const char *last)
{
	JsonArray *messages = json_object_get_array_member(call, "transcription");
	guint n = json_array_get_length(messages);
	JsonObject *message;

	g_assert_cmpuint(n, >=, 1);
	message = json_array_get_object_element(messages, 0);
	g_assert_cmpstr(json_object_get_string_member(message, "content"), ==, first);
	message = json_array_get_object_element(messages, n - 1);
	g_assert_cmpstr(json_object_get_string_member(message, "content"), ==, last);
	/* Said to its end. */
	g_assert_false(json_object_get_boolean_member(message, "interrupted"));
}

/* Calls, and waits for the end. (transfer full): the call */
static JsonObject *
call(Fixture *fixture, const char *said, const char *expected)
{
	g_autofree char *output =
	    said != NULL
		? fixture_finish_emulator(
		      fixture_spawn_emulator(fixture, "--say", said, "--expect", expected, NULL), 0)
		: fixture_finish_emulator(
		      fixture_spawn_emulator(fixture, "--wait", "60", "--expect", expected, NULL),
		      0);

	g_test_message("%s", output);
	return fixture_wait_call(fixture, "completed");
}

/* ---- what is used ---- */

/* The answer is "I heard" and more: what the voice was given is what the transcript has, in sentences. */
static void
check_turns(JsonObject *answered, double *audio_s, double *characters)
{
	JsonArray *turns = json_object_get_array_member(answered, "turns");
	JsonObject *greeting = json_array_get_object_element(turns, 0);
	JsonObject *answer = json_array_get_object_element(turns, 1);

	g_assert_cmpuint(json_array_get_length(turns), ==, 2);
	g_assert_cmpfloat(get(greeting, "characters"), ==, strlen(GREETING));
	g_assert_cmpfloat(get(greeting, "audio_seconds"), ==, 0);
	g_assert_cmpfloat_with_epsilon(get(greeting, "cost"), COST(strlen(GREETING)), 1e-9);
	*audio_s = get(answer, "audio_seconds");
	/* "what are your opening hours" takes about two seconds. */
	g_assert_cmpfloat(*audio_s, >=, 1);
	g_assert_cmpfloat(*audio_s, <=, 5);
	*characters = get(answer, "characters");
	g_assert_cmpfloat(*characters, >=, 20);
	g_assert_cmpfloat_with_epsilon(get(answer, "cost"), COST(*characters) + *audio_s * 0.1,
				       1e-6);
	g_assert_cmpfloat(get(answer, "input_tokens"), ==, 0);
	*characters += strlen(GREETING);
}

/* A greeting that was spoken before is said from memory, which no engine is paid for. */
static void
check_memory(Fixture *fixture)
{
	g_autoptr(JsonObject) again = call(fixture, "what are your opening hours", "heard");
	JsonObject *greeting =
	    json_array_get_object_element(json_object_get_array_member(again, "turns"), 0);

	g_assert_cmpfloat(get(greeting, "characters"), ==, 0);
	g_assert_cmpfloat(get(greeting, "cost"), ==, 0);
}

static void
test_usage(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) answered = NULL;
	g_autofree char *show = NULL;
	g_autofree char *line = NULL;
	double audio_s, characters;
	Listener *listener;
	JsonObject *told;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	answered = call(fixture, "what are your opening hours", "heard");
	check_turns(answered, &audio_s, &characters);
	/* The call is the sum of its turns, and the same everywhere. */
	g_assert_cmpfloat(get(answered, "characters"), ==, characters);
	g_assert_cmpfloat_with_epsilon(get(answered, "audio_seconds"), audio_s, 1e-6);
	g_assert_cmpfloat_with_epsilon(get(answered, "cost"), COST(characters) + audio_s * 0.1,
				       1e-6);
	told = json_object_get_object_member(listener_wait(listener, "call.completed", 1), "data");
	g_assert_true(json_object_equal(json_object_get_object_member(told, "usage"),
					json_object_get_object_member(answered, "usage")));
	told = json_object_get_object_member(listener_wait(listener, "engine.used", 1), "data");
	g_assert_cmpstr(json_object_get_string_member(told, "engine"), ==, "flite");
	g_assert_cmpstr(json_object_get_string_member(told, "assistant"), ==, "reception");
	g_assert_cmpint(json_object_get_int_member(told, "characters"), ==, strlen(GREETING));
	line = g_strdup_printf(", %.1f s heard, %.0f characters spoken, for %.4f", audio_s,
			       characters, get(answered, "cost"));
	show = g_strdup_printf("show %s", json_object_get_string_member(answered, "call_id"));
	fixture_expect_cli(fixture, show, 0, line);
	check_memory(fixture);
	listener_free(listener);
}

/* ---- limits ---- */

/* @key: of the assistant's limit */
static void
expect_limit(Listener *listener, guint n, const char *key)
{
	JsonObject *told =
	    json_object_get_object_member(listener_wait(listener, "limit.reached", n), "data");

	g_assert_cmpstr(json_object_get_string_member(told, "limit"), ==, key);
}

static void
configure(Fixture *fixture, const char *limit)
{
	g_autofree char *config = g_strconcat(CONFIG, limit, "\n", NULL);

	fixture_configure(fixture, config);
	fixture_start(fixture);
}

static void
test_duration(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) ended = NULL;
	Listener *listener;
	double duration;

	configure(fixture, "max-duration=4");
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	ended = call(fixture, NULL, "hangup");
	duration = json_object_get_double_member(ended, "duration");
	expect_limit(listener, 1, "max-duration");
	expect_messages(ended, GREETING, LIMIT);
	/* The sentence takes a second or two. */
	g_assert_cmpfloat(duration, >=, 4.5);
	g_assert_cmpfloat(duration, <=, 20);
	listener_free(listener);
}

/*
 * What the caller said goes over the limit, and in place of an answer there is the farewell; or the
 * answer does, which is said to its end.
 */
static void
test_cost_per_call(Fixture *fixture, gconstpointer data)
{
	gboolean answered = data != NULL;
	g_autoptr(JsonObject) ended = NULL;
	JsonArray *messages;
	Listener *listener;

	configure(fixture, answered ? "max-cost-per-call=0.7" : "max-cost-per-call=0.2");
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	ended = call(fixture, "what are your opening hours", "hangup");
	expect_limit(listener, 1, "max-cost-per-call");
	expect_messages(ended, GREETING, LIMIT);
	messages = json_object_get_array_member(ended, "transcription");
	g_assert_cmpuint(json_array_get_length(messages), ==, answered ? 4 : 3);
	g_assert_cmpstr(
	    json_object_get_string_member(json_array_get_object_element(messages, 1), "role"), ==,
	    "user");
	if (answered)
		g_assert_false(json_object_get_boolean_member(
		    json_array_get_object_element(messages, 2), "interrupted"));
	listener_free(listener);
}

/* Who calls after the day's money is spent hears so, also after a restart; nobody is called. */
static void
test_cost_per_day(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	g_autoptr(JsonObject) third = NULL;
	g_autoptr(JsonObject) refused = NULL;

	configure(fixture, "max-cost-per-day=0.2");
	first = call(fixture, "what are your opening hours", "hangup");
	expect_messages(first, GREETING, LIMIT);
	second = call(fixture, NULL, "hangup");
	expect_messages(second, LIMIT, LIMIT);
	fixture_stop(fixture);
	fixture_start(fixture);
	third = call(fixture, NULL, "hangup");
	expect_messages(third, LIMIT, LIMIT);
	refused = fixture_request(fixture, "POST", "/voice/calls/initiate",
				  "{\"phone_number\":\"+15550100001\"}", 429);
	g_assert_cmpstr(
	    json_object_get_string_member(json_object_get_object_member(refused, "error"), "code"),
	    ==, "RATE_LIMIT_EXCEEDED");
}

#define ADD(name, func)                                                                            \
	g_test_add("/integration/accounting/" name, Fixture, NULL, fixture_set_up, func,           \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("usage", test_usage);
	ADD("duration", test_duration);
	ADD("cost-per-call/asked", test_cost_per_call);
	g_test_add("/integration/accounting/cost-per-call/answered", Fixture, "", fixture_set_up,
		   test_cost_per_call, fixture_tear_down);
	ADD("cost-per-day", test_cost_per_day);
	return g_test_run();
}
