/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * ConversationRelay: Twilio recognises and speaks. The emulator's side of a session is a real peer that
 * checks each message; what it heard, spoke and was told is in its log, what the daemon made of it in
 * the call's transcript and events.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define NUMBER_RELAY  "+15550100002"
#define NUMBER_STREAM "+15550100003"
#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\nrelay-hints=trattoria\n"              \
	"[assistant:relay]\ndriver=twilio\nnumber=" NUMBER_RELAY "\nagents=dialog\n"               \
	"twilio.mode=relay\ntwilio.relay-tts-provider=Google\n"                                    \
	"[assistant:stream]\ndriver=twilio\nnumber=" NUMBER_STREAM                                 \
	"\nagents=dialog\nstt=pocketsphinx\ntts=flite\n" FIXTURE_PATIENT

static void
start(Fixture *fixture)
{
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
}

/* ---- the emulator's log ---- */

static GPtrArray *
read_log(Fixture *fixture)
{
	g_autofree char *path = g_build_filename(fixture->dir, "relay.jsonl", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		g_autoptr(JsonParser) parser = json_parser_new();

		g_assert_true(json_parser_load_from_data(parser, lines[i], -1, NULL));
		g_ptr_array_add(
		    events, json_object_ref(json_node_get_object(json_parser_get_root(parser))));
	}
	return events;
}

/* The @n-th (from 1) of the log's events of @type. (transfer none) (nullable) */
static JsonObject *
find_event(GPtrArray *log, const char *type, guint n)
{
	for (guint i = 0; i < log->len; i++) {
		JsonObject *event = g_ptr_array_index(log, i);

		if (g_str_equal(json_object_get_string_member(event, "event"), type) && --n == 0)
			return event;
	}
	return NULL;
}

static const char *
get_text(GPtrArray *log, const char *type, guint n)
{
	JsonObject *event = find_event(log, type, n);

	g_assert_nonnull(event);
	return json_object_get_string_member(event, "text");
}

/* Runs a call; @more ends with %NULL. (transfer full): the emulator's log */
static GPtrArray *
run(Fixture *fixture, const char *first, ...)
{
	const char *a[12] = {first};
	g_autofree char *output = NULL;
	va_list list;

	va_start(list, first);
	for (guint i = 1; a[i - 1] != NULL && i < G_N_ELEMENTS(a); i++)
		a[i] = va_arg(list, const char *);
	va_end(list);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--log", "relay.jsonl", a[0], a[1], a[2], a[3], a[4],
				   a[5], a[6], a[7], a[8], a[9], a[10], NULL),
	    0);
	return read_log(fixture);
}

/* ---- the daemon's transcript ---- */

/* "role: content" of each message, "[cut]" behind those that were interrupted. */
static char *
read_transcript(Fixture *fixture, const char *status)
{
	g_autoptr(JsonObject) call = fixture_wait_call(fixture, status);
	JsonArray *messages = json_object_get_array_member(call, "transcription");
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		g_string_append_printf(
		    text, "%s: %s%s\n", json_object_get_string_member(message, "role"),
		    json_object_get_string_member(message, "content"),
		    json_object_get_boolean_member(message, "interrupted") ? " [cut]" : "");
	}
	return g_string_free(text, FALSE);
}

/* The types of a call's events, without partial transcripts, of which there may be any number. */
static char *
list_types(Listener *listener)
{
	GString *types = g_string_new(NULL);

	for (guint i = 0; i < listener->events->len; i++) {
		const char *type =
		    json_object_get_string_member(g_ptr_array_index(listener->events, i), "type");

		if (!g_str_equal(type, "transcript.partial"))
			g_string_append_printf(types, "%s\n", type);
	}
	return g_string_free(types, FALSE);
}

/* ---- a conversation, both ways ---- */

static char *
talk(Fixture *fixture, const char *number)
{
	Listener *listener = listener_new(
	    fixture, "{\"type\":\"subscribe\",\"events\":[\"call.started\",\"call.completed\","
		     "\"prompt.sent\",\"speech.started\",\"message.received\",\"message.sent\","
		     "\"conversation.interrupted\",\"turn.completed\",\"error.occurred\"]}");
	g_autoptr(GPtrArray) log = NULL;
	g_autofree char *types = NULL;

	log = run(fixture, "--to-number", number, "--say", "what are your opening hours",
		  "--expect", "heard", NULL);
	listener_wait(listener, "call.completed", 1);
	types = list_types(listener);
	listener_free(listener);
	return g_steal_pointer(&types);
}

