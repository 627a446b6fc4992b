/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phone calls whose agent is speech to speech: the caller's sound goes to the emulator of the service,
 * and its answers come back as sound. The emulator refuses what the service would, above all a cut
 * behind what it has sent.
 */

#include "fixture.h"

#include "harness.h"

#include <signal.h>
#include <string.h>

#define EMULATOR "tests/emulators/realtime/offhook-emulate-realtime"

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[agent:realtime]\n%s\n%s\n"                                                               \
	"[assistant:desk]\ndriver=twilio\nagents=realtime,dialog\nstt=pocketsphinx\ntts="          \
	"flite\n" FIXTURE_PATIENT "greeting=Hello.\n%s\n"

#define LONG_ANSWER                                                                                \
	"We are open from Tuesday to Sunday, from eleven in the morning until ten in the evening " \
	"without a break."

/* For tests that are not about deadlines. */
#define PATIENT "connect-timeout-ms=30000\nfirst-audio-timeout-ms=60000\nstall-timeout-ms=60000\n"

typedef struct {
	Fixture base;
	GSubprocess *service;
	GDataInputStream *output;
	char *url; /* a line of configuration */
	SoupSession *session;
} Test;

static void
set_up(Test *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
	self->session = soup_session_new();
}

/*
 * @script: JSON; @arguments: of the emulator, shell words; @settings: more of [agent:realtime]; @keys: of
 * the assistant
 */
static void
start_with_keys(Test *self, const char *script, const char *arguments, const char *settings,
		const char *keys)
{
	g_autofree char *program = g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), EMULATOR, NULL);
	g_autofree char *path = g_build_filename(self->base.dir, "script.json", NULL);
	g_autofree char *line =
	    g_strdup_printf("'%s' --voice tone --script '%s' %s", program, path, arguments);
	g_autofree char *config = NULL;
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	g_assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
	self->service = harness_launch((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	self->output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->service));
	self->url = g_data_input_stream_read_line(self->output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(self->url, "url=ws://"));
	config = g_strdup_printf(CONFIG, self->url, settings, keys);
	fixture_configure(&self->base, config);
	fixture_start(&self->base);
}

static void
start(Test *self, const char *script, const char *arguments, const char *settings)
{
	start_with_keys(self, script, arguments, settings, "");
}

static void
store_bytes_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	*(GBytes **)user_data =
	    soup_session_send_and_read_finish(SOUP_SESSION(source), result, NULL);
}

/* What the service has counted. (transfer full) */
static JsonObject *
ask_service(Test *self)
{
	g_autoptr(GUri) uri = g_uri_parse(self->url + strlen("url="), G_URI_FLAGS_NONE, NULL);
	g_autofree char *url =
	    g_strdup_printf("http://127.0.0.1:%d/emulator/state", g_uri_get_port(uri));
	g_autoptr(SoupMessage) message = soup_message_new("GET", url);
	g_autoptr(JsonNode) node = NULL;
	g_autofree char *text = NULL;
	GBytes *body = NULL;

	soup_session_send_and_read_async(self->session, message, G_PRIORITY_DEFAULT, NULL,
					 store_bytes_cb, &body);
	while (body == NULL)
		g_main_context_iteration(NULL, TRUE);
	text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
	g_bytes_unref(body);
	node = json_from_string(text, NULL);
	g_assert_nonnull(node);
	return json_node_dup_object(node);
}

static gint64
get_count(JsonObject *state, const char *name)
{
	return json_object_get_int_member(state, name);
}

static void
tear_down(Test *self, gconstpointer data)
{
	g_autoptr(JsonObject) state = ask_service(self);
	JsonArray *problems = json_object_get_array_member(state, "problems");
	g_autoptr(GError) error = NULL;

	fixture_tear_down(&self->base, NULL);
	for (guint i = 0; i < json_array_get_length(problems); i++)
		g_printerr("the service refused: %s\n", json_array_get_string_element(problems, i));
	g_assert_cmpuint(json_array_get_length(problems), ==, 0);
	g_subprocess_send_signal(self->service, SIGTERM);
	g_subprocess_wait(self->service, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_subprocess_get_successful(self->service));
	g_clear_object(&self->service);
	g_clear_object(&self->output);
	g_clear_object(&self->session);
	g_clear_pointer(&self->url, g_free);
}

