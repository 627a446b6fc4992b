/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver with a host that writes down what it reports, on a clock that stands.
 */
#pragma once

#include "fake-call-host.h"

#include <offhook/clock.h>
#include <offhook/driver.h>

G_BEGIN_DECLS

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
} TwilioFixture;

void twilio_set_up(TwilioFixture *fixture, gconstpointer data);
void twilio_tear_down(TwilioFixture *fixture, gconstpointer data);
OffhookWebhookReply *twilio_ask(TwilioFixture *fixture, OffhookWebhook *webhook,
				const char *signature);
/** A form that Twilio has signed for what it believes to be @signed_base. */
OffhookWebhookReply *twilio_post_as(TwilioFixture *fixture, const char *signed_base,
				    const char *token, const char *path, const char *body);
OffhookWebhookReply *twilio_post(TwilioFixture *fixture, const char *path, const char *body);
void twilio_assert_status(OffhookWebhookReply *reply, guint status);
void twilio_assert_twiml(OffhookWebhookReply *reply, const char *part);
/** What TwiML hands to the stream. @reply: (transfer full) */
char *twilio_get_token(OffhookWebhookReply *reply);
/** The first call. (transfer full) */
char *twilio_ring(TwilioFixture *fixture);
OffhookFakeCall *twilio_first_call(TwilioFixture *fixture);
char *twilio_claim(TwilioFixture *fixture, const char *sid, const char *account, const char *token,
		   GError **error);
void twilio_assert_not_claimed(TwilioFixture *fixture, const char *sid, const char *account,
			       const char *token);
void twilio_assert_claimed(TwilioFixture *fixture, const char *token);
/** Of a call that had a stream the driver tells late, so that the daemon can be first. */
void twilio_assert_ends(TwilioFixture *fixture, OffhookEndReason reason);
void twilio_execute(TwilioFixture *fixture, OffhookCallVerb verb, const char *argument);

G_END_DECLS