static void
test_conversation(Fixture *fixture, gconstpointer data)
{
	g_autofree char *relay = NULL;
	g_autofree char *stream = NULL;
	g_autofree char *transcript = NULL;

	start(fixture);
	relay = talk(fixture, NUMBER_RELAY);
	transcript = read_transcript(fixture, "completed");
	g_test_message("%s%s", relay, transcript);
	g_assert_true(g_str_has_prefix(transcript, "assistant: Hello, this is Trattoria Lucia. How "
						   "can I help you?\n"
						   "user: what are your opening hours\n"
						   "assistant: "));
	g_assert_null(strstr(transcript, "[cut]"));
	stream = talk(fixture, NUMBER_STREAM);
	g_assert_cmpstr(relay, ==, stream);
}

/* What Twilio says was spoken, in its spelling, is where the history ends. */
static void
test_interrupt(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;
	g_autofree char *transcript = NULL;
	g_autofree char *spoken = NULL;
	g_autofree char *expected = NULL;

	start(fixture);
	log = run(fixture, "--say", "what are your opening hours", "--barge-in", "2",
		  "i want to book a table", "--expect", "heard", "--expect",
		  "silence-within=" FIXTURE_SILENCE_WITHIN, NULL);
	transcript = read_transcript(fixture, "completed");
	spoken = g_strdup(get_text(log, "interrupt-sent", 1));
	g_assert_cmpuint(strlen(spoken), >, 10);
	g_strdelimit(spoken + strlen(spoken) - 1, ",.", '\0');
	expected = g_strdup_printf("\nassistant: %s [cut]\nuser: i want to book a table\n", spoken);
	g_test_message("%s", transcript);
	g_assert_nonnull(strstr(transcript, expected));
}

/* "Uh-huh" is no turn: the rest of the answer follows. */
static void
test_backchannel(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;
	g_autofree char *transcript = NULL;
	g_autofree char *whole = NULL;

	start(fixture);
	log = run(fixture, "--barge-in", "1", "uh-huh", "--expect", "heard", NULL);
	transcript = read_transcript(fixture, "completed");
	whole = g_strdup_printf("%s %s", get_text(log, "interrupt-sent", 1),
				get_text(log, "text-received", 3));
	g_assert_cmpstr(whole, ==, get_text(log, "text-received", 1));
	g_assert_cmpstr(transcript, ==,
			"assistant: Hello, this is Trattoria Lucia. How can I help you?\n");
}

static void
test_keys(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;
	g_autofree char *transcript = NULL;

	start(fixture);
	log = run(fixture, "--say", "i want to book a table", "--dtmf", "4#", "--wait", "1", NULL);
	transcript = read_transcript(fixture, "completed");
	g_test_message("%s", transcript);
	g_assert_nonnull(strstr(transcript, "\nuser: 4\nassistant: "));
	/* It had been spoken to its end. */
	g_assert_null(strstr(transcript, "[cut]\nuser: 4\n"));
	/* Keys while the agent speaks silence it. */
	g_ptr_array_unref(log);
	log = run(fixture, "--barge-in", "0.8", "dtmf:4#", "--wait", "1", NULL);
	g_assert_nonnull(find_event(log, "interrupt-sent", 1));
}

/* The call ended with @status, and only when all that was to be said had been. */
static void
assert_said(Fixture *fixture, GPtrArray *log, const char *status)
{
	g_autofree char *transcript = read_transcript(fixture, status);
	JsonObject *end = find_event(log, "session-end", 1);

	g_assert_null(strstr(transcript, "[cut]"));
	g_assert_true(json_object_get_boolean_member(end, "last"));
	g_assert_cmpstr(json_object_get_string_member(end, "text"), ==, "{\"reason\":\"done\"}");
}

static void
test_transfer(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;

	start(fixture);
	log = run(fixture, "--say", "can i speak to a human", "--expect", "transfer", NULL);
	assert_said(fixture, log, "transferred");
}

/* Twilio does not say when it is through; nobody is hung up on in the middle of a goodbye. */
static void
test_hang_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;

	start(fixture);
	log = run(fixture, "--say", "thank you goodbye", "--expect", "hangup", NULL);
	assert_said(fixture, log, "completed");
}

