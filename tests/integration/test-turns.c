/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns at the speed of a conversation: agents that are asked in advance, and what is said while they
 * think. The agent takes as long as a language model (ponder/); what the caller says is recognised by
 * the emulator of a service, so that its text is there soon after.
 */

#include "fixture.h"
#include "openai-fixture.h"

#include "harness.h"
#include <offhook/wav.h>

#include <string.h>

#define SUBSCRIPTION "{\"type\":\"subscribe\",\"events\":[\"turn.completed\"]}"

/* Silence that ends an answer; a sanitizer may make flite late with the second sentence. */
#define TURN_GAP_MS "2500"

typedef struct {
	Fixture base;
	Listener *listener;
	char *log; /* the emulator's */
	JsonObject *call;
} TurnFixture;

/* @transcripts: JSON; @keys: of the assistant */
static void
test_start_with_voice(TurnFixture *fixture, const char *tts, const char *transcripts,
		      const char *keys)
{
	g_autofree char *script = g_build_filename(fixture->base.dir, "script.json", NULL);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", script);
	g_autofree char *text = g_strdup_printf("{\"transcripts\":[%s]}", transcripts);
	g_autofree char *base = NULL;
	g_autofree char *config = NULL;

	g_assert_true(g_file_set_contents(script, text, -1, NULL));
	openai_start(arguments);
	base = openai_get_setting();
	config = g_strdup_printf(
	    "[plugins]\npath=%s/tests/integration/ponder\n"
	    "[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n[engine:openai]\n%s\n"
	    "[assistant:desk]\ndriver=twilio\nagents=ponder\nstt=openai\ntts=%s\n" FIXTURE_PATIENT
	    "greeting=Hello.\n%s\n",
	    g_getenv("OFFHOOK_BUILD_ROOT"), base, tts, keys);
	fixture_configure(&fixture->base, config);
	fixture_start(&fixture->base);
	fixture->listener = listener_new(&fixture->base, SUBSCRIPTION);
	fixture->log = g_build_filename(fixture->base.dir, "emulator.jsonl", NULL);
}

static void
test_start(TurnFixture *fixture, const char *transcripts, const char *keys)
{
	test_start_with_voice(fixture, "flite", transcripts, keys);
}

static void
test_end_call(TurnFixture *fixture, GSubprocess *emulator)
{
	g_autofree char *output = fixture_finish_emulator(emulator, 0);

	fixture->call = fixture_wait_call(&fixture->base, "completed");
	openai_stop();
}

/* The caller says @what, hears the answer and hangs up. */
static void
test_call(TurnFixture *fixture, const char *what)
{
	test_end_call(fixture,
		      fixture_spawn_emulator(&fixture->base, "--log", fixture->log, "--say", what,
					     "--expect", "heard", "--turn-gap", TURN_GAP_MS, NULL));
}

/* The caller says @what, and @wait_s later hangs up: he does not take a filler for the answer. */
static void
test_patient_call(TurnFixture *fixture, const char *what, const char *wait_s)
{
	test_end_call(fixture,
		      fixture_spawn_emulator(&fixture->base, "--log", fixture->log, "--say", what,
					     "--wait", wait_s, "--hang-up", NULL));
}

static void
test_set_up(TurnFixture *fixture, gconstpointer data)
{
	fixture_set_up(&fixture->base, data);
}

static void
test_tear_down(TurnFixture *fixture, gconstpointer data)
{
	listener_free(fixture->listener);
	g_free(fixture->log);
	json_object_unref(fixture->call);
	fixture_tear_down(&fixture->base, data);
}

static double
test_get_ms(JsonObject *turn, const char *name)
{
	if (json_object_get_null_member(turn, name))
		g_error("the turn has no %s", name);
	return json_object_get_double_member(turn, name);
}

/* The times of the caller's only turn; the greeting was one, too. (transfer none) */
static JsonObject *
test_wait_turn(TurnFixture *fixture)
{
	JsonObject *turn = json_object_get_object_member(
	    listener_wait(fixture->listener, "turn.completed", 2), "data");

	g_test_message("committed %.0f ms, first text %.0f ms, first frame %.0f ms, own %.1f ms",
		       test_get_ms(turn, "committed_ms"), test_get_ms(turn, "first_text_ms"),
		       test_get_ms(turn, "first_frame_ms"), test_get_ms(turn, "own_share_ms"));
	return turn;
}

