/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phone calls in which an engine fails and another one goes on: two servers of a kind, of which one goes
 * wrong. What is told of it: events, health, the log.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <string.h>

#define ANSWER "We are open from nine to six. On Saturdays we close at two."
#define MODEL                                                                                      \
	"{\"transcripts\":[\"what are your opening hours\"],\"answers\":[{\"text\":\"" ANSWER      \
	"\"}]}"
#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:good]\nplugin=openai\nbase-url=%s\n"                                              \
	"[engine:bad]\nplugin=%s\nbase-url=%s\napi-key=secret\n"                                   \
	"[assistant:reception]\ndriver=twilio\n%s\n%s"                                             \
	"greeting=Good day, this is a rather long greeting of the reception.\n"

/* What breaks off may go on. */
#define PATIENCE_MS "2500"

#define SUBSCRIPTION                                                                               \
	"{\"type\":\"subscribe\",\"events\":[\"engine.switched\",\"engine.health\",\"call."        \
	"ended\","                                                                                 \
	"\"turn.completed\"]}"

static const struct {
	const char *role;
	const char *assistant;
} roles[] = {
    {"stt", "agents=dialog\nstt=bad,good\ntts=flite"},
    {"tts", "agents=dialog\nstt=good\ntts=bad,good"},
    {"llm", "agents=orchestrator\nstt=good\ntts=flite\nllm=bad,good"},
};

/** What goes wrong, and what is told of it. */
typedef struct {
	const char *service;
	const char *role;
	const char *fault;
	const char *error_code;
} Failure;

typedef struct {
	Fixture base;
	Service *good;
	Service *bad;
	Listener *listener;
} Test;

/* http://127.0.0.1:PORT/v1 -> http://127.0.0.1:PORT/fault/NAME/v1. (transfer full) */
static char *
make_faulty(const char *url, const char *fault)
{
	gsize length = (gsize)(strstr(url, "://") - url) + strlen("://");

	length += strcspn(url + length, "/");
	return g_strdup_printf("%.*s/fault/%s%s", (int)length, url, fault, url + length);
}

static const char *
find_assistant(const char *role)
{
	for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
		if (g_str_equal(roles[i].role, role))
			return roles[i].assistant;
	g_assert_not_reached();
}

static void
set_up(Test *self, gconstpointer data)
{
	const Failure *failure = data;
	gboolean late = g_str_equal(failure->error_code, "TIMED_OUT");
	g_autofree char *script = NULL;
	g_autofree char *arguments = NULL;
	g_autofree char *bad = NULL;
	g_autofree char *config = NULL;

	fixture_set_up(&self->base, NULL);
	script = g_build_filename(self->base.dir, "script.json", NULL);
	arguments = g_strdup_printf("--voice tone --script '%s'", script);
	g_assert_true(g_file_set_contents(script, MODEL, -1, NULL));
	self->good = service_start("openai", arguments);
	self->bad = service_start(
	    failure->service, g_str_equal(failure->service, "openai") ? arguments : "--voice tone");
	bad = make_faulty(service_get_base_url(self->bad), failure->fault);
	config = g_strdup_printf(CONFIG, service_get_base_url(self->good), failure->service, bad,
				 find_assistant(failure->role), late ? "" : FIXTURE_PATIENT);
	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	self->listener = listener_new(&self->base, SUBSCRIPTION);
}

static void
tear_down(Test *self, gconstpointer data)
{
	listener_free(self->listener);
	fixture_tear_down(&self->base, NULL);
	service_abandon(self->good);
	service_abandon(self->bad);
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
	g_assert_cmpstr(get(event, "from"), ==, "bad");
	g_assert_cmpstr(get(event, "to"), ==, "good");
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
	static const char *const secrets[] = {"opening hours", "of the reception", "nine to six",
					      "secret",        FIXTURE_AUTH_TOKEN, "+1555"};
	g_autofree char *log = NULL;
	g_autofree char *line = g_strdup_printf("%s: good takes over from bad: ", failure->role);

	fixture_wait_log(fixture, line);
	log = fixture_read_log(fixture);
	for (guint i = 0; i < G_N_ELEMENTS(secrets); i++)
		g_assert_null(strstr(log, secrets[i]));
}

static void
test_failure(Test *self, gconstpointer data)
{
	const Failure *failure = data;

	call(&self->base);
	assert_switched(listener_wait(self->listener, "engine.switched", 1), failure,
			failure->error_code);
	assert_talk(&self->base);
	assert_log(&self->base, failure);
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
test_left_alone(Test *self, gconstpointer data)
{
	const Failure *failure = data;
	JsonObject *health;

	g_assert_cmpstr(find_state(&self->base, failure->role, "bad"), ==, "closed");
	call(&self->base);
	health = listener_wait(self->listener, "engine.health", 1);
	g_assert_cmpstr(get(health, "engine"), ==, "bad");
	g_assert_cmpstr(get(health, "role"), ==, failure->role);
	g_assert_cmpstr(get(health, "state"), ==, "open");
	g_assert_cmpstr(get(health, "error_code"), ==, failure->error_code);
	assert_switched(listener_wait(self->listener, "engine.switched", 1), failure,
			failure->error_code);
	g_assert_cmpstr(find_state(&self->base, failure->role, "bad"), !=, "closed");
	g_assert_cmpstr(find_state(&self->base, failure->role, "good"), ==, "closed");
	call(&self->base);
	assert_switched(listener_wait(self->listener, "engine.switched", 2), failure, NULL);
	assert_talk(&self->base);
	assert_log(&self->base, failure);
}

int
main(int argc, char **argv)
{
	static const struct {
		Failure failure;
		void (*test)(Test *self, gconstpointer data);
	} tests[] = {
	    {{"openai", "stt", "500", "PROVIDER_ERROR"}, test_failure},
	    {{"openai", "stt", "half-open", "TIMED_OUT"}, test_failure},
	    {{"deepgram", "stt", "mid-half-open", "TIMED_OUT"}, test_failure},
	    {{"openai", "tts", "reset", "PROVIDER_ERROR"}, test_failure},
	    {{"openai", "tts", "stall", "TIMED_OUT"}, test_failure},
	    {{"elevenlabs", "tts", "mid-half-open", "TIMED_OUT"}, test_failure},
	    {{"openai", "tts", "401", "AUTHENTICATION_ERROR"}, test_left_alone},
	    {{"openai", "llm", "429", "RATE_LIMIT_EXCEEDED"}, test_failure},
	    {{"openai", "llm", "half-open", "TIMED_OUT"}, test_failure},
	    {{"openai", "llm", "reset", "PROVIDER_ERROR"}, test_failure},
	    {{"openai", "llm", "stall", "TIMED_OUT"}, test_failure},
	    {{"openai", "llm", "401", "AUTHENTICATION_ERROR"}, test_left_alone},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		const Failure *failure = &tests[i].failure;
		g_autofree char *path =
		    g_strdup_printf("/integration/failover/%s/%s-%s", failure->role,
				    failure->service, failure->fault);

		g_test_add(path, Test, failure, set_up, tests[i].test, tear_down);
	}
	return g_test_run();
}
