/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where a turn's time went, wherever it is shown: /ws, REST, `offhook tail` and /metrics, which is read
 * by Prometheus's own parser. A call through Twilio's emulator with a recogniser and a voice.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[assistant:reception]\ndriver=twilio\nagents=dialog\nstt=pocketsphinx\ntts="              \
	"flite\n" FIXTURE_PATIENT "greeting=Hello.\n"

static const char *const stages[] = {"speech_ended_ms", "transcript_final_ms", "due_ms",
				     "committed_ms",    "first_text_ms",       "first_audio_ms",
				     "first_frame_ms",  "heard_end_ms"};

static double
get(JsonObject *turn, const char *name)
{
	JsonNode *node = json_object_get_member(turn, name);

	g_assert_nonnull(node);
	if (!JSON_NODE_HOLDS_VALUE(node))
		g_error("%s is not there", name);
	return json_node_get_double(node);
}

/* Each stage comes after the one before, and the shares fit between them. */
static void
check_turn(JsonObject *turn)
{
	double before = 0;

	for (guint i = 0; i < G_N_ELEMENTS(stages); i++) {
		double at = get(turn, stages[i]);

		g_test_message("%s %.1f", stages[i], at);
		g_assert_cmpfloat(at, >=, before);
		before = at;
	}
	g_assert_cmpfloat(get(turn, "speech_ended_ms"), ==, 0);
	g_assert_cmpfloat(get(turn, "answer_delay_ms"), ==, get(turn, "first_frame_ms"));
	g_assert_cmpfloat(get(turn, "stt_ms"), <=, get(turn, "transcript_final_ms"));
	g_assert_cmpfloat(get(turn, "agent_ms"), <=,
			  get(turn, "first_text_ms") - get(turn, "committed_ms") + 1);
	g_assert_cmpfloat(get(turn, "tts_ms"), <=,
			  get(turn, "first_audio_ms") - get(turn, "committed_ms"));
	g_assert_cmpfloat_with_epsilon(get(turn, "own_share_ms"),
				       get(turn, "first_frame_ms") - get(turn, "due_ms") -
					   get(turn, "agent_ms") - get(turn, "tts_ms"),
				       0.1);
	g_assert_cmpstr(json_object_get_string_member(turn, "stt"), ==, "pocketsphinx");
	g_assert_cmpstr(json_object_get_string_member(turn, "tts"), ==, "flite");
	g_assert_true(json_object_get_null_member(turn, "llm"));
	g_assert_true(json_object_get_null_member(turn, "interrupted_ms"));
	g_assert_true(json_object_get_null_member(turn, "silenced_ms"));
}

/* REST tells what /ws told, but for the call, which is around it there. */
static void
check_rest(Fixture *fixture, JsonObject *told)
{
	g_autoptr(JsonObject) call = fixture_wait_call(fixture, "completed");
	JsonArray *turns = json_object_get_array_member(call, "turns");
	JsonObject *turn = json_array_get_object_element(turns, 1);
	g_autoptr(GList) names = json_object_get_members(turn);

	g_assert_cmpuint(json_array_get_length(turns), ==, 2);
	g_assert_cmpuint(json_object_get_size(turn) + 1, ==, json_object_get_size(told));
	for (GList *l = names; l != NULL; l = l->next)
		g_assert_true(json_node_equal(json_object_get_member(turn, l->data),
					      json_object_get_member(told, l->data)));
}

#define RECEPTION "assistant=reception"

