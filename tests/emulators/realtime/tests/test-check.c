/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The emulator takes what the service takes, and nothing else. */

#include "check.h"

#include <string.h>

static gchar *
check(const gchar *text)
{
	g_autoptr(JsonParser) parser = json_parser_new();

	g_assert_true(json_parser_load_from_data(parser, text, -1, NULL));
	return offhook_emu_realtime_check_event(json_node_get_object(json_parser_get_root(parser)));
}

static void
test_good(void)
{
	static const gchar *const texts[] = {
	    "{\"type\":\"session.update\",\"event_id\":\"e\",\"session\":{\"type\":\"realtime\","
	    "\"instructions\":\"i\",\"output_modalities\":[\"audio\"],\"audio\":{\"input\":{"
	    "\"format\":{\"type\":\"audio/pcmu\"},\"noise_reduction\":null,\"transcription\":{"
	    "\"model\":\"m\",\"language\":\"en\"},\"turn_detection\":{\"type\":\"server_vad\","
	    "\"threshold\":0.5,\"silence_duration_ms\":500,\"create_response\":false}},\"output\":{"
	    "\"format\":{\"type\":\"audio/"
	    "pcm\",\"rate\":24000},\"voice\":\"marin\",\"speed\":1.0}},"
	    "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}}],"
	    "\"tool_choice\":\"auto\",\"max_output_tokens\":\"inf\"}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{"
	    "\"turn_detection\":null}}}}",
	    "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AA==\"}",
	    "{\"type\":\"response.create\"}",
	    "{\"type\":\"response.create\",\"response\":{\"instructions\":\"Say hello\"}}",
	    "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":"
	    "\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"t\"}]}}",
	    "{\"type\":\"conversation.item.truncate\",\"item_id\":\"i\",\"content_index\":0,"
	    "\"audio_end_ms\":1480}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree gchar *wrong = check(texts[i]);

		g_assert_cmpstr(wrong, ==, NULL);
	}
}

/* Above all the shape of before. */
static void
test_bad(void)
{
	static const gchar *const texts[] = {
	    "{}",
	    "{\"type\":\"output_audio_buffer.clear\"}",
	    "{\"type\":\"session.update\",\"session\":{}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"modalities\":[]}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"voice\":\"v\"}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"temperature\":1}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\","
	    "\"output_modalities\":[\"audio\",\"text\"]}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{"
	    "\"format\":\"g711_ulaw\"}}}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{"
	    "\"format\":{\"type\":\"audio/pcm\",\"rate\":16000}}}}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{"
	    "\"turn_detection\":{\"type\":\"server_vad\",\"silence_ms\":1}}}}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"output\":"
	    "{"
	    "\"speed\":2}}}}",
	    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"tools\":[{"
	    "\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}}",
	    "{\"type\":\"input_audio_buffer.append\"}",
	    "{\"type\":\"response.create\",\"response\":{\"modalities\":[\"audio\"]}}",
	    "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":"
	    "\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"t\"}]}}",
	    "{\"type\":\"conversation.item.truncate\",\"item_id\":\"i\",\"audio_end_ms\":1}",
	    "{\"type\":\"conversation.item.truncate\",\"item_id\":\"i\",\"content_index\":0,"
	    "\"audio_end_ms\":1.5}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree gchar *wrong = check(texts[i]);

		g_assert_nonnull(wrong);
	}
}

static void
test_apply(void)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	OffhookEmuRealtimeSetup setup = {.vad = TRUE, .creates = TRUE};

	g_assert_true(json_parser_load_from_data(
	    parser,
	    "{\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"},\"transcription\":{"
	    "\"model\":\"m\"},\"turn_detection\":null},\"output\":{\"format\":{\"type\":"
	    "\"audio/pcm\",\"rate\":24000}}}}",
	    -1, NULL));
	offhook_emu_realtime_apply(json_node_get_object(json_parser_get_root(parser)), &setup);
	g_assert_true(setup.in_mulaw);
	g_assert_false(setup.out_mulaw);
	g_assert_true(setup.transcribes);
	g_assert_false(setup.vad);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulator/realtime/check/good", test_good);
	g_test_add_func("/emulator/realtime/check/bad", test_bad);
	g_test_add_func("/emulator/realtime/check/apply", test_apply);
	return g_test_run();
}
