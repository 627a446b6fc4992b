/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Days and times of day as people say them in English, both ways. Days are "2026-08-05", times
 * "19:30". Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_LANGUAGE_DAY_MINUTES (24 * 60)

/** "19:30" (also "7:30") to minutes after midnight; "24:00" is allowed. -1 for anything else. */
gint offhook_language_time_from_string(const char *text);
char *offhook_language_time_to_string(guint minutes); /* (transfer full) */

/**
 * offhook_language_time_read:
 * @words: %NULL-terminated; a time is looked for at the beginning
 * @from: @to: minutes; "seven" is what lies between them, seven in the morning or in the evening
 * @sure: (out): the words are a time and nothing else ("seven" alone may be a number)
 *
 * Returns: how many words it takes, 0 for none
 */
guint offhook_language_time_read(const char *const *words, guint from, guint to, guint *minutes,
				 gboolean *sure);

/** "half past seven", "noon". (transfer full) */
char *offhook_language_time_speak(guint minutes);

/** What a recogniser may hear: phrases for times between @from and @to. (transfer full) */
char **offhook_language_time_list_phrases(guint from, guint to);

/** "2026-08-05" to a day, at midnight. (transfer full) (nullable) */
GDateTime *offhook_language_day_from_string(const char *text, GDateTime *now);
char *offhook_language_day_to_string(GDateTime *day); /* (transfer full) */

/**
 * offhook_language_day_read:
 * @words: %NULL-terminated; a day from @now on is looked for at the beginning
 * @day: (out) (transfer full)
 *
 * Returns: how many words it takes, 0 for none
 */
guint offhook_language_day_read(const char *const *words, GDateTime *now, GDateTime **day);

/**
 * offhook_language_day_speak:
 * @on: as in "a table on Friday", "a table tomorrow"
 *
 * Returns: (transfer full): "tomorrow", "Friday", "Friday, the fourth of December"
 */
char *offhook_language_day_speak(GDateTime *day, GDateTime *now, gboolean on);

/** @dates: with "the fourth of december". (transfer full) */
char **offhook_language_day_list_phrases(gboolean dates);

/** "friday" to 1..7, Monday first; 0 for anything else. */
guint offhook_language_day_get_weekday(const char *word);
/** "Friday" */
const char *offhook_language_day_get_name(guint weekday);

G_END_DECLS
