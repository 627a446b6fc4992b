/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Twilio driver under the driver contract. */

#include "driver-contract.h"

#include "../signature.h"
#include "../twilio-config.h"
#include "../twilio-driver.h"

#include <string.h>

#define TOKEN "12ab34cd56ef78900987fe65dc43ba21"

static const char *const good[] = {"auth-token", TOKEN, "phone-number", "+15550100002", NULL};

static const char *const no_token[] = {"account-sid", "AC00000000000000000000000000000001", NULL};
static const char *const bad_sid[] = {"auth-token", TOKEN, "account-sid", "XX12", NULL};
static const char *const bad_number[] = {"auth-token", TOKEN, "phone-number", "5550100", NULL};
static const char *const bad_url[] = {"auth-token", TOKEN, "webhook-url", "pbx.example.com", NULL};
static const char *const bad_stream_auth[] = {"stream-auth", "maybe", NULL};
static const char *const bad_require[] = {"require-signature", "yes", NULL};
static const char *const *const bad[] = {no_token,        bad_sid,     bad_number, bad_url,
					 bad_stream_auth, bad_require, NULL};

static char *
begin_call(OffhookDriver *driver, OffhookFakeCallHost *host, guint n)
{
	const char *url = "https://pbx.example.com/voice/webhook/twilio";
	g_autofree char *body = g_strdup_printf(
	    "CallSid=CA%032u&CallStatus=ringing&From=%%2B15550100001&To=%%2B15550100002", n);
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", url, "", "application/x-www-form-urlencoded", body);
	g_autoptr(OffhookForm) form = offhook_form_parse(body, strlen(body), NULL);
	g_autoptr(OffhookWebhookReply) reply = NULL;
	guint count = offhook_fake_call_host_count(host);

	g_hash_table_insert(webhook->headers, g_strdup("x-twilio-signature"),
			    offhook_twilio_signature_make(TOKEN, url, form));
	reply = offhook_driver_sync_webhook(driver, webhook, NULL, NULL);
	g_assert_cmpuint(reply->status, ==, 200);
	g_assert_cmpuint(offhook_fake_call_host_count(host), ==, count + 1);
	return g_strdup(offhook_fake_call_host_get_nth(host, count)->call_id);
}

int
main(int argc, char *argv[])
{
	static const OffhookDriverContract contract = {
	    .name = "twilio",
	    .get_type = offhook_twilio_driver_get_type,
	    .settings = offhook_twilio_settings,
	    .good = good,
	    .bad = bad,
	    .begin_call = begin_call,
	};

	g_test_init(&argc, &argv, NULL);
	offhook_driver_contract_add_tests(&contract);
	return g_test_run();
}
