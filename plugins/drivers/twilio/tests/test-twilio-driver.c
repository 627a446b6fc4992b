/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../signature.h"
#include "../twilio-config.h"
#include "../twilio-driver.h"

#include "driver-sync.h"
#include "harness.h"

#include <string.h>

#define TOKEN   "12ab34cd56ef78900987fe65dc43ba21"
#define ACCOUNT "AC00000000000000000000000000000001"
#define SID     "CA00000000000000000000000000000002"
#define PUBLIC  "https://pbx.example.com"
#define BASE    PUBLIC "/voice/webhook/twilio"
#define FORM    "application/x-www-form-urlencoded"
#define RINGING                                                                                    \
	"CallSid=" SID "&AccountSid=" ACCOUNT "&CallStatus=ringing&Direction=inbound"              \
	"&From=%2B15550100001&To=%2B15550100002"

typedef struct {
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
	OffhookClock *clock;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->host = offhook_fake_call_host_new(PUBLIC);
	fixture->driver = offhook_driver_sync_new(OFFHOOK_TYPE_TWILIO_DRIVER, "twilio",
						  fixture->host, offhook_twilio_settings, data);
	fixture->clock = offhook_clock_new_manual(1000000);
	offhook_twilio_driver_set_clock(OFFHOOK_TWILIO_DRIVER(fixture->driver), fixture->clock);
	offhook_twilio_driver_set_grace(OFFHOOK_TWILIO_DRIVER(fixture->driver), 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_finalize_object(fixture->driver);
	g_assert_finalize_object(fixture->host);
	g_object_unref(fixture->clock);
}

static OffhookWebhookReply *
ask(Fixture *fixture, OffhookWebhook *webhook, const char *signature)
{
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply;

	if (signature != NULL)
		g_hash_table_insert(webhook->headers, g_strdup("x-twilio-signature"),
				    g_strdup(signature));
	reply = offhook_driver_sync_webhook(fixture->driver, webhook, NULL, &error);
	g_assert_no_error(error);
	return reply;
}

/* A form that Twilio has signed for what it believes to be @signed_base. */
static OffhookWebhookReply *
post_as(Fixture *fixture, const char *signed_base, const char *token, const char *path,
	const char *body)
{
	g_autofree char *url = g_strconcat(BASE, path, NULL);
	g_autofree char *signed_url = g_strconcat(signed_base, path, NULL);
	g_autofree char *plain = g_strndup(path, strcspn(path, "?"));
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", url, plain, FORM, body);
	g_autoptr(OffhookForm) form = offhook_form_parse(body, strlen(body), NULL);
	g_autofree char *signature = offhook_twilio_signature_make(token, signed_url, form);

	return ask(fixture, webhook, signature);
}

static OffhookWebhookReply *
post(Fixture *fixture, const char *path, const char *body)
{
	return post_as(fixture, BASE, TOKEN, path, body);
}

static void
assert_status(OffhookWebhookReply *reply, guint status)
{
	g_autoptr(OffhookWebhookReply) owned = reply;

	g_assert_cmpuint(owned->status, ==, status);
	if (status >= 400)
		g_assert_null(owned->body); /* no hint */
}

static void
assert_twiml(OffhookWebhookReply *reply, const char *part)
{
	g_autoptr(OffhookWebhookReply) owned = reply;

	g_assert_cmpuint(owned->status, ==, 200);
	g_assert_cmpstr(owned->content_type, ==, "text/xml");
	g_assert_nonnull(strstr(owned->body, part));
}

/* What TwiML hands to the stream. @reply: (transfer full) */
static char *
get_token(OffhookWebhookReply *reply)
{
	g_autoptr(OffhookWebhookReply) owned = reply;
	const char *begin;

	g_assert_cmpuint(owned->status, ==, 200);
	begin = strstr(owned->body, "<Parameter name=\"token\" value=\"");
	g_assert_nonnull(begin);
	begin += strlen("<Parameter name=\"token\" value=\"");
	return g_strndup(begin, strcspn(begin, "\""));
}

/* The first call. (transfer full) */
static char *
ring(Fixture *fixture)
{
	return get_token(post(fixture, "", RINGING));
}

static OffhookFakeCall *
first_call(Fixture *fixture)
{
	return offhook_fake_call_host_get_nth(fixture->host, 0);
}

static char *
claim(Fixture *fixture, const char *sid, const char *account, const char *token, GError **error)
{
	static const OffhookAudioFormat format = {OFFHOOK_ENCODING_MULAW, 8000};
	g_autoptr(OffhookStreamStart) start = offhook_stream_start_new("MZ1", sid, &format);

	start->account_id = g_strdup(account);
	if (token != NULL)
		g_hash_table_insert(start->parameters, g_strdup("token"), g_strdup(token));
	return offhook_driver_claim_stream(fixture->driver, start, error);
}

static void
assert_not_claimed(Fixture *fixture, const char *sid, const char *account, const char *token)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(claim(fixture, sid, account, token, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
}

static void
assert_claimed(Fixture *fixture, const char *token)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *call_id = claim(fixture, SID, ACCOUNT, token, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(call_id, ==, first_call(fixture)->call_id);
}

static gboolean
has_ended(gpointer data)
{
	return ((OffhookFakeCall *)data)->state == OFFHOOK_CALL_ENDED;
}

/* Of a call that had a stream the driver tells late, so that the daemon can be first. */
static void
assert_ends(Fixture *fixture, OffhookEndReason reason)
{
	harness_wait_until(has_ended, first_call(fixture), "the end of the call");
	g_assert_cmpint(first_call(fixture)->reason, ==, reason);
}

static void
execute(Fixture *fixture, OffhookCallVerb verb, const char *argument)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_driver_sync_execute(fixture->driver, first_call(fixture)->call_id,
						  verb, argument, NULL, &error));
	g_assert_no_error(error);
}

