/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Addresses and messages that are refused, and some that are not. */

#include "check.h"

static void
test_addresses(void)
{
	static const struct {
		const gchar *path, *query;
		gboolean good;
	} cases[] = {
	    {"/v1/text-to-speech/abc/multi-stream-input", NULL, TRUE},
	    {"/v1/text-to-speech/abc/stream-input", "model_id=eleven_flash_v2_5", TRUE},
	    {"/v1/text-to-speech/abc/stream", NULL, FALSE},
	    {"/v1/text-to-speech//stream-input", NULL, FALSE},
	    {"/v1/voices", NULL, FALSE},
	    {"/v1/text-to-speech/abc/stream-input", "model_id=eleven_v3", FALSE},
	    {"/v1/text-to-speech/abc/stream-input", "output_format=mp3_44100_128", FALSE},
	    {"/v1/text-to-speech/abc/stream-input", "output_format=ulaw_8000", TRUE},
	    {"/v1/text-to-speech/abc/stream-input", "inactivity_timeout=181", FALSE},
	    {"/v1/text-to-speech/abc/stream-input", "auto_mode=1", FALSE},
	    {"/v1/text-to-speech/abc/stream-input", "language_code=en-US", FALSE},
	    {"/v1/text-to-speech/abc/stream-input", "stability=1", FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookEmuForm) query = offhook_emu_form_parse(cases[i].query);
		OffhookEmuElevenlabsWish wish = {0};
		g_autofree gchar *wrong =
		    offhook_emu_elevenlabs_check_address(cases[i].path, query, &wish);

		g_test_message("%s: %s", cases[i].path, wrong != NULL ? wrong : "good");
		g_assert_true((wrong == NULL) == cases[i].good);
		offhook_emu_elevenlabs_wish_clear(&wish);
	}
}

static void
test_messages(void)
{
	static const struct {
		const gchar *text;
		gboolean multi, good;
	} cases[] = {
	    {"{\"text\":\" \",\"voice_settings\":{\"stability\":0.5,\"speed\":1.2}}", TRUE, TRUE},
	    {"{\"text\":\" \",\"voice_settings\":{\"speed\":1.3}}", TRUE, FALSE},
	    {"{\"text\":\" \",\"voice_settings\":{\"loudness\":1}}", TRUE, FALSE},
	    {"{\"text\":\"Hello. \",\"context_id\":\"a\",\"flush\":true}", TRUE, TRUE},
	    {"{\"text\":\"Hello.\",\"context_id\":\"a\"}", TRUE, FALSE},
	    {"{\"text\":\"Hello. \",\"context_id\":\"a\"}", FALSE, FALSE},
	    {"{\"text\":\"Hello. \",\"try_trigger_generation\":true}", FALSE, TRUE},
	    {"{\"text\":\"Hello. \",\"flush\":\"yes\"}", FALSE, FALSE},
	    {"{\"text\":5}", FALSE, FALSE},
	    {"{\"close_context\":true,\"context_id\":\"a\"}", TRUE, TRUE},
	    {"{\"close_context\":true}", FALSE, FALSE},
	    {"{\"type\":\"Speak\"}", TRUE, FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonNode) node = json_from_string(cases[i].text, NULL);
		g_autofree gchar *wrong = offhook_emu_elevenlabs_check_message(
		    json_node_get_object(node), cases[i].multi);

		g_test_message("%s: %s", cases[i].text, wrong != NULL ? wrong : "good");
		g_assert_true((wrong == NULL) == cases[i].good);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulator/elevenlabs/addresses", test_addresses);
	g_test_add_func("/emulator/elevenlabs/messages", test_messages);
	return g_test_run();
}
