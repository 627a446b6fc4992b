/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is known of one utterance: where it lies in the connection's audio, and the words so far.
 * Main thread.
 */
#pragma once

#include "deepgram-message.h"

G_BEGIN_DECLS

typedef struct {
	guint number;
	guint64 begin; /* the first of its samples, counted from the connection's first */
	guint64 end;   /* ... and the first that is not; of a finished one */
	gboolean finished;
	GString *words; /* that will not change any more */
	GString *tail;  /* that may */
	double sum;     /* of the words' confidence, by their length */
} OffhookDeepgramUtterance;

OffhookDeepgramUtterance *offhook_deepgram_utterance_new(guint number, guint64 begin);
void offhook_deepgram_utterance_free(OffhookDeepgramUtterance *self);

/** Do these results tell of it? */
gboolean offhook_deepgram_utterance_has(const OffhookDeepgramUtterance *self,
					const OffhookDeepgramMessage *results);
/** Takes them. Returns: whether it sounds otherwise than before */
gboolean offhook_deepgram_utterance_add(OffhookDeepgramUtterance *self,
					const OffhookDeepgramMessage *results);
/** (transfer full) */
char *offhook_deepgram_utterance_get_text(const OffhookDeepgramUtterance *self);
double offhook_deepgram_utterance_get_confidence(const OffhookDeepgramUtterance *self);

G_END_DECLS
