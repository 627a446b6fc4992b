/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How well an utterance fits a phrase. What follows the phrase word for word fits fully; fillers,
 * left-out and additional words, and another order cost more the more they tell. Pure.
 */
#pragma once

#include "dialog-heard.h"
#include "dialog-pattern.h"

G_BEGIN_DECLS

/** Below this an utterance does not fit at all. */
#define OFFHOOK_DIALOG_MATCH_MIN 0.55

typedef struct {
	double score;       /* 0 to 1; 1 only when every word is accounted for */
	gint index;         /* which of the groups given; -1 for none */
	GHashTable *values; /* slot name -> value, from the phrase */
	guint8 *taken;      /* a byte for each word: it belongs to one of the values */
} OffhookDialogMatch;

void offhook_dialog_match_clear(OffhookDialogMatch *match);

/**
 * offhook_dialog_matcher_score:
 * @match: (nullable) (out): filled when the score is not 0; clear it
 *
 * Returns: 0 to 1
 */
double offhook_dialog_matcher_score(const OffhookDialogHeard *heard,
				    const OffhookDialogPattern *pattern, OffhookDialogMatch *match);

/**
 * offhook_dialog_matcher_find:
 * @groups: (element-type GPtrArray): each with the OffhookDialogPatterns of one intent
 * @match: (out): the best of them; clear it
 *
 * Returns: %FALSE when none reaches OFFHOOK_DIALOG_MATCH_MIN
 */
gboolean offhook_dialog_matcher_find(const OffhookDialogHeard *heard, const GPtrArray *groups,
				     OffhookDialogMatch *match);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookDialogMatch, offhook_dialog_match_clear)

G_END_DECLS
