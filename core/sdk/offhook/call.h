/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Words about calls that drivers and the daemon share. A call is always named by its id (a UUID),
 * never by a pointer.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_CALL_NEW,     /* known, nothing has happened yet */
	OFFHOOK_CALL_RINGING, /* the called side is being alerted */
	OFFHOOK_CALL_ACTIVE,  /* answered */
	OFFHOOK_CALL_ENDED,   /* nothing leaves this state; ending twice is not an error */
	OFFHOOK_CALL_STATE_LAST
} OffhookCallState;

/** Why a call ended. OFFHOOK_END_NONE while it has not. */
typedef enum {
	OFFHOOK_END_NONE,
	OFFHOOK_END_COMPLETED, /* was answered, and one side hung up */
	OFFHOOK_END_TRANSFERRED,
	OFFHOOK_END_BUSY,
	OFFHOOK_END_NO_ANSWER,
	OFFHOOK_END_CANCELED, /* by us, before it was answered */
	OFFHOOK_END_REJECTED,
	OFFHOOK_END_FAILED,
	OFFHOOK_END_INTERRUPTED, /* the connection or the daemon died */
	OFFHOOK_END_LAST
} OffhookEndReason;

typedef enum {
	OFFHOOK_CALL_INBOUND,
	OFFHOOK_CALL_OUTBOUND,
} OffhookCallDirection;

/** A call that a provider offers us. All strings are borrowed for the duration of the call. */
typedef struct {
	const char *provider_call_id; /* the provider's own name of it */
	const char *from;             /* (nullable): E.164, SIP address or "anonymous" */
	const char *to;               /* (nullable) */
	gboolean answered;            /* media runs already */
} OffhookCallOffer;

/** A call that we ask a driver to place. Borrowed for the duration of the call. */
typedef struct {
	const char *call_id;   /* ours; the driver reports under this name from the first moment */
	const char *to;        /* E.164 */
	const char *caller_id; /* (nullable): as who we call; %NULL for the driver's number */
	guint timeout_s;       /* how long to let it ring; 0 for the driver's default */
	gboolean recording;    /* at the provider, where it can */
} OffhookCallRequest;

/** What can be asked of a call in progress. A bit each in OffhookCapabilities.verbs. */
typedef enum {
	OFFHOOK_VERB_ANSWER,
	OFFHOOK_VERB_HANG_UP,
	OFFHOOK_VERB_SEND_DTMF, /* argument: the digits */
	OFFHOOK_VERB_TRANSFER,  /* argument: the target */
	OFFHOOK_VERB_START_RECORDING,
	OFFHOOK_VERB_PAUSE_RECORDING,
	OFFHOOK_VERB_STOP_RECORDING,
	OFFHOOK_VERB_LAST
} OffhookCallVerb;

const char *offhook_call_verb_to_string(OffhookCallVerb verb);        /* "send-dtmf" */
const char *offhook_call_state_to_string(OffhookCallState state);     /* "ringing" */
const char *offhook_end_reason_to_string(OffhookEndReason reason);    /* "no-answer" */
const char *offhook_call_direction_to_string(OffhookCallDirection d); /* "inbound" */
/** %OFFHOOK_END_NONE for an unknown word. */
OffhookEndReason offhook_end_reason_from_string(const char *word);

G_END_DECLS
