/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Numbers said in any of the languages. Pure. Words are as offhook_language_words_split_in() has them.
 */
#pragma once

#include "language.h"

G_BEGIN_DECLS

/** A number from 0 to 999,999 at the beginning of @words. Returns how many it takes, 0 for none. */
guint offhook_language_numerals_read(OffhookLanguage language, const char *const *words,
				     guint *number);

/**
 * The digits of a number that is dictated, in ones or pairs, at the beginning of @words: appended to
 * @digits. Returns how many words they take.
 */
guint offhook_language_numerals_read_digits(OffhookLanguage language, const char *const *words,
					    GString *digits);

/** A day of the month: "fourth", "4", "vierten", "premier". Returns how many words it takes. */
guint offhook_language_numerals_read_ordinal(OffhookLanguage language, const char *const *words,
					     guint *number);

G_END_DECLS
