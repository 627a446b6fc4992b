/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The barge-in decision. An overlap is open from the first speech start while the agent speaks until
 * it is decided; meanwhile the playout stands still. Main thread.
 */

#include "turn/interruption.h"

#include "turn/lexicon.h"

struct _OffhookInterruption {
	OffhookInterruptionConfig config;
	OffhookExpectationKind kind;
	gboolean asked;

	gboolean agent_speaking;
	gint64 agent_began_us;
	gboolean protected; /* a span that can't be interrupted */

	gboolean caller_speaking;
	gint64 caller_began_us;

	gboolean pending;  /* an overlap is open */
	gint64 stopped_us; /* of its last speech */
	gint64 overlap_us; /* speech of it that has ended */
};

const OffhookInterruptionConfig offhook_interruption_defaults = {
    .min_words = 1,
    .backchannel_ms = 800,
    .certain_ms = 800,
    .silence_ms = 2000,
    .stop_ms = 200,
    .guard_ms = 0,
    .language = NULL,
};

OffhookInterruption *
offhook_interruption_new(const OffhookInterruptionConfig *config)
{
	OffhookInterruption *self = g_new0(OffhookInterruption, 1);

	self->config = config != NULL ? *config : offhook_interruption_defaults;
	return self;
}

void
offhook_interruption_free(OffhookInterruption *self)
{
	g_free(self);
}

void
offhook_interruption_set_expectation(OffhookInterruption *self, OffhookExpectationKind kind)
{
	self->kind = kind;
}

void
offhook_interruption_set_asked(OffhookInterruption *self, gboolean asked)
{
	self->asked = asked;
}

static gint64
offhook_interruption_get_guard_end(OffhookInterruption *self)
{
	return self->agent_began_us + (gint64)self->config.guard_ms * 1000;
}

static OffhookInterruptionDecision
offhook_interruption_open(OffhookInterruption *self, gint64 began_us)
{
	self->pending = TRUE;
	self->overlap_us = 0;
	self->caller_began_us = began_us;
	return OFFHOOK_INTERRUPTION_PAUSE;
}

static OffhookInterruptionDecision
offhook_interruption_decide(OffhookInterruption *self, OffhookInterruptionDecision decision)
{
	self->pending = FALSE;
	if (decision == OFFHOOK_INTERRUPTION_INTERRUPT)
		self->agent_speaking = FALSE;
	return decision;
}

/* Speech goes on while the agent can be interrupted: that is an overlap, if it is none yet. */
static OffhookInterruptionDecision
offhook_interruption_check_overlap(OffhookInterruption *self, gint64 now_us, gint64 began_us)
{
	if (self->pending || !self->agent_speaking || self->protected || !self->caller_speaking)
		return OFFHOOK_INTERRUPTION_NONE;
	if (now_us < offhook_interruption_get_guard_end(self))
		return OFFHOOK_INTERRUPTION_NONE;
	return offhook_interruption_open(self, began_us);
}

void
offhook_interruption_set_speaking(OffhookInterruption *self, gint64 now_us, gboolean speaking)
{
	if (speaking && !self->agent_speaking)
		self->agent_began_us = now_us;
	self->agent_speaking = speaking;
}

OffhookInterruptionDecision
offhook_interruption_set_interruptible(OffhookInterruption *self, gint64 now_us,
				       gboolean interruptible)
{
	self->protected = !interruptible;
	return offhook_interruption_check_overlap(self, now_us, now_us);
}

OffhookInterruptionDecision
offhook_interruption_speech_started(OffhookInterruption *self, gint64 now_us, gint64 began_us)
{
	self->caller_speaking = TRUE;
	if (self->pending)
		self->caller_began_us = began_us;
	return offhook_interruption_check_overlap(self, now_us, began_us);
}

OffhookInterruptionDecision
offhook_interruption_speech_stopped(OffhookInterruption *self, gint64 now_us, gint64 ended_us)
{
	gboolean was_speaking = self->caller_speaking;

	self->caller_speaking = FALSE;
	if (!self->pending || !was_speaking)
		return OFFHOOK_INTERRUPTION_NONE;
	self->stopped_us = now_us;
	self->overlap_us += MAX(ended_us - self->caller_began_us, 0);
	if (self->config.certain_ms > 0 &&
	    self->overlap_us >= (gint64)self->config.certain_ms * 1000)
		return offhook_interruption_decide(self, OFFHOOK_INTERRUPTION_INTERRUPT);
	return OFFHOOK_INTERRUPTION_NONE;
}

