/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How a caller feels, by what he said. Pure; any thread.
 */
#pragma once

#include "sentiment-lexicon.h"

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_SENTIMENT_NEUTRAL,
	OFFHOOK_SENTIMENT_POSITIVE,
	OFFHOOK_SENTIMENT_NEGATIVE,
} OffhookSentiment;

typedef struct {
	OffhookSentiment sentiment;
	double score;      /* -1 to 1 */
	double confidence; /* 0 to 1: that the sentiment is right */
} OffhookSentimentResult;

/** "neutral", "positive", "negative" */
const char *offhook_sentiment_get_name(OffhookSentiment sentiment);
/** %FALSE for a @name (nullable) that is none. */
gboolean offhook_sentiment_from_name(const char *name, OffhookSentiment *sentiment);

OffhookSentimentResult offhook_sentiment_score(const OffhookSentimentLexicon *lexicon,
					       const char *text);

G_END_DECLS
