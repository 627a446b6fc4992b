/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Vonage driver under the driver contract. */

#include "driver-contract.h"

#include "../vonage-config.h"
#include "../vonage-driver.h"
#include "webhook-signer.h"

#include <string.h>

static const char *const good[] = {
    "api-key", TEST_KEY, "signature-secret", TEST_SECRET, "phone-number", "+15550100002", NULL};

#define WITH(...)                                                                                  \
	{                                                                                          \
		"api-key", TEST_KEY, "signature-secret", TEST_SECRET, __VA_ARGS__, NULL            \
	}

static const char *const no_secret[] = {"phone-number", "+15550100002", NULL};
static const char *const no_key[] = {"signature-secret", TEST_SECRET, "phone-number",
				     "+15550100002", NULL};
static const char *const bad_application[] = WITH("application-id", "mine", "private-key", "x");
static const char *const half[] = WITH("application-id", TEST_APPLICATION);
static const char *const bad_key[] =
    WITH("application-id", TEST_APPLICATION, "private-key", "-----BEGIN PRIVATE KEY-----");
static const char *const no_file[] =
    WITH("application-id", TEST_APPLICATION, "private-key", "/nonexistent/key");
static const char *const bad_number[] = WITH("phone-number", "home");
static const char *const bad_url[] = WITH("webhook-url", "pbx.example.com");
static const char *const bad_api[] = WITH("api-url", "ftp://example.com");
static const char *const bad_rate[] = WITH("sample-rate", "44100");
static const char *const bad_region[] = WITH("region", "moon");
static const char *const bad_fallback[] = WITH("fallback-number", "nobody");
static const char *const *const bad[] = {
    no_secret, no_key,  bad_application, half,       bad_key,      no_file, bad_number,
    bad_url,   bad_api, bad_rate,        bad_region, bad_fallback, NULL};

static char *
begin_call(OffhookDriver *driver, OffhookFakeCallHost *host, guint n)
{
	g_autofree char *body =
	    g_strdup_printf("{\"uuid\":\"aaaa-%u\",\"conversation_uuid\":\"CON-%u\",\"from\":"
			    "\"15550100001\",\"to\":\"15550100002\"}",
			    n, n);
	g_autoptr(OffhookWebhook) webhook = webhook_signer_post("/answer", NULL, body);
	g_autoptr(OffhookWebhookReply) reply = NULL;
	guint count = offhook_fake_call_host_count(host);

	reply = offhook_driver_sync_webhook(driver, webhook, NULL, NULL);
	g_assert_cmpuint(reply->status, ==, 200);
	g_assert_cmpuint(offhook_fake_call_host_count(host), ==, count + 1);
	return g_strdup(offhook_fake_call_host_get_nth(host, count)->call_id);
}

static OffhookWebhook *
make_upgrade(OffhookDriver *driver, OffhookFakeCallHost *host)
{
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(driver));
	g_autofree char *call_id = begin_call(driver, host, offhook_fake_call_host_count(host));
	OffhookVonageCall *call = offhook_vonage_calls_find(desk.calls, call_id);
	g_autofree char *token = offhook_vonage_calls_issue_token(desk.calls, call, FALSE, NULL);
	OffhookWebhook *upgrade =
	    offhook_driver_sync_request("GET", TEST_PUBLIC "/media/vonage", "", NULL, NULL);

	g_hash_table_insert(upgrade->headers, g_strdup("authorization"),
			    g_strconcat("Bearer ", token, NULL));
	return upgrade;
}

int
main(int argc, char *argv[])
{
	static const OffhookDriverContract contract = {
	    .name = "vonage",
	    .get_type = offhook_vonage_driver_get_type,
	    .settings = offhook_vonage_settings,
	    .good = good,
	    .bad = bad,
	    .begin_call = begin_call,
	    .make_upgrade = make_upgrade,
	};

	g_test_init(&argc, &argv, NULL);
	offhook_driver_contract_add_tests(&contract);
	return g_test_run();
}
