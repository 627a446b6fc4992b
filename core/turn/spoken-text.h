/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Text that somebody else speaks for us: how long that takes, and how far they say they came. Pure
 * functions, any thread.
 *
 * The far end tells the words it had spoken when it was interrupted, in its own spelling: with other
 * whitespace and case, without punctuation, with numbers written out, perhaps only those of the last
 * sentence. What it does not tell is when it has come to the end; that is estimated, on the slow
 * side, so that nobody hangs up on a goodbye.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How long it takes before the first word is heard. */
#define OFFHOOK_SPOKEN_TEXT_START_MS 600

/**
 * offhook_spoken_text_match:
 * @text: what was given to be spoken
 * @spoken: what the far end says it has spoken of it
 * @length: (out): bytes of @text up to the end of the last spoken word; all of it if that was the last
 *
 * Looks for @spoken's words in @text: at the beginning, else anywhere, else word after word, passing
 * over some that are written differently. Returns: %FALSE when they are not of this text
 */
gboolean offhook_spoken_text_match(const char *text, const char *spoken, gsize *length);

/**
 * How long @text takes to be spoken, without the start: some 150 words of English in a minute, pauses
 * between sentences, digits one by one, the characters of scripts without spaces.
 */
guint offhook_spoken_text_estimate_ms(const char *text);

/** Bytes of @text that are spoken after @ms by that estimate; ends at a word boundary. */
gsize offhook_spoken_text_estimate_length(const char *text, guint ms);

G_END_DECLS
