/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Settings and what a session has otherwise, and the addresses that they make.
 */

#include "../deepgram-config.h"

#include <offhook/error.h>

/* @text: "name=value", separated by ';'. (transfer full) */
static GHashTable *
make_values(const char *text)
{
	GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) pairs = g_strsplit(text, ";", -1);

	for (char **pair = pairs; *pair != NULL; pair++) {
		g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);

		g_hash_table_insert(values, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	return values;
}

static OffhookDeepgramConfig *
make_config(const char *text, const OffhookDeepgramSession *session, GError **error)
{
	static const OffhookDeepgramSession none = {0};
	g_autoptr(GHashTable) values = make_values(text);
	g_autoptr(GError) local = NULL;
	g_autoptr(OffhookSettings) settings =
	    offhook_settings_new(offhook_deepgram_settings, values, "engine:deepgram", &local);

	g_assert_no_error(local);
	return offhook_deepgram_config_new(settings, session != NULL ? session : &none, error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDeepgramConfig) config = make_config("api-key=k", NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(config->listen_url, ==,
			"wss://api.deepgram.com/v1/listen?model=nova-3&encoding=linear16&"
			"sample_rate=16000&channels=1&interim_results=true&punctuate=true&"
			"smart_format=true&endpointing=false");
	g_assert_cmpstr(config->speak_url, ==,
			"wss://api.deepgram.com/v1/speak?model=aura-2-thalia-en&"
			"encoding=linear16&sample_rate=16000");
	g_assert_cmpstr(config->headers[0], ==, "Authorization: Token k");
	g_assert_null(config->headers[1]);
}

static void
test_session(void)
{
	g_autoptr(GHashTable) options = make_values("keyterms=Trattoria Lucia, ,Ossobuco & co");
	const OffhookDeepgramSession session = {"de-AT", "aura-2-viktoria-de", options};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDeepgramConfig) config =
	    make_config("base-url=http://127.0.0.1:8080/dg//", &session, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(config->listen_url, ==,
			"ws://127.0.0.1:8080/dg/v1/listen?model=nova-3&language=de-AT&"
			"encoding=linear16&sample_rate=16000&channels=1&interim_results=true&"
			"punctuate=true&smart_format=true&endpointing=false&"
			"keyterm=Trattoria%20Lucia&keyterm=Ossobuco%20%26%20co");
	g_assert_nonnull(strstr(config->speak_url, "/dg/v1/speak?model=aura-2-viktoria-de&"));
	g_assert_null(config->headers[0]);
}

static void
test_wrong_settings(void)
{
	static const char *const wrong[] = {
	    "base-url=wss://api.deepgram.com", "base-url=ftp://x;api-key=secret",
	    "base-url=wss://u@x;api-key=secret", "base-url=ws://x/?a=b;api-key=secret",
	    "api-key=secret\r\nX: y"};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(make_config(wrong[i], NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_null(strstr(error->message, "secret"));
	}
}

static void
test_wrong_sessions(void)
{
	static const char *const wrong[] = {"model=nova 3", "language=en&x=y", "speech-model=/",
					    "api-key=other", "colour=red"};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GHashTable) options = make_values(wrong[i]);
		const OffhookDeepgramSession session = {.options = options};
		g_autoptr(GError) error = NULL;

		g_assert_null(make_config("api-key=k", &session, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deepgram-config/defaults", test_defaults);
	g_test_add_func("/deepgram-config/session", test_session);
	g_test_add_func("/deepgram-config/wrong-settings", test_wrong_settings);
	g_test_add_func("/deepgram-config/wrong-sessions", test_wrong_sessions);
	return g_test_run();
}
