/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls that go from one assistant to another, and to a person, and what is known there. Models and
 * recognisers are the emulator of the openai engine's service; the caller is Twilio's emulator.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <string.h>

#define SCRIPT                                                                                     \
	"{\"answers\":["                                                                           \
	"{\"if\":\"Caller: \",\"text\":\"The caller wanted to know a price.\"},"                   \
	"{\"if\":\"price\",\"text\":\"My colleague knows that.\","                                 \
	"\"tools\":[{\"name\":\"hand_over\",\"arguments\":"                                        \
	"{\"to\":\"sales\",\"summary\":\"The caller asks for the price of a table.\"}}]},"         \
	"{\"if\":\"handed the caller over\",\"text\":\"A table is ten euros.\"},"                  \
	"{\"if\":\"nobody\",\"text\":\"One moment.\","                                             \
	"\"tools\":[{\"name\":\"hand_over\",\"arguments\":"                                        \
	"{\"to\":\"ghost\",\"summary\":\"It goes nowhere.\"}}]},"                                  \
	"{\"if\":\"bye\",\"text\":\"See you soon, and goodbye!\","                                 \
	"\"tools\":[{\"name\":\"hang_up\",\"arguments\":{}}]}],"                                   \
	"\"transcripts\":[%s]}"
#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=%s\n"                                                           \
	"[assistant:reception]\ndriver=twilio\nagents=orchestrator\nstt=openai\ntts=flite\n"       \
	"llm=openai\n" FIXTURE_PATIENT                                                             \
	"greeting=Hello.\norchestrator.hand-over-to=sales=talks about prices\n%s"    \
	"[assistant:sales]\nnumber=+15550199\nagents=orchestrator\nstt=openai\ntts=espeak\n"       \
	"llm=openai\n" FIXTURE_PATIENT "greeting=Sales, good evening.\n"                           \
	"prompt=You know all the prices.\n"

/* @rest: of the receptionist's section */
static Service *
start(Fixture *fixture, const char *transcripts, const char *rest)
{
	g_autofree char *path = g_build_filename(fixture->dir, "script.json", NULL);
	g_autofree char *script = g_strdup_printf(SCRIPT, transcripts);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", path);
	g_autofree char *config = NULL;
	Service *service;

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	service = service_start("openai", arguments);
	config = g_strdup_printf(CONFIG, service_get_base_url(service), rest);
	fixture_configure(fixture, config);
	fixture_start(fixture);
	return service;
}

/* Each turn has the voice and the agent of who had the call then. */
static void
check_turns(JsonObject *call)
{
	JsonArray *turns = json_object_get_array_member(call, "turns");
	guint n = json_array_get_length(turns);
	JsonObject *first = json_array_get_object_element(turns, 0);
	JsonObject *last = json_array_get_object_element(turns, n - 1);

	g_assert_cmpuint(n, ==, 4);
	g_assert_cmpstr(json_object_get_string_member(first, "tts"), ==, "flite");
	g_assert_cmpstr(json_object_get_string_member(first, "assistant"), ==, "reception");
	g_assert_cmpstr(json_object_get_string_member(last, "tts"), ==, "espeak");
	g_assert_cmpstr(json_object_get_string_member(last, "assistant"), ==, "sales");
	g_assert_cmpstr(json_object_get_string_member(last, "agent_id"), ==, "orchestrator");
}

static gboolean
two_listen(gpointer data)
{
	g_autoptr(JsonObject) status = fixture_request(data, "GET", "/ws/status", NULL, 200);

	return json_object_get_int_member(status, "active_connections") == 2;
}

/* Who follows the call is told of the colleague, but not of what he was told. */
static void
check_tail(const char *output)
{
	g_test_message("%s", output);
	g_assert_nonnull(strstr(output, "  call     handed over from reception to sales\n"));
	g_assert_null(strstr(output, "The caller asks"));
}

