/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Adds up what the words weigh: a negation turns what it belongs to round and weakens it, "very" and
 * "a bit" change how much it weighs, and after "but" comes what is meant. Pure; any thread.
 */

#include "sentiment-score.h"

#include "language-words.h"

#include <math.h>

/* How far a negation reaches, in words. */
#define OFFHOOK_SENTIMENT_REACH       5
#define OFFHOOK_SENTIMENT_REACH_AFTER 3
/* How far "very" does. */
#define OFFHOOK_SENTIMENT_REACH_DEGREE 2
/* "not good" is not as bad as "bad", and "not bad" far from "good". */
#define OFFHOOK_SENTIMENT_NOT_GOOD   -0.8
#define OFFHOOK_SENTIMENT_NOT_BAD    -0.5
#define OFFHOOK_SENTIMENT_INTENSE    1.4
#define OFFHOOK_SENTIMENT_SOFT       0.7
#define OFFHOOK_SENTIMENT_BEFORE     0.5
#define OFFHOOK_SENTIMENT_AFTERWARDS 1.3
/* The sum at which the score is 0.7; scores below the bound are neutral. */
#define OFFHOOK_SENTIMENT_HALFWAY 3.2
#define OFFHOOK_SENTIMENT_BOUND   0.28

/* What was found where. */
typedef struct {
	guint at;
	guint length;
	OffhookSentimentKinds kinds;
	double weight;
} OffhookSentimentHit;

static const char *const offhook_sentiment_names[] = {
    [OFFHOOK_SENTIMENT_NEUTRAL] = "neutral",
    [OFFHOOK_SENTIMENT_POSITIVE] = "positive",
    [OFFHOOK_SENTIMENT_NEGATIVE] = "negative",
};

const char *
offhook_sentiment_get_name(OffhookSentiment sentiment)
{
	return offhook_sentiment_names[sentiment];
}

gboolean
offhook_sentiment_from_name(const char *name, OffhookSentiment *sentiment)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_sentiment_names); i++) {
		if (g_strcmp0(name, offhook_sentiment_names[i]) == 0) {
			*sentiment = i;
			return TRUE;
		}
	}
	return FALSE;
}

/* (transfer full) (element-type OffhookSentimentHit) */
static GArray *
offhook_sentiment_find_hits(const OffhookSentimentLexicon *lexicon, const char *const *words)
{
	GArray *hits = g_array_new(FALSE, FALSE, sizeof(OffhookSentimentHit));

	for (guint at = 0; words[at] != NULL;) {
		const OffhookSentimentEntry *entry = NULL;
		guint length = offhook_sentiment_lexicon_find(lexicon, words + at, &entry);
		OffhookSentimentHit hit = {at, length};

		if (length > 0) {
			hit.kinds = entry->kinds;
			hit.weight = entry->weight;
			g_array_append_val(hits, hit);
		}
		at += MAX(length, 1);
	}
	return hits;
}

/* Is one of @kinds among what ends at most @reach words before @hit? */
static gboolean
offhook_sentiment_is_before(const GArray *hits, const OffhookSentimentHit *hit,
			    OffhookSentimentKinds kinds, guint reach)
{
	for (guint i = 0; i < hits->len; i++) {
		const OffhookSentimentHit *other = &g_array_index(hits, OffhookSentimentHit, i);
		guint end = other->at + other->length;

		if ((other->kinds & kinds) != 0 && end <= hit->at && hit->at - end < reach)
			return TRUE;
	}
	return FALSE;
}

static gboolean
offhook_sentiment_is_after(const GArray *hits, const OffhookSentimentHit *hit,
			   OffhookSentimentKinds kinds, guint reach)
{
	guint end = hit->at + hit->length;

	for (guint i = 0; i < hits->len; i++) {
		const OffhookSentimentHit *other = &g_array_index(hits, OffhookSentimentHit, i);

		if ((other->kinds & kinds) != 0 && other->at >= end && other->at - end < reach)
			return TRUE;
	}
	return FALSE;
}

