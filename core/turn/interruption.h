/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The caller speaks while the agent does: is it a barge-in? At the speech start the answer is
 * PAUSE: hold the playout where it is. Then either INTERRUPT (drop the rest, begin the caller's
 * turn) or RESUME (go on from the same place: it was "uh-huh", a noise, nothing).
 *
 *   words                                         -> INTERRUPT, when there are enough of them
 *   only back-channel words, less than 0.8 s      -> RESUME, unless a question was asked that they
 *                                                    answer
 *   goes on for more than 0.8 s                   -> INTERRUPT, without waiting for words
 *   final text without words, recogniser failed   -> RESUME
 *   2.0 s of silence and no words                 -> RESUME
 *
 * Feed it before OffhookEndpointing; after RESUME call offhook_endpointing_discard(). Coughs never
 * come here: they are too short to be a speech start.
 *
 * Pure and clock-driven; each input and tick() returns what to do now. Main thread.
 */
#pragma once

#include <offhook/expectation.h>

G_BEGIN_DECLS

typedef struct {
	guint min_words;      /* 1: fewer do not interrupt */
	guint backchannel_ms; /* 800: speech of only back-channel words, if shorter, is none */
	guint certain_ms;     /* 800: longer speech interrupts even without words; 0 for never */
	guint silence_ms;     /* 2000: so long without words after the speech: a false start */
	guint stop_ms;        /* 200: how long after its true end a speech stop is reported */
	guint guard_ms; /* 0: the first part of the agent's speech that can't be interrupted */
	const char *language; /* (nullable): BCP 47 for the word lists; static or interned */
} OffhookInterruptionConfig;

extern const OffhookInterruptionConfig offhook_interruption_defaults;

typedef enum {
	OFFHOOK_INTERRUPTION_NONE,
	OFFHOOK_INTERRUPTION_PAUSE,
	OFFHOOK_INTERRUPTION_INTERRUPT,
	OFFHOOK_INTERRUPTION_RESUME,
} OffhookInterruptionDecision;

typedef struct _OffhookInterruption OffhookInterruption;

/** @config: (nullable): copied */
OffhookInterruption *offhook_interruption_new(const OffhookInterruptionConfig *config);
void offhook_interruption_free(OffhookInterruption *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookInterruption, offhook_interruption_free)

/**
 * offhook_interruption_set_expectation:
 * @kind: what the sentence being spoken asks for
 *
 * While YES_NO or CHOICE is expected, "yes" and "okay" are answers and interrupt.
 */
void offhook_interruption_set_expectation(OffhookInterruption *self, OffhookExpectationKind kind);

/**
 * Whether the sentence in which the caller's voice came is a question by its form: the same then holds
 * for this overlap, whatever is expected.
 */
void offhook_interruption_set_asked(OffhookInterruption *self, gboolean asked);

/**
 * The agent begins or stops being heard; INTERRUPT stops it by itself. While it is silent no overlap
 * begins. One that is open then goes on to its decision, but there is little to resume, so any word
 * interrupts.
 */
void offhook_interruption_set_speaking(OffhookInterruption *self, gint64 now_us, gboolean speaking);

/**
 * A legal notice, a transfer: between %FALSE and %TRUE no speech pauses the agent. Speech that still
 * goes on at the end of the span is an overlap from then on: the return value may be PAUSE.
 */
OffhookInterruptionDecision offhook_interruption_set_interruptible(OffhookInterruption *self,
								   gint64 now_us,
								   gboolean interruptible);

/** @began_us: the true beginning, some 200 ms before @now_us */
OffhookInterruptionDecision offhook_interruption_speech_started(OffhookInterruption *self,
								gint64 now_us, gint64 began_us);
/** @ended_us: the true end */
OffhookInterruptionDecision offhook_interruption_speech_stopped(OffhookInterruption *self,
								gint64 now_us, gint64 ended_us);
OffhookInterruptionDecision offhook_interruption_partial(OffhookInterruption *self, gint64 now_us,
							 const char *text);
OffhookInterruptionDecision offhook_interruption_final(OffhookInterruption *self, gint64 now_us,
						       const char *text);
OffhookInterruptionDecision offhook_interruption_failed(OffhookInterruption *self, gint64 now_us);

/** After PAUSE, before INTERRUPT or RESUME. */
gboolean offhook_interruption_is_pending(OffhookInterruption *self);

/** When tick() has to be called next; %G_MAXINT64 for never. */
gint64 offhook_interruption_get_deadline(OffhookInterruption *self);
OffhookInterruptionDecision offhook_interruption_tick(OffhookInterruption *self, gint64 now_us);

G_END_DECLS