/* Another voice goes on in the same call, and knows what was said. */
static void
test_assistant(Fixture *fixture, gconstpointer data)
{
	Service *service = start(fixture, "\"what is the price of a table\",\"good bye\"", "");
	Listener *listener;
	GSubprocess *tail;
	g_autofree char *output = NULL;
	g_autofree char *followed = NULL;
	g_autofree char *talk = NULL;
	g_autofree char *question = NULL;
	g_autofree char *metrics = NULL;
	g_autoptr(JsonObject) call = NULL;
	JsonObject *event;

	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	tail = fixture_start_cli(fixture, "tail --once");
	harness_wait_until(two_listen, fixture, "tail to listen");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--say", "what is the price of a table", "--say",
				   "good bye now", "--expect", "heard", NULL),
	    0);
	event = listener_wait(listener, "call.handed_over", 1);
	g_test_message("%s", output);
	event = json_object_get_object_member(event, "data");
	g_assert_cmpstr(json_object_get_string_member(event, "from"), ==, "reception");
	g_assert_cmpstr(json_object_get_string_member(event, "to"), ==, "sales");
	g_assert_cmpstr(json_object_get_string_member(event, "summary"), ==,
			"The caller asks for the price of a table.");
	talk = fixture_read_talk(fixture, NULL);
	g_assert_cmpstr(talk, ==,
			"assistant: Hello.\nuser: what is the price of a table\n"
			"assistant: My colleague knows that.\nassistant: A table is ten euros.\n"
			"user: good bye\nassistant: See you soon, and goodbye!\n");
	question = service_read_talk(service, 0);
	g_assert_true(g_str_has_prefix(question, "system: You know all the prices."));
	g_assert_nonnull(strstr(question, "The caller asks for the price of a table."));
	g_assert_nonnull(strstr(question, "user: what is the price of a table\n"
					  "assistant: My colleague knows that.\n"
					  "user: [reception has handed the caller over to you"));
	call = fixture_wait_call(fixture, "completed");
	check_turns(call);
	followed = fixture_finish_cli(tail, "tail --once", 0);
	check_tail(followed);
	/* A call is that of who took it, wherever calls are counted. */
	g_assert_cmpstr(json_object_get_string_member(call, "assistant"), ==, "reception");
	metrics = fixture_read_metrics(fixture);
	g_assert_nonnull(
	    strstr(metrics, "offhook_call_duration_seconds_count{assistant=\"reception\"} 1\n"));
	g_assert_null(strstr(metrics, "offhook_call_duration_seconds_count{assistant=\"sales\"}"));
	listener_free(listener);
	service_stop(service);
}

/* There is no such colleague: the model is told, and the first one goes on. */
static void
test_failure(Fixture *fixture, gconstpointer data)
{
	Service *service = start(fixture, "\"is nobody there\",\"good bye\"", "");
	g_autofree char *output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--turn-gap", "4000", "--say", "is nobody there",
				   "--say", "good bye now", "--expect", "heard", NULL),
	    0);
	g_autofree char *talk = NULL;

	talk = fixture_read_talk(fixture, NULL);
	g_test_message("%s%s", output, talk);
	g_assert_nonnull(strstr(talk, "assistant: One moment. I heard: Not done: \"to\" is none of "
				      "the names that it may be."));
	g_assert_nonnull(strstr(talk, "user: good bye\nassistant: See you soon, and goodbye!\n"));
	service_stop(service);
}

/* Usage that is known only after the call. */
static void
check_usage(Fixture *fixture, gint64 tokens)
{
	g_autoptr(JsonObject) call = fixture_wait_call(fixture, "completed");
	JsonObject *usage = json_object_get_object_member(call, "usage");

	g_assert_cmpint(json_object_get_int_member(usage, "output_tokens"), >, tokens);
}

/* After the call its summary is there, and in what is known of the caller. */
static void
test_summary(Fixture *fixture, gconstpointer data)
{
	Service *service = start(fixture, "\"good bye\"", "orchestrator.end-summary=true\n");
	Listener *listener;
	g_autofree char *output = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) memory = NULL;
	JsonObject *event, *started, *completed;
	JsonArray *recent;

	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--say", "good bye now", "--expect", "heard", NULL), 0);
	g_test_message("%s", output);
	started = json_object_get_object_member(listener_wait(listener, "call.started", 1), "data");
	completed =
	    json_object_get_object_member(listener_wait(listener, "call.completed", 1), "data");
	event = json_object_get_object_member(listener_wait(listener, "conversation.summarised", 1),
					      "data");
	g_assert_cmpstr(json_object_get_string_member(event, "summary"), ==,
			"The caller wanted to know a price.");
	path = g_strdup_printf("/memory/%s/context",
			       json_object_get_string_member(started, "phone_number"));
	memory = fixture_request(fixture, "GET", path, NULL, 200);
	recent = json_object_get_array_member(json_object_get_object_member(memory, "context"),
					      "recent_conversations");
	g_assert_cmpstr(
	    json_object_get_string_member(json_array_get_object_element(recent, 0), "summary"), ==,
	    "The caller wanted to know a price.");
	check_usage(fixture,
		    json_object_get_int_member(json_object_get_object_member(completed, "usage"),
					       "output_tokens"));
	listener_free(listener);
	service_stop(service);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/hand-over/assistant", Fixture, NULL, fixture_set_up,
		   test_assistant, fixture_tear_down);
	g_test_add("/integration/hand-over/failure", Fixture, NULL, fixture_set_up, test_failure,
		   fixture_tear_down);
	g_test_add("/integration/hand-over/summary", Fixture, NULL, fixture_set_up, test_summary,
		   fixture_tear_down);
	return g_test_run();
}