/* What was said: the greeting, @question and its answer, no more. (transfer none): the last */
static const char *
test_get_answer(TurnFixture *fixture, const char *question)
{
	JsonArray *messages = json_object_get_array_member(fixture->call, "transcription");
	JsonObject *asked, *answer;

	g_assert_cmpuint(json_array_get_length(messages), ==, 3);
	asked = json_array_get_object_element(messages, 1);
	answer = json_array_get_object_element(messages, 2);
	g_assert_cmpstr(json_object_get_string_member(asked, "content"), ==, question);
	g_assert_cmpstr(json_object_get_string_member(answer, "role"), ==, "assistant");
	return json_object_get_string_member(answer, "content");
}

/* From the caller's last sound to the next that he hears, by the emulator's log; -1: none. */
static gint64
test_get_silence_ms(TurnFixture *fixture)
{
	g_autofree char *log = NULL;
	g_auto(GStrv) lines = NULL;
	gint64 end_ms = -1;

	g_assert_true(g_file_get_contents(fixture->log, &log, NULL, NULL));
	lines = g_strsplit(log, "\n", -1);
	for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		g_autoptr(JsonNode) node = json_from_string(lines[i], NULL);
		JsonObject *event = json_node_get_object(node);
		const char *name = json_object_get_string_member(event, "event");
		gint64 ms = json_object_get_int_member(event, "ms");

		if (g_str_equal(name, "caller-end"))
			end_ms = ms;
		else if (end_ms >= 0 && g_str_equal(name, "agent-start"))
			return ms - end_ms;
	}
	return -1;
}

/* ---- asked in advance ---- */

/* @data: (nullable): keys under which the agents are asked when the turn has ended, not before */
static void
test_in_advance(TurnFixture *fixture, gconstpointer data)
{
	g_autofree char *keys = g_strdup_printf("ponder.delay-ms=200\nfiller-after-ms=0\n%s",
						data != NULL ? (const char *)data : "");
	double committed_ms, first_text_ms, first_frame_ms;
	JsonObject *turn;

	test_start(fixture, "\"what are your opening hours\"", keys);
	test_patient_call(fixture, "what are your opening hours", "6");
	g_assert_cmpstr(test_get_answer(fixture, "what are your opening hours"), ==,
			"That was turn one, and no in vain. You said what are your opening hours.");
	turn = test_wait_turn(fixture);
	committed_ms = test_get_ms(turn, "committed_ms");
	first_text_ms = test_get_ms(turn, "first_text_ms");
	first_frame_ms = test_get_ms(turn, "first_frame_ms");
	/* Nothing is on the line before the turn has ended; then what is there is at once. */
	g_assert_cmpfloat(first_frame_ms, >=, committed_ms);
	if (data == NULL) {
		g_assert_cmpfloat(first_text_ms, <, committed_ms);
	} else {
		g_assert_cmpfloat(first_text_ms, >=, committed_ms + 200);
	}
}

/* Adds what is between the first and the last loud sample of @bytes. */
static void
test_append_speech(GByteArray *to, GBytes *bytes)
{
	gsize size;
	const gint16 *samples = g_bytes_get_data(bytes, &size);
	gsize from = 0, until = size / sizeof(gint16);

	while (from < until && ABS((int)samples[from]) < 1000)
		from++;
	while (until > from && ABS((int)samples[until - 1]) < 1000)
		until--;
	g_byte_array_append(to, (const guint8 *)(samples + from),
			    (guint)((until - from) * sizeof(gint16)));
}

/* (transfer full): a file in which the caller is silent for @pause_ms between two sentences */
static char *
test_record_with_pause(TurnFixture *fixture, guint pause_ms)
{
	g_autofree char *sentence =
	    g_test_build_filename(G_TEST_DIST, "data", "opening-hours.wav", NULL);
	char *path = g_build_filename(fixture->base.dir, "caller.wav", NULL);
	g_autoptr(GByteArray) all = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) speech = offhook_wav_load(sentence, 16000, NULL, &error);
	guint before;

	g_assert_no_error(error);
	test_append_speech(all, speech);
	before = all->len;
	g_byte_array_set_size(all, before + pause_ms * 16 * sizeof(gint16));
	memset(all->data + before, 0, all->len - before);
	test_append_speech(all, speech);
	g_assert_true(offhook_wav_save(path, 16000, 1, (const gint16 *)all->data,
				       all->len / sizeof(gint16), &error));
	g_assert_no_error(error);
	return path;
}

