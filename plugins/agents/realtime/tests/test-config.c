/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Settings and options, and the message that sets a session up.
 */

#include "../realtime-config.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

static GHashTable *
make_table(const char *pairs)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) list = g_strsplit(pairs, ";", -1);

	for (char **pair = list; *pair != NULL && **pair != '\0'; pair++) {
		g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);

		g_hash_table_insert(table, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	return table;
}

/* @settings, @options: "name=value" separated by ';' */
static OffhookRealtimeConfig *
make_for_line(const char *settings, const char *options, const OffhookAudioFormat *line,
	      GError **error)
{
	g_autoptr(GHashTable) values = make_table(settings);
	g_autoptr(GHashTable) keys = options != NULL ? make_table(options) : NULL;
	g_autoptr(OffhookSettings) checked = NULL;
	const OffhookAgentOptions agent_options = {
	    .language = "de-AT", .prompt = "Sei kurz.", .options = keys, .line = line};

	checked = offhook_settings_new(offhook_realtime_settings, values, "agent:realtime", error);
	return checked != NULL ? offhook_realtime_config_new(checked, &agent_options, error) : NULL;
}

static OffhookRealtimeConfig *
make(const char *settings, const char *options, GError **error)
{
	return make_for_line(settings, options, NULL, error);
}

static JsonObject *
get_session(OffhookRealtimeConfig *config)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) message =
	    offhook_json_parse_object(config->setup, -1, "setup", &error);

	g_assert_no_error(error);
	g_assert_cmpstr(offhook_json_get_string(message, "type"), ==, "session.update");
	return json_object_ref(offhook_json_get_object(message, "session"));
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRealtimeConfig) config = make("api-key=k", NULL, &error);
	g_autoptr(JsonObject) session = NULL;
	JsonObject *input, *output;

	g_assert_no_error(error);
	g_assert_cmpstr(config->url, ==, "wss://api.openai.com/v1/realtime?model=gpt-realtime");
	g_assert_cmpstr(config->headers[0], ==, "Authorization: Bearer k");
	g_assert_null(config->headers[1]);
	session = get_session(config);
	g_assert_cmpstr(offhook_json_get_string(session, "type"), ==, "realtime");
	g_assert_cmpstr(offhook_json_get_string(session, "instructions"), ==, "Sei kurz.");
	input = offhook_json_get_object(offhook_json_get_object(session, "audio"), "input");
	output = offhook_json_get_object(offhook_json_get_object(session, "audio"), "output");
	/* Turns are decided here. */
	g_assert_true(json_object_get_null_member(input, "turn_detection"));
	g_assert_cmpstr(
	    offhook_json_get_string(offhook_json_get_object(input, "transcription"), "language"),
	    ==, "de");
	g_assert_cmpstr(offhook_json_get_string(offhook_json_get_object(output, "format"), "type"),
			==, "audio/pcm");
	g_assert_cmpstr(offhook_json_get_string(output, "voice"), ==, "marin");
	/* Only hang_up. */
	g_assert_cmpuint(json_array_get_length(offhook_json_get_array(session, "tools")), ==, 1);
}

static void
test_options(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRealtimeConfig) config =
	    make("audio=pcmu;url=ws://127.0.0.1:1/v1/realtime",
		 "voice=cedar;model=a b;transcription-model=;hang-up=false;transfer-to=sales="
		 "+15550100002, desk=warm:sip:desk@example.com",
		 &error);
	g_autoptr(JsonObject) session = NULL;
	JsonObject *input, *output;

	g_assert_no_error(error);
	g_assert_cmpstr(config->url, ==, "ws://127.0.0.1:1/v1/realtime?model=a%20b");
	g_assert_null(config->headers[0]);
	g_assert_true(config->mulaw);
	g_assert_false(config->transcribes);
	g_assert_false(config->hangs_up);
	g_assert_cmpstr(g_hash_table_lookup(config->transfers, "sales"), ==, "+15550100002");
	g_assert_cmpstr(g_hash_table_lookup(config->transfers, "desk"), ==,
			"warm:sip:desk@example.com");
	session = get_session(config);
	input = offhook_json_get_object(offhook_json_get_object(session, "audio"), "input");
	output = offhook_json_get_object(offhook_json_get_object(session, "audio"), "output");
	g_assert_false(json_object_has_member(input, "transcription"));
	g_assert_cmpstr(offhook_json_get_string(offhook_json_get_object(input, "format"), "type"),
			==, "audio/pcmu");
	g_assert_cmpstr(offhook_json_get_string(output, "voice"), ==, "cedar");
	g_assert_nonnull(strstr(config->setup, "transfer_call"));
	g_assert_nonnull(strstr(config->setup, "[\"desk\",\"sales\"]"));
	/* Where to is nobody's business but ours. */
	g_assert_null(strstr(config->setup, "5550100002"));
}

/* G.711 for lines that carry no more. */
static void
test_line(void)
{
	static const struct {
		const char *settings;
		OffhookAudioFormat line;
		gboolean mulaw;
	} cases[] = {
	    {"", {OFFHOOK_ENCODING_MULAW, 8000}, TRUE},
	    {"", {OFFHOOK_ENCODING_ALAW, 8000}, TRUE},
	    {"", {OFFHOOK_ENCODING_S16LE, 8000}, FALSE},
	    {"", {OFFHOOK_ENCODING_S16LE, 16000}, FALSE},
	    {"audio=pcm", {OFFHOOK_ENCODING_MULAW, 8000}, FALSE},
	    {"audio=pcmu", {OFFHOOK_ENCODING_S16LE, 16000}, TRUE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookRealtimeConfig) config =
		    make_for_line(cases[i].settings, NULL, &cases[i].line, &error);

		g_assert_no_error(error);
		g_assert_cmpint(config->mulaw, ==, cases[i].mulaw);
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *settings, *options;
		int code;
	} cases[] = {
	    {"url=http://127.0.0.1/", NULL, OFFHOOK_ERROR_CONFIG},
	    {"url=ws:///v1", NULL, OFFHOOK_ERROR_CONFIG},
	    {"url=ws://a/?model=b", NULL, OFFHOOK_ERROR_CONFIG},
	    {"model=", NULL, OFFHOOK_ERROR_CONFIG},
	    {"transfer-to=sales", NULL, OFFHOOK_ERROR_CONFIG},
	    {"transfer-to=sales=12", NULL, OFFHOOK_ERROR_CONFIG},
	    {"", "transfer-to==+15550100002", OFFHOOK_ERROR_CONFIG},
	    {"", "api-key=k", OFFHOOK_ERROR_INVALID_ARGUMENT},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookRealtimeConfig) config =
		    make(cases[i].settings, cases[i].options, &error);

		g_assert_null(config);
		g_assert_error(error, OFFHOOK_ERROR, cases[i].code);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/realtime/config/defaults", test_defaults);
	g_test_add_func("/realtime/config/options", test_options);
	g_test_add_func("/realtime/config/line", test_line);
	g_test_add_func("/realtime/config/refused", test_refused);
	return g_test_run();
}
