/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scenarios of the Twilio driver: those of every provider, and what is signed its own way.
 */

#include "scenarios.h"

#include <string.h>

#define ACCOUNT "AC00000000000000000000000000000001"

/* ---- text messages ---- */

static char *
sign(const char *url, const char *fields)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)FIXTURE_AUTH_TOKEN,
					   strlen(FIXTURE_AUTH_TOKEN));
	guint8 digest[20];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guchar *)url, -1);
	g_hmac_update(hmac, (const guchar *)fields, -1);
	g_hmac_get_digest(hmac, digest, &size);
	return g_base64_encode(digest, size);
}

/* As the carrier would. @sorted: the fields as they are signed */
static guint
post_sms(Scenario *self, const char *body, const char *sorted)
{
	g_autofree char *url = g_strconcat(self->base.url, "/voice/webhook/twilio/sms", NULL);
	g_autofree char *signature = sign(url, sorted);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", url);
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
	g_autoptr(GBytes) reply = NULL;

	soup_message_set_request_body_from_bytes(msg, "application/x-www-form-urlencoded", bytes);
	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-Twilio-Signature",
				     signature);
	reply = soup_session_send_and_read(self->base.session, msg, NULL, NULL);
	return soup_message_get_status(msg);
}

static void
test_sms(Scenario *self, gconstpointer data)
{
	static const char inbound[] = "MessageSid=SM0000000000000000000000000000000a"
				      "&From=%2B15550100001&To=%2B15550100002&Body=hi+there";
	static const char inbound_sorted[] =
	    "Bodyhi thereFrom+15550100001MessageSidSM0000000000000000000000000000000a"
	    "To+15550100002";
	g_autoptr(JsonObject) sent = NULL;
	g_autoptr(JsonObject) lost = NULL;
	g_autoptr(JsonObject) refused = NULL;
	g_autoptr(JsonObject) list = NULL;
	guint n;

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	sent = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550100042\",\"text\":\"See you at 7 \\u00e9\"}", 200);
	n = scenario_assert_message_ends(self, 0, sent, "delivered");
	lost = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550109006\",\"text\":\"x\"}", 200);
	n = scenario_assert_message_ends(self, n, lost, "undelivered");
	refused = fixture_request(&self->base, "POST", "/voice/messages",
				  "{\"to\":\"+15550109007\",\"text\":\"x\"}", 403);
	g_assert_cmpuint(post_sms(self, inbound, inbound_sorted), ==, 204);
	g_assert_cmpuint(post_sms(self, inbound, inbound_sorted), ==, 204);
	g_assert_cmpuint(post_sms(self, inbound, "wrong"), ==, 403);
	g_assert_cmpstr(scenario_get(self->listener, "sms.received", 1, "text"), ==, "hi there");
	list = fixture_request(&self->base, "GET", "/voice/messages", NULL, 200);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(list, "messages")), ==,
			 4);
	g_assert_cmpuint(scenario_count_events(self, "sms.received"), ==, 1);
	g_assert_cmpstr(scenario_get(self->listener, "sms.status", n + 1, "status"), ==, "failed");
	g_assert_cmpuint(scenario_count_events(self, "sms.status"), ==, n + 1);
}

int
main(int argc, char **argv)
{
	static const Provider twilio = {
	    .name = "twilio",
	    .emulator = "tests/emulators/twilio/offhook-emulate-twilio",
	    .arguments = "--account-sid " ACCOUNT " --auth-token " FIXTURE_AUTH_TOKEN,
	    .section = "[driver:twilio]\naccount-sid=" ACCOUNT "\nauth-token=" FIXTURE_AUTH_TOKEN
		       "\nphone-number=+15550100002\ncalls-per-second=1000\napi-timeout=2\n",
	    .wrong_account = "api-key=SK00000000000000000000000000000001\napi-key-secret=wrong\n",
	    .openapi = "twilio-voice.openapi.json",
	    /* The sound of a recording is documented beside the API ("Recording media"). */
	    .beside = "GET /2010-04-01/Accounts/AC[0-9a-f]{32}/Recordings/RE[0-9a-f]{32}\\.wav",
	    .create = "\"POST\",\"path\":\"/2010-04-01/Accounts/" ACCOUNT "/Calls.json\"",
	    .timeout_30 = "[\"Timeout\",\"30\"]",
	    .from_7 = "[\"From\",\"+15550100007\"]",
	    .withdraw = "[\"Status\",\"canceled\"]",
	    .detect = "[\"MachineDetection\",\"Enable\"]",
	    .detect_async = "AsyncAmd\",\"true",
	};

	g_test_init(&argc, &argv, NULL);
	scenario_add_all(&twilio);
	scenario_add(&twilio, "sms", test_sms);
	return g_test_run();
}
