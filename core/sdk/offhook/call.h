/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Words about calls that drivers and the daemon share. A call is always named by its id (a UUID),
 * never by a pointer.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** How far a call is. */
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

/** Who called. */
typedef enum {
	OFFHOOK_CALL_INBOUND,
	OFFHOOK_CALL_OUTBOUND,
} OffhookCallDirection;

/** Bytes of a provider's name of a call, and of what a party is called: what can be written down. */
#define OFFHOOK_PROVIDER_ID_MAX 128
#define OFFHOOK_PARTY_MAX       256

/** A call that a provider offers us. All strings are borrowed for the duration of the call. */
typedef struct {
	const char *provider_call_id; /* the provider's own name of it */
	const char *from;             /* (nullable): E.164, SIP address or "anonymous" */
	const char *to;               /* (nullable) */
	gboolean answered;            /* media runs already */
	/*
	 * (nullable) (element-type utf8 utf8): what else the provider says of it, in words of ours:
	 * "attestation" ("A", "B", "C": how sure the network is of the caller's number; "failed",
	 * "none"), "caller_name", "forwarded_from". Unknown names are passed on as they are.
	 */
	GHashTable *details;
} OffhookCallOffer;

/** Whether somebody should find out if a person or a machine answered. */
typedef enum {
	OFFHOOK_DETECT_NOTHING,
	OFFHOOK_DETECT_MACHINE, /* tell as soon as it is known */
	OFFHOOK_DETECT_BEEP,    /* of a machine, tell when its greeting is over */
	OFFHOOK_DETECT_LAST
} OffhookMachineDetection;

/** Who answered a call that we placed. */
typedef enum {
	OFFHOOK_ANSWERED_BY_UNKNOWN, /* the provider could not tell */
	OFFHOOK_ANSWERED_BY_HUMAN,
	OFFHOOK_ANSWERED_BY_MACHINE,      /* its greeting runs */
	OFFHOOK_ANSWERED_BY_MACHINE_BEEP, /* its greeting is over: what is said now is recorded */
	OFFHOOK_ANSWERED_BY_FAX,
	OFFHOOK_ANSWERED_BY_LAST
} OffhookAnsweredBy;

/** A call that we ask a driver to place. Borrowed for the duration of the call. */
typedef struct {
	const char *call_id;   /* ours; the driver reports under this name from the first moment */
	const char *to;        /* E.164 */
	const char *caller_id; /* (nullable): as who we call; %NULL for the driver's number */
	guint timeout_s;       /* how long to let it ring; 0 for the driver's default */
	gboolean recording;    /* at the provider, from the answer on, where it can */
	/* The rest needs a feature of OffhookCapabilities; 0 and %NULL are always possible. */
	OffhookMachineDetection machine_detection;
	/*
	 * %TRUE: the call's audio begins after the verdict; %FALSE: at once, and the verdict comes
	 * through offhook_call_host_report_answered_by() when it is there.
	 */
	gboolean wait_for_detection;
	guint detection_timeout_s; /* after the answer; 0 for the driver's default */
	const char *send_digits;   /* (nullable): keys after the answer: 0-9 A-D * #, w: 500 ms */
	guint time_limit_s;        /* end the call this long after the answer; 0 for never */
} OffhookCallRequest;

/**
 * What can be asked of a call in progress. A bit each in OffhookCapabilities.verbs.
 *
 * A call whose audio passes through the daemon needs no help from its driver to be held, muted,
 * played to or sent keys: the daemon does that in the audio. A driver claims PLAY, HOLD, UNHOLD,
 * MUTE, UNMUTE and SEND_DTMF only when its provider does it better than that (keys as events, say);
 * then the daemon asks the driver. HOLD, UNHOLD, MUTE and UNMUTE it also does in the audio all the
 * same, so that the conversation waits; PLAY reaches a driver with a URL only, never with words.
 */
