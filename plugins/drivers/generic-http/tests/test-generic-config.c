/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The settings: what works without a word, and that whatever is wrong is said with its key.
 */

#include "../generic-config.h"

#include "driver-sync.h"

#include <string.h>

static OffhookGenericConfig *
read_config(const char *const *pairs, GError **error)
{
	g_autoptr(OffhookSettings) settings =
	    offhook_driver_sync_settings(offhook_generic_settings, pairs, error);

	return settings != NULL ? offhook_generic_config_new(settings, error) : NULL;
}

#define READ(...) read_config((const char *[]){__VA_ARGS__, NULL}, &error)

static void
test_nothing(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookGenericConfig) config = read_config(NULL, &error);

	g_assert_no_error(error);
	g_assert_null(config->requests[OFFHOOK_GENERIC_CALL].url);
	g_assert_nonnull(offhook_generic_config_get_missing(config));
}

/* An address and a key are enough. */
static void
test_address_alone(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookGenericConfig) config =
	    READ("api-url", "https://gateway.example.com/hook", "api-key", "k", "timeout", "2500");

	g_assert_no_error(error);
	for (guint i = 0; i < OFFHOOK_GENERIC_ACTION_LAST; i++) {
		g_autofree char *url = offhook_generic_template_render(
		    config->requests[i].url,
		    (const OffhookGenericValue[]){{"api_url", config->api_url}, {NULL}});

		g_assert_cmpstr(url, ==, "https://gateway.example.com/hook");
	}
	g_assert_null(offhook_generic_config_get_missing(config));
	g_assert_cmpstr(config->headers[0], ==, "Authorization: Bearer k");
	g_assert_cmpuint(config->timeout_ms, ==, 2500);
}

/* Who names one request's URL names all. */
static void
test_some_requests(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookGenericConfig) config = READ(
	    "api-url", "https://a.test/v1", "call-url", "{{api_url}}/calls", "hang-up-url",
	    "{{api_url}}/calls/{{provider_call_id}}", "hang-up-method", "DELETE", "timeout", "30");

	g_assert_no_error(error);
	g_assert_nonnull(config->requests[OFFHOOK_GENERIC_CALL].url);
	g_assert_null(config->requests[OFFHOOK_GENERIC_HANG_UP].body);
	g_assert_null(config->requests[OFFHOOK_GENERIC_SMS].url);
	g_assert_null(config->requests[OFFHOOK_GENERIC_DTMF].url);
	g_assert_cmpuint(config->timeout_ms, ==, 30000);
}

static void
test_headers(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookGenericConfig) config =
	    READ("headers", "{\"X-Tenant\":\"7\",\"X-Region\":\"eu\"}", "api-key", "k", "api-auth",
		 "header", "api-auth-header", "X-Key");
	g_autoptr(OffhookGenericConfig) one = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(config->headers[0], ==, "X-Key: k");
	g_assert_cmpuint(g_strv_length(config->headers), ==, 3);
	g_assert_true(g_strv_contains((const char *const *)config->headers, "X-Tenant: 7"));
	one = READ("headers", "X-Tenant: 7");
	g_assert_no_error(error);
	g_assert_cmpstr(one->headers[0], ==, "X-Tenant: 7");
}

static void
test_wrong(void)
{
	static const struct {
		const char *pairs[5];
		const char *key;
		const char *value;
	} cases[] = {
	    {{"call-url", "https://a.test/{{digits}}"}, "call-url", "{{digits}}"},
	    {{"call-url", "ftp://a.test/"}, "call-url", "ftp:"},
	    {{"call-url", "{{api_url}}/x"}, "call-url", "api-url"},
	    {{"hang-up-url", "https://{{call_id}}/x"}, "hang-up-url", "path"},
	    {{"hang-up-url", "https://a.test:{{call_id}}/x"}, "hang-up-url", "a.test"},
	    {{"sms-url", "https://a.test/", "sms-body", "{\"t\":{{text}}}}"}, "sms-body", "JSON"},
	    {{"sms-url", "https://a.test/", "sms-body", "{\"t\":{{text}}}"}, "sms-body", "quotes"},
	    {{"media-framing", "json", "send-media", "{\"a\":{{payload}}}"},
	     "send-media",
	     "quotes"},
	    {{"sms-url", "https://a.test/", "sms-body", "{{text"}, "sms-body", "}}"},
	    {{"answer", "{\"x\":\"{{to}}\"}"}, "answer", "{{to}}"},
	    {{"answer-inbound", "[1]"}, "answer-inbound", "JSON"},
	    {{"send-mark", "{{name}}"}, "send-mark", "JSON"},
	    {{"media-framing", "json", "send-media", "{\"a\":\"b\"}"}, "send-media", "payload"},
	    {{"event-from", "a/b"}, "event-from", "a/b"},
	    {{"word-busy", "ringing"}, "word-busy", "word-ringing"},
	    {{"word-busy", "a,,b"}, "word-busy", "a,,b"},
	    {{"stream-start", "media"}, "stream-media", "stream-start"},
	    {{"webhook-auth-header", "X Y"}, "webhook-auth-header", "X Y"},
	    {{"webhook-url", "pbx"}, "webhook-url", "pbx"},
	    {{"phone-number", "555"}, "phone-number", "555"},
	    {{"timeout", "0"}, "timeout", "0"},
	    {{"call-method", "FETCH"}, "call-method", "FETCH"},
	    {{"headers", "nonsense"}, "headers", "JSON"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(read_config(cases[i].pairs, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, "driver:"));
		g_assert_nonnull(strstr(error->message, cases[i].key));
		g_assert_nonnull(strstr(error->message, cases[i].value));
	}
}

/* What is secret is not said in an error. */
static void
test_secrets_stay_out(void)
{
	static const char *const keys[] = {"headers", "api-key", "webhook-secret"};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(READ(keys[i], "hush\nhush", "webhook-auth", "path"));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, keys[i]));
		g_assert_null(strstr(error->message, "hush"));
	}
}

static void
test_webhook_url(void)
{
	static const char *const urls[] = {"https://p.test", "https://p.test/",
					   "https://p.test/voice/webhook/generic"};

	for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookGenericConfig) config = READ("webhook-url", urls[i]);

		g_assert_no_error(error);
		g_assert_cmpstr(config->base_url, ==, "https://p.test");
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/generic-config/nothing", test_nothing);
	g_test_add_func("/generic-config/address-alone", test_address_alone);
	g_test_add_func("/generic-config/some-requests", test_some_requests);
	g_test_add_func("/generic-config/headers", test_headers);
	g_test_add_func("/generic-config/wrong", test_wrong);
	g_test_add_func("/generic-config/secrets-stay-out", test_secrets_stay_out);
	g_test_add_func("/generic-config/webhook-url", test_webhook_url);
	return g_test_run();
}
