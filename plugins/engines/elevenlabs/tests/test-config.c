/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What settings and an assistant's keys become, and what is refused.
 */

#include "../elevenlabs-config.h"

#include <offhook/error.h>
#include <string.h>

/* @values: "name=value;name=value" */
static GHashTable *
make_table(const char *values)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) pairs = g_strsplit(values, ";", -1);

	for (char **pair = pairs; *pair != NULL && **pair != '\0'; pair++) {
		g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);

		g_hash_table_insert(table, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	return table;
}

static OffhookElevenlabsConfig *
open_config(const char *values, const char *options, const char *voice, GError **error)
{
	g_autoptr(GHashTable) table = make_table(values);
	g_autoptr(GHashTable) own = make_table(options);
	const OffhookSynthesizeOptions session = {
	    .language = "de-CH", .voice = voice, .options = own};
	g_autoptr(OffhookSettings) settings =
	    offhook_settings_new(offhook_elevenlabs_settings, table, "engine:elevenlabs", error);

	g_assert_nonnull(settings);
	return offhook_elevenlabs_config_new(settings, &session, error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookElevenlabsConfig) config = open_config("api-key=secret", "", NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(config->url, ==,
			"wss://api.elevenlabs.io/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/"
			"multi-stream-input?model_id=eleven_flash_v2_5&output_format=pcm_16000&"
			"auto_mode=true&sync_alignment=true&inactivity_timeout=60&"
			"apply_text_normalization=auto&language_code=de");
	g_assert_cmpstr(config->headers[0], ==, "xi-api-key: secret");
	g_assert_null(config->headers[1]);
	g_assert_null(config->voice_settings);
	g_assert_cmpuint(config->format.rate, ==, 16000);
	g_assert_cmpuint(config->keep_alive_ms, ==, 20000);
}

static void
test_own(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookElevenlabsConfig) config = open_config(
	    "base-url=ws://127.0.0.1:80/fault/stall/;stability=0.1;similarity=0.25;"
	    "output-format=ulaw_8000;logging=false",
	    "stability=0.5;speed=1.2;language=none;model=eleven_multilingual_v2", "abc", &error);

	g_assert_no_error(error);
	g_assert_cmpstr(
	    config->url, ==,
	    "ws://127.0.0.1:80/fault/stall/v1/text-to-speech/abc/"
	    "multi-stream-input?model_id=eleven_multilingual_v2&output_format=ulaw_8000&"
	    "auto_mode=true&sync_alignment=true&inactivity_timeout=60&"
	    "apply_text_normalization=auto&enable_logging=false");
	g_assert_null(config->headers[0]);
	g_assert_cmpstr(config->voice_settings, ==,
			"{\"stability\":0.5,\"similarity_boost\":0.25,\"speed\":1.2}");
	g_assert_cmpint(config->format.encoding, ==, OFFHOOK_ENCODING_MULAW);
	g_assert_cmpuint(config->format.rate, ==, 8000);
}

static void
test_refused(void)
{
	static const struct {
		const char *values, *options, *voice;
		OffhookError code;
	} cases[] = {
	    {"", "", NULL, OFFHOOK_ERROR_CONFIG}, /* no key */
	    {"api-key=a\nb", "", NULL, OFFHOOK_ERROR_CONFIG},
	    {"base-url=https://x", "", NULL, OFFHOOK_ERROR_CONFIG},
	    {"base-url=ws://x?y", "", NULL, OFFHOOK_ERROR_CONFIG},
	    {"base-url=ws://x", "", "../v1", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"base-url=ws://x", "", "", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"base-url=ws://x", "speed=3", NULL, OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"base-url=ws://x", "api-key=3", NULL, OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"base-url=ws://x", "language=german", NULL, OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"base-url=ws://x", "model=eleven_v3", NULL, OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"base-url=ws://x", "model=a&b", NULL, OFFHOOK_ERROR_INVALID_ARGUMENT},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(
		    open_config(cases[i].values, cases[i].options, cases[i].voice, &error));
		g_test_message("%s", error->message);
		g_assert_error(error, OFFHOOK_ERROR, (gint)cases[i].code);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/elevenlabs/config/defaults", test_defaults);
	g_test_add_func("/elevenlabs/config/own", test_own);
	g_test_add_func("/elevenlabs/config/refused", test_refused);
	return g_test_run();
}