/* The caller was asked for in advance and goes on: the agent has one turn, with all he said. */
static void
test_caller_goes_on(TurnFixture *fixture, gconstpointer data)
{
	g_autofree char *recording = test_record_with_pause(fixture, 500);

	test_start(fixture, "\"i would like a table\",\"a quiet one\"",
		   "ponder.delay-ms=20\nfiller-after-ms=0");
	test_call(fixture, recording);
	g_assert_cmpstr(test_get_answer(fixture, "i would like a table a quiet one"), ==,
			"That was turn one, and one in vain. "
			"You said i would like a table a quiet one.");
	test_wait_turn(fixture);
}

/* ---- waiting ---- */

/* A short sound, and then the answer: in history and times as if there had been none. */
static void
test_filler(TurnFixture *fixture, gconstpointer data)
{
	JsonObject *turn;

	test_start(fixture, "\"what are your opening hours\"", "ponder.delay-ms=3500");
	test_patient_call(fixture, "what are your opening hours", "14");
	g_assert_cmpstr(test_get_answer(fixture, "what are your opening hours"), ==,
			"That was turn one, and no in vain. You said what are your opening hours.");
	turn = test_wait_turn(fixture);
	g_assert_cmpfloat(test_get_ms(turn, "first_frame_ms"), >=,
			  test_get_ms(turn, "first_text_ms"));
	g_assert_cmpint(test_get_silence_ms(fixture), <, 3500);
	g_assert_cmpint(test_get_silence_ms(fixture), >=, 700);
}

static void
test_no_filler(TurnFixture *fixture, gconstpointer data)
{
	test_start(fixture, "\"what are your opening hours\"",
		   "ponder.delay-ms=3500\nfiller-after-ms=0");
	test_patient_call(fixture, "what are your opening hours", "14");
	test_get_answer(fixture, "what are your opening hours");
	g_assert_cmpint(test_get_silence_ms(fixture), >=, 3500);
}

/* Sound at 0.7 s, phrase at 1.5 s. */
static void
test_tool(TurnFixture *fixture, gconstpointer data)
{
	test_start(fixture, "\"how is the weather\"",
		   "ponder.tool-ms=5000\nfiller-sounds=Hm.|Hm.\nfiller-phrases=I am looking out of "
		   "the window.");
	test_patient_call(fixture, "how is the weather", "15");
	g_assert_cmpstr(test_get_answer(fixture, "how is the weather"), ==,
			"That was turn one, and no in vain. You said how is the weather.");
	g_assert_cmpint(test_get_silence_ms(fixture), <, 3500);
}

/* The time is up: an apology, and the conversation is over with it. */
static void
test_give_up(TurnFixture *fixture, gconstpointer data)
{
	test_start(fixture, "\"what are your opening hours\"",
		   "ponder.delay-ms=600000\nanswer-timeout-ms=1500\napology=That takes too long.");
	test_patient_call(fixture, "what are your opening hours", "6");
	g_assert_cmpstr(test_get_answer(fixture, "what are your opening hours"), ==,
			"That takes too long.");
}

/* ---- both talk, with each voice ---- */

static JsonObject *
test_get_message(TurnFixture *fixture, guint n, const char *role)
{
	JsonArray *messages = json_object_get_array_member(fixture->call, "transcription");
	JsonObject *message;

	g_assert_cmpuint(json_array_get_length(messages), >, n);
	message = json_array_get_object_element(messages, n);
	g_assert_cmpstr(json_object_get_string_member(message, "role"), ==, role);
	return message;
}

static void
test_talk(TurnFixture *fixture, const char *seconds, const char *words)
{
	test_end_call(fixture,
		      fixture_spawn_emulator(&fixture->base, "--log", fixture->log, "--say",
					     "what are your opening hours", "--barge-in", seconds,
					     words, "--wait", "10", "--hang-up", NULL));
}

#define TEST_ANSWER                                                                                \
	"That was turn one, and no in vain. You said what are your opening hours and when do you " \
	"close in the evening."