/* All that was said, "role: text" in lines. */
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
	g_test_message("%s", talk->str);
	return g_string_free(talk, FALSE);
}

/* Two turns, the second spoken into the first's answer. */
static void
test_barge_in(Test *self, gconstpointer data)
{
	Fixture *fixture = &self->base;
	g_autofree char *log = g_build_filename(fixture->dir, "emulator.jsonl", NULL);
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) call = NULL;
	g_autoptr(JsonObject) state = NULL;
	JsonObject *answer;
	const char *heard;
	double heard_ms;

	/* The line speaks G.711, and so do we with the service unless told otherwise. */
	start(self,
	      "{\"transcripts\":[\"what are your opening hours\",\"where is the restaurant\"],"
	      "\"answers\":[\"" LONG_ANSWER "\",\"In the High Street.\"]}",
	      "", data);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--log", log, "--say", "what are your opening hours",
				   "--barge-in", "1.5", "where is the restaurant", "--expect",
				   "silence-within=" FIXTURE_SILENCE_WITHIN, "--expect", "heard",
				   NULL),
	    0);
	call = fixture_wait_call(fixture, "completed");
	talk = read_talk(call);
	g_assert_nonnull(strstr(talk, "user: what are your opening hours\n"));
	g_assert_nonnull(strstr(talk, "user: where is the restaurant\n"));
	g_assert_nonnull(strstr(talk, "In the High Street.\n"));
	answer =
	    json_array_get_object_element(json_object_get_array_member(call, "transcription"), 2);
	g_assert_true(json_object_get_boolean_member(answer, "interrupted"));
	heard = json_object_get_string_member(answer, "content");
	g_assert_true(g_str_has_prefix(LONG_ANSWER, heard));
	g_assert_cmpuint(strlen(heard), >, 3);
	g_assert_cmpuint(strlen(heard), <, strlen(LONG_ANSWER) / 2);

	state = ask_service(self);
	heard_ms = fixture_get_heard_ms(fixture, 2);
	g_test_message("heard %.0f ms, cut at %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, heard_ms,
		       get_count(state, "truncated_ms"), get_count(state, "truncated_of_ms"));
	g_assert_nonnull(strstr(json_object_get_string_member(state, "last_setup"),
				g_str_equal(data, PATIENT) ? "audio/pcmu" : "\"audio/pcm\""));
	g_assert_cmpint(get_count(state, "commits"), ==, 2);
	g_assert_cmpint(get_count(state, "truncations"), ==, 1);
	g_assert_cmpfloat(ABS(get_count(state, "truncated_ms") - heard_ms), <, FIXTURE_SLACK_MS);
	g_assert_cmpint(get_count(state, "truncated_of_ms"), >, get_count(state, "truncated_ms"));
}

/* The model ends the call, when its last words have been heard. */
static void
test_tool(Test *self, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) call = NULL;
	g_autoptr(JsonObject) state = NULL;

	start(self,
	      "{\"transcripts\":[\"that was all thank you\"],"
	      "\"answers\":[{\"tool\":\"hang_up\"},\"Goodbye and thank you.\"]}",
	      "", PATIENT);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "that was all thank you", "--expect",
				   "hangup", "--expect", "heard", NULL),
	    0);
	call = fixture_wait_call(&self->base, "completed");
	talk = read_talk(call);
	g_assert_nonnull(strstr(talk, "Goodbye and thank you.\n"));
	state = ask_service(self);
	g_assert_cmpint(get_count(state, "tool_outputs"), ==, 1);
	g_assert_cmpint(get_count(state, "responses"), ==, 2);
}

/* Messages larger than a library takes unless told otherwise. */
static void
test_large(Test *self, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) call = NULL;

	start(self,
	      "{\"transcripts\":[\"what are your opening hours\"],"
	      "\"answers\":[\"" LONG_ANSWER "\"]}",
	      "--piece 10000", PATIENT);
	output = fixture_finish_emulator(fixture_spawn_emulator(&self->base, "--say",
								"what are your opening hours",
								"--expect", "heard", NULL),
					 0);
	call = fixture_wait_call(&self->base, "completed");
	talk = read_talk(call);
	g_assert_nonnull(strstr(talk, LONG_ANSWER));
}

/*
 * The service fails, sooner or later: an apology, and the next agent answers that turn and the next,
 * with the assistant's own ear and voice.
 */
