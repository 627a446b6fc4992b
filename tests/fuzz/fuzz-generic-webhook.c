/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a webhook of the generic-http driver: the first says how it comes and how webhooks prove
 * themselves, the rest is the body or the query. Strangers are not let in; the provider gets a reply.
 */

#include "driver-sync.h"
#include "fuzz-tools.h"
#include "generic-driver.h"

#include <string.h>

#define URL "https://pbx.example.com/voice/webhook/generic-http"

static const char *const types[] = {"application/json", "application/x-www-form-urlencoded", NULL,
				    "text/plain"};
static const char *const auths[] = {"key", "hmac", "path"};

static guint
ask(const guint8 *data, gsize size, guint8 how, const char *auth)
{
	gboolean get = how & 0x10;
	const char *pairs[] = {"webhook-auth", auth, "webhook-secret", "not-to-be-guessed", NULL};
	g_autofree char *query = get ? g_strndup((const char *)data, size) : g_strdup("call=1");
	g_autofree char *url = g_strconcat(URL "?", query, NULL);
	g_autoptr(GBytes) body = get ? NULL : g_bytes_new(data, size);
	g_autoptr(OffhookWebhook) webhook =
	    offhook_webhook_new(get ? "GET" : "POST", url, how & 0x20 ? "/x" : "", body);
	g_autoptr(OffhookFakeCallHost) host = offhook_fake_call_host_new("https://pbx.example.com");
	g_autoptr(OffhookDriver) driver = offhook_driver_sync_new(
	    OFFHOOK_TYPE_GENERIC_DRIVER, "generic-http", host, offhook_generic_settings, pairs);
	g_autoptr(OffhookWebhookReply) reply = NULL;
	g_autoptr(GError) error = NULL;

	webhook->content_type = g_strdup(types[how % 4]);
	g_hash_table_insert(webhook->headers, g_strdup("x-signature"),
			    g_strndup((const char *)data, size));
	g_hash_table_insert(webhook->headers, g_strdup("authorization"),
			    g_strndup((const char *)data, size));
	reply = offhook_driver_sync_webhook(driver, webhook, NULL, &error);
	g_assert_no_error(error);
	if (reply->status != 200)
		g_assert_cmpuint(offhook_fake_call_host_count(host), ==, 0);
	return reply->status;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	guint status;

	if (size == 0)
		return 0;
	fuzz_drop_log();
	status = ask(data + 1, size - 1, data[0], "none");
	g_assert_true(status == 200 || status == 400 || status == 404 || status == 413);
	g_assert_cmpuint(ask(data + 1, size - 1, data[0], auths[(data[0] >> 2) % 3]), ==, 403);
	return 0;
}
