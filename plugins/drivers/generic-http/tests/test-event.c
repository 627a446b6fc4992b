/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Webhooks: which are the provider's, and what they say.
 */

#include "../event.h"

#include "driver-sync.h"

#define URL "https://pbx.example.com/voice/webhook/generic-http"

static OffhookGenericConfig *
make_config(const char *const *pairs)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings =
	    offhook_driver_sync_settings(offhook_generic_settings, pairs, &error);
	OffhookGenericConfig *config;

	g_assert_no_error(error);
	config = offhook_generic_config_new(settings, &error);
	g_assert_no_error(error);
	return config;
}

#define CONFIG(...) make_config((const char *[]){__VA_ARGS__, NULL})

static gboolean
is_let_in(OffhookGenericConfig *config, const char *path, const char *header, const char *value)
{
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", URL, path, "application/json", "{\"a\":1}");
	g_autoptr(GError) error = NULL;
	const char *rest;
	gboolean in;

	if (header != NULL)
		g_hash_table_insert(webhook->headers, g_strdup(header), g_strdup(value));
	in = offhook_generic_event_authenticate(config, webhook, &rest, &error);
	if (in) {
		g_assert_no_error(error);
		g_assert_cmpstr(rest, ==, "");
	} else {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	}
	return in;
}

static void
test_key(void)
{
	g_autoptr(OffhookGenericConfig) config = CONFIG("api-key", "k1");
	g_autoptr(OffhookGenericConfig) own =
	    CONFIG("api-key", "k1", "webhook-secret", "s2", "webhook-auth-header", "X-Secret");
	g_autoptr(OffhookGenericConfig) named =
	    CONFIG("webhook-secret", "s2", "webhook-auth-header", "Authorization");

	g_assert_true(is_let_in(config, "", "x-api-key", "k1"));
	g_assert_true(is_let_in(config, "", "authorization", "Bearer k1"));
	g_assert_false(is_let_in(config, "", "authorization", "k1"));
	g_assert_false(is_let_in(config, "", "x-api-key", "k"));
	g_assert_false(is_let_in(config, "", "x-api-key", ""));
	g_assert_false(is_let_in(config, "", NULL, NULL));
	g_assert_true(is_let_in(own, "", "x-secret", "s2"));
	g_assert_false(is_let_in(own, "", "x-secret", "k1"));
	g_assert_false(is_let_in(own, "", "x-api-key", "s2"));
	g_assert_true(is_let_in(named, "", "authorization", "s2"));
	g_assert_true(is_let_in(named, "", "authorization", "Bearer s2"));
}

static void
test_hmac(void)
{
	g_autoptr(OffhookGenericConfig) config = CONFIG("webhook-auth", "hmac", "api-key", "k1");
	g_autofree char *right =
	    g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guint8 *)"k1", 2, "{\"a\":1}", 7);
	g_autofree char *wrong =
	    g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guint8 *)"k1", 2, "{\"a\":2}", 7);

	g_assert_true(is_let_in(config, "", "x-signature", right));
	g_assert_false(is_let_in(config, "", "x-signature", wrong));
	g_assert_false(is_let_in(config, "", "x-signature", "k1"));
	g_assert_false(is_let_in(config, "", NULL, NULL));
}

static void
test_path(void)
{
	g_autoptr(OffhookGenericConfig) config =
	    CONFIG("webhook-auth", "path", "webhook-secret", "s3cret");
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", URL, "/s3cret/more", NULL, NULL);
	const char *rest;

	g_assert_true(is_let_in(config, "/s3cret", NULL, NULL));
	g_assert_false(is_let_in(config, "", NULL, NULL));
	g_assert_false(is_let_in(config, "/", NULL, NULL));
	g_assert_false(is_let_in(config, "/s3cre", NULL, NULL));
	g_assert_false(is_let_in(config, "/x/s3cret", NULL, NULL));
	g_assert_true(offhook_generic_event_authenticate(config, webhook, &rest, NULL));
	g_assert_cmpstr(rest, ==, "/more");
}

static OffhookGenericEvent *
read_event(OffhookGenericConfig *config, const char *method, const char *query, const char *type,
	   const char *body, GError **error)
{
	g_autofree char *url = g_strconcat(URL, query, NULL);
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request(method, url, "", type, body);

	return offhook_generic_event_read(config, webhook, error);
}