static void
test_failure(Test *self, gconstpointer data)
{
	g_autofree char *arguments = g_strdup_printf("--fault %s", (const char *)data);
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) call = NULL;

	start(self,
	      "{\"transcripts\":[\"what are your opening hours\"],"
	      "\"answers\":[\"" LONG_ANSWER "\"]}",
	      arguments,
	      "first-audio-timeout-ms=1500\nstall-timeout-ms=1000\nconnect-timeout-ms=1000");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "what are your opening hours", "--say",
				   "call me back please", "--expect", "heard", NULL),
	    0);
	call = fixture_wait_call(&self->base, "completed");
	talk = read_talk(call);
	g_test_message("%s", talk);
	/* From dialog's last resort, which nobody else knows; or the caller speaks before it is due. */
	if (!g_str_equal(data, "mid-stall"))
		g_assert_nonnull(strstr(talk, "technical problem"));
	g_assert_nonnull(strstr(talk, "user: call me back please\n"));
	g_assert_nonnull(strstr(talk, "Shall we call the number"));
	g_assert_null(strstr(talk, "Answer number"));
}

/* Each response costs 100 tokens in and 80 out, of sound and of text, new and kept: see the emulator. */
#define PRICES                                                                                     \
	"price-input-tokens=10\nprice-cached-input-tokens=1\nprice-audio-input-tokens=100\n"       \
	"price-cached-audio-input-tokens=10\nprice-output-tokens=20\n"                             \
	"price-audio-output-tokens=200\nprice-audio-minute=0.06\n"
#define RESPONSE_COST ((30 * 10 + 10 * 1 + 40 * 100 + 20 * 10 + 20 * 20 + 60 * 200) / 1e6)

/* What the service reports counts, and the call's limit ends it politely. */
static void
test_usage(Test *self, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) call = NULL;
	JsonObject *usage, *turn;
	JsonArray *turns;
	double audio_s;

	start_with_keys(self,
			"{\"transcripts\":[\"what are your opening hours\"],"
			"\"answers\":[\"From nine to five.\"]}",
			"", PATIENT PRICES, "max-cost-per-call=0.001\nlimit-message=Time is up.");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "what are your opening hours", "--expect",
				   "hangup", "--expect", "heard", NULL),
	    0);
	call = fixture_wait_call(&self->base, "completed");
	talk = read_talk(call);
	g_assert_nonnull(strstr(talk, "assistant: From nine to five.\nassistant: Time is up.\n"));
	usage = json_object_get_object_member(call, "usage");
	audio_s = json_object_get_double_member(usage, "audio_seconds");
	g_assert_cmpint(json_object_get_int_member(usage, "input_tokens"), ==, 100);
	g_assert_cmpint(json_object_get_int_member(usage, "output_tokens"), ==, 80);
	g_assert_cmpfloat(audio_s, >, 1);
	g_assert_cmpfloat(audio_s, <, 5);
	g_assert_cmpfloat_with_epsilon(json_object_get_double_member(usage, "cost"),
				       RESPONSE_COST + audio_s / 60 * 0.06, 1e-6);
	turns = json_object_get_array_member(call, "turns");
	g_assert_cmpuint(json_array_get_length(turns), ==, 3);
	turn = json_array_get_object_element(turns, 1);
	g_assert_cmpstr(json_object_get_string_member(turn, "llm"), ==, "realtime");
	g_assert_cmpint(json_object_get_int_member(json_object_get_object_member(turn, "usage"),
						   "output_tokens"),
			==, 80);
}

int
main(int argc, char **argv)
{
	static const char *const faults[] = {"401",       "half-open",      "stall",
					     "mid-stall", "mid-close-1011", "garbage"};

	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/realtime/barge-in", Test, PATIENT, set_up, test_barge_in,
		   tear_down);
	g_test_add("/integration/realtime/barge-in-pcm", Test, PATIENT "audio=pcm", set_up,
		   test_barge_in, tear_down);
	g_test_add("/integration/realtime/tool", Test, NULL, set_up, test_tool, tear_down);
	g_test_add("/integration/realtime/usage", Test, NULL, set_up, test_usage, tear_down);
	g_test_add("/integration/realtime/large", Test, NULL, set_up, test_large, tear_down);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *path =
		    g_strconcat("/integration/realtime/failure/", faults[i], NULL);

		g_test_add(path, Test, faults[i], set_up, test_failure, tear_down);
	}
	return g_test_run();
}
