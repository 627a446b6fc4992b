/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Days and times of day said in any of the languages. Pure. Words are as
 * offhook_language_words_split_in() has them.
 */
#pragma once

#include "language.h"

G_BEGIN_DECLS

/**
 * offhook_language_calendar_read_time:
 * @minutes: (out): after midnight
 * @sure: (out): the words are a time and nothing else ("seven" alone may be a number)
 *
 * Returns: how many of @words, from the first on, are a time; 0 for none
 */
guint offhook_language_calendar_read_time(OffhookLanguage language, const char *const *words,
					  guint *minutes, gboolean *sure);

/**
 * offhook_language_calendar_read_day:
 * @day: (out) (transfer full): from @now on
 *
 * Returns: how many of @words, from the first on, are a day; 0 for none
 */
guint offhook_language_calendar_read_day(OffhookLanguage language, const char *const *words,
					 GDateTime *now, GDateTime **day);

G_END_DECLS
