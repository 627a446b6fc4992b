/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/clock.h>

G_BEGIN_DECLS

#define OFFHOOK_TWILIO_TOKEN_LIFETIME_US (2 * 60 * G_USEC_PER_SEC)

/** What is known of one call. */
typedef struct {
	char *sid; /* (nullable): Twilio's name of it; not known yet of one that we are placing */
	char *call_id;
	char *token; /* (nullable): lets one stream in */
	gint64 token_until_us;
	char *transfer_target; /* (nullable): whom Twilio dials, when our stream has ended */
	char *bridge;          /* (nullable): or which conference it shall join */
	char *recording_sid;   /* (nullable): of the one that runs */
	gint64 sequence;       /* of the last status callback, -1 before the first */
	gboolean outbound;
	gboolean answered;
	gboolean record;             /* from the answer on */
	gboolean wait_for_detection; /* the answer's webhook brings the verdict */
	gboolean abandoned;  /* whether it exists was never found out; nobody wants it any more */
	gboolean connected;  /* a stream has come */
	gboolean away;       /* somebody else is being dialled, and may not answer */
	gboolean hanging_up; /* we want it to end */
	gboolean ended;
} OffhookTwilioCall;

/** A bounded table of calls; the oldest make room. Main thread. */
typedef struct _OffhookTwilioCalls OffhookTwilioCalls;

OffhookTwilioCalls *offhook_twilio_calls_new(OffhookClock *clock, guint limit);
void offhook_twilio_calls_free(OffhookTwilioCalls *self);
guint offhook_twilio_calls_get_size(OffhookTwilioCalls *self);

/* Returned calls stay valid until the next offhook_twilio_calls_add(). */
OffhookTwilioCall *offhook_twilio_calls_find(OffhookTwilioCalls *self, const char *sid);
OffhookTwilioCall *offhook_twilio_calls_find_by_id(OffhookTwilioCalls *self, const char *call_id);
/** Adds a call; one that is there under another id begins anew. */
OffhookTwilioCall *offhook_twilio_calls_add(OffhookTwilioCalls *self, const char *sid,
					    const char *call_id);

/** Adds one that we are about to place; its sid comes later. */
OffhookTwilioCall *offhook_twilio_calls_place(OffhookTwilioCalls *self, const char *call_id);
/** Its sid is known now. %FALSE when it has another, or another call has this one. */
gboolean offhook_twilio_calls_name(OffhookTwilioCalls *self, OffhookTwilioCall *call,
				   const char *sid);
/** Forgets a call that never was. */
void offhook_twilio_calls_remove(OffhookTwilioCalls *self, OffhookTwilioCall *call);

/** A new random token for @call; the one before is void. (transfer none) (nullable) */
const char *offhook_twilio_calls_issue_token(OffhookTwilioCalls *self, OffhookTwilioCall *call,
					     GError **error);
/** Is @token (nullable) the valid one of @call? If so it is void from now on. */
gboolean offhook_twilio_calls_redeem_token(OffhookTwilioCalls *self, OffhookTwilioCall *call,
					   const char *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTwilioCalls, offhook_twilio_calls_free)

G_END_DECLS
