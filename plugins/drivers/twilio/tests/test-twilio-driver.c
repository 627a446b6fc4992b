/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "twilio-fixture.h"

#include "../signature.h"
#include "../twilio-config.h"
#include "../twilio-driver.h"
#include "../twilio-relay.h"
#include "../twilio-stream.h"

#include "driver-sync.h"
#include "harness.h"

#include <string.h>

/* ---- the voice webhook ---- */

static void
test_connects(TwilioFixture *fixture, gconstpointer data)
{
	twilio_assert_twiml(
	    twilio_post(fixture, "", RINGING),
	    "<Connect action=\"https://pbx.example.com/voice/webhook/twilio/"
	    "connect-action\"><Stream url=\"wss://pbx.example.com/media/twilio\" "
	    "statusCallback=\"https://pbx.example.com/voice/webhook/twilio/stream\">"
	    "<Parameter name=\"token\" value=\"");
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
	g_assert_cmpstr(twilio_first_call(fixture)->provider_call_id, ==, SID);
	g_assert_cmpstr(twilio_first_call(fixture)->from, ==, "+15550100001");
	g_assert_cmpstr(twilio_first_call(fixture)->to, ==, "+15550100002");
	g_assert_false(twilio_first_call(fixture)->answered);
}

/* The assistant's word goes before the driver's, and its language is the session's. */
static void
test_connects_relay(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);

	offhook_fake_call_host_set_options(fixture->host, "de-DE", NULL);
	twilio_assert_twiml(twilio_post(fixture, "", RINGING),
			    "<ConversationRelay url=\"wss://pbx.example.com/media/twilio/relay\" "
			    "language=\"de-DE\" voice=\"Ann\" dtmfDetection=\"true\"");
	g_hash_table_insert(options, "relay-voice", "Bob");
	g_hash_table_insert(options, "relay-language", "fr-FR");
	g_hash_table_insert(options, "relay-hints", "");
	offhook_fake_call_host_set_options(fixture->host, "de-DE", options);
	twilio_assert_twiml(twilio_post(fixture, "", RINGING),
			    "language=\"fr-FR\" voice=\"Bob\" dtmf");
	g_hash_table_insert(options, "mode", "stream");
	twilio_assert_twiml(twilio_post(fixture, "", RINGING), "<Stream ");
}

static void
assert_options(TwilioFixture *fixture, const char *name, const char *value, gboolean fine)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	const OffhookDriverOptions all = {"desk", "en-US", options};
	g_autoptr(GError) error = NULL;

	g_hash_table_insert(options, (gpointer)name, (gpointer)value);
	g_assert_cmpint(offhook_driver_check_options(fixture->driver, &all, &error), ==, fine);
	if (!fine)
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

static void
test_options(TwilioFixture *fixture, gconstpointer data)
{
	assert_options(fixture, "mode", "relay", TRUE);
	assert_options(fixture, "mode", "", TRUE);
	assert_options(fixture, "mode", "radio", FALSE);
	assert_options(fixture, "relay-interruptible", "dtmf", TRUE);
	assert_options(fixture, "relay-interruptible", "maybe", FALSE);
	assert_options(fixture, "relay-hints", "a,b", TRUE);
	assert_options(fixture, "auth-token", "x", FALSE);
	assert_options(fixture, "relay-", "x", FALSE);
}

static void
test_connects_by_get(TwilioFixture *fixture, gconstpointer data)
{
	const char *url = BASE "?" RINGING;
	g_autofree char *signature = offhook_twilio_signature_make(TOKEN, url, NULL);
	g_autoptr(OffhookWebhook) webhook = offhook_driver_sync_request("GET", url, "", NULL, NULL);

	twilio_assert_twiml(twilio_ask(fixture, webhook, signature), "<Connect ");
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
}

