/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/call-table.h>
#include <offhook/clock.h>
#include <offhook/stream-tokens.h>

G_BEGIN_DECLS

/** How far a leg is; never back. */
typedef enum {
	OFFHOOK_VONAGE_RANK_NONE = 0,
	OFFHOOK_VONAGE_RANK_STARTED = 1,
	OFFHOOK_VONAGE_RANK_RINGING = 2,
	OFFHOOK_VONAGE_RANK_ANSWERED = 3,
	OFFHOOK_VONAGE_RANK_OVER = 9,
} OffhookVonageRank;

/** What is known of one call: its caller's leg, and the one that is our stream. */
typedef struct {
	char *call_id;
	char *uuid;        /* (nullable): the caller's leg; not known yet of one being placed */
	char *stream_uuid; /* (nullable): the leg to our WebSocket */
	char *base;        /* (nullable): of the region the call lives in */
	char *target;      /* (nullable): whom Vonage shall dial when our stream has ended */
	char *bridge;      /* (nullable): or which conversation it shall join */
	GTask *hang_up;    /* (nullable): waits for the end */
	OffhookVonageRank rank;
	guint rate;               /* of its stream */
	gboolean outbound;        /* we have placed it */
	gboolean wants_beep;      /* of a machine only the end of its greeting is told */
	gboolean completed_early; /* "completed" came, and why it was never answered did not */
	gboolean abandoned;  /* whether it exists was never found out; nobody wants it any more */
	gboolean admitted;   /* a WebSocket has brought its token */
	gboolean connected;  /* a stream has come */
	gboolean away;       /* passed on, and nobody has said yet how that ended */
	gboolean hanging_up; /* we want it to end */
	gboolean ended;
} OffhookVonageCall;

/** A bounded table of calls, and the tokens that let their streams in. Main thread. */
typedef struct _OffhookVonageCalls OffhookVonageCalls;

OffhookVonageCalls *offhook_vonage_calls_new(OffhookClock *clock, guint limit);
void offhook_vonage_calls_free(OffhookVonageCalls *self);

/* Returned calls stay valid until the next one is added. Ids may be %NULL. */
OffhookVonageCall *offhook_vonage_calls_find(OffhookVonageCalls *self, const char *call_id);
OffhookVonageCall *offhook_vonage_calls_find_by_uuid(OffhookVonageCalls *self, const char *uuid);
/** Adds one; @uuid: (nullable): of one that we place: it comes later */
OffhookVonageCall *offhook_vonage_calls_add(OffhookVonageCalls *self, const char *call_id,
					    const char *uuid);
/** Its uuid is known now. %FALSE when it has another, or another call has this one. */
gboolean offhook_vonage_calls_name(OffhookVonageCalls *self, OffhookVonageCall *call,
				   const char *uuid);
/** Forgets a call that never was. */
void offhook_vonage_calls_remove(OffhookVonageCalls *self, OffhookVonageCall *call);

/** @rings: the phone has still to be answered, so the token is good for longer. (transfer full) */
char *offhook_vonage_calls_issue_token(OffhookVonageCalls *self, OffhookVonageCall *call,
				       gboolean rings, GError **error);
/** The call whose token this is, which is void from now on; %OFFHOOK_ERROR_PERMISSION */
OffhookVonageCall *offhook_vonage_calls_redeem_token(OffhookVonageCalls *self, const char *token,
						     GError **error);
void offhook_vonage_calls_revoke_token(OffhookVonageCalls *self, OffhookVonageCall *call);

/** Whoever waits for the end of @call has it. */
void offhook_vonage_call_settle_hang_up(OffhookVonageCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookVonageCalls, offhook_vonage_calls_free)

G_END_DECLS
