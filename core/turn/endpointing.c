/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The end-of-turn decision. A turn is a list of segments (stretches of speech, one utterance of the
 * recogniser each); what remains to be waited for is computed from them whenever it is asked for,
 * so there is no timer state that could disagree with them. Main thread.
 */

#include "turn/endpointing.h"

#include "turn/lexicon.h"
#include "turn/pause-habit.h"

#include <string.h>

/* A caller who talks without end, or a recogniser gone mad, must not fill the memory. */
/* So many digits at the end of a text are a number being dictated. */
#define OFFHOOK_ENDPOINTING_DICTATED 3

#define OFFHOOK_ENDPOINTING_MAX_SEGMENTS 512
#define OFFHOOK_ENDPOINTING_MAX_TEXT     (16 * 1024)

/* One stretch of speech. */
typedef struct {
	guint utterance;
	GString *final;   /* never %NULL; all finals of it, joined */
	GString *partial; /* never %NULL; newer than the final, or empty */
	double confidence;
	guint words;      /* in final */
	gboolean soft;    /* the voice detection did not hear it */
	gboolean settled; /* its final (or failure) is here and nothing newer */
	gint64 settled_us;
} OffhookEndpointingSegment;

struct _OffhookEndpointing {
	OffhookEndpointingConfig config;
	OffhookPauseHabit habit;
	OffhookExpectationKind kind;
	guint min_digits;
	guint max_digits;

	GPtrArray *segments; /* of the turn begun, in order */
	gboolean speaking;   /* the last one still goes on */
	gboolean dropped;    /* ... and is one that was discarded */
	gint64 began_us;     /* the turn's first speech */
	gint64 stopped_us;   /* last stop event, or soft words */
	gint64 stalled_us;   /* of the time since then there was no sound for */
	gint64 ended_us;     /* true end of the last segment */
	gboolean end_now;
	gint64 end_now_us;

	guint committed;      /* the last utterance of a turn that has ended */
	guint discarded_from; /* the utterances dropped last: these ... */
	guint discarded;      /* ... up to this */

	/* What came after its turn had ended; at most one, further words are joined to it. */
	GString *late;
	guint late_utterance;
	double late_confidence;
	gint64 late_us;

	GString *text; /* of get_text() */
	gboolean text_stale;
	GString *outcome_text; /* of the last outcome */
};

const OffhookEndpointingConfig offhook_endpointing_defaults = {
    .policy_ms = 600,
    .sentence_ms = 350,
    .open_ms = 1500,
    .digits_ms = 2000,
    .more_digits_ms = 1200,
    .short_answer_ms = 300,
    .recogniser_ms = 1000,
    .hard_stop_ms = 5000,
    .max_turn_ms = 90000,
    .learn = FALSE,
    .min_policy_ms = 400,
    .max_policy_ms = 1200,
    .language = NULL,
};

static void
offhook_endpointing_segment_free(gpointer data)
{
	OffhookEndpointingSegment *segment = data;

	g_string_free(segment->final, TRUE);
	g_string_free(segment->partial, TRUE);
	g_free(segment);
}

OffhookEndpointing *
offhook_endpointing_new(const OffhookEndpointingConfig *config)
{
	OffhookEndpointing *self = g_new0(OffhookEndpointing, 1);

	self->config = config != NULL ? *config : offhook_endpointing_defaults;
	offhook_pause_habit_init(&self->habit, self->config.policy_ms, self->config.min_policy_ms,
				 self->config.max_policy_ms);
	self->segments = g_ptr_array_new_with_free_func(offhook_endpointing_segment_free);
	self->late = g_string_new(NULL);
	self->text = g_string_new(NULL);
	self->outcome_text = g_string_new(NULL);
	return self;
}

void
offhook_endpointing_free(OffhookEndpointing *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->segments);
	g_string_free(self->late, TRUE);
	g_string_free(self->text, TRUE);
	g_string_free(self->outcome_text, TRUE);
	g_free(self);
}

void
offhook_endpointing_set_policy(OffhookEndpointing *self, OffhookExpectationKind kind,
			       guint min_digits, guint max_digits)
{
	self->kind = kind;
	self->min_digits = min_digits;
	self->max_digits = max_digits;
}