static void
test_signature_decides(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhook) unsigned_one =
	    offhook_driver_sync_request("POST", BASE, "", FORM, RINGING);
	g_autoptr(OffhookWebhook) as_json =
	    offhook_driver_sync_request("POST", BASE, "", "application/json", RINGING);
	g_autofree char *of_url = offhook_twilio_signature_make(TOKEN, BASE, NULL);

	twilio_assert_status(twilio_ask(fixture, unsigned_one, NULL), 403);
	twilio_assert_status(twilio_post_as(fixture, BASE, "wrong", "", RINGING), 403);
	twilio_assert_status(
	    twilio_post_as(fixture, "https://other.example.com", TOKEN, "", RINGING), 403);
	twilio_assert_status(twilio_post_as(fixture, BASE, "wrong", "/no/such/path", RINGING), 403);
	twilio_assert_status(twilio_post_as(fixture, BASE, "wrong", "", ""), 403);
	/* A body of another type is covered by its hash alone, and there is none. */
	twilio_assert_status(twilio_ask(fixture, as_json, of_url), 403);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_rotation(TwilioFixture *fixture, gconstpointer data)
{
	twilio_assert_twiml(twilio_post_as(fixture, BASE, TOKEN, "", RINGING), "<Connect ");
	twilio_assert_twiml(twilio_post_as(fixture, BASE, "other-token", "", RINGING), "<Connect ");
}

static void
test_webhook_url(TwilioFixture *fixture, gconstpointer data)
{
	/* Behind a proxy Twilio knows another name; both are ours. */
	twilio_assert_twiml(twilio_post_as(fixture,
					   "https://calls.example.org/pbx/voice/webhook/twilio",
					   TOKEN, "", RINGING),
			    "url=\"wss://calls.example.org/pbx/media/twilio\"");
	twilio_assert_twiml(twilio_post(fixture, "", RINGING), "<Connect ");
}

static void
test_other_account(TwilioFixture *fixture, gconstpointer data)
{
	twilio_assert_status(twilio_post(fixture, "", "CallSid=" SID "&AccountSid=AC1"), 403);
}

static void
test_bad_requests(TwilioFixture *fixture, gconstpointer data)
{
	static const struct {
		const char *path, *body;
		guint status;
	} cases[] = {
	    {"", "", 400},
	    {"", "CallSid=", 400},
	    {"", "CallSid=..%2F..%2Fetc", 400},
	    {"", "CallSid=%FF%FF", 400},
	    {"", "CallSid=%00", 400},
	    {"/status", "CallStatus=completed", 400},
	    {"/connect-action", "", 400},
	    {"/unheard-of", RINGING, 404},
	    {"/../twilio", RINGING, 404},
	};
	g_autoptr(OffhookWebhook) put = offhook_driver_sync_request("PUT", BASE, "", FORM, RINGING);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		twilio_assert_status(twilio_post(fixture, cases[i].path, cases[i].body),
				     cases[i].status);
	twilio_assert_status(twilio_ask(fixture, put, NULL), 405);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_rejects(TwilioFixture *fixture, gconstpointer data)
{
	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_BUSY);
	twilio_assert_twiml(twilio_post(fixture, "", RINGING),
			    "<Response><Reject reason=\"busy\"/></Response>");
	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_UNAVAILABLE);
	twilio_assert_twiml(twilio_post(fixture, "", RINGING), "<Response><Reject/></Response>");
	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_LAST);
	twilio_assert_twiml(twilio_post(fixture, "", RINGING), "<Connect ");
}

static void
test_retry(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *first = twilio_ring(fixture);
	g_autofree char *second = twilio_ring(fixture);

	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
	twilio_assert_not_claimed(fixture, SID, ACCOUNT, first);
	twilio_assert_claimed(fixture, second);
}

static void
test_replay_after_the_end(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_claimed(fixture, token);
	twilio_assert_twiml(twilio_post(fixture, "/connect-action", RINGING), "<Hangup/>");
	twilio_assert_twiml(twilio_post(fixture, "", RINGING), "<Hangup/>");
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
}

/* ---- streams ---- */

static void
test_token_lets_in_once(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_not_claimed(fixture, SID, ACCOUNT, NULL);
	twilio_assert_not_claimed(fixture, SID, ACCOUNT, "guess");
	twilio_assert_not_claimed(fixture, "CA00000000000000000000000000000009", ACCOUNT, token);
	twilio_assert_not_claimed(fixture, NULL, ACCOUNT, token);
	twilio_assert_claimed(fixture, token);
	twilio_assert_not_claimed(fixture, SID, ACCOUNT, token);
}

static void
test_token_expires(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	offhook_clock_advance(fixture->clock, 121 * G_USEC_PER_SEC);
	twilio_assert_not_claimed(fixture, SID, ACCOUNT, token);
}

