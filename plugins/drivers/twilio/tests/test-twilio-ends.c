/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How calls end, and how they are passed on. */

#include "twilio-fixture.h"

#include "../signature.h"
#include "../twilio-config.h"
#include "../twilio-driver.h"

#include "driver-sync.h"
#include "harness.h"

#include <string.h>

/* ---- how calls end ---- */

static void
test_status_order(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

#define STATUS(status, n)                                                                          \
	twilio_assert_status(twilio_post(fixture, "/status",                                       \
					 "CallSid=" SID "&CallStatus=" status                      \
					 "&SequenceNumber=" n),                                    \
			     204)
	STATUS("initiated", "0");
	STATUS("in-progress", "2");
	STATUS("ringing", "1"); /* late */
	STATUS("in-progress", "2");
	STATUS("unheard-of", "3");
	g_assert_cmpstr(twilio_first_call(fixture)->history->str, ==, "in-progress ");
	STATUS("busy", "4");
	STATUS("completed", "5"); /* too late */
	g_assert_cmpstr(twilio_first_call(fixture)->history->str, ==, "in-progress ended ");
	g_assert_cmpint(twilio_first_call(fixture)->reason, ==, OFFHOOK_END_BUSY);
	twilio_assert_not_claimed(fixture, SID, ACCOUNT, token);
}

/* No call has that many reports; what follows still counts, and an end always does. */
static void
test_status_absurd(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	STATUS("ringing", "99999999999999999999");
	STATUS("ringing", "-7");
	STATUS("ringing", "many");
	STATUS("in-progress", "2");
	g_assert_cmpstr(twilio_first_call(fixture)->history->str, ==, "ringing in-progress ");
	STATUS("completed", "1");
	g_assert_cmpint(twilio_first_call(fixture)->reason, ==, OFFHOOK_END_COMPLETED);
}

static void
test_final_statuses(TwilioFixture *fixture, gconstpointer data)
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

		twilio_assert_twiml(twilio_post(fixture, "", voice), "<Connect ");
		twilio_assert_status(twilio_post(fixture, "/status", status), 204);
		g_assert_cmpint(offhook_fake_call_host_get_nth(fixture->host, i)->reason, ==,
				cases[i].reason);
	}
}

