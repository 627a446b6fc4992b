/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a request to Twilio's webhook: the first says which path and how, the rest is the
 * form. With signatures asked for, nobody is let in; without, each request gets a reply.
 */

#include "driver-sync.h"
#include "fuzz-tools.h"
#include "twilio-config.h"
#include "twilio-driver.h"

#include <string.h>

#define URL "https://pbx.example.com/voice/webhook/twilio"

static const char *const paths[] = {"", "/", "/status", "/connect-action"};
static const char *const types[] = {"application/x-www-form-urlencoded", NULL, "application/json",
				    "text/plain"};

static OffhookWebhook *
make_request(const guint8 *data, gsize size, guint8 how)
{
	OffhookWebhook *webhook = fuzz_make_webhook(URL, paths[how % 4], how & 0x10, data, size);

	webhook->content_type = g_strdup(types[how / 4 % 4]);
	return webhook;
}

static guint
ask(const OffhookWebhook *webhook, const char *require_signature)
{
	const char *pairs[] = {"auth-token", "token", "require-signature", require_signature, NULL};
	g_autoptr(OffhookFakeCallHost) host = offhook_fake_call_host_new("https://pbx.example.com");
	g_autoptr(OffhookDriver) driver = offhook_driver_sync_new(
	    OFFHOOK_TYPE_TWILIO_DRIVER, "twilio", host, offhook_twilio_settings, pairs);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebhookReply) reply =
	    offhook_driver_sync_webhook(driver, webhook, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpint(reply->status == 200, ==, reply->body != NULL);
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
	g_assert_true(status == 200 || status == 204 || status == 400 || status == 413);
	g_hash_table_insert(webhook->headers, g_strdup("x-twilio-signature"),
			    g_strndup((const char *)data, size));
	status = ask(webhook, "true");
	g_assert_true(status == 403 || status == 400 || status == 413);
	return 0;
}