static void
check_metrics(Fixture *fixture)
{
	const char *const argv[] = {
	    g_getenv("OFFHOOK_PYTHON"),
	    g_getenv("OFFHOOK_METRICS_PY"),
	    "offhook_calls_total,driver=twilio,direction=inbound,outcome=completed == 1",
	    "offhook_calls_active == 0",
	    "offhook_call_duration_seconds_count," RECEPTION " == 1",
	    "offhook_turns_total," RECEPTION ",outcome=completed == 2",
	    "offhook_turn_answer_delay_seconds_count," RECEPTION " == 1",
	    "offhook_turn_answer_delay_seconds_sum," RECEPTION " >= 0.1",
	    "offhook_turn_answer_delay_seconds_sum," RECEPTION " <= 20",
	    "offhook_turn_own_share_seconds_count," RECEPTION " == 1",
	    "offhook_turn_stage_seconds_count," RECEPTION ",stage=transcript_final == 1",
	    "offhook_turn_stage_seconds_count," RECEPTION ",stage=due == 1",
	    "offhook_turn_stage_seconds_count," RECEPTION ",stage=committed == 1",
	    "offhook_turn_stage_seconds_count," RECEPTION ",stage=first_text == 1",
	    "offhook_turn_stage_seconds_count," RECEPTION ",stage=first_audio == 1",
	    "offhook_turn_stage_seconds_count," RECEPTION ",stage=first_frame == 1",
	    "offhook_engine_first_result_seconds_count," RECEPTION
	    ",role=stt,engine=pocketsphinx == 1",
	    "offhook_engine_first_result_seconds_count," RECEPTION ",role=tts,engine=flite == 2",
	    "offhook_engine_first_result_seconds_count," RECEPTION ",role=agent,engine= == 1",
	    "offhook_store_lost_writes_total,reason=full == 0",
	    "offhook_playout_queued_bytes == 0",
	    "offhook_media_frames_total,direction=in >= 100",
	    "offhook_media_frames_total,direction=out >= 50",
	    "process_resident_memory_bytes >= 1000000",
	    NULL};
	g_autofree char *metrics = fixture_read_metrics(fixture);
	g_autofree char *output = NULL;
	g_autoptr(GSubprocess) reader = NULL;
	g_autoptr(GError) error = NULL;

	/* Nobody's number, and nothing that was said. */
	g_assert_null(strstr(metrics, "+1555"));
	reader = g_subprocess_newv(
	    argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
	g_assert_no_error(error);
	g_subprocess_communicate_utf8(reader, metrics, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	g_test_message("%s", output);
	g_assert_cmpint(g_subprocess_get_exit_status(reader), ==, 0);
}

static gboolean
two_listen(gpointer data)
{
	g_autoptr(JsonObject) status = fixture_request(data, "GET", "/ws/status", NULL, 200);

	return json_object_get_int_member(status, "active_connections") == 2;
}

static void
test_turn(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GRegex) line = g_regex_new(
	    "\\(answered after \\d+ ms: waited \\d+, hearing \\d+ \\(pocketsphinx\\), agent \\d+, "
	    "voice \\d+ \\(flite\\), own \\d+\\.\\d\\)",
	    0, 0, NULL);
	Listener *listener;
	GSubprocess *tail;
	JsonObject *turn;
	g_autofree char *emulator = NULL;
	g_autofree char *output = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	tail = fixture_start_cli(fixture, "tail --once");
	harness_wait_until(two_listen, fixture, "tail to listen");
	emulator = fixture_finish_emulator(fixture_spawn_emulator(fixture, "--say",
								  "what are your opening hours",
								  "--expect", "heard", NULL),
					   0);
	listener_wait(listener, "call.completed", 1);
	turn = json_object_get_object_member(listener_wait(listener, "turn.completed", 2), "data");
	check_turn(turn);
	g_assert_cmpstr(json_object_get_string_member(turn, "assistant"), ==, "reception");
	g_assert_cmpstr(json_object_get_string_member(turn, "agent_id"), ==, "dialog");
	check_rest(fixture, turn);
	check_metrics(fixture);
	output = fixture_finish_cli(tail, "tail --once", 0);
	g_test_message("%s", output);
	g_assert_true(g_regex_match(line, output, 0, NULL));
	listener_free(listener);
}

/* Who reads figures needs the token. */
static void
test_token(Fixture *fixture, gconstpointer data)
{
	g_autofree char *url = NULL;
	g_autoptr(SoupMessage) msg = NULL;
	g_autoptr(GBytes) bytes = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	url = g_strconcat(fixture->url, "/metrics", NULL);
	msg = soup_message_new("GET", url);
	bytes = soup_session_send_and_read(fixture->session, msg, NULL, NULL);
	g_assert_cmpint(soup_message_get_status(msg), ==, 401);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/monitoring/turn", Fixture, NULL, fixture_set_up, test_turn,
		   fixture_tear_down);
	g_test_add("/integration/monitoring/token", Fixture, NULL, fixture_set_up, test_token,
		   fixture_tear_down);
	return g_test_run();
}