/* Adds @text to @to with a space between, up to the limit and never half a character. */
static void
offhook_endpointing_join(GString *to, const char *text)
{
	g_autofree char *stripped = g_strstrip(g_strdup(text));
	gsize room = OFFHOOK_ENDPOINTING_MAX_TEXT - MIN(to->len, OFFHOOK_ENDPOINTING_MAX_TEXT);
	const char *end = stripped + strlen(stripped);

	if (*stripped == '\0' || room < 2)
		return;
	if (to->len > 0)
		g_string_append_c(to, ' ');
	if ((gsize)(end - stripped) > room - 1)
		end = g_utf8_find_prev_char(stripped, stripped + room);
	if (end != NULL)
		g_string_append_len(to, stripped, end - stripped);
}

static OffhookEndpointingSegment *
offhook_endpointing_find(OffhookEndpointing *self, guint utterance)
{
	for (guint i = self->segments->len; i > 0; i--) {
		OffhookEndpointingSegment *segment = g_ptr_array_index(self->segments, i - 1);

		if (segment->utterance == utterance)
			return segment;
	}
	return NULL;
}

/* Too many segments: the two oldest become one, so that no words are lost. */
static void
offhook_endpointing_merge_oldest(OffhookEndpointing *self)
{
	OffhookEndpointingSegment *first = g_ptr_array_index(self->segments, 0);
	OffhookEndpointingSegment *second = g_ptr_array_index(self->segments, 1);
	g_autofree char *tail = g_string_free(g_steal_pointer(&second->final), FALSE);

	second->final = g_string_new(first->final->str);
	offhook_endpointing_join(second->final, tail);
	second->words += first->words;
	g_ptr_array_remove_index(self->segments, 0);
}

static OffhookEndpointingSegment *
offhook_endpointing_add_segment(OffhookEndpointing *self, gint64 now_us, guint utterance)
{
	OffhookEndpointingSegment *segment = g_new0(OffhookEndpointingSegment, 1);

	segment->utterance = utterance;
	segment->final = g_string_new(NULL);
	segment->partial = g_string_new(NULL);
	if (self->segments->len == 0)
		self->began_us = now_us;
	if (self->segments->len >= OFFHOOK_ENDPOINTING_MAX_SEGMENTS)
		offhook_endpointing_merge_oldest(self);
	g_ptr_array_add(self->segments, segment);
	self->text_stale = TRUE;
	return segment;
}

void
offhook_endpointing_set_patience(OffhookEndpointing *self, guint recogniser_ms, guint hard_stop_ms)
{
	self->config.recogniser_ms = recogniser_ms;
	self->config.hard_stop_ms = hard_stop_ms;
}

/* The silence since the last stop was a pause. */
static void
offhook_endpointing_learn(OffhookEndpointing *self, gint64 now_us)
{
	gint64 pause_us = MAX(now_us - self->stopped_us, 0);

	if (self->config.learn)
		offhook_pause_habit_add(&self->habit, (guint)MIN(pause_us / 1000, G_MAXINT));
}

void
offhook_endpointing_resumed(OffhookEndpointing *self, gint64 now_us)
{
	if (self->committed > 0 && self->segments->len == 0)
		offhook_endpointing_learn(self, now_us);
}

/* For the plain case. */
static guint
offhook_endpointing_get_usual(OffhookEndpointing *self)
{
	return self->config.learn ? offhook_pause_habit_get_wait_ms(&self->habit)
				  : self->config.policy_ms;
}

/* After what looks like a whole sentence: as much more or less as the caller takes otherwise. */
static guint
offhook_endpointing_get_sentence_policy(OffhookEndpointing *self)
{
	gint longer_ms = (gint)offhook_endpointing_get_usual(self) - (gint)self->config.policy_ms;

	return (guint)MAX((gint)self->config.sentence_ms + longer_ms,
			  (gint)self->config.short_answer_ms);
}

void
offhook_endpointing_speech_started(OffhookEndpointing *self, gint64 now_us, guint utterance)
{
	if (self->segments->len > 0 && !self->speaking)
		offhook_endpointing_learn(self, now_us);
	self->dropped = FALSE;
	self->speaking = TRUE;
	if (offhook_endpointing_find(self, utterance) == NULL)
		offhook_endpointing_add_segment(self, now_us, utterance);
}

