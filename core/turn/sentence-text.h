/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Private to the sentence splitter: what ends a sentence, what may not be cut, and what is
 * not to be spoken. Pure functions; any thread.
 */
#pragma once

#include "turn/sentence.h"

G_BEGIN_DECLS

/** Ends a sentence, in a script where it means nothing else: the ideographic full stop, danda. */
gboolean offhook_sentence_char_is_terminal(gunichar c);
/** A closing quote or bracket, which belongs to the sentence before it. */
gboolean offhook_sentence_char_is_closing(gunichar c);
/** Between @before and @after a reader sees one thing: no cut there. */
gboolean offhook_sentence_is_one_grapheme(gunichar before, gunichar after);

/**
 * offhook_sentence_clean:
 * @chars: the sentence as it was written
 * @at_line_start: whether its first character begins a line
 *
 * Marks what is not to be spoken by setting c to 0 (Markdown, emoji, tags), and turns newlines into
 * spaces.
 */
void offhook_sentence_clean(OffhookSentenceChar *chars, guint n, gboolean at_line_start);

G_END_DECLS
