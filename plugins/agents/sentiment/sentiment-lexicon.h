/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What words of one language tell about how a caller feels. Immutable once loaded; any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** The longest phrase that counts as one. */
#define OFFHOOK_SENTIMENT_MAX_PHRASE 6

typedef enum {
	OFFHOOK_SENTIMENT_WORD = 1 << 0,           /* has a weight */
	OFFHOOK_SENTIMENT_NEGATION = 1 << 1,       /* of what follows soon */
	OFFHOOK_SENTIMENT_NEGATION_NEXT = 1 << 2,  /* of what follows at once */
	OFFHOOK_SENTIMENT_NEGATION_AFTER = 1 << 3, /* of what went before */
	OFFHOOK_SENTIMENT_INTENSIFY = 1 << 4,
	OFFHOOK_SENTIMENT_SOFTEN = 1 << 5,
	OFFHOOK_SENTIMENT_CONTRAST = 1 << 6, /* what follows counts more */
} OffhookSentimentKinds;

typedef struct {
	OffhookSentimentKinds kinds;
	double weight; /* -4 to 4 */
} OffhookSentimentEntry;

typedef struct _OffhookSentimentLexicon OffhookSentimentLexicon;

/**
 * offhook_sentiment_lexicon_new:
 * @language: "en", "de", "fr" or "es"
 * @text: a list as in data/en.txt
 *
 * Returns: (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_FORMAT, which names the line
 */
OffhookSentimentLexicon *offhook_sentiment_lexicon_new(const char *language, const char *text,
						       GError **error);
/** The list of that language that is inside the plugin. */
OffhookSentimentLexicon *offhook_sentiment_lexicon_load(const char *language, GError **error);
void offhook_sentiment_lexicon_free(OffhookSentimentLexicon *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSentimentLexicon, offhook_sentiment_lexicon_free)

const char *offhook_sentiment_lexicon_get_language(const OffhookSentimentLexicon *self);

/**
 * offhook_sentiment_lexicon_find:
 * @words: %NULL-terminated, as offhook_language_words_split_in() has them
 * @entry: (out) (transfer none)
 *
 * Returns: how many of @words, from the first on, the longest entry takes; 0 for none
 */
guint offhook_sentiment_lexicon_find(const OffhookSentimentLexicon *self, const char *const *words,
				     const OffhookSentimentEntry **entry);

G_END_DECLS
