/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * From milliseconds heard to the words heard: what goes into the history after a barge-in. Pure
 * functions, any thread.
 *
 * With word times, the text up to the last word whose end is not later than the position. A word
 * counts as heard when no more than 60 ms of it are missing, nor more than half of it: the tail of
 * a word carries little, the frame grid and the model's error are of that size, and the caller
 * would say that this was the last word heard. Without word times (or for an engine that gave only
 * the first few), by proportion, stepping back to a word boundary. Of a piece that was heard for
 * less than 250 ms nothing is kept, unless that was all of it.
 */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_HEARD_TEXT_MIN_MS       250
#define OFFHOOK_HEARD_TEXT_TOLERANCE_MS 60

/** A piece of speech and how far it was heard. Everything is borrowed. */
typedef struct {
	const char *text;             /* as given to the synthesiser */
	const OffhookWordTime *words; /* (nullable) */
	guint n_words;
	guint total_ms;    /* audio that exists of it so far */
	gboolean complete; /* ... and that is all; else its length is estimated */
	guint heard_ms;
} OffhookHeardPiece;

/** Bytes of the piece's text that were heard; ends at a word boundary. */
gsize offhook_heard_text_get_length(const OffhookHeardPiece *piece);

/**
 * Whether a question is being asked after @heard bytes of an answer's @text: the sentence that is said
 * there, or has just been said, ends as one.
 */
gboolean offhook_heard_text_is_question(const char *text, gsize heard);

/** The heard parts of pieces in the order spoken, joined. (transfer full); "" for nothing */
char *offhook_heard_text_join(const OffhookHeardPiece *pieces, guint n);

G_END_DECLS