/* ---- the voice webhook ---- */

static void
test_connects(Fixture *fixture, gconstpointer data)
{
	assert_twiml(post(fixture, "", RINGING),
		     "<Connect action=\"https://pbx.example.com/voice/webhook/twilio/"
		     "connect-action\"><Stream url=\"wss://pbx.example.com/media/twilio\" "
		     "statusCallback=\"https://pbx.example.com/voice/webhook/twilio/stream\">"
		     "<Parameter name=\"token\" value=\"");
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
	g_assert_cmpstr(first_call(fixture)->provider_call_id, ==, SID);
	g_assert_cmpstr(first_call(fixture)->from, ==, "+15550100001");
	g_assert_cmpstr(first_call(fixture)->to, ==, "+15550100002");
	g_assert_false(first_call(fixture)->answered);
}

static void
test_connects_by_get(Fixture *fixture, gconstpointer data)
{
	const char *url = BASE "?" RINGING;
	g_autofree char *signature = offhook_twilio_signature_make(TOKEN, url, NULL);
	g_autoptr(OffhookWebhook) webhook = offhook_driver_sync_request("GET", url, "", NULL, NULL);

	assert_twiml(ask(fixture, webhook, signature), "<Connect ");
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
}

static void
test_signature_decides(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhook) unsigned_one =
	    offhook_driver_sync_request("POST", BASE, "", FORM, RINGING);
	g_autoptr(OffhookWebhook) as_json =
	    offhook_driver_sync_request("POST", BASE, "", "application/json", RINGING);
	g_autofree char *of_url = offhook_twilio_signature_make(TOKEN, BASE, NULL);

	assert_status(ask(fixture, unsigned_one, NULL), 403);
	assert_status(post_as(fixture, BASE, "wrong", "", RINGING), 403);
	assert_status(post_as(fixture, "https://other.example.com", TOKEN, "", RINGING), 403);
	assert_status(post_as(fixture, BASE, "wrong", "/no/such/path", RINGING), 403);
	assert_status(post_as(fixture, BASE, "wrong", "", ""), 403);
	/* A body of another type is covered by its hash alone, and there is none. */
	assert_status(ask(fixture, as_json, of_url), 403);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_rotation(Fixture *fixture, gconstpointer data)
{
	assert_twiml(post_as(fixture, BASE, TOKEN, "", RINGING), "<Connect ");
	assert_twiml(post_as(fixture, BASE, "other-token", "", RINGING), "<Connect ");
}

