/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A sentence to be spoken, made by the sentence splitter, that knows which bytes of the answer it
 * came from. Immutable; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookSentence OffhookSentence;

/** A character and the bytes of the answer that it came from. */
typedef struct {
	gunichar c;
	guint32 begin; /* bytes into the answer */
	guint32 end;
} OffhookSentenceChar;

/**
 * offhook_sentence_new:
 * @chars: those with c = 0 are left out; runs of white space become one space
 *
 * Returns: (transfer full) (nullable): %NULL when nothing of it can be spoken
 */
OffhookSentence *offhook_sentence_new(const OffhookSentenceChar *chars, guint n);

/** To be spoken: UTF-8, one line, never empty. (transfer none) */
const char *offhook_sentence_get_text(const OffhookSentence *self);
/** The part of the answer that it came from: byte offsets, @end exclusive. */
void offhook_sentence_get_source_range(const OffhookSentence *self, gsize *begin, gsize *end);
/**
 * offhook_sentence_map_offset:
 * @offset: bytes into the spoken text, at a character's beginning or the end
 *
 * Returns: where that is in the answer. For an @offset that ends a prefix this is the end of the
 * last character before it, so cutting the answer there keeps exactly that prefix.
 */
gsize offhook_sentence_map_offset(const OffhookSentence *self, gsize offset);
void offhook_sentence_free(OffhookSentence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSentence, offhook_sentence_free)

G_END_DECLS
