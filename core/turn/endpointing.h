/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * When has the caller finished? Takes speech starts and stops and what the recogniser says, and
 * decides that a turn is complete. Several stretches of speech with short pauses are one turn; their
 * texts are joined with a space.
 *
 * Two timers run from a speech stop: the policy timer (the caller's chance to go on; its length
 * follows from the text so far and from what the dialogue expects; sound that is late is no silence) and
 * the recogniser's (how long
 * its final text is waited for). Both over, or the first over and every final here, and there is
 * text: the turn ends. New speech stops both. A turn without any text ends as UNCLEAR: after the
 * policy timer when the recogniser has said that there was none, else at the hard stop.
 *
 * Pure and clock-driven: after each input, and at get_deadline(), call tick() until it says NONE.
 * Main thread.
 */
#pragma once

#include <offhook/expectation.h>

G_BEGIN_DECLS

/** All from the speech-stopped event, except where another is said. */
typedef struct {
	guint policy_ms;   /* 600; of somebody whose habits are not known */
	guint sentence_ms; /* 350: final text ends like a sentence: . ! ? */
	guint open_ms;     /* 1500: text ends with "and", "to", "um", a comma */
	guint digits_ms;   /* 2000: fewer digits than needed */
	guint
	    more_digits_ms; /* 1200: enough, but more are allowed; or dictated without being asked */
	guint short_answer_ms; /* 300: a plain yes or no to such a question; all digits are in */
	guint recogniser_ms;   /* 1000, from the true end */
	guint hard_stop_ms;    /* 5000, from the true end */
	guint max_turn_ms;     /* 90000, from the beginning of a turn: then it ends anyway */
	/*
	 * %FALSE. Else learn from the caller's pauses within turns: policy_ms becomes his own, between
	 * these two, and sentence_ms follows it.
	 */
	gboolean learn;
	guint min_policy_ms;  /* 400 */
	guint max_policy_ms;  /* 1200 */
	const char *language; /* (nullable): BCP 47 for the word lists; static or interned */
} OffhookEndpointingConfig;

extern const OffhookEndpointingConfig offhook_endpointing_defaults;

typedef enum {
	OFFHOOK_ENDPOINT_NONE,
	OFFHOOK_ENDPOINT_TURN,    /* the caller has said `text` */
	OFFHOOK_ENDPOINT_UNCLEAR, /* the caller has said something that nobody understood */
	OFFHOOK_ENDPOINT_LATE,    /* words of a turn that has ended already: add, answer or drop */
} OffhookEndpointKind;

typedef struct {
	OffhookEndpointKind kind;
	/*
	 * (transfer none), until tick() has another outcome; never %NULL. For UNCLEAR: what it
	 * sounded like on the way, mostly "".
	 */
	const char *text;
	double confidence;      /* mean of the segments', weighted by their length in words */
	gint64 speech_ended_us; /* the true end of the last segment */
	gint64 due_us;   /* when the last condition was fulfilled; the rest is our own delay */
	guint segments;  /* stretches of speech with or without text; LATE: 1 */
	guint utterance; /* of the last segment */
} OffhookEndpointOutcome;

typedef struct _OffhookEndpointing OffhookEndpointing;

/** @config: (nullable): copied */
OffhookEndpointing *offhook_endpointing_new(const OffhookEndpointingConfig *config);
void offhook_endpointing_free(OffhookEndpointing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEndpointing, offhook_endpointing_free)

/**
 * offhook_endpointing_set_policy:
 * @min_digits, @max_digits: as offhook_expectation_get_digits(); 0 for "not said"
 *
 * What the dialogue expects of the next turn. Stays until set again.
 */
void offhook_endpointing_set_policy(OffhookEndpointing *self, OffhookExpectationKind kind,
				    guint min_digits, guint max_digits);

/** Another recogniser: how long its texts are waited for, as in the configuration. */
void offhook_endpointing_set_patience(OffhookEndpointing *self, guint recogniser_ms,
				      guint hard_stop_ms);

/** @utterance: the number given to offhook_transcriber_begin(); rising, from 1 */
void offhook_endpointing_speech_started(OffhookEndpointing *self, gint64 now_us, guint utterance);
/** @ended_us: the true end, some 200 ms before @now_us */
void offhook_endpointing_speech_stopped(OffhookEndpointing *self, gint64 now_us, gint64 ended_us);
/**
 * offhook_endpointing_set_stalled:
 * @stalled_us: by how much less of the caller's sound than of time has come since the last speech stop
 *
 * Sound that is late is no silence: what the caller may pause is counted without it. Counts until the
 * next speech stop, or until set again.
 */
void offhook_endpointing_set_stalled(OffhookEndpointing *self, gint64 stalled_us);
/** Words for an @utterance without a speech start (soft speech) count as speech ending now. */
void offhook_endpointing_partial(OffhookEndpointing *self, gint64 now_us, guint utterance,
				 const char *text);
void offhook_endpointing_final(OffhookEndpointing *self, gint64 now_us, guint utterance,
			       const char *text, double confidence);
/** The recogniser gave up on @utterance: as a final without words. */
void offhook_endpointing_failed(OffhookEndpointing *self, gint64 now_us, guint utterance);

/** The caller goes on before he was answered: the turn that ended last had been none. */
void offhook_endpointing_resumed(OffhookEndpointing *self, gint64 now_us);

/**
 * offhook_endpointing_end_now:
 *
 * Ends the turn at once with the text so far (push-to-talk released, hang-up): the next tick() says
 * TURN, or UNCLEAR when there was speech without text. Nothing happens when there was no speech.
 */
void offhook_endpointing_end_now(OffhookEndpointing *self, gint64 now_us);

/**
 * offhook_endpointing_discard:
 *
 * Drops the turn begun (a back-channel, a false start, keys pressed instead). What its utterances
 * still bring is dropped too, without LATE. A segment that is still being spoken is dropped as
 * well, up to its end.
 */
void offhook_endpointing_discard(OffhookEndpointing *self);

/** Something was said that has not become an outcome yet. */
gboolean offhook_endpointing_is_active(OffhookEndpointing *self);
/** (transfer none): what the turn says so far, finals and partials; for speculation and display */
const char *offhook_endpointing_get_text(OffhookEndpointing *self);

/**
 * offhook_endpointing_is_supposed:
 * @confidence: (out)
 *
 * The caller is silent, all that he said is there in its final form and sounds complete: if the
 * policy timer runs out, the turn will have been offhook_endpointing_get_text().
 */
gboolean offhook_endpointing_is_supposed(OffhookEndpointing *self, double *confidence);

/** When tick() has to be called next; %G_MAXINT64 for never. */
gint64 offhook_endpointing_get_deadline(OffhookEndpointing *self);
/** @outcome: (out): always filled in. Call until it returns %OFFHOOK_ENDPOINT_NONE. */
OffhookEndpointKind offhook_endpointing_tick(OffhookEndpointing *self, gint64 now_us,
					     OffhookEndpointOutcome *outcome);

G_END_DECLS