/* The form of POST /voice/webhook/generic, without a word of configuration. */
static void
test_default_form(void)
{
	g_autoptr(OffhookGenericConfig) config = make_config(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookGenericEvent) event = read_event(
	    config, "POST", "?call=01890a5d-ac96-774b-bcce-b302099a8057", "application/json",
	    "{\"provider\":\"acme\",\"event_type\":\"Inbound\",\"call_id\":17,"
	    "\"data\":{\"from\":\"+15550100001\",\"to\":\"+15550100002\"}}",
	    &error);

	g_assert_no_error(error);
	g_assert_cmpint(event->kind, ==, OFFHOOK_GENERIC_EVENT_INBOUND);
	g_assert_cmpstr(event->provider_call_id, ==, "17");
	g_assert_cmpstr(event->call_id, ==, "01890a5d-ac96-774b-bcce-b302099a8057");
	g_assert_cmpstr(event->from, ==, "+15550100001");
	g_assert_cmpstr(event->to, ==, "+15550100002");
}

static void
test_form_and_query(void)
{
	g_autoptr(OffhookGenericConfig) config =
	    CONFIG("event-type", "Status", "event-call-id", "Sid", "word-busy", "engaged");
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookGenericEvent) form =
	    read_event(config, "POST", "?call=not-ours", "application/x-www-form-urlencoded",
		       "Status=Engaged&Sid=c%2B1&from=", &error);
	g_autoptr(OffhookGenericEvent) query =
	    read_event(config, "GET", "?Status=never-heard&Sid=2", NULL, "", &error);

	g_assert_no_error(error);
	g_assert_cmpint(form->kind, ==, OFFHOOK_GENERIC_EVENT_BUSY);
	g_assert_cmpstr(form->provider_call_id, ==, "c+1");
	g_assert_null(form->call_id);
	g_assert_null(form->from);
	g_assert_cmpint(query->kind, ==, OFFHOOK_GENERIC_EVENT_UNKNOWN);
	g_assert_cmpstr(query->provider_call_id, ==, "2");
}

static void
test_wrong(void)
{
	static const struct {
		const char *type;
		const char *body;
		OffhookError code;
	} cases[] = {
	    {"application/json", "", OFFHOOK_ERROR_FORMAT},
	    {"application/json", "[]", OFFHOOK_ERROR_FORMAT},
	    {"application/json", "{\"event_type\":\"\\u0000\"}", OFFHOOK_ERROR_FORMAT},
	    {"application/json", "{}", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"application/json", "{\"event_type\":{}}", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"application/json", "{\"event_type\":\"\"}", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"application/x-www-form-urlencoded", "a", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"application/x-www-form-urlencoded", "event_type=%00", OFFHOOK_ERROR_FORMAT},
	    {"application/x-www-form-urlencoded", "", OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"application/json", "{\"event_type\":\"inbound\",\"call_id\":\".\"}",
	     OFFHOOK_ERROR_INVALID_ARGUMENT},
	    {"application/x-www-form-urlencoded", "event_type=inbound&call_id=%2e.",
	     OFFHOOK_ERROR_INVALID_ARGUMENT},
	};
	g_autoptr(OffhookGenericConfig) config = make_config(NULL);
	g_autofree char *huge = g_strnfill(65537, ' ');
	g_autofree char *id = g_strnfill(129, '1');
	g_autofree char *named = g_strconcat("event_type=busy&call_id=", id, NULL);
	g_autoptr(GError) limit = NULL;
	g_autoptr(GError) too_long = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(read_event(config, "POST", "", cases[i].type, cases[i].body, &error));
		g_assert_error(error, OFFHOOK_ERROR, (int)cases[i].code);
	}
	g_assert_null(read_event(config, "POST", "", "application/json", huge, &limit));
	g_assert_error(limit, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_null(
	    read_event(config, "POST", "", "application/x-www-form-urlencoded", named, &too_long));
	g_assert_error(too_long, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/event/key", test_key);
	g_test_add_func("/event/hmac", test_hmac);
	g_test_add_func("/event/path", test_path);
	g_test_add_func("/event/default-form", test_default_form);
	g_test_add_func("/event/form-and-query", test_form_and_query);
	g_test_add_func("/event/wrong", test_wrong);
	return g_test_run();
}
