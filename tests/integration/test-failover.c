/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phone calls in which an engine fails and another one goes on: the emulator of the openai engine's
 * service goes wrong, the offline engines stand in.
 */

#include "fixture.h"
#include "openai-fixture.h"

#include "harness.h"

#include <string.h>

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\n%s\n%s\n"                                                                \
	"[assistant:reception]\ndriver=twilio\nagents=dialog\n"                                    \
	"stt=openai,pocketsphinx\nstt-timeout-ms=2400\ntts=openai,flite\nflite.voice=rms\n"        \
	"greeting=Good day, this is a rather long greeting of the reception.\n"

/* What breaks off may go on. */
#define PATIENCE_MS "2500"

#define SUBSCRIPTION                                                                               \
	"{\"type\":\"subscribe\",\"events\":[\"engine.switched\",\"engine.health\",\"call."        \
	"ended\","                                                                                 \
	"\"turn.completed\"]}"

/** What goes wrong, and what is told of it. */
typedef struct {
	const char *setting; /* whose base URL is bad: "speech-base-url" */
	const char *fault;
	const char *role;
	const char *to;
	const char *error_code;
} Failure;

static Listener *
start(Fixture *fixture, const Failure *failure)
{
	g_autofree char *script = g_build_filename(fixture->dir, "script.json", NULL);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", script);
	g_autofree char *base = NULL;
	g_autofree char *bad = NULL;
	g_autofree char *config = NULL;
	g_auto(GStrv) halves = NULL;

	g_assert_true(g_file_set_contents(
	    script, "{\"transcripts\":[\"what are your opening hours\"]}", -1, NULL));
	openai_start(arguments);
	base = openai_get_setting();
	/* base-url=http://127.0.0.1:PORT/v1 -> speech-base-url=http://127.0.0.1:PORT/fault/NAME/v1 */
	halves = g_strsplit(base + strlen("base-url="), "/v1", 2);
	bad = g_strdup_printf("%s=%s/fault/%s/v1", failure->setting, halves[0], failure->fault);
	config = g_strdup_printf(CONFIG, base, bad);
	fixture_configure(fixture, config);
	fixture_start(fixture);
	return listener_new(fixture, SUBSCRIPTION);
}

static void
call(Fixture *fixture)
{
	g_autofree char *output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--turn-gap", PATIENCE_MS, "--say",
				   "what are your opening hours", "--expect", "heard", NULL),
	    0);
}

static const char *
get(JsonObject *event, const char *name)
{
	JsonObject *data = json_object_get_object_member(event, "data");
	JsonNode *node = json_object_get_member(data, name);

	g_assert_nonnull(node);
	return json_node_get_string(node);
}

static void
assert_switched(JsonObject *event, const Failure *failure, const char *error_code)
{
	g_assert_cmpstr(get(event, "role"), ==, failure->role);
	g_assert_cmpstr(get(event, "from"), ==, "openai");
	g_assert_cmpstr(get(event, "to"), ==, failure->to);
	g_assert_cmpstr(get(event, "error_code"), ==, error_code);
}

/* All that was said, "role: text" in lines. */
static void
assert_talk(Fixture *fixture)
{
	g_autoptr(JsonObject) last = fixture_wait_call(fixture, "completed");
	JsonArray *messages = json_object_get_array_member(last, "transcription");
	gboolean greeted = FALSE, asked = FALSE, answered = FALSE;

	for (guint i = 0; i < json_array_get_length(messages); i++) {
		const char *text = json_object_get_string_member(
		    json_array_get_object_element(messages, i), "content");

		g_test_message("%s", text);
		greeted |= strstr(text, "greeting of the reception.") != NULL;
		asked |= strstr(text, "opening hours") != NULL;
		answered |= strstr(text, "open") != NULL && greeted && asked;
	}
	g_assert_true(greeted);
	g_assert_true(asked);
	g_assert_true(answered);
}

/* The log tells of it, and nothing of who called and what was said. */
static void
assert_log(Fixture *fixture, const Failure *failure)
{
	static const char *const secrets[] = {"opening hours", "of the reception",
					      FIXTURE_AUTH_TOKEN, "+1555"};
	g_autofree char *log = NULL;
	g_autofree char *line =
	    g_strdup_printf("%s: %s takes over from openai: ", failure->role, failure->to);

	fixture_wait_log(fixture, line);
	log = fixture_read_log(fixture);
	for (guint i = 0; i < G_N_ELEMENTS(secrets); i++)
		g_assert_null(strstr(log, secrets[i]));
}

static void
test_failure(Fixture *fixture, gconstpointer data)
{
	const Failure *failure = data;
	Listener *listener = start(fixture, failure);

	call(fixture);
	assert_switched(listener_wait(listener, "engine.switched", 1), failure,
			failure->error_code);
	assert_talk(fixture);
	assert_log(fixture, failure);
	listener_free(listener);
	openai_abandon();
}

static const char *
find_state(Fixture *fixture, const char *role, const char *engine)
{
	g_autoptr(JsonObject) health =
	    fixture_request(fixture, "GET", "/health/detailed", NULL, 200);
	JsonArray *engines = json_object_get_array_member(health, "engines");

	for (guint i = 0; i < json_array_get_length(engines); i++) {
		JsonObject *entry = json_array_get_object_element(engines, i);

		if (g_str_equal(json_object_get_string_member(entry, "role"), role) &&
		    g_str_equal(json_object_get_string_member(entry, "engine"), engine))
			return g_intern_string(json_object_get_string_member(entry, "state"));
	}
	return NULL;
}

/* A wrong key does not mend itself: the next call does not ask that engine at all. */
static void
test_left_alone(Fixture *fixture, gconstpointer data)
{
	const Failure *failure = data;
	Listener *listener = start(fixture, failure);
	JsonObject *health;

	g_assert_cmpstr(find_state(fixture, failure->role, "openai"), ==, "closed");
	call(fixture);
	health = listener_wait(listener, "engine.health", 1);
	g_assert_cmpstr(get(health, "engine"), ==, "openai");
	g_assert_cmpstr(get(health, "state"), ==, "open");
	assert_switched(listener_wait(listener, "engine.switched", 1), failure,
			failure->error_code);
	g_assert_cmpstr(find_state(fixture, failure->role, "openai"), !=, "closed");
	g_assert_cmpstr(find_state(fixture, failure->role, failure->to), ==, "closed");
	call(fixture);
	assert_switched(listener_wait(listener, "engine.switched", 2), failure, NULL);
	assert_talk(fixture);
	listener_free(listener);
	openai_abandon();
}

static const Failure broken_ear = {"transcription-base-url", "500", "stt", "pocketsphinx",
				   "PROVIDER_ERROR"};
static const Failure mid_sentence = {"speech-base-url", "reset", "tts", "flite", "PROVIDER_ERROR"};
static const Failure mid_stall = {"speech-base-url", "stall", "tts", "flite", "TIMED_OUT"};
static const Failure dead_voice = {"speech-base-url", "half-open", "tts", "flite", "TIMED_OUT"};
static const Failure refused = {"speech-base-url", "401", "tts", "flite", "AUTHENTICATION_ERROR"};

#define ADD(name, failure, test)                                                                   \
	g_test_add("/integration/failover/" name, Fixture, &failure, fixture_set_up, test,         \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("hearing/500", broken_ear, test_failure);
	ADD("speaking/mid-reset", mid_sentence, test_failure);
	ADD("speaking/mid-stall", mid_stall, test_failure);
	ADD("speaking/half-open", dead_voice, test_failure);
	ADD("speaking/401", refused, test_left_alone);
	return g_test_run();
}