typedef enum {
	OFFHOOK_VERB_ANSWER,
	/*
	 * Ends the call whatever its state: one that rings is withdrawn. Success also when it has
	 * ended already. The daemon closes the media itself afterwards.
	 */
	OFFHOOK_VERB_HANG_UP,
	OFFHOOK_VERB_SEND_DTMF, /* argument: the digits, 0-9 A-D * #; w waits half a second */
	/*
	 * Blind: connects the other side with the argument, a number in E.164 or a SIP address. The
	 * daemon closes the media afterwards; a provider that moves the call when its stream ends
	 * only notes the target here.
	 */
	OFFHOOK_VERB_TRANSFER,
	OFFHOOK_VERB_START_RECORDING, /* at the provider, beside the daemon's own */
	OFFHOOK_VERB_PAUSE_RECORDING,
	OFFHOOK_VERB_STOP_RECORDING,
	OFFHOOK_VERB_RESUME_RECORDING,
	OFFHOOK_VERB_PLAY, /* argument: the URL of a sound; ends when the other side hears anything else */
	OFFHOOK_VERB_HOLD, /* argument: (nullable): the URL of a sound to hear meanwhile */
	OFFHOOK_VERB_UNHOLD,
	OFFHOOK_VERB_MUTE, /* the other side is not heard */
	OFFHOOK_VERB_UNMUTE,
	/*
	 * Warm transfer, its last step: argument is the id of another live call of this driver.
	 * Connects the two other sides with each other and leaves. Both calls must be active. As for
	 * TRANSFER the daemon then closes the media of both; both end as transferred.
	 */
	OFFHOOK_VERB_BRIDGE,
	OFFHOOK_VERB_LAST
} OffhookCallVerb;

/** How a recording at the provider is. */
typedef enum {
	OFFHOOK_RECORDING_RUNNING,
	OFFHOOK_RECORDING_PAUSED,
	OFFHOOK_RECORDING_READY,  /* complete: can be fetched */
	OFFHOOK_RECORDING_ABSENT, /* ended without a sound in it */
	OFFHOOK_RECORDING_FAILED,
	OFFHOOK_RECORDING_LAST
} OffhookRecordingState;

/** A driver's report of a recording. Strings are borrowed for the duration of the call. */
typedef struct {
	const char *call_id;               /* ours */
	const char *provider_recording_id; /* for offhook_driver_fetch_recording_async() */
	OffhookRecordingState state;
	gint64 duration_ms; /* -1 while not known */
	guint channels;     /* 0 while not known */
} OffhookRecordingReport;

/** How a text message is on its way. */
typedef enum {
	OFFHOOK_MESSAGE_QUEUED,
	OFFHOOK_MESSAGE_SENT,
	OFFHOOK_MESSAGE_DELIVERED, /* nothing follows this state and the next two */
	OFFHOOK_MESSAGE_UNDELIVERED,
	OFFHOOK_MESSAGE_FAILED,
	OFFHOOK_MESSAGE_RECEIVED, /* inbound */
	OFFHOOK_MESSAGE_LAST
} OffhookMessageState;

/** A text message, to send or received. Borrowed for the duration of the call. */
typedef struct {
	const char *message_id;          /* (nullable): ours, when sending */
	const char *provider_message_id; /* (nullable): when received */
	const char *from;                /* E.164; when sending %NULL for the driver's number */
	const char *to;                  /* E.164 */
	const char *text;                /* UTF-8 */
	const char *const *media;        /* (nullable) (array zero-terminated=1): URLs */
} OffhookTextMessage;

/**
 * offhook_call_verb_to_string:
 * offhook_call_state_to_string:
 * offhook_end_reason_to_string:
 * offhook_call_direction_to_string:
 * offhook_answered_by_to_string:
 * offhook_recording_state_to_string:
 * offhook_message_state_to_string:
 *
 * The word for it in events and in what is written down. Static. Any thread.
 */
const char *offhook_call_verb_to_string(OffhookCallVerb verb);              /* "send-dtmf" */
const char *offhook_call_state_to_string(OffhookCallState state);           /* "ringing" */
const char *offhook_end_reason_to_string(OffhookEndReason reason);          /* "no-answer" */
const char *offhook_call_direction_to_string(OffhookCallDirection d);       /* "inbound" */
const char *offhook_answered_by_to_string(OffhookAnsweredBy by);            /* "machine" */
const char *offhook_recording_state_to_string(OffhookRecordingState state); /* "paused" */
const char *offhook_message_state_to_string(OffhookMessageState state);     /* "delivered" */
/** "off", "detect", "beep"; %FALSE for another word. */
gboolean offhook_machine_detection_from_string(const char *word, OffhookMachineDetection *wanted);
/** E.164: +, then 7 to 15 digits of which the first is not 0. @number: (nullable) */
gboolean offhook_phone_number_is_valid(const char *number);
/**
 * A number in E.164, or an address that begins with one of @schemes ("sip:", ...): at most 255
 * printable ASCII characters without a space. @target: (nullable); @schemes: ended by %NULL
 */
gboolean offhook_phone_target_is_valid(const char *target, const char *const *schemes);
/** %OFFHOOK_END_NONE for an unknown word. */
OffhookEndReason offhook_end_reason_from_string(const char *word);

G_END_DECLS
