/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The service's messages, good and odd ones, and ours.
 */

#include "../elevenlabs-message.h"

#include <offhook/error.h>
#include <string.h>

static void
parse(OffhookElevenlabsMessage *message, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_elevenlabs_message_parse(message, text, strlen(text), &error));
	g_assert_no_error(error);
}

static void
test_audio(void)
{
	g_auto(OffhookElevenlabsMessage) message = {0};
	const OffhookElevenlabsTime *times;

	parse(&message,
	      "{\"audio\":\"AQIDBA==\",\"isFinal\":null,\"contextId\":\"7\","
	      "\"alignment\":{\"chars\":[\"8\",\"\xc3\xa9\"],\"charStartTimesMs\":[0,300],"
	      "\"charDurationsMs\":[300,60.5]},"
	      "\"normalizedAlignment\":{\"chars\":[\"e\"],\"charStartTimesMs\":[0],"
	      "\"charDurationsMs\":[1]}}");
	g_assert_cmpstr(message.context, ==, "7");
	g_assert_cmpmem(g_bytes_get_data(message.audio, NULL), g_bytes_get_size(message.audio),
			"\1\2\3\4", 4);
	g_assert_false(message.is_final);
	g_assert_null(message.fault);
	g_assert_cmpuint(message.times->len, ==, 2);
	times = (const OffhookElevenlabsTime *)(gpointer)message.times->data;
	g_assert_cmpuint(times[0].character, ==, '8');
	g_assert_cmpuint(times[0].end_ms, ==, 300);
	g_assert_cmpuint(times[1].character, ==, 0xe9);
	g_assert_cmpuint(times[1].start_ms, ==, 300);
	g_assert_cmpuint(times[1].end_ms, ==, 360);
}

static void
test_final(void)
{
	g_auto(OffhookElevenlabsMessage) message = {0};

	parse(&message, "{\"audio\":null,\"isFinal\":true,\"contextId\":\"7\"}");
	g_assert_true(message.is_final);
	g_assert_null(message.audio);
	g_assert_null(message.times);
}

static void
test_faults(void)
{
	g_auto(OffhookElevenlabsMessage) named = {0};
	g_auto(OffhookElevenlabsMessage) nameless = {0};

	parse(&named, "{\"message\":\"No.\",\"error\":\"quota_exceeded\",\"code\":1008}");
	g_assert_cmpstr(named.fault, ==, "quota_exceeded");
	g_assert_cmpstr(named.explanation, ==, "No.");
	parse(&nameless, "{\"message\":\"No.\",\"code\":1008}");
	g_assert_cmpstr(nameless.fault, ==, "");
}

/* Times that make no sense are none; the sound is still good. */
static void
test_odd_times(void)
{
	static const char *const alignments[] = {
	    "null",
	    "5",
	    "{}",
	    "{\"chars\":[\"a\"],\"charStartTimesMs\":[0,1],\"charDurationsMs\":[1]}",
	    "{\"chars\":[\"a\"],\"charStartTimesMs\":[-1],\"charDurationsMs\":[1]}",
	    "{\"chars\":[\"a\"],\"charStartTimesMs\":[\"0\"],\"charDurationsMs\":[1]}",
	    "{\"chars\":[5],\"charStartTimesMs\":[0],\"charDurationsMs\":[1]}",
	    "{\"chars\":[[]],\"charStartTimesMs\":[0],\"charDurationsMs\":[1]}",
	    "{\"chars\":[\"a\"],\"charStartTimesMs\":[1e300],\"charDurationsMs\":[1]}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(alignments); i++) {
		g_auto(OffhookElevenlabsMessage) message = {0};
		g_autofree char *text =
		    g_strdup_printf("{\"audio\":\"AQI=\",\"alignment\":%s}", alignments[i]);

		parse(&message, text);
		g_assert_null(message.times);
		g_assert_cmpuint(g_bytes_get_size(message.audio), ==, 2);
	}
}

static void
test_broken(void)
{
	static const char *const texts[] = {"", "[]", "{\"audio\": <html>",
					    "{\"audio\":\"not base64!\"}"};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(OffhookElevenlabsMessage) message = {0};
		g_autoptr(GError) error = NULL;

		g_assert_false(
		    offhook_elevenlabs_message_parse(&message, texts[i], strlen(texts[i]), &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

static void
test_ours(void)
{
	g_autofree char *greeting =
	    offhook_elevenlabs_message_make_greeting("7", "{\"stability\":0.5}");
	g_autofree char *plain = offhook_elevenlabs_message_make_greeting("7", NULL);
	g_autofree char *text = offhook_elevenlabs_message_make_text("7", "\"Hi\", he said.");
	g_autofree char *end = offhook_elevenlabs_message_make_end("7");

	g_assert_cmpstr(greeting, ==,
			"{\"text\":\" \",\"context_id\":\"7\",\"voice_settings\":{\"stability\":"
			"0.5}}");
	g_assert_cmpstr(plain, ==, "{\"text\":\" \",\"context_id\":\"7\"}");
	g_assert_cmpstr(text, ==,
			"{\"text\":\"\\\"Hi\\\", he said. \",\"context_id\":\"7\",\"flush\":true}");
	g_assert_cmpstr(end, ==, "{\"context_id\":\"7\",\"close_context\":true}");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/elevenlabs/message/audio", test_audio);
	g_test_add_func("/elevenlabs/message/final", test_final);
	g_test_add_func("/elevenlabs/message/faults", test_faults);
	g_test_add_func("/elevenlabs/message/odd-times", test_odd_times);
	g_test_add_func("/elevenlabs/message/broken", test_broken);
	g_test_add_func("/elevenlabs/message/ours", test_ours);
	return g_test_run();
}
