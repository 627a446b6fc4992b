/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a request to Vonage's webhooks: the first says which path and how, the rest is the
 * body or the query. With signatures asked for, nobody is let in; without, each request gets a
 * reply.
 */

#include "driver-sync.h"
#include "fuzz-tools.h"
#include "vonage-config.h"
#include "vonage-driver.h"

#include <string.h>

#define URL "https://pbx.example.com/voice/webhook/vonage"

static const char *const paths[] = {"/answer", "/event", "/fallback", "/sms", "/sms-status"};
static const char *const types[] = {"application/json", NULL, "application/x-www-form-urlencoded"};

static OffhookWebhook *
make_request(const guint8 *data, gsize size, guint8 how)
{
	OffhookWebhook *webhook =
	    fuzz_make_webhook(URL, paths[how % G_N_ELEMENTS(paths)], how & 0x20, data, size);

	webhook->content_type = g_strdup(types[how / 8 % G_N_ELEMENTS(types)]);
	return webhook;
}

static guint
ask(const OffhookWebhook *webhook, const char *require_signature)
{
	const char *pairs[] = {"api-key",
			       "key",
			       "signature-secret",
			       "secret",
			       "require-signature",
			       require_signature,
			       "fallback-message",
			       "Later.",
			       NULL};
	g_autoptr(OffhookFakeCallHost) host = offhook_fake_call_host_new("https://pbx.example.com");
	g_autoptr(OffhookDriver) driver = offhook_driver_sync_new(
	    OFFHOOK_TYPE_VONAGE_DRIVER, "vonage", host, offhook_vonage_settings, pairs);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebhookReply) reply =
	    offhook_driver_sync_webhook(driver, webhook, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpint(reply->body != NULL, <=, reply->status == 200);
	return reply->status;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(OffhookWebhook) webhook = NULL;
	guint status;

	if (size == 0)
		return 0;
	fuzz_drop_log();
	webhook = make_request(data + 1, size - 1, data[0]);
	status = ask(webhook, "false");
	g_assert_true(status == 200 || status == 400 || status == 413);
	g_hash_table_insert(webhook->headers, g_strdup("authorization"),
			    g_strndup((const char *)data, size));
	g_assert_cmpuint(ask(webhook, "true"), ==, 403);
	return 0;
}
