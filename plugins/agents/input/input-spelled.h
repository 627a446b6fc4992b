/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Words said letter by letter, and e-mail addresses. Pure. Words are as
 * offhook_language_words_split_in() has them.
 */
#pragma once

#include "language.h"

G_BEGIN_DECLS

/**
 * offhook_input_spelled_read:
 * @letters: (out): "BOB", for "b o b", "B as in bravo, O, B", "bravo oscar bravo"
 *
 * Returns: how many of @words, from the first on, spell something; 0 for none
 */
guint offhook_input_spelled_read(OffhookLanguage language, const char *const *words,
				 GString *letters);

/**
 * offhook_input_spelled_read_email:
 * @first: where the address may begin at the earliest
 * @at: a word that may stand for "@"
 * @address: (out)
 * @from: @to: (out): its words
 *
 * Returns: %FALSE when it is none
 */
gboolean offhook_input_spelled_read_email(OffhookLanguage language, const char *const *words,
					  guint first, guint at, GString *address, guint *from,
					  guint *to);

G_END_DECLS