static void
test_stream_of_other_account(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_not_claimed(fixture, SID, "AC9", token);
	twilio_assert_not_claimed(fixture, SID, NULL, token);
	twilio_assert_claimed(fixture, token);
}

static void
test_stream_after_hang_up(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	twilio_assert_not_claimed(fixture, SID, ACCOUNT, token);
}

static void
test_open_streams(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *first = twilio_claim(fixture, SID, "AC9", NULL, &error);
	g_autofree char *again = twilio_claim(fixture, SID, "AC9", NULL, &error);
	g_autofree char *nameless = twilio_claim(fixture, NULL, NULL, NULL, &error);
	OffhookFakeCall *call = twilio_first_call(fixture);

	g_assert_no_error(error);
	g_assert_cmpstr(first, ==, call->call_id);
	g_assert_true(call->answered);
	g_assert_cmpstr(call->provider_call_id, ==, SID);
	g_assert_cmpstr(again, ==, first);
	g_assert_cmpstr(nameless, !=, first);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 2);
	twilio_execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	/* When the daemon has ended it, the same callSid is a new call. */
	offhook_call_host_update_call(OFFHOOK_CALL_HOST(fixture->host), first, OFFHOOK_CALL_ENDED,
				      OFFHOOK_END_COMPLETED);
	g_free(again);
	again = twilio_claim(fixture, SID, "AC9", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(again, !=, first);
}