/* What the caller says into a goodbye does not take it back. */
static void
test_goodbye(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;

	start(fixture);
	log = run(fixture, "--say", "thank you goodbye", "--barge-in", "0.5", "yes please",
		  "--expect", "hangup", NULL);
	assert_said(fixture, log, "completed");
}

/* ---- from outside ---- */

#define WATCH                                                                                      \
	"{\"type\":\"subscribe\",\"events\":[\"call.started\",\"prompt.sent\",\"call.returned\"]}"

static void
act(Fixture *fixture, const char *id, const char *action, const char *body, guint status)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/%s", id, action);
	g_autoptr(JsonObject) reply = fixture_request(fixture, "POST", path, body, status);
}

static void
test_controls(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GSubprocess) emulator = NULL;
	g_autofree char *output = NULL;
	g_autofree char *id = NULL;
	g_autoptr(GPtrArray) log = NULL;
	Listener *listener;

	start(fixture);
	listener = listener_new(fixture, WATCH);
	emulator = fixture_spawn_emulator(fixture, "--log", "relay.jsonl", "--wait", "30",
					  "--expect", "hangup", NULL);
	id = g_strdup(json_object_get_string_member(
	    json_object_get_object_member(listener_wait(listener, "call.started", 1), "data"),
	    "call_id"));
	listener_wait(listener, "prompt.sent", 1);
	act(fixture, id, "hold", NULL, 200);
	act(fixture, id, "say", "{\"text\":\"nobody hears this\"}", 409);
	act(fixture, id, "unhold", NULL, 200);
	act(fixture, id, "mute", NULL, 200);
	act(fixture, id, "unmute", NULL, 200);
	act(fixture, id, "dtmf", "{\"digits\":\"12#W*\"}", 200);
	act(fixture, id, "dtmf", "{\"digits\":\"A\"}", 400);
	act(fixture, id, "recording", "{\"action\":\"start\"}", 503); /* Twilio's interface */
	act(fixture, id, "recording", "{\"action\":\"stop\"}", 404);
	act(fixture, id, "say", "{\"text\":\"One moment please.\"}", 200);
	listener_wait(listener, "prompt.sent", 2);
	act(fixture, id, "end", "{}", 200);
	output = fixture_finish_emulator(g_steal_pointer(&emulator), 0);
	listener_free(listener);
	log = read_log(fixture);
	g_assert_cmpstr(get_text(log, "digits-received", 1), ==, "12#ww*");
	g_assert_null(find_event(log, "digits-received", 2));
	g_assert_nonnull(strstr(output, "One moment please."));
	g_assert_null(strstr(output, "nobody hears this"));
}

/* Whoever was not taken by the other side finds the agents again, in a session of its own. */
static void
test_comes_back(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GSubprocess) emulator = NULL;
	g_autofree char *output = NULL;
	g_autofree char *id = NULL;
	Listener *listener;

	start(fixture);
	listener = listener_new(fixture, WATCH);
	emulator = fixture_spawn_emulator(fixture, "--log", "relay.jsonl", "--wait", "30",
					  "--expect", "hangup", NULL);
	id = g_strdup(json_object_get_string_member(
	    json_object_get_object_member(listener_wait(listener, "call.started", 1), "data"),
	    "call_id"));
	listener_wait(listener, "prompt.sent", 1);
	act(fixture, id, "transfer", "{\"target\":\"+15550109001\"}", 200);
	listener_wait(listener, "call.returned", 1);
	listener_wait(listener, "prompt.sent", 2);
	act(fixture, id, "end", "{}", 200);
	output = fixture_finish_emulator(g_steal_pointer(&emulator), 0);
	listener_free(listener);
}

/* ---- what goes wrong ---- */

static const char *
get_field(Listener *listener, const char *type, const char *field)
{
	return json_object_get_string_member(
	    json_object_get_object_member(listener_wait(listener, type, 1), "data"), field);
}

