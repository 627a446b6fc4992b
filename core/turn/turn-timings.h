/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Where the time of a turn went: a few stamps, and the figures computed of them. A plain value:
 * begin with offhook_turn_timings_init(), copy it by assignment. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_STAMP_SPEECH_ENDED,     /* the caller's true last sound */
	OFFHOOK_STAMP_TRANSCRIPT_FINAL, /* its text was here */
	OFFHOOK_STAMP_DUE,       /* the end of the turn could be decided (OffhookEndpointOutcome) */
	OFFHOOK_STAMP_COMMITTED, /* it was, and the agent was asked */
	OFFHOOK_STAMP_FIRST_TEXT,  /* the agent's first words */
	OFFHOOK_STAMP_FIRST_AUDIO, /* their first sound, from the synthesiser */
	OFFHOOK_STAMP_FIRST_FRAME, /* on the wire */
	OFFHOOK_STAMP_HEARD_END,   /* the caller has heard the last of the answer */
	OFFHOOK_STAMP_SILENCED,    /* ... or spoke into it, and the line fell silent */
	OFFHOOK_STAMP_LAST
} OffhookStamp;

typedef enum {
	OFFHOOK_SHARE_TRANSCRIBER, /* finish -> final */
	OFFHOOK_SHARE_AGENT,       /* take_turn -> first text */
	OFFHOOK_SHARE_SYNTHESIZER, /* speak -> first audio */
	OFFHOOK_SHARE_LAST
} OffhookShare;

typedef struct {
	gint64 stamps[OFFHOOK_STAMP_LAST]; /* 0: has not happened */
	gint64 share_begin[OFFHOOK_SHARE_LAST];
	gint64 share_end[OFFHOOK_SHARE_LAST];
} OffhookTurnTimings;

void offhook_turn_timings_init(OffhookTurnTimings *self);

/** The first one of each kind counts; later ones are ignored. @at_us: not 0 */
void offhook_turn_timings_stamp(OffhookTurnTimings *self, OffhookStamp stamp, gint64 at_us);

/** An engine or agent is at work on this turn's beginning. The first begin and end count. */
void offhook_turn_timings_begin_share(OffhookTurnTimings *self, OffhookShare share, gint64 at_us);
void offhook_turn_timings_end_share(OffhookTurnTimings *self, OffhookShare share, gint64 at_us);

/** From one stamp to another in us; -1 when one is missing. */
gint64 offhook_turn_timings_get_between(const OffhookTurnTimings *self, OffhookStamp from,
					OffhookStamp to);
/** How long it worked, in us; -1 when that is not known. */
gint64 offhook_turn_timings_get_share(const OffhookTurnTimings *self, OffhookShare share);

/** From the caller's last sound to the first frame of the answer, in us; -1 when not known. */
gint64 offhook_turn_timings_get_answer_delay(const OffhookTurnTimings *self);
/**
 * The server's own part of the answer delay in us: what remains after the time that was waited on
 * purpose (up to DUE) and that in which agent and synthesiser were at work. -1 when not known.
 */
gint64 offhook_turn_timings_get_own_share(const OffhookTurnTimings *self);

/** "speech_ended", "first_frame", ... as in the database and in JSON. (transfer none) */
const char *offhook_stamp_to_string(OffhookStamp stamp);

G_END_DECLS
