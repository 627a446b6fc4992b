/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What turn-taking has to know of languages: a few word lists. Languages are BCP 47 tags of which
 * the first part counts ("de-AT" is "de"); %NULL and unknown ones are English. Texts are compared
 * without case and punctuation. Pure functions over constant tables; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How many words @text has. */
guint offhook_lexicon_count_words(const char *text);
/** @text has words, and all of them only say "go on": "uh-huh", "okay, yeah". */
gboolean offhook_lexicon_is_backchannel(const char *language, const char *text);
/** @text is nothing but a yes or a no. */
gboolean offhook_lexicon_is_yes_no(const char *language, const char *text);
/** @text ends so that more must follow: with a comma, "and", "to the", "um". */
gboolean offhook_lexicon_ends_open(const char *language, const char *text);
/** Digits in @text, written as figures or words ("double five" counts two). */
guint offhook_lexicon_count_digits(const char *language, const char *text);
/** The same of those that @text ends with. */
guint offhook_lexicon_count_last_digits(const char *language, const char *text);
/**
 * offhook_lexicon_is_abbreviation:
 * @word: what stands before a full stop, without it: "Mr", "p.m"
 * @next: the first letter or figure behind the full stop: "No. 5" is one, "No. Sorry" is not
 */
gboolean offhook_lexicon_is_abbreviation(const char *language, const char *word, gunichar next);

G_END_DECLS
