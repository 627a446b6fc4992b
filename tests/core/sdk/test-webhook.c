/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every driver asks of a request: is it signed, what is in its URL.
 */

#include <offhook/error.h>
#include <offhook/webhook.h>

#define BODY "what do ya want for nothing?"
/* RFC 4231, test case 2: key "Jefe". */
#define HEX    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
#define BASE64 "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="

static OffhookWebhook *
make(const char *url, const char *text)
{
	g_autoptr(GBytes) body = g_bytes_new_static(text, strlen(text));

	return offhook_webhook_new("POST", url, "", body);
}

static void
test_signature(void)
{
	static const char *const right[] = {
	    HEX, BASE64, "sha256=" HEX, "sha256=" BASE64,
	    "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B96"
	    "4EC3843"};
	static const char *const wrong[] = {
	    NULL,
	    "",
	    "sha256=",
	    HEX "0",
	    "0bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b96"
	    "4ec3843",
	    "w9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
	    "5bdc"};
	g_autoptr(OffhookWebhook) webhook = make("http://a.test/", BODY);
	g_autoptr(OffhookWebhook) other = make("http://a.test/", BODY "!");
	g_autoptr(OffhookWebhook) empty = make("http://a.test/", "");

	for (guint i = 0; i < G_N_ELEMENTS(right); i++) {
		g_assert_true(offhook_webhook_is_signed(webhook, "Jefe", right[i]));
		g_assert_false(offhook_webhook_is_signed(webhook, "jefe", right[i]));
		g_assert_false(offhook_webhook_is_signed(other, "Jefe", right[i]));
		g_assert_false(offhook_webhook_is_signed(empty, "Jefe", right[i]));
	}
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(offhook_webhook_is_signed(webhook, "Jefe", wrong[i]));
}

static void
test_secret(void)
{
	static const char *const wrong[] = {NULL, "", "secre", "secrets", "Secret", "secret\n"};

	g_assert_true(offhook_webhook_secret_matches("secret", "secret"));
	g_assert_true(offhook_webhook_secret_matches("", ""));
	g_assert_false(offhook_webhook_secret_matches("", NULL));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(offhook_webhook_secret_matches("secret", wrong[i]));
}

static void
test_bearer(void)
{
	static const struct {
		const char *value;
		const char *token;
	} cases[] = {
	    {"Bearer abc", "abc"}, {"bearer abc", "abc"}, {"Basic abc", NULL}, {"Bearer", NULL}};
	g_autoptr(OffhookWebhook) webhook = make("http://a.test/", "");

	g_assert_null(offhook_webhook_get_bearer(webhook));
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_hash_table_replace(webhook->headers, g_strdup("authorization"),
				     g_strdup(cases[i].value));
		g_assert_cmpstr(offhook_webhook_get_bearer(webhook), ==, cases[i].token);
	}
}

static void
test_parameter(void)
{
	static const struct {
		const char *url;
		const char *value;
	} cases[] = {
	    {"http://a.test/x", NULL},
	    {"http://a.test/x?", NULL},
	    {"http://a.test/x?call=1", "1"},
	    {"http://a.test/x?a=2&call=1#call=3", "1"},
	    {"http://a.test/x?call=1&call=2", "1"},
	    {"http://a.test/x?ca%6cl=%2B1+2", "+1 2"},
	    {"http://a.test/x#?call=1", NULL},
	    {"http://a.test/x?calls=1&CALL=2", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookWebhook) webhook = make(cases[i].url, "");
		g_autofree char *value = offhook_webhook_dup_parameter(webhook, "call");

		g_assert_cmpstr(value, ==, cases[i].value);
	}
}

static void
test_success(void)
{
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "no");
	g_autoptr(OffhookWebhookReply) good = offhook_webhook_reply_new_success(NULL);
	g_autoptr(OffhookWebhookReply) bad = offhook_webhook_reply_new_success(error);

	g_assert_cmpuint(good->status, ==, 200);
	g_assert_cmpstr(good->body, ==, "{\"success\":true}");
	g_assert_cmpuint(bad->status, ==, 404);
	g_assert_cmpstr(bad->body, ==, "{\"success\":false}");
}

/* The example of Standard Webhooks, and a secret that is none of theirs. */
static void
test_make_signature(void)
{
	g_autoptr(GBytes) body = g_bytes_new_static("{\"test\": 2432232314}", 20);
	g_auto(GStrv) headers =
	    offhook_webhook_make_signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body,
					   "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	g_auto(GStrv) plain = offhook_webhook_make_signature("msg_1", 1, NULL, "plain");

	g_assert_cmpuint(g_strv_length(headers), ==, 3);
	g_assert_cmpstr(headers[0], ==, "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek");
	g_assert_cmpstr(headers[1], ==, "webhook-timestamp: 1614265330");
	g_assert_cmpstr(headers[2], ==,
			"webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	g_assert_cmpstr(plain[2], ==,
			"webhook-signature: v1,7/U52pe/8M7rzp05UVR4h+Et7r7Xl+XZjvuOpG6jFBA=");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/webhook/signature", test_signature);
	g_test_add_func("/webhook/secret", test_secret);
	g_test_add_func("/webhook/bearer", test_bearer);
	g_test_add_func("/webhook/parameter", test_parameter);
	g_test_add_func("/webhook/success", test_success);
	g_test_add_func("/webhook/make-signature", test_make_signature);
	return g_test_run();
}