static double
offhook_sentiment_weigh(const GArray *hits, const OffhookSentimentHit *hit)
{
	double weight = hit->weight;
	gboolean negated =
	    offhook_sentiment_is_before(hits, hit, OFFHOOK_SENTIMENT_NEGATION,
					OFFHOOK_SENTIMENT_REACH) ||
	    offhook_sentiment_is_before(hits, hit, OFFHOOK_SENTIMENT_NEGATION_NEXT, 1) ||
	    offhook_sentiment_is_after(hits, hit, OFFHOOK_SENTIMENT_NEGATION_AFTER,
				       OFFHOOK_SENTIMENT_REACH_AFTER);

	if (offhook_sentiment_is_before(hits, hit, OFFHOOK_SENTIMENT_INTENSIFY,
					OFFHOOK_SENTIMENT_REACH_DEGREE))
		weight *= OFFHOOK_SENTIMENT_INTENSE;
	if (offhook_sentiment_is_before(hits, hit, OFFHOOK_SENTIMENT_SOFTEN,
					OFFHOOK_SENTIMENT_REACH_DEGREE))
		weight *= OFFHOOK_SENTIMENT_SOFT;
	if (negated)
		weight *= weight > 0 ? OFFHOOK_SENTIMENT_NOT_GOOD : OFFHOOK_SENTIMENT_NOT_BAD;
	return weight;
}

/* Where the last "but" stands; 0 for nowhere. */
static guint
offhook_sentiment_find_contrast(const GArray *hits)
{
	guint at = 0;

	for (guint i = 0; i < hits->len; i++) {
		const OffhookSentimentHit *hit = &g_array_index(hits, OffhookSentimentHit, i);

		if ((hit->kinds & OFFHOOK_SENTIMENT_CONTRAST) != 0)
			at = hit->at;
	}
	return at;
}

/* How sure: by the distance to the bound, less where words tell both ways, or none tells anything. */
static double
offhook_sentiment_judge(double score, double pleased, double displeased)
{
	double distance = fabs(fabs(score) - OFFHOOK_SENTIMENT_BOUND);
	double mixed = MIN(pleased, displeased) / MAX(MAX(pleased, displeased), 1.0);
	double sure = MIN(0.5 + distance / 0.8, 0.97);

	if (pleased + displeased == 0.0)
		return 0.75;
	return sure - 0.4 * mixed * (sure - 0.3);
}

OffhookSentimentResult
offhook_sentiment_score(const OffhookSentimentLexicon *lexicon, const char *text)
{
	g_auto(GStrv) words =
	    offhook_language_words_split_in(offhook_sentiment_lexicon_get_language(lexicon), text);
	g_autoptr(GArray) hits = offhook_sentiment_find_hits(lexicon, (const char *const *)words);
	guint contrast = offhook_sentiment_find_contrast(hits);
	OffhookSentimentResult result = {OFFHOOK_SENTIMENT_NEUTRAL, 0.0, 0.0};
	double pleased = 0.0;
	double displeased = 0.0;
	double sum;

	for (guint i = 0; i < hits->len; i++) {
		const OffhookSentimentHit *hit = &g_array_index(hits, OffhookSentimentHit, i);
		double weight = 0.0;

		if ((hit->kinds & OFFHOOK_SENTIMENT_WORD) != 0)
			weight = offhook_sentiment_weigh(hits, hit);
		if (contrast > 0)
			weight *= hit->at < contrast ? OFFHOOK_SENTIMENT_BEFORE
						     : OFFHOOK_SENTIMENT_AFTERWARDS;
		if (weight > 0)
			pleased += weight;
		else
			displeased -= weight;
	}
	sum = pleased - displeased;
	result.score =
	    sum / sqrt(sum * sum + OFFHOOK_SENTIMENT_HALFWAY * OFFHOOK_SENTIMENT_HALFWAY);
	if (result.score >= OFFHOOK_SENTIMENT_BOUND)
		result.sentiment = OFFHOOK_SENTIMENT_POSITIVE;
	else if (result.score <= -OFFHOOK_SENTIMENT_BOUND)
		result.sentiment = OFFHOOK_SENTIMENT_NEGATIVE;
	result.confidence = offhook_sentiment_judge(result.score, pleased, displeased);
	return result;
}