static void
test_status_of_unknown_call(TwilioFixture *fixture, gconstpointer data)
{
	twilio_assert_status(twilio_post(fixture, "/status", "CallSid=CA9&CallStatus=completed"),
			     204);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_status_sent_to_voice_url(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_claimed(fixture, token);
	twilio_assert_twiml(twilio_post(fixture, "", "CallSid=" SID "&CallStatus=completed"),
			    "<Hangup/>");
	twilio_assert_ends(fixture, OFFHOOK_END_COMPLETED);
}

static void
test_daemon_knows_better(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	offhook_twilio_driver_set_grace(OFFHOOK_TWILIO_DRIVER(fixture->driver), 60000);
	twilio_assert_claimed(fixture, token);
	/* The daemon has closed the stream over a protocol error, and is about to say so. */
	twilio_assert_twiml(
	    twilio_post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=in-progress"),
	    "<Hangup/>");
	g_assert_cmpint(twilio_first_call(fixture)->state, !=, OFFHOOK_CALL_ENDED);
}

#define FALLBACK "<Dial><Number>+15550100098</Number></Dial>"

/* Our side let go of a caller without wanting to. */
static void
test_left_over(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_claimed(fixture, token);
	twilio_assert_twiml(
	    twilio_post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=in-progress"),
	    FALLBACK);
	/* Of before a restart. */
	twilio_assert_twiml(twilio_post(fixture, "/connect-action",
					"CallSid=CA9&CallStatus=in-progress&Direction=inbound"),
			    FALLBACK);
	twilio_assert_twiml(
	    twilio_post(fixture, "/connect-action",
			"CallSid=CA9&CallStatus=in-progress&Direction=outbound-api"),
	    "<Response><Hangup/></Response>");
	twilio_assert_twiml(twilio_post(fixture, "/connect-action",
					"CallSid=CA9&CallStatus=completed&Direction=inbound"),
			    "<Response><Hangup/></Response>");
}

static void
test_wanted_end(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_claimed(fixture, token);
	twilio_execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	twilio_assert_twiml(
	    twilio_post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=in-progress"),
	    "<Response><Hangup/></Response>");
}

static void
test_hang_up(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_claimed(fixture, token);
	twilio_execute(fixture, OFFHOOK_VERB_ANSWER, NULL);
	twilio_execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	twilio_assert_twiml(twilio_post(fixture, "/connect-action", RINGING),
			    "<Response><Hangup/></Response>");
	twilio_assert_ends(fixture, OFFHOOK_END_COMPLETED);
}

/* The caller has been passed on, and somebody else is being dialled. */
static void
transfer(TwilioFixture *fixture, const char *target)
{
	g_autofree char *token = twilio_ring(fixture);
	const char *id = twilio_first_call(fixture)->call_id;
	g_autofree char *part =
	    g_strdup_printf("<Dial action=\"" BASE "/dial-action?call=%s\"><Number "
			    "statusCallback=\"" BASE
			    "/dialled?call=%s\" statusCallbackEvent=\"answered\">%s</Number>",
			    id, id, target);

	twilio_assert_claimed(fixture, token);
	twilio_execute(fixture, OFFHOOK_VERB_TRANSFER, target);
	twilio_assert_twiml(
	    twilio_post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=in-progress"),
	    part);
	g_assert_cmpint(twilio_first_call(fixture)->state, !=, OFFHOOK_CALL_ENDED);
	/* Twilio may ask twice. */
	twilio_assert_twiml(twilio_post(fixture, "/connect-action", RINGING), part);
}

/* @fields: of the report of the other side's call */
static void
report_dialled(TwilioFixture *fixture, const char *fields)
{
	g_autofree char *path =
	    g_strconcat("/dialled?call=", twilio_first_call(fixture)->call_id, NULL);

	twilio_assert_status(twilio_post(fixture, path, fields), 204);
}

#define DIAL_ACTION "CallSid=" SID "&CallStatus=in-progress&DialCallStatus="
#define CHILD       "CallSid=CA00000000000000000000000000000009&CallStatus="

static void
test_transfer(TwilioFixture *fixture, gconstpointer data)
{
	transfer(fixture, "+15550100077");
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=CA7"); /* another call's */
	report_dialled(fixture, CHILD "ringing&ParentCallSid=" SID);
	g_assert_cmpstr(twilio_first_call(fixture)->transfers->str, ==, "");
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=" SID);
	g_assert_cmpint(twilio_first_call(fixture)->reason, ==, OFFHOOK_END_TRANSFERRED);
	/* What comes of it is none of our business any more. */
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=" SID);
	twilio_assert_twiml(twilio_post(fixture, "/dial-action", DIAL_ACTION "completed"),
			    "<Hangup/>");
	twilio_assert_twiml(twilio_post(fixture, "/dial-action", DIAL_ACTION "busy"), "<Hangup/>");
	g_assert_cmpstr(twilio_first_call(fixture)->transfers->str, ==, "taken ");
}

/* Nobody told us that the other side answered. */
static void
test_transfer_known_late(TwilioFixture *fixture, gconstpointer data)
{
	transfer(fixture, "+15550100077");
	twilio_assert_twiml(twilio_post(fixture, "/dial-action", DIAL_ACTION "completed"),
			    "<Hangup/>");
	g_assert_cmpstr(twilio_first_call(fixture)->transfers->str, ==, "taken ");
}

static void
test_transfer_fails(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = NULL;

	transfer(fixture, "+15550100077");
	token = twilio_get_token(twilio_post(fixture, "/dial-action", DIAL_ACTION "no-answer"));
	g_free(token);
	token = twilio_get_token(twilio_post(fixture, "/dial-action", DIAL_ACTION "no-answer"));
	g_assert_cmpstr(twilio_first_call(fixture)->transfers->str, ==,
			"the other side: no-answer ");
	/* The same call, a new stream. */
	twilio_assert_claimed(fixture, token);
	twilio_assert_not_claimed(fixture, SID, ACCOUNT, token);
	/* Late, or twice. */
	report_dialled(fixture, CHILD "in-progress&ParentCallSid=" SID);
	twilio_assert_twiml(twilio_post(fixture, "/dial-action", DIAL_ACTION "no-answer"),
			    "<Hangup/>");
	g_assert_cmpint(twilio_first_call(fixture)->state, !=, OFFHOOK_CALL_ENDED);
	twilio_execute(fixture, OFFHOOK_VERB_TRANSFER, "+15550100078");
}

/* The caller does not wait for the other side. */
static void
test_transfer_given_up(TwilioFixture *fixture, gconstpointer data)
{
	transfer(fixture, "+15550100077");
	twilio_assert_twiml(twilio_post(fixture, "/dial-action",
					"CallSid=" SID
					"&CallStatus=completed&DialCallStatus=canceled"),
			    "<Hangup/>");
	g_assert_cmpstr(twilio_first_call(fixture)->transfers->str, ==, "");
	g_assert_cmpint(twilio_first_call(fixture)->reason, ==, OFFHOOK_END_COMPLETED);
}

static void
test_transfer_before_stream(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);
	g_autoptr(GError) error = NULL;

	g_assert_false(
	    offhook_driver_sync_execute(fixture->driver, twilio_first_call(fixture)->call_id,
					OFFHOOK_VERB_TRANSFER, "+15550100077", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
}

static void
test_transfer_of_caller_who_left(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	twilio_assert_claimed(fixture, token);
	twilio_execute(fixture, OFFHOOK_VERB_TRANSFER, "sip:desk@pbx.example.com");
	twilio_assert_twiml(
	    twilio_post(fixture, "/connect-action", "CallSid=" SID "&CallStatus=completed"),
	    "<Hangup/>");
	twilio_assert_ends(fixture, OFFHOOK_END_COMPLETED);
}

static void
test_hang_up_undoes_transfer(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);
	g_autoptr(GError) error = NULL;

	twilio_assert_claimed(fixture, token);
	twilio_execute(fixture, OFFHOOK_VERB_TRANSFER, "+15550100077");
	twilio_execute(fixture, OFFHOOK_VERB_HANG_UP, NULL);
	g_assert_false(
	    offhook_driver_sync_execute(fixture->driver, twilio_first_call(fixture)->call_id,
					OFFHOOK_VERB_TRANSFER, "+15550100077", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
	twilio_assert_twiml(twilio_post(fixture, "/connect-action", RINGING), "<Hangup/>");
}

static void
test_stream_that_never_came(TwilioFixture *fixture, gconstpointer data)
{
	g_autofree char *token = twilio_ring(fixture);

	g_test_expect_message("offhook-twilio", G_LOG_LEVEL_WARNING, "*media stream*");
	twilio_assert_twiml(twilio_post(fixture, "/connect-action", RINGING), "<Hangup/>");
	g_test_assert_expected_messages();
	g_assert_cmpint(twilio_first_call(fixture)->reason, ==, OFFHOOK_END_FAILED);
}

static void
test_action_of_unknown_call(TwilioFixture *fixture, gconstpointer data)
{
	twilio_assert_twiml(twilio_post(fixture, "/connect-action", RINGING), "<Hangup/>");
}

static const char *const plain[] = {"auth-token", TOKEN, NULL};
static const char *const fallback[] = {"auth-token", TOKEN, "fallback-number", "+15550100098",
				       NULL};

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, settings, func)                                                                  \
	g_test_add("/twilio/ends/" name, TwilioFixture, settings, twilio_set_up, func,             \
		   twilio_tear_down)
	ADD("status-order", plain, test_status_order);
	ADD("final-statuses", plain, test_final_statuses);
	ADD("status-of-unknown-call", plain, test_status_of_unknown_call);
	ADD("status-sent-to-voice-url", plain, test_status_sent_to_voice_url);
	ADD("daemon-knows-better", plain, test_daemon_knows_better);
	ADD("hang-up", plain, test_hang_up);
	ADD("left-over", fallback, test_left_over);
	ADD("wanted-end", fallback, test_wanted_end);
	ADD("status-absurd", plain, test_status_absurd);
	ADD("transfer", plain, test_transfer);
	ADD("transfer-known-late", plain, test_transfer_known_late);
	ADD("transfer-fails", plain, test_transfer_fails);
	ADD("transfer-given-up", plain, test_transfer_given_up);
	ADD("transfer-before-stream", plain, test_transfer_before_stream);
	ADD("transfer-of-caller-who-left", plain, test_transfer_of_caller_who_left);
	ADD("hang-up-undoes-transfer", plain, test_hang_up_undoes_transfer);
	ADD("stream-that-never-came", plain, test_stream_that_never_came);
	ADD("action-of-unknown-call", plain, test_action_of_unknown_call);
	return g_test_run();
}
