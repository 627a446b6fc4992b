/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Yes and no in the languages that agents know. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * offhook_language_yes_no_read:
 * @words: %NULL-terminated, as offhook_language_words_split_in() has them
 * @yes: (out)
 *
 * Returns: how many of @words, from the first on, say yes or no; 0 for neither
 */
guint offhook_language_yes_no_read(const char *language, const char *const *words, gboolean *yes);

/** Does an answer begin with yes or no, perhaps after one other word? 1, 0, or -1 for neither. */
gint offhook_language_yes_no_judge(const char *language, const char *text);

G_END_DECLS