void
offhook_endpointing_speech_stopped(OffhookEndpointing *self, gint64 now_us, gint64 ended_us)
{
	gboolean dropped = self->dropped;

	self->dropped = FALSE;
	if (dropped || !self->speaking)
		return;
	self->speaking = FALSE;
	self->stopped_us = now_us;
	self->ended_us = ended_us;
	self->stalled_us = 0;
}

void
offhook_endpointing_set_stalled(OffhookEndpointing *self, gint64 stalled_us)
{
	self->stalled_us = stalled_us;
}

/*
 * The segment that words of @utterance belong to; %NULL when they are late or unwanted. Words
 * without a speech start make one that ends with them; more of them put its end off.
 */
static OffhookEndpointingSegment *
offhook_endpointing_get_segment(OffhookEndpointing *self, gint64 now_us, guint utterance,
				gboolean has_words)
{
	OffhookEndpointingSegment *segment = offhook_endpointing_find(self, utterance);

	if (segment == NULL && has_words && utterance > MAX(self->committed, self->discarded)) {
		segment = offhook_endpointing_add_segment(self, now_us, utterance);
		segment->soft = TRUE;
	}
	if (segment != NULL && segment->soft && has_words && !self->speaking) {
		self->stopped_us = now_us;
		self->ended_us = now_us;
	}
	return segment;
}

static gboolean
offhook_endpointing_has_words(const char *text)
{
	return offhook_lexicon_count_words(text) > 0;
}

void
offhook_endpointing_partial(OffhookEndpointing *self, gint64 now_us, guint utterance,
			    const char *text)
{
	OffhookEndpointingSegment *segment = offhook_endpointing_get_segment(
	    self, now_us, utterance, offhook_endpointing_has_words(text));

	if (segment == NULL)
		return;
	g_string_truncate(segment->partial, 0);
	offhook_endpointing_join(segment->partial, text);
	segment->settled = FALSE;
	self->text_stale = TRUE;
}

static void
offhook_endpointing_add_late(OffhookEndpointing *self, gint64 now_us, guint utterance,
			     const char *text, double confidence)
{
	if (self->late->len == 0)
		self->late_us = now_us;
	self->late_utterance = utterance;
	self->late_confidence = confidence;
	offhook_endpointing_join(self->late, text);
}

void
offhook_endpointing_final(OffhookEndpointing *self, gint64 now_us, guint utterance,
			  const char *text, double confidence)
{
	guint words = offhook_lexicon_count_words(text);
	OffhookEndpointingSegment *segment =
	    offhook_endpointing_get_segment(self, now_us, utterance, words > 0);

	if (segment == NULL) {
		if (words > 0 && utterance <= self->committed &&
		    (utterance < self->discarded_from || utterance > self->discarded))
			offhook_endpointing_add_late(self, now_us, utterance, text, confidence);
		return;
	}
	if (words > 0) {
		guint all = segment->words + words;

		segment->confidence =
		    (segment->confidence * segment->words + confidence * words) / all;
		segment->words = all;
		offhook_endpointing_join(segment->final, text);
	}
	g_string_truncate(segment->partial, 0);
	segment->settled = TRUE;
	segment->settled_us = now_us;
	self->text_stale = TRUE;
}

void
offhook_endpointing_failed(OffhookEndpointing *self, gint64 now_us, guint utterance)
{
	OffhookEndpointingSegment *segment = offhook_endpointing_find(self, utterance);

	if (segment == NULL)
		return;
	g_string_truncate(segment->partial, 0);
	segment->settled = TRUE;
	segment->settled_us = now_us;
	self->text_stale = TRUE;
}

void
offhook_endpointing_end_now(OffhookEndpointing *self, gint64 now_us)
{
	self->end_now = self->segments->len > 0;
	self->end_now_us = now_us;
}

/* The turn is over, whatever became of it. */
static void
offhook_endpointing_begin_anew(OffhookEndpointing *self)
{
	g_ptr_array_set_size(self->segments, 0);
	self->end_now = FALSE;
	self->dropped = self->speaking;
	self->speaking = FALSE;
	self->text_stale = TRUE;
}