static void
test_webhook_url(Fixture *fixture, gconstpointer data)
{
	/* Behind a proxy Twilio knows another name; both are ours. */
	assert_twiml(post_as(fixture, "https://calls.example.org/pbx/voice/webhook/twilio", TOKEN,
			     "", RINGING),
		     "url=\"wss://calls.example.org/pbx/media/twilio\"");
	assert_twiml(post(fixture, "", RINGING), "<Connect ");
}

static void
test_other_account(Fixture *fixture, gconstpointer data)
{
	assert_status(post(fixture, "", "CallSid=" SID "&AccountSid=AC1"), 403);
}

static void
test_bad_requests(Fixture *fixture, gconstpointer data)
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
		assert_status(post(fixture, cases[i].path, cases[i].body), cases[i].status);
	assert_status(ask(fixture, put, NULL), 405);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_rejects(Fixture *fixture, gconstpointer data)
{
	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_BUSY);
	assert_twiml(post(fixture, "", RINGING), "<Response><Reject reason=\"busy\"/></Response>");
	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_UNAVAILABLE);
	assert_twiml(post(fixture, "", RINGING), "<Response><Reject/></Response>");
	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_LAST);
	assert_twiml(post(fixture, "", RINGING), "<Connect ");
}

static void
test_retry(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = ring(fixture);
	g_autofree char *second = ring(fixture);

	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
	assert_not_claimed(fixture, SID, ACCOUNT, first);
	assert_claimed(fixture, second);
}

static void
test_replay_after_the_end(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	assert_claimed(fixture, token);
	assert_twiml(post(fixture, "/connect-action", RINGING), "<Hangup/>");
	assert_twiml(post(fixture, "", RINGING), "<Hangup/>");
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 1);
}

/* ---- streams ---- */

static void
test_token_lets_in_once(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	assert_not_claimed(fixture, SID, ACCOUNT, NULL);
	assert_not_claimed(fixture, SID, ACCOUNT, "guess");
	assert_not_claimed(fixture, "CA00000000000000000000000000000009", ACCOUNT, token);
	assert_not_claimed(fixture, NULL, ACCOUNT, token);
	assert_claimed(fixture, token);
	assert_not_claimed(fixture, SID, ACCOUNT, token);
}

static void
test_token_expires(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	offhook_clock_advance(fixture->clock, 121 * G_USEC_PER_SEC);
	assert_not_claimed(fixture, SID, ACCOUNT, token);
}

static void
test_stream_of_other_account(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	assert_not_claimed(fixture, SID, "AC9", token);
	assert_not_claimed(fixture, SID, NULL, token);
	assert_claimed(fixture, token);
}

static void
test_stream_after_hang_up(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	assert_not_claimed(fixture, SID, ACCOUNT, token);
}

static void
test_open_streams(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *first = claim(fixture, SID, "AC9", NULL, &error);
	g_autofree char *again = claim(fixture, SID, "AC9", NULL, &error);
	g_autofree char *nameless = claim(fixture, NULL, NULL, NULL, &error);
	OffhookFakeCall *call = first_call(fixture);

	g_assert_no_error(error);
	g_assert_cmpstr(first, ==, call->call_id);
	g_assert_true(call->answered);
	g_assert_cmpstr(call->provider_call_id, ==, SID);
	g_assert_cmpstr(again, ==, first);
	g_assert_cmpstr(nameless, !=, first);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 2);
	execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	/* When the daemon has ended it, the same callSid is a new call. */
	offhook_call_host_update_call(OFFHOOK_CALL_HOST(fixture->host), first, OFFHOOK_CALL_ENDED,
				      OFFHOOK_END_COMPLETED);
	g_free(again);
	again = claim(fixture, SID, "AC9", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(again, !=, first);
}

