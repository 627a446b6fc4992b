/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the service says, and what it must not.
 */

#include "../realtime-event.h"

#include <offhook/error.h>
#include <string.h>

static OffhookRealtimeEvent *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	OffhookRealtimeEvent *event = offhook_realtime_event_parse(text, strlen(text), &error);

	g_assert_no_error(error);
	return event;
}

static void
test_audio(void)
{
	g_autoptr(OffhookRealtimeEvent) event =
	    parse("{\"type\":\"response.output_audio.delta\",\"response_id\":\"r\","
		  "\"item_id\":\"i\",\"delta\":\"AQIDBA==\"}");

	g_assert_cmpint(event->kind, ==, OFFHOOK_REALTIME_AUDIO);
	g_assert_cmpstr(event->response_id, ==, "r");
	g_assert_cmpstr(event->item_id, ==, "i");
	g_assert_cmpmem(g_bytes_get_data(event->audio, NULL), g_bytes_get_size(event->audio),
			"\1\2\3\4", 4);
}

static void
test_call(void)
{
	g_autoptr(OffhookRealtimeEvent) event =
	    parse("{\"type\":\"response.function_call_arguments.done\",\"response_id\":\"r\","
		  "\"call_id\":\"c\",\"name\":\"hang_up\",\"arguments\":\"{}\"}");

	g_assert_cmpint(event->kind, ==, OFFHOOK_REALTIME_CALL);
	g_assert_cmpstr(event->call_id, ==, "c");
	g_assert_cmpstr(event->name, ==, "hang_up");
	g_assert_cmpstr(event->text, ==, "{}");
}

static void
test_end(void)
{
	g_autoptr(OffhookRealtimeEvent) event = parse(
	    "{\"type\":\"response.done\",\"response\":{\"id\":\"r\",\"status\":\"failed\","
	    "\"status_details\":{\"type\":\"failed\",\"error\":{\"code\":\"server_error\"}}}}");

	g_assert_cmpint(event->kind, ==, OFFHOOK_REALTIME_RESPONSE_DONE);
	g_assert_cmpstr(event->response_id, ==, "r");
	g_assert_cmpstr(event->status, ==, "failed");
	g_assert_cmpstr(event->code, ==, "server_error");
}

/* Zero where nothing is told; of older services only what was kept in all. */
static void
test_usage(void)
{
	g_autoptr(OffhookRealtimeEvent) event = parse(
	    "{\"type\":\"response.done\",\"response\":{\"id\":\"r\",\"status\":\"completed\","
	    "\"usage\":{\"total_tokens\":180,\"input_tokens\":100,\"output_tokens\":80,"
	    "\"input_token_details\":{\"text_tokens\":40,\"audio_tokens\":60,\"cached_tokens\":30,"
	    "\"cached_tokens_details\":{\"text_tokens\":10,\"audio_tokens\":20}},"
	    "\"output_token_details\":{\"text_tokens\":20,\"audio_tokens\":60}}}}");
	g_autoptr(OffhookRealtimeEvent) plain =
	    parse("{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":7,"
		  "\"output_tokens\":-1,\"input_token_details\":{\"cached_tokens\":3},"
		  "\"output_token_details\":[]}}}");
	g_autoptr(OffhookRealtimeEvent) none =
	    parse("{\"type\":\"response.done\",\"response\":{\"usage\":null}}");

	g_assert_cmpint(event->usage.input_tokens, ==, 100);
	g_assert_cmpint(event->usage.cached_input_tokens, ==, 10);
	g_assert_cmpint(event->usage.audio_input_tokens, ==, 60);
	g_assert_cmpint(event->usage.cached_audio_input_tokens, ==, 20);
	g_assert_cmpint(event->usage.output_tokens, ==, 80);
	g_assert_cmpint(event->usage.audio_output_tokens, ==, 60);
	g_assert_cmpint(plain->usage.input_tokens, ==, 7);
	g_assert_cmpint(plain->usage.cached_input_tokens, ==, 3);
	g_assert_cmpint(plain->usage.audio_input_tokens, ==, 0);
	g_assert_cmpint(plain->usage.output_tokens, ==, 0);
	g_assert_cmpint(none->usage.input_tokens, ==, 0);
}

static void
test_error(void)
{
	g_autoptr(OffhookRealtimeEvent) event =
	    parse("{\"type\":\"error\",\"event_id\":\"theirs\",\"error\":{\"type\":\"x\",\"code\":"
		  "\"session_expired\",\"message\":\"m\",\"event_id\":\"ours\"}}");

	g_assert_cmpint(event->kind, ==, OFFHOOK_REALTIME_ERROR);
	g_assert_cmpstr(event->code, ==, "session_expired");
	g_assert_cmpstr(event->event_id, ==, "ours");
}

/* Types that are new, members of other types. */
static void
test_strange(void)
{
	static const char *const texts[] = {
	    "{}",
	    "{\"type\":7}",
	    "{\"type\":\"brand.new\"}",
	    "{\"type\":\"error\",\"error\":\"broken\"}",
	    "{\"type\":\"response.done\",\"response\":[]}",
	    "{\"type\":\"response.output_audio_transcript.delta\",\"delta\":{}}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(OffhookRealtimeEvent) event = parse(texts[i]);

		g_assert_true(g_utf8_validate(event->text, -1, NULL));
	}
}

static void
test_refused(void)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "null",
	    "{\"type\":",
	    "{\"type\":\"response.output_audio.delta\"}",
	    "{\"type\":\"response.output_audio.delta\",\"delta\":5}",
	    "{\"type\":\"response.output_audio.delta\",\"delta\":\"AQI\"}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_realtime_event_parse(texts[i], strlen(texts[i]), &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/realtime/event/audio", test_audio);
	g_test_add_func("/realtime/event/call", test_call);
	g_test_add_func("/realtime/event/end", test_end);
	g_test_add_func("/realtime/event/usage", test_usage);
	g_test_add_func("/realtime/event/error", test_error);
	g_test_add_func("/realtime/event/strange", test_strange);
	g_test_add_func("/realtime/event/refused", test_refused);
	return g_test_run();
}