static guint
offhook_endpointing_get_last_utterance(OffhookEndpointing *self)
{
	guint last = 0;

	for (guint i = 0; i < self->segments->len; i++) {
		OffhookEndpointingSegment *segment = g_ptr_array_index(self->segments, i);

		last = MAX(last, segment->utterance);
	}
	return last;
}

void
offhook_endpointing_discard(OffhookEndpointing *self)
{
	if (self->segments->len > 0) {
		OffhookEndpointingSegment *first = g_ptr_array_index(self->segments, 0);

		self->discarded_from = first->utterance;
		self->discarded = offhook_endpointing_get_last_utterance(self);
	}
	offhook_endpointing_begin_anew(self);
}

gboolean
offhook_endpointing_is_active(OffhookEndpointing *self)
{
	return self->segments->len > 0 || self->late->len > 0;
}

const char *
offhook_endpointing_get_text(OffhookEndpointing *self)
{
	if (!self->text_stale)
		return self->text->str;
	g_string_truncate(self->text, 0);
	for (guint i = 0; i < self->segments->len; i++) {
		OffhookEndpointingSegment *segment = g_ptr_array_index(self->segments, i);

		offhook_endpointing_join(self->text, segment->final->str);
		offhook_endpointing_join(self->text, segment->partial->str);
	}
	self->text_stale = FALSE;
	return self->text->str;
}

/* What the finals say: the number of words of all, and whether all segments are settled. */
static guint
offhook_endpointing_count_final_words(OffhookEndpointing *self, gboolean *settled,
				      gint64 *settled_us)
{
	guint words = 0;

	*settled = TRUE;
	*settled_us = 0;
	for (guint i = 0; i < self->segments->len; i++) {
		OffhookEndpointingSegment *segment = g_ptr_array_index(self->segments, i);

		words += segment->words;
		*settled = *settled && segment->settled;
		*settled_us = MAX(*settled_us, segment->settled_us);
	}
	return words;
}

static guint
offhook_endpointing_get_digits_policy(OffhookEndpointing *self, const char *text)
{
	guint n = offhook_lexicon_count_digits(self->config.language, text);

	if (n == 0 && *text != '\0')
		return offhook_endpointing_get_usual(
		    self); /* not an answer in digits: "I don't have it" */
	if (self->max_digits > 0 && n >= self->max_digits)
		return self->config.short_answer_ms;
	if (n < MAX(self->min_digits, 1))
		return self->config.digits_ms;
	return self->config.more_digits_ms;
}

/*
 * Nobody said that digits are expected, but the caller gives some: more may follow after each group. A
 * time of day is none of that.
 */
static gboolean
offhook_endpointing_is_dictating(OffhookEndpointing *self, const char *text)
{
	return strchr(text, ':') == NULL &&
	       offhook_lexicon_count_last_digits(self->config.language, text) >=
		   OFFHOOK_ENDPOINTING_DICTATED;
}

/* How long the caller may pause here, in ms: the text heuristics. */
static guint
offhook_endpointing_get_policy(OffhookEndpointing *self, gboolean settled)
{
	const char *text = offhook_endpointing_get_text(self);
	gsize length = strlen(text);

	if (self->kind == OFFHOOK_EXPECT_DIGITS)
		return offhook_endpointing_get_digits_policy(self, text);
	if (length == 0)
		return offhook_endpointing_get_usual(self);
	if (settled && self->kind == OFFHOOK_EXPECT_YES_NO &&
	    offhook_lexicon_is_yes_no(self->config.language, text))
		return self->config.short_answer_ms;
	if (offhook_lexicon_ends_open(self->config.language, text))
		return self->config.open_ms;
	if (offhook_endpointing_is_dictating(self, text))
		return MAX(self->config.more_digits_ms, offhook_endpointing_get_usual(self));
	if (settled && strchr(".?!", text[length - 1]) != NULL)
		return offhook_endpointing_get_sentence_policy(self);
	return offhook_endpointing_get_usual(self);
}