/* What was heard is what the store has, and what the agent was told. @data: the voice */
static void
test_barge_in(TurnFixture *fixture, gconstpointer data)
{
	g_autofree char *told = NULL;
	JsonObject *answer;
	const char *heard;

	test_start_with_voice(
	    fixture, data,
	    "\"what are your opening hours and when do you close in the evening\","
	    "\"wait a moment please\"",
	    "filler-after-ms=0");
	test_talk(fixture, "1.5", "wait a moment please");
	answer = test_get_message(fixture, 2, "assistant");
	heard = json_object_get_string_member(answer, "content");
	g_test_message("%s: heard \"%s\"", (const char *)data, heard);
	g_assert_true(json_object_get_boolean_member(answer, "interrupted"));
	g_assert_true(g_str_has_prefix(TEST_ANSWER, heard));
	/* Something, and whole words. */
	g_assert_true(g_str_has_prefix(heard, "That was turn"));
	g_assert_cmpuint(strlen(heard), <, strlen(TEST_ANSWER));
	g_assert_false(g_ascii_isalpha(TEST_ANSWER[strlen(heard)]));
	g_assert_cmpstr(
	    json_object_get_string_member(test_get_message(fixture, 3, "user"), "content"), ==,
	    "wait a moment please");
	told = g_strdup_printf("You had heard: %s", heard);
	g_assert_cmpstr(
	    json_object_get_string_member(test_get_message(fixture, 4, "assistant"), "content"), ==,
	    told);
}

/* The answer goes on after it, and is heard to its end. */
static void
test_back_channel(TurnFixture *fixture, gconstpointer data)
{
	JsonArray *messages;

	test_start_with_voice(
	    fixture, data,
	    "\"what are your opening hours and when do you close in the evening\",\"okay\"",
	    "filler-after-ms=0");
	test_talk(fixture, "1.0", "okay");
	messages = json_object_get_array_member(fixture->call, "transcription");
	g_assert_cmpuint(json_array_get_length(messages), ==, 3);
	g_assert_false(json_object_get_boolean_member(test_get_message(fixture, 2, "assistant"),
						      "interrupted"));
	g_assert_cmpstr(
	    json_object_get_string_member(test_get_message(fixture, 2, "assistant"), "content"), ==,
	    TEST_ANSWER);
}

/* What is said over a greeting that nobody may talk over is not heard. @data: (nullable) the key */
static void
test_greeting(TurnFixture *fixture, gconstpointer data)
{
	JsonArray *messages;
	JsonObject *greeting;

	test_start(fixture, "\"hello can you hear me\"", data != NULL ? data : "");
	test_end_call(fixture, fixture_spawn_emulator(&fixture->base, "--log", fixture->log,
						      "--barge-in", "0.3", "hello can you hear me",
						      "--wait", "6", "--hang-up", NULL));
	messages = json_object_get_array_member(fixture->call, "transcription");
	greeting = json_array_get_object_element(messages, 0);
	if (data != NULL) {
		g_assert_false(json_object_get_boolean_member(greeting, "interrupted"));
		g_assert_cmpuint(json_array_get_length(messages), ==, 1);
	} else {
		g_assert_cmpuint(json_array_get_length(messages), ==, 3);
	}
}

int
main(int argc, char **argv)
{
	static const char *const voices[] = {"flite", "espeak", "openai"};

	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/turns/in-advance", TurnFixture, NULL, test_set_up, test_in_advance,
		   test_tear_down);
	g_test_add("/integration/turns/not-in-advance", TurnFixture, "speculate=false", test_set_up,
		   test_in_advance, test_tear_down);
	g_test_add("/integration/turns/caller-goes-on", TurnFixture, NULL, test_set_up,
		   test_caller_goes_on, test_tear_down);
	g_test_add("/integration/turns/filler", TurnFixture, NULL, test_set_up, test_filler,
		   test_tear_down);
	g_test_add("/integration/turns/no-filler", TurnFixture, NULL, test_set_up, test_no_filler,
		   test_tear_down);
	g_test_add("/integration/turns/tool", TurnFixture, NULL, test_set_up, test_tool,
		   test_tear_down);
	g_test_add("/integration/turns/give-up", TurnFixture, NULL, test_set_up, test_give_up,
		   test_tear_down);
	for (guint i = 0; i < G_N_ELEMENTS(voices); i++) {
		g_autofree char *barge_in =
		    g_strdup_printf("/integration/turns/barge-in/%s", voices[i]);
		g_autofree char *back_channel =
		    g_strdup_printf("/integration/turns/back-channel/%s", voices[i]);

		g_test_add(barge_in, TurnFixture, voices[i], test_set_up, test_barge_in,
			   test_tear_down);
		g_test_add(back_channel, TurnFixture, voices[i], test_set_up, test_back_channel,
			   test_tear_down);
	}
	g_test_add("/integration/turns/greeting", TurnFixture, NULL, test_set_up, test_greeting,
		   test_tear_down);
	g_test_add("/integration/turns/mute-greeting", TurnFixture, "mute-greeting=true",
		   test_set_up, test_greeting, test_tear_down);
	return g_test_run();
}