static const struct {
	const char *fault;
	const char *value;
	const char *status;
	const char *code;   /* of the error */
	const char *expect; /* how the far end sees it */
} faults[] = {
    {"--bad-json", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--binary", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--duplicate-start", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--huge-message", "10000000", "failed", "LIMIT_EXCEEDED", "close=1009"},
    {"--garbage-frame", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--flood", "5000", "failed", "LIMIT_EXCEEDED", "close=1008"},
};

/* The call beside it goes on as if nothing were. */
static void
test_fault(Fixture *fixture, gconstpointer data)
{
	const __typeof__(faults[0]) *item = data;
	GSubprocess *good, *bad;
	g_autofree char *good_output = NULL;
	g_autofree char *bad_output = NULL;
	g_autofree char *types = NULL;
	Listener *listener;

	start(fixture);
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"error.occurred\","
					 "\"call.completed\"]}");
	good = fixture_spawn_emulator(fixture, "--say", "thank you goodbye", "--expect", "hangup",
				      NULL);
	bad = fixture_spawn_emulator(fixture, "--wait", "5", item->fault,
				     item->value != NULL ? item->value : "--expect",
				     item->value != NULL ? "--expect" : item->expect,
				     item->value != NULL ? item->expect : NULL, NULL);
	g_assert_cmpstr(get_field(listener, "error.occurred", "error_code"), ==, item->code);
	g_assert_cmpstr(get_field(listener, "call.completed", "status"), ==, item->status);
	bad_output = fixture_finish_emulator(bad, 0);
	good_output = fixture_finish_emulator(good, 0);
	listener_wait(listener, "call.completed", 2);
	types = list_types(listener);
	g_assert_null(strstr(strstr(types, "error.occurred") + 1, "error.occurred"));
	listener_free(listener);
}

static void
test_wrong_token(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;

	start(fixture);
	log = run(fixture, "--no-parameters", "--expect", "close=1008", NULL);
	fixture_wait_log(fixture, "unused token");
}

static void
test_wrong_signature(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;

	start(fixture);
	log = run(fixture, "--bad-stream-signature", "--expect", "refused=403", NULL);
}

static void
test_dropped(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *transcript = NULL;

	start(fixture);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--wait", "10", "--drop", "2", NULL), 0);
	transcript = read_transcript(fixture, "interrupted");
	g_assert_nonnull(strstr(transcript, "[cut]"));
}

/* An error that Twilio reports does not end the session. */
static void
test_error(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) log = NULL;

	start(fixture);
	log =
	    run(fixture, "--relay-error", "--say", "thank you goodbye", "--expect", "hangup", NULL);
	fixture_wait_log(fixture, "ConversationRelay reports an error: Something");
}

static void
test_many(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;

	start(fixture);
	output = fixture_finish_emulator(fixture_spawn_emulator(fixture, "--calls", "50", "--say",
								"what are your opening hours",
								"--expect", "heard", NULL),
					 0);
	g_test_message("%s", output);
	g_assert_nonnull(strstr(output, "50 calls, 50 as expected, 0 not"));
}

/* An agent that wants the audio has no business where there is none. */
static void
test_audio_agent(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *transcript = NULL;

	fixture_configure(fixture, "[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN
				   "\nmode=relay\n[assistant:echo]\ndriver=twilio\nagents=echo\n");
	fixture_start(fixture);
	output =
	    fixture_finish_emulator(fixture_spawn_emulator(fixture, "--expect", "close", NULL), 0);
	transcript = read_transcript(fixture, "failed");
}

static void
test_config(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	int status;

	fixture_configure(fixture, "[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN
				   "\n[assistant:a]\nagents=dialog\ntwilio.mode=radio\n"
				   "[assistant:b]\nagents=dialog\ntwilio.color=red\n");
	output = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, !=, 0);
	g_assert_nonnull(strstr(output, "radio"));
	g_assert_nonnull(strstr(output, "twilio.color"));
}

#define ADD(path, func)                                                                            \
	g_test_add("/integration/relay/" path, Fixture, NULL, fixture_set_up, func,                \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("talk/conversation", test_conversation);
	ADD("talk/interrupt", test_interrupt);
	ADD("talk/backchannel", test_backchannel);
	ADD("talk/keys", test_keys);
	ADD("call/transfer", test_transfer);
	ADD("call/hang-up", test_hang_up);
	ADD("talk/goodbye", test_goodbye);
	ADD("call/controls", test_controls);
	ADD("call/comes-back", test_comes_back);
	ADD("fault/wrong-token", test_wrong_token);
	ADD("fault/wrong-signature", test_wrong_signature);
	ADD("fault/dropped", test_dropped);
	ADD("fault/error", test_error);
	ADD("call/many", test_many);
	ADD("call/audio-agent", test_audio_agent);
	ADD("call/config", test_config);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *path =
		    g_strconcat("/integration/relay/fault/", faults[i].fault + 2, NULL);

		g_test_add(path, Fixture, &faults[i], fixture_set_up, test_fault,
			   fixture_tear_down);
	}
	return g_test_run();
}