static void
test_open_stream_refused(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_BUSY);
	g_assert_null(claim(fixture, SID, NULL, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
}

static gboolean
upgrade(Fixture *fixture, const char *signature, GError **error)
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
test_upgrade(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(upgrade(fixture, NULL, &error));
	g_assert_true(upgrade(fixture, "D0FYA92TuCT6EWTRAk0PozeN7EI=", &error));
	g_assert_no_error(error);
	g_assert_false(upgrade(fixture, "E0FYA92TuCT6EWTRAk0PozeN7EI=", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
}

/* ---- how calls end ---- */

static void
test_status_order(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

#define STATUS(status, n)                                                                          \
	assert_status(                                                                             \
	    post(fixture, "/status", "CallSid=" SID "&CallStatus=" status "&SequenceNumber=" n),   \
	    204)
	STATUS("initiated", "0");
	STATUS("in-progress", "2");
	STATUS("ringing", "1"); /* late */
	STATUS("in-progress", "2");
	STATUS("unheard-of", "3");
	g_assert_cmpstr(first_call(fixture)->history->str, ==, "in-progress ");
	STATUS("busy", "4");
	STATUS("completed", "5"); /* too late */
	g_assert_cmpstr(first_call(fixture)->history->str, ==, "in-progress ended ");
	g_assert_cmpint(first_call(fixture)->reason, ==, OFFHOOK_END_BUSY);
	assert_not_claimed(fixture, SID, ACCOUNT, token);
}

static void
test_final_statuses(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *word;
		OffhookEndReason reason;
	} cases[] = {{"completed", OFFHOOK_END_COMPLETED},
		     {"busy", OFFHOOK_END_BUSY},
		     {"no-answer", OFFHOOK_END_NO_ANSWER},
		     {"canceled", OFFHOOK_END_CANCELED},
		     {"failed", OFFHOOK_END_FAILED}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *voice = g_strdup_printf("CallSid=CA%u&CallStatus=ringing", i);
		g_autofree char *status =
		    g_strdup_printf("CallSid=CA%u&CallStatus=%s", i, cases[i].word);

		assert_twiml(post(fixture, "", voice), "<Connect ");
		assert_status(post(fixture, "/status", status), 204);
		g_assert_cmpint(offhook_fake_call_host_get_nth(fixture->host, i)->reason, ==,
				cases[i].reason);
	}
}

static void
test_status_of_unknown_call(Fixture *fixture, gconstpointer data)
{
	assert_status(post(fixture, "/status", "CallSid=CA9&CallStatus=completed"), 204);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_status_sent_to_voice_url(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	assert_claimed(fixture, token);
	assert_twiml(post(fixture, "", "CallSid=" SID "&CallStatus=completed"), "<Hangup/>");
	assert_ends(fixture, OFFHOOK_END_COMPLETED);
}

static void
test_daemon_knows_better(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	offhook_twilio_driver_set_grace(OFFHOOK_TWILIO_DRIVER(fixture->driver), 60000);
	assert_claimed(fixture, token);
	/* The daemon has closed the stream over a protocol error, and is about to say so. */
	assert_twiml(post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=in-progress"),
		     "<Hangup/>");
	g_assert_cmpint(first_call(fixture)->state, !=, OFFHOOK_CALL_ENDED);
}

static void
test_hang_up(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	assert_claimed(fixture, token);
	execute(fixture, OFFHOOK_VERB_ANSWER, NULL);
	execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	assert_twiml(post(fixture, "/connect-action", RINGING), "<Response><Hangup/></Response>");
	assert_ends(fixture, OFFHOOK_END_COMPLETED);
}

/* The caller has been passed on, and somebody else is being dialled. */
static void
transfer(Fixture *fixture, const char *target)
{
	g_autofree char *token = ring(fixture);
	const char *id = first_call(fixture)->call_id;
	g_autofree char *part =
	    g_strdup_printf("<Dial action=\"" BASE "/dial-action?call=%s\"><Number "
			    "statusCallback=\"" BASE
			    "/dialled?call=%s\" statusCallbackEvent=\"answered\">%s</Number>",
			    id, id, target);

	assert_claimed(fixture, token);
	execute(fixture, OFFHOOK_VERB_TRANSFER, target);
	assert_twiml(post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=in-progress"),
		     part);
	g_assert_cmpint(first_call(fixture)->state, !=, OFFHOOK_CALL_ENDED);
	/* Twilio may ask twice. */
	assert_twiml(post(fixture, "/connect-action", RINGING), part);
}

/* @fields: of the report of the other side's call */
static void
report_dialled(Fixture *fixture, const char *fields)
{
	g_autofree char *path = g_strconcat("/dialled?call=", first_call(fixture)->call_id, NULL);

	assert_status(post(fixture, path, fields), 204);
}

#define DIAL_ACTION "CallSid=" SID "&CallStatus=in-progress&DialCallStatus="
#define CHILD       "CallSid=CA00000000000000000000000000000009&CallStatus="

static void
test_transfer(Fixture *fixture, gconstpointer data)
{
	transfer(fixture, "+15550100077");
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=CA7"); /* another call's */
	report_dialled(fixture, CHILD "ringing&ParentCallSid=" SID);
	g_assert_cmpstr(first_call(fixture)->transfers->str, ==, "");
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=" SID);
	g_assert_cmpint(first_call(fixture)->reason, ==, OFFHOOK_END_TRANSFERRED);
	/* What comes of it is none of our business any more. */
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=" SID);
	assert_twiml(post(fixture, "/dial-action", DIAL_ACTION "completed"), "<Hangup/>");
	assert_twiml(post(fixture, "/dial-action", DIAL_ACTION "busy"), "<Hangup/>");
	g_assert_cmpstr(first_call(fixture)->transfers->str, ==, "taken ");
}

/* Nobody told us that the other side answered. */
static void
test_transfer_known_late(Fixture *fixture, gconstpointer data)
{
	transfer(fixture, "+15550100077");
	assert_twiml(post(fixture, "/dial-action", DIAL_ACTION "completed"), "<Hangup/>");
	g_assert_cmpstr(first_call(fixture)->transfers->str, ==, "taken ");
}

static void
test_transfer_fails(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = NULL;

	transfer(fixture, "+15550100077");
	token = get_token(post(fixture, "/dial-action", DIAL_ACTION "no-answer"));
	g_free(token);
	token = get_token(post(fixture, "/dial-action", DIAL_ACTION "no-answer"));
	g_assert_cmpstr(first_call(fixture)->transfers->str, ==, "the other side: no-answer ");
	/* The same call, a new stream. */
	assert_claimed(fixture, token);
	assert_not_claimed(fixture, SID, ACCOUNT, token);
	/* Late, or twice. */
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=" SID);
	assert_twiml(post(fixture, "/dial-action", DIAL_ACTION "no-answer"), "<Hangup/>");
	g_assert_cmpint(first_call(fixture)->state, !=, OFFHOOK_CALL_ENDED);
	execute(fixture, OFFHOOK_VERB_TRANSFER, "+15550100078");
}

/* The caller does not wait for the other side. */
static void
test_transfer_given_up(Fixture *fixture, gconstpointer data)
{
	transfer(fixture, "+15550100077");
	assert_twiml(post(fixture, "/dial-action",
			  "CallSid=" SID "&CallStatus=completed&DialCallStatus=canceled"),
		     "<Hangup/>");
	g_assert_cmpstr(first_call(fixture)->transfers->str, ==, "");
	g_assert_cmpint(first_call(fixture)->reason, ==, OFFHOOK_END_COMPLETED);
}

static void
test_transfer_before_stream(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_driver_sync_execute(fixture->driver, first_call(fixture)->call_id,
						   OFFHOOK_VERB_TRANSFER, "+15550100077", NULL,
						   &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
}

static void
test_transfer_of_caller_who_left(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	assert_claimed(fixture, token);
	execute(fixture, OFFHOOK_VERB_TRANSFER, "sip:desk@pbx.example.com");
	assert_twiml(post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=completed"),
		     "<Hangup/>");
	assert_ends(fixture, OFFHOOK_END_COMPLETED);
}

static void
test_hang_up_undoes_transfer(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);
	g_autoptr(GError) error = NULL;

	assert_claimed(fixture, token);
	execute(fixture, OFFHOOK_VERB_TRANSFER, "+15550100077");
	execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	g_assert_false(offhook_driver_sync_execute(fixture->driver, first_call(fixture)->call_id,
						   OFFHOOK_VERB_TRANSFER, "+15550100077", NULL,
						   &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
	assert_twiml(post(fixture, "/connect-action", RINGING), "<Hangup/>");
}

static void
test_stream_that_never_came(Fixture *fixture, gconstpointer data)
{
	g_autofree char *token = ring(fixture);

	g_test_expect_message("offhook-twilio", G_LOG_LEVEL_WARNING, "*media stream*");
	assert_twiml(post(fixture, "/connect-action", RINGING), "<Hangup/>");
	g_test_assert_expected_messages();
	g_assert_cmpint(first_call(fixture)->reason, ==, OFFHOOK_END_FAILED);
}

static void
test_action_of_unknown_call(Fixture *fixture, gconstpointer data)
{
	assert_twiml(post(fixture, "/connect-action", RINGING), "<Hangup/>");
}

/* ---- settings ---- */

static void
test_inactive(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookDriverCheck) check = NULL;
	g_autoptr(GError) error = NULL;

	assert_status(post(fixture, "", RINGING), 503);
	g_assert_false(upgrade(fixture, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_clear_error(&error);
	check = offhook_driver_sync_check(fixture->driver, &error);
	g_assert_no_error(error);
	g_assert_false(check->authentication);
	g_assert_nonnull(strstr(check->message, "auth-token"));
}

static void
test_open_without_token(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	/* Only streams are open to all; a webhook could not be checked. */
	assert_status(post(fixture, "", RINGING), 503);
	g_assert_true(upgrade(fixture, NULL, &error));
	g_assert_no_error(error);
}

static void
test_unsigned(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", BASE, "", FORM, RINGING);
	g_autoptr(GError) error = NULL;

	assert_twiml(ask(fixture, webhook, NULL), "<Connect ");
	g_assert_true(upgrade(fixture, "whatever", &error));
}

/* Every garbage a stranger can send when no signature is asked for. */
static void
test_unsigned_garbage(Fixture *fixture, gconstpointer data)
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
		reply = ask(fixture, webhook, NULL);
		g_assert_true(reply->status == 400 || reply->status == 404);
	}
}

/* Without an account there is nobody to ask, and a plain http address is no address for Twilio. */
static void
test_check(Fixture *fixture, gconstpointer data)
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
	g_test_add("/twilio/driver/" name, Fixture, settings, set_up, func, tear_down)
	ADD("connects", plain, test_connects);
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
	ADD("status-order", plain, test_status_order);
	ADD("final-statuses", plain, test_final_statuses);
	ADD("status-of-unknown-call", plain, test_status_of_unknown_call);
	ADD("status-sent-to-voice-url", plain, test_status_sent_to_voice_url);
	ADD("daemon-knows-better", plain, test_daemon_knows_better);
	ADD("hang-up", plain, test_hang_up);
	ADD("transfer", plain, test_transfer);
	ADD("transfer-known-late", plain, test_transfer_known_late);
	ADD("transfer-fails", plain, test_transfer_fails);
	ADD("transfer-given-up", plain, test_transfer_given_up);
	ADD("transfer-before-stream", plain, test_transfer_before_stream);
	ADD("transfer-of-caller-who-left", plain, test_transfer_of_caller_who_left);
	ADD("hang-up-undoes-transfer", plain, test_hang_up_undoes_transfer);
	ADD("stream-that-never-came", plain, test_stream_that_never_came);
	ADD("action-of-unknown-call", plain, test_action_of_unknown_call);
	ADD("inactive", nothing, test_inactive);
	ADD("open-without-token", only_streams, test_open_without_token);
	ADD("unsigned", no_signature, test_unsigned);
	ADD("unsigned-garbage", no_signature, test_unsigned_garbage);
	ADD("check", plain_http, test_check);
	return g_test_run();
}
