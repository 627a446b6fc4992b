/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Settings and what a session has otherwise; where the key goes, and where it must not go.
 */

#include "config-sample.h"

#include <offhook/error.h>

/* @options: (nullable) (transfer full) */
static OffhookOpenaiConfig *
make_config(GHashTable *values, GHashTable *options, GError **error)
{
	g_autoptr(OffhookSettings) settings = make_settings(values);
	g_autoptr(GHashTable) owned = options;

	return offhook_openai_config_new(settings, owned, error);
}

static void
expect_headers(char **headers, const char *expected)
{
	g_autofree char *all = g_strjoinv("|", headers);

	g_assert_cmpstr(all, ==, expected);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) keyless = NULL;
	g_autoptr(OffhookOpenaiConfig) config = make_config(make_values(NULL), NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(config->chat.url, ==, "https://api.openai.com/v1");
	/* It lets nobody in without a key. */
	g_assert_false(offhook_openai_place_check(&config->chat, &keyless));
	g_assert_error(keyless, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
	g_assert_cmpstr(config->dialect->name, ==, "openai");
	expect_headers(config->chat.headers, "");
}

static void
test_places(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookOpenaiConfig) config =
	    make_config(make_values("base-url", "http://127.0.0.1:8080/v1//", "api-key", "k1",
				    "headers", "{\"X-Team\":\"a b\"}", "speech-base-url",
				    "http://127.0.0.1:8880/v1", "speech-api-key", "k2", NULL),
			NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(config->chat.url, ==, "http://127.0.0.1:8080/v1");
	g_assert_cmpstr(config->dialect->name, ==, "other");
	expect_headers(config->chat.headers, "Authorization: Bearer k1|X-Team: a b");
	g_assert_cmpstr(config->transcription.url, ==, "http://127.0.0.1:8080/v1");
	expect_headers(config->transcription.headers, "Authorization: Bearer k1|X-Team: a b");
	expect_headers(config->speech.headers, "Authorization: Bearer k2");
}

static void
test_session(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookOpenaiConfig) config = make_config(
	    make_values("api-key", "k1", "headers", "{\"X-Team\":\"a\"}", NULL),
	    make_values("model", "small", "thinking", "true", "speed", "1.5", NULL), &error);
	g_autoptr(OffhookOpenaiConfig) elsewhere = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(config->model, ==, "small");
	g_assert_true(config->thinking);
	g_assert_cmpfloat(config->speed, ==, 1.5);
	expect_headers(config->chat.headers, "Authorization: Bearer k1|X-Team: a");
	/* The key is for the server that it was given for. */
	elsewhere = make_config(
	    make_values("api-key", "k1", "headers", "{\"X-Team\":\"a\"}", NULL),
	    make_values("base-url", "http://127.0.0.1:11434/v1", "server", "ollama", NULL), &error);
	g_assert_no_error(error);
	expect_headers(elsewhere->chat.headers, "");
	g_assert_cmpstr(elsewhere->dialect->name, ==, "ollama");
}

static void
test_wrong(void)
{
	static const char *const settings[][2] = {
	    {"base-url", "127.0.0.1:8080"},
	    {"base-url", "ftp://host/v1"},
	    {"base-url", "http:///v1"},
	    {"base-url", "http://host/v1?x=1"},
	    {"speech-base-url", "nowhere"},
	    {"api-key", "two\nlines"},
	    {"headers", "X-Team: a"},
	    {"headers", "{\"X Team\":\"a\"}"},
	    {"headers", "{\"X-Team\":\"a\\r\\nX-Other: b\"}"},
	    {"headers", "{\"X-Team\":1}"},
	    {"parameters", "temperature=1"},
	};
	static const char *const options[][2] = {{"voice", "x"},        {"server", "unheard-of"},
						 {"thinking", "maybe"}, {"base-url", "x"},
						 {"speed", "5"},        {"speed", ""}};

	for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(
		    make_config(make_values(settings[i][0], settings[i][1], NULL), NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
	for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(make_config(make_values(NULL),
					  make_values(options[i][0], options[i][1], NULL), &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openai-config/defaults", test_defaults);
	g_test_add_func("/openai-config/places", test_places);
	g_test_add_func("/openai-config/session", test_session);
	g_test_add_func("/openai-config/wrong", test_wrong);
	return g_test_run();
}
