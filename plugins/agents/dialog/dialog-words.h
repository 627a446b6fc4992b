/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Words of an English utterance: splitting, weighing, and numbers from and to words. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Words of one utterance that are looked at; what follows is ignored. */
#define OFFHOOK_DIALOG_MAX_WORDS 80

/**
 * offhook_dialog_words_split:
 * @text: anything, even what is not UTF-8
 *
 * Lower-case words without punctuation and accents; contractions in full ("what's" is "what is"),
 * so that they compare alike however a recogniser writes them; clock times as "h:mm"; at most
 * %OFFHOOK_DIALOG_MAX_WORDS of them.
 *
 * Returns: (transfer full): %NULL-terminated
 */
char **offhook_dialog_words_split(const char *text);

/** How much a word tells about what is meant: 1 for most, little for "the", nearly 0 for "um". */
double offhook_dialog_words_get_weight(const char *word);

/**
 * offhook_dialog_words_read_number:
 * @words: %NULL-terminated; a number from 0 to 9999 is looked for at the beginning
 *
 * Returns: how many words it takes, 0 for none
 */
guint offhook_dialog_words_read_number(const char *const *words, guint *number);

/** The same for a day of the month: "fourth", "twenty first", "4" with or without "th". */
guint offhook_dialog_words_read_ordinal(const char *const *words, guint *number);

/**
 * offhook_dialog_words_read_digits:
 * @digits: the digits are appended: "double five oh one" is "5501"
 *
 * Returns: how many words they take
 */
guint offhook_dialog_words_read_digits(const char *const *words, GString *digits);

/** "nineteen", "two hundred and five"; 0 to 9999. (transfer full) */
char *offhook_dialog_words_spell_number(guint number);

/** "twenty first"; 1 to 31. (transfer full) */
char *offhook_dialog_words_spell_ordinal(guint number);

G_END_DECLS