/* The speech of this overlap that is certain: what looks like it may be a stop not yet reported. */
static gint64
offhook_interruption_get_overlap(OffhookInterruption *self, gint64 now_us)
{
	if (!self->caller_speaking)
		return self->overlap_us;
	return self->overlap_us +
	       MAX(now_us - self->caller_began_us - (gint64)self->config.stop_ms * 1000, 0);
}

/* "Uh-huh" while the agent tells something; after a question it is an answer. */
static gboolean
offhook_interruption_is_backchannel(OffhookInterruption *self, gint64 now_us, const char *text)
{
	if (self->asked || self->kind == OFFHOOK_EXPECT_YES_NO ||
	    self->kind == OFFHOOK_EXPECT_CHOICE)
		return FALSE;
	return offhook_interruption_get_overlap(self, now_us) <
		   (gint64)self->config.backchannel_ms * 1000 &&
	       offhook_lexicon_is_backchannel(self->config.language, text);
}

static gboolean
offhook_interruption_is_enough(OffhookInterruption *self, gint64 now_us, const char *text)
{
	guint words = offhook_lexicon_count_words(text);

	if (words == 0)
		return FALSE;
	if (!self->agent_speaking)
		return TRUE; /* nothing is left to be resumed: any word is a turn */
	return words >= self->config.min_words &&
	       !offhook_interruption_is_backchannel(self, now_us, text);
}

OffhookInterruptionDecision
offhook_interruption_partial(OffhookInterruption *self, gint64 now_us, const char *text)
{
	if (!self->pending || !offhook_interruption_is_enough(self, now_us, text))
		return OFFHOOK_INTERRUPTION_NONE;
	return offhook_interruption_decide(self, OFFHOOK_INTERRUPTION_INTERRUPT);
}

OffhookInterruptionDecision
offhook_interruption_final(OffhookInterruption *self, gint64 now_us, const char *text)
{
	if (!self->pending)
		return OFFHOOK_INTERRUPTION_NONE;
	if (offhook_interruption_is_enough(self, now_us, text))
		return offhook_interruption_decide(self, OFFHOOK_INTERRUPTION_INTERRUPT);
	/* Speech began again meanwhile: what that brings decides. */
	if (self->caller_speaking)
		return OFFHOOK_INTERRUPTION_NONE;
	return offhook_interruption_decide(self, OFFHOOK_INTERRUPTION_RESUME);
}

OffhookInterruptionDecision
offhook_interruption_failed(OffhookInterruption *self, gint64 now_us)
{
	return offhook_interruption_final(self, now_us, "");
}

gboolean
offhook_interruption_is_pending(OffhookInterruption *self)
{
	return self->pending;
}

gint64
offhook_interruption_get_deadline(OffhookInterruption *self)
{
	if (self->pending && !self->caller_speaking)
		return self->stopped_us + (gint64)self->config.silence_ms * 1000;
	if (self->pending && self->config.certain_ms > 0)
		return self->caller_began_us - self->overlap_us +
		       (gint64)(self->config.certain_ms + self->config.stop_ms) * 1000;
	if (!self->pending && self->caller_speaking && self->agent_speaking && !self->protected)
		return offhook_interruption_get_guard_end(self);
	return G_MAXINT64;
}

OffhookInterruptionDecision
offhook_interruption_tick(OffhookInterruption *self, gint64 now_us)
{
	if (now_us < offhook_interruption_get_deadline(self))
		return OFFHOOK_INTERRUPTION_NONE;
	if (!self->pending)
		return offhook_interruption_check_overlap(self, now_us, now_us);
	return offhook_interruption_decide(self, self->caller_speaking
						     ? OFFHOOK_INTERRUPTION_INTERRUPT
						     : OFFHOOK_INTERRUPTION_RESUME);
}
