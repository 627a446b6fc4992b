/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The generic-http driver under the driver contract. */

#include "driver-contract.h"

#include "../generic-driver.h"

#define KEY "k-3f9a"

/* Nobody listens there; what the contract asks is refused or done before anybody is asked. */
static const char *const good[] = {"api-key",
				   KEY,
				   "phone-number",
				   "+15550100002",
				   "call-url",
				   "http://127.0.0.1:9/calls",
				   "transfer-url",
				   "http://127.0.0.1:9/transfer",
				   "dtmf-url",
				   "http://127.0.0.1:9/dtmf",
				   "sms-url",
				   "http://127.0.0.1:9/sms",
				   NULL};

static const char *const bad_number[] = {"phone-number", "5550100", NULL};
static const char *const bad_url[] = {"api-url", "provider.example.com", NULL};
static const char *const bad_format[] = {"media-format", "opus", NULL};
static const char *const bad_name[] = {"call-url", "http://a.test/{{nobody}}", NULL};
static const char *const bad_json[] = {"call-url", "http://a.test/", "call-body",
				       "{\"to\":{{to}\"}", NULL};
static const char *const bad_host[] = {"call-url", "http://{{to}}.a.test/", NULL};
static const char *const bad_pointer[] = {"event-type", "/a//b", NULL};
static const char *const bad_word[] = {"word-busy", "ringing", NULL};
static const char *const bad_headers[] = {"headers", "{\"X-A\":1}", NULL};
static const char *const no_user[] = {"api-auth", "basic", NULL};
static const char *const *const bad[] = {bad_number,  bad_url,  bad_format,  bad_name,
					 bad_json,    bad_host, bad_pointer, bad_word,
					 bad_headers, no_user,  NULL};

static char *
begin_call(OffhookDriver *driver, OffhookFakeCallHost *host, guint n)
{
	g_autofree char *body = g_strdup_printf("{\"event_type\":\"inbound\",\"call_id\":\"p-%u\","
						"\"data\":{\"from\":\"+15550100001\"}}",
						n);
	g_autoptr(OffhookWebhook) webhook = offhook_driver_sync_request(
	    "POST", "https://pbx.example.com/voice/webhook/generic", "", "application/json", body);
	g_autoptr(OffhookWebhookReply) reply = NULL;
	guint count = offhook_fake_call_host_count(host);

	g_hash_table_insert(webhook->headers, g_strdup("x-api-key"), g_strdup(KEY));
	reply = offhook_driver_sync_webhook(driver, webhook, NULL, NULL);
	g_assert_cmpuint(reply->status, ==, 200);
	g_assert_cmpuint(offhook_fake_call_host_count(host), ==, count + 1);
	return g_strdup(offhook_fake_call_host_get_nth(host, count)->call_id);
}

int
main(int argc, char *argv[])
{
	static const OffhookDriverContract contract = {
	    .name = "generic-http",
	    .get_type = offhook_generic_driver_get_type,
	    .settings = offhook_generic_settings,
	    .good = good,
	    .bad = bad,
	    .begin_call = begin_call,
	};

	g_test_init(&argc, &argv, NULL);
	offhook_driver_contract_add_tests(&contract);
	return g_test_run();
}
