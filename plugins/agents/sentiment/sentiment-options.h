/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the configuration says to the sentiment agent. Any thread.
 */
#pragma once

#include <offhook/settings.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_sentiment_settings[];

/** What happens to a caller who is upset. */
typedef enum {
	OFFHOOK_SENTIMENT_TELL,
	OFFHOOK_SENTIMENT_OFFER,
	OFFHOOK_SENTIMENT_TRANSFER,
} OffhookSentimentRule;

typedef struct {
	guint after; /* displeased turns in a row */
	OffhookSentimentRule rule;
	char *human;       /* (nullable): a transfer's target; not with TELL */
	guint again_after; /* turns after which a person is offered again */
	gboolean classify; /* by language model, too */
	double threshold;  /* ... below this confidence */
	guint budget_ms;   /* ... within this time */
} OffhookSentimentOptions;

/** @values: (nullable): an assistant's own. (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG */
OffhookSentimentOptions *offhook_sentiment_options_new(OffhookSettings *settings,
						       GHashTable *values, GError **error);
void offhook_sentiment_options_free(OffhookSentimentOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSentimentOptions, offhook_sentiment_options_free)

G_END_DECLS
