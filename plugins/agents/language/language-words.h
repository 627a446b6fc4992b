/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Words of an utterance: splitting, and for English weighing, and numbers from and to words. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Words of one utterance that are looked at; what follows is ignored. */
#define OFFHOOK_LANGUAGE_MAX_WORDS 80

/**
 * offhook_language_words_split:
 * @text: anything, even what is not UTF-8
 *
 * Lower-case words without punctuation and accents; contractions in full ("what's" is "what is"),
 * so that they compare alike however a recogniser writes them; clock times as "h:mm"; at most
 * %OFFHOOK_LANGUAGE_MAX_WORDS of them.
 *
 * Returns: (transfer full): %NULL-terminated
 */
char **offhook_language_words_split(const char *text);
/**
 * The same in another language, where an apostrophe only parts words ("n'est" is "n" and "est").
 * @language: (nullable): as offhook_language_from_tag()
 */
char **offhook_language_words_split_in(const char *language, const char *text);

/**
 * offhook_language_words_match:
 * @phrases: words joined by ' ', such phrases by '|'
 *
 * Returns: how many of @words, from the first on, the longest of the phrases is; 0 for none
 */
guint offhook_language_words_match(const char *phrases, const char *const *words);

/** How much a word tells about what is meant: 1 for most, little for "the", nearly 0 for "um". */
double offhook_language_words_get_weight(const char *word);

/**
 * offhook_language_words_read_number:
 * @words: %NULL-terminated; a number from 0 to 9999 is looked for at the beginning
 *
 * Returns: how many words it takes, 0 for none
 */
guint offhook_language_words_read_number(const char *const *words, guint *number);

/** The same for a day of the month: "fourth", "twenty first", "4" with or without "th". */
guint offhook_language_words_read_ordinal(const char *const *words, guint *number);

/**
 * offhook_language_words_read_digits:
 * @digits: the digits are appended: "double five oh one" is "5501"
 *
 * Returns: how many words they take
 */
guint offhook_language_words_read_digits(const char *const *words, GString *digits);

/** "nineteen", "two hundred and five"; 0 to 9999. (transfer full) */
char *offhook_language_words_spell_number(guint number);

/** "twenty first"; 1 to 31. (transfer full) */
char *offhook_language_words_spell_ordinal(guint number);

G_END_DECLS