/* When the turn is over as things stand, and whether it then has final words. */
static gint64
offhook_endpointing_get_due(OffhookEndpointing *self, gboolean *has_words)
{
	gboolean settled;
	gint64 settled_us, due, longest, hard_stop;

	*has_words = offhook_endpointing_count_final_words(self, &settled, &settled_us) > 0;
	if (self->segments->len == 0)
		return G_MAXINT64;
	if (self->end_now)
		return self->end_now_us;
	longest = self->began_us + (gint64)self->config.max_turn_ms * 1000;
	if (self->speaking)
		return longest;
	hard_stop = self->ended_us + self->stalled_us + (gint64)self->config.hard_stop_ms * 1000;
	due = self->stopped_us + self->stalled_us +
	      (gint64)offhook_endpointing_get_policy(self, settled) * 1000;
	if (settled)
		due = MAX(due, settled_us);
	else if (*has_words)
		due = MAX(due, self->ended_us + (gint64)self->config.recogniser_ms * 1000);
	else
		due = hard_stop;
	return MIN(MIN(due, MAX(hard_stop, self->stopped_us)), longest);
}

gint64
offhook_endpointing_get_deadline(OffhookEndpointing *self)
{
	gboolean has_words;
	gint64 due = offhook_endpointing_get_due(self, &has_words);

	return self->late->len > 0 ? MIN(due, self->late_us) : due;
}

static double
offhook_endpointing_get_confidence(OffhookEndpointing *self)
{
	double sum = 0;
	guint words = 0;

	for (guint i = 0; i < self->segments->len; i++) {
		OffhookEndpointingSegment *segment = g_ptr_array_index(self->segments, i);

		sum += segment->confidence * segment->words;
		words += segment->words;
	}
	return words > 0 ? sum / words : 0;
}

gboolean
offhook_endpointing_is_supposed(OffhookEndpointing *self, double *confidence)
{
	gboolean settled;
	gint64 settled_us;
	guint words = offhook_endpointing_count_final_words(self, &settled, &settled_us);

	*confidence = offhook_endpointing_get_confidence(self);
	/* Who is given more time than usual will most likely use it. */
	return !self->speaking && settled && words > 0 &&
	       offhook_endpointing_get_policy(self, settled) <= offhook_endpointing_get_usual(self);
}

static OffhookEndpointKind
offhook_endpointing_take_late(OffhookEndpointing *self, OffhookEndpointOutcome *outcome)
{
	g_string_assign(self->outcome_text, self->late->str);
	g_string_truncate(self->late, 0);
	*outcome = (OffhookEndpointOutcome){
	    .kind = OFFHOOK_ENDPOINT_LATE,
	    .text = self->outcome_text->str,
	    .confidence = self->late_confidence,
	    .speech_ended_us = self->ended_us,
	    .due_us = self->late_us,
	    .segments = 1,
	    .utterance = self->late_utterance,
	};
	return outcome->kind;
}

OffhookEndpointKind
offhook_endpointing_tick(OffhookEndpointing *self, gint64 now_us, OffhookEndpointOutcome *outcome)
{
	gboolean has_words;
	gint64 due;

	*outcome = (OffhookEndpointOutcome){.kind = OFFHOOK_ENDPOINT_NONE, .text = ""};
	if (self->late->len > 0 && now_us >= self->late_us)
		return offhook_endpointing_take_late(self, outcome);
	due = offhook_endpointing_get_due(self, &has_words);
	if (now_us < due)
		return OFFHOOK_ENDPOINT_NONE;
	g_string_assign(self->outcome_text, offhook_endpointing_get_text(self));
	*outcome = (OffhookEndpointOutcome){
	    .kind = has_words ? OFFHOOK_ENDPOINT_TURN : OFFHOOK_ENDPOINT_UNCLEAR,
	    .text = self->outcome_text->str,
	    .confidence = offhook_endpointing_get_confidence(self),
	    .speech_ended_us = self->speaking ? now_us : self->ended_us,
	    .due_us = due,
	    .segments = self->segments->len,
	    .utterance = offhook_endpointing_get_last_utterance(self),
	};
	self->committed = MAX(self->committed, outcome->utterance);
	offhook_endpointing_begin_anew(self);
	return outcome->kind;
}