static void
test_open_stream_refused(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_BUSY);
	g_assert_null(twilio_claim(fixture, SID, NULL, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
}

static void
test_upgrade_path(TwilioFixture *fixture, gconstpointer data)
{
	static const struct {
		const char *path;
		GType (*get_type)(void); /* %NULL: there is none */
	} cases[] = {
	    {"", offhook_twilio_stream_get_type},
	    {"/relay", offhook_twilio_relay_get_type},
	    {"/other", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookWebhook) request = offhook_driver_sync_request(
		    "GET", PUBLIC "/media/twilio", cases[i].path, NULL, NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookWireProtocol) protocol =
		    offhook_driver_create_protocol(fixture->driver, request, &error);

		if (cases[i].get_type == NULL)
			g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
		else
			g_assert_true(G_TYPE_CHECK_INSTANCE_TYPE(protocol, cases[i].get_type()));
	}
}

static gboolean
upgrade(TwilioFixture *fixture, const char *signature, GError **error)
{
	g_autoptr(OffhookWebhook) request =
	    offhook_driver_sync_request("GET", PUBLIC "/media/twilio", "", NULL, NULL);
	g_autoptr(OffhookWireProtocol) protocol = NULL;

	if (signature != NULL)
		g_hash_table_insert(request->headers, g_strdup("x-twilio-signature"),
				    g_strdup(signature));
	protocol = offhook_driver_create_protocol(fixture->driver, request, error);
	return protocol != NULL;
}

static void
test_upgrade(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(upgrade(fixture, NULL, &error));
	g_assert_true(upgrade(fixture, "D0FYA92TuCT6EWTRAk0PozeN7EI=", &error));
	g_assert_no_error(error);
	g_assert_false(upgrade(fixture, "E0FYA92TuCT6EWTRAk0PozeN7EI=", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
}

/* ---- settings ---- */

static void
test_inactive(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookDriverCheck) check = NULL;
	g_autoptr(GError) error = NULL;

	twilio_assert_status(twilio_post(fixture, "", RINGING), 503);
	g_assert_false(upgrade(fixture, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_clear_error(&error);
	check = offhook_driver_sync_check(fixture->driver, &error);
	g_assert_no_error(error);
	g_assert_false(check->authentication);
	g_assert_nonnull(strstr(check->message, "auth-token"));
}

static void
test_open_without_token(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	/* Only streams are open to all; a webhook could not be checked. */
	twilio_assert_status(twilio_post(fixture, "", RINGING), 503);
	g_assert_true(upgrade(fixture, NULL, &error));
	g_assert_no_error(error);
}

static void
test_unsigned(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", BASE, "", FORM, RINGING);
	g_autoptr(GError) error = NULL;

	twilio_assert_twiml(twilio_ask(fixture, webhook, NULL), "<Connect ");
	g_assert_true(upgrade(fixture, "whatever", &error));
}

/* Every garbage a stranger can send when no signature is asked for. */
static void
test_unsigned_garbage(TwilioFixture *fixture, gconstpointer data)
{
	static const char *const paths[] = {"",        "/",    "/status",    "/connect-action",
					    "/answer", "/amd", "/recording", "/stream",
					    "/x"};
	static const char letters[] = {'C', 'a', 'l', 'S', 'i', 'd', '=', '=', '&', '&', '%',   '%',
				       '0', '1', 'A', 'f', '+', ' ', 'x', '-', '/', '<', '\xff'};

	for (guint i = 0; i < 20000; i++) {
		g_autoptr(GString) body = g_string_new(NULL);
		g_autoptr(OffhookWebhook) webhook = NULL;
		g_autoptr(OffhookWebhookReply) reply = NULL;
		const char *path = paths[i % G_N_ELEMENTS(paths)];

		for (gint32 n = g_test_rand_int_range(0, 40); n > 0; n--)
			g_string_append_c(body, letters[g_test_rand_int_range(0, sizeof letters)]);
		webhook = offhook_driver_sync_request("POST", BASE, path, FORM, body->str);
		reply = twilio_ask(fixture, webhook, NULL);
		g_assert_true(reply->status == 400 || reply->status == 404);
	}
}

/* Without an account there is nobody to ask, and a plain http address is no address for Twilio. */
static void
test_check(TwilioFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDriverCheck) check = offhook_driver_sync_check(fixture->driver, &error);

	g_assert_no_error(error);
	g_assert_false(check->authentication);
	g_assert_false(check->api_access);
	g_assert_false(check->webhook_url);
	g_assert_nonnull(strstr(check->message, "account-sid"));
	g_assert_nonnull(strstr(check->message, "https"));
}

static const char *const plain[] = {"auth-token", TOKEN, NULL};
static const char *const relay[] = {"auth-token", TOKEN,         "mode", "relay", "relay-voice",
				    "Ann",        "relay-hints", "",     NULL};
static const char *const plain_http[] = {"auth-token", TOKEN, "webhook-url",
					 "http://pbx.example.com", NULL};
static const char *const account[] = {"auth-token", TOKEN, "account-sid", ACCOUNT, NULL};
static const char *const two_tokens[] = {"auth-token", "other-token", "auth-token-secondary", TOKEN,
					 NULL};
static const char *const webhook_url[] = {"auth-token", TOKEN, "webhook-url",
					  "https://calls.example.org/pbx/voice/webhook?x=1", NULL};
static const char *const open_streams[] = {"auth-token", TOKEN, "stream-auth", "none", NULL};
static const char *const nothing[] = {NULL};
static const char *const only_streams[] = {"stream-auth", "none", NULL};
static const char *const no_signature[] = {"require-signature", "false", "auth-token", TOKEN, NULL};

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, settings, func)                                                                  \
	g_test_add("/twilio/driver/" name, TwilioFixture, settings, twilio_set_up, func,           \
		   twilio_tear_down)
	ADD("connects", plain, test_connects);
	ADD("connects-relay", relay, test_connects_relay);
	ADD("options", plain, test_options);
	ADD("upgrade-path", plain, test_upgrade_path);
	ADD("connects-by-get", plain, test_connects_by_get);
	ADD("signature-decides", plain, test_signature_decides);
	ADD("rotation", two_tokens, test_rotation);
	ADD("webhook-url", webhook_url, test_webhook_url);
	ADD("other-account", account, test_other_account);
	ADD("bad-requests", plain, test_bad_requests);
	ADD("rejects", plain, test_rejects);
	ADD("retry", plain, test_retry);
	ADD("replay-after-the-end", plain, test_replay_after_the_end);
	ADD("token-once", plain, test_token_lets_in_once);
	ADD("token-expires", plain, test_token_expires);
	ADD("stream-of-other-account", account, test_stream_of_other_account);
	ADD("stream-after-hang-up", plain, test_stream_after_hang_up);
	ADD("open-streams", open_streams, test_open_streams);
	ADD("open-stream-refused", open_streams, test_open_stream_refused);
	ADD("upgrade", plain, test_upgrade);
	ADD("inactive", nothing, test_inactive);
	ADD("open-without-token", only_streams, test_open_without_token);
	ADD("unsigned", no_signature, test_unsigned);
	ADD("unsigned-garbage", no_signature, test_unsigned_garbage);
	ADD("check", plain_http, test_check);
	return g_test_run();
}
