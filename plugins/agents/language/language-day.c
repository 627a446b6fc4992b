/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Days in words. Times of day are in language-time.c. Pure functions, any thread.
 */

#include "language-time.h"

#include "language-words.h"
#include <stdio.h>
#include <string.h>

static const char *const offhook_language_day_names[] = {
    "", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
};

static const char *const offhook_language_day_months[] = {
    "",     "January", "February",  "March",   "April",    "May",      "June",
    "July", "August",  "September", "October", "November", "December",
};

const char *
offhook_language_day_get_name(guint weekday)
{
	g_return_val_if_fail(weekday >= 1 && weekday <= 7, "");

	return offhook_language_day_names[weekday];
}

guint
offhook_language_day_get_weekday(const char *word)
{
	for (guint i = 1; word != NULL && i < G_N_ELEMENTS(offhook_language_day_names); i++) {
		gsize length = strlen(offhook_language_day_names[i]);

		if (g_ascii_strncasecmp(word, offhook_language_day_names[i], length) == 0 &&
		    (word[length] == '\0' || g_str_equal(word + length, "s")))
			return i;
	}
	return 0;
}

static guint
offhook_language_day_get_month(const char *word)
{
	for (guint i = 1; word != NULL && i < G_N_ELEMENTS(offhook_language_day_months); i++) {
		if (g_ascii_strcasecmp(word, offhook_language_day_months[i]) == 0)
			return i;
	}
	return 0;
}

static GDateTime *
offhook_language_day_new(GDateTime *now, gint year, guint month, guint day)
{
	return g_date_time_new(g_date_time_get_timezone(now), year, (gint)month, (gint)day, 0, 0,
			       0.0);
}

/* @days after @now, at midnight. */
static GDateTime *
offhook_language_day_after(GDateTime *now, gint days)
{
	g_autoptr(GDateTime) day = g_date_time_add_days(now, days);

	return offhook_language_day_new(now, g_date_time_get_year(day),
					(guint)g_date_time_get_month(day),
					(guint)g_date_time_get_day_of_month(day));
}

GDateTime *
offhook_language_day_from_string(const char *text, GDateTime *now)
{
	int year, month, day;

	if (sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3 || year < 1 || month < 1 ||
	    month > 12 || day < 1 || day > 31)
		return NULL;
	return offhook_language_day_new(now, year, (guint)month, (guint)day);
}

char *
offhook_language_day_to_string(GDateTime *day)
{
	return g_date_time_format(day, "%Y-%m-%d");
}

/* Whole days from @now's day to @day. */
static gint
offhook_language_day_distance(GDateTime *day, GDateTime *now)
{
	GDate from, to;

	g_date_clear(&from, 1);
	g_date_clear(&to, 1);
	g_date_set_dmy(&from, (GDateDay)g_date_time_get_day_of_month(now),
		       (GDateMonth)g_date_time_get_month(now),
		       (GDateYear)g_date_time_get_year(now));
	g_date_set_dmy(&to, (GDateDay)g_date_time_get_day_of_month(day),
		       (GDateMonth)g_date_time_get_month(day),
		       (GDateYear)g_date_time_get_year(day));
	return g_date_days_between(&from, &to);
}

/* "friday", "this friday", "next friday". */
static guint
offhook_language_day_read_weekday(const char *const *words, GDateTime *now, GDateTime **day)
{
	static const char *const leading[] = {"this", "coming", "next", NULL};
	gboolean lead = words[0] != NULL && g_strv_contains(leading, words[0]);
	guint weekday = offhook_language_day_get_weekday(words[lead ? 1 : 0]);
	gint today = g_date_time_get_day_of_week(now);
	gint days;

	if (weekday == 0)
		return 0;
	days = ((gint)weekday - today + 7) % 7;
	/* "next friday" on a Monday is not the one in four days */
	if (lead && g_str_equal(words[0], "next") && (days == 0 || (gint)weekday > today))
		days += 7;
	*day = offhook_language_day_after(now, days);
	return lead ? 2 : 1;
}

/* The next such date that is not past. */
static GDateTime *
offhook_language_day_find_date(GDateTime *now, guint month, guint day_of_month)
{
	gint year = g_date_time_get_year(now);
	g_autoptr(GDateTime) day = offhook_language_day_new(now, year, month, day_of_month);

	if (day != NULL && offhook_language_day_distance(day, now) < 0)
		return offhook_language_day_new(now, year + 1, month, day_of_month);
	return g_steal_pointer(&day);
}

/* "[the] fourth of december", "december [the] fourth". */
static guint
offhook_language_day_read_date(const char *const *words, GDateTime *now, GDateTime **day)
{
	guint used = g_strcmp0(words[0], "the") == 0 ? 1 : 0;
	guint month = offhook_language_day_get_month(words[used]);
	guint number = 0;
	guint more;

	if (month > 0) {
		used++;
		if (g_strcmp0(words[used], "the") == 0)
			used++;
		more = offhook_language_words_read_ordinal(words + used, &number);
	} else {
		more = offhook_language_words_read_ordinal(words + used, &number);
		used += more;
		if (more > 0 && g_strcmp0(words[used], "of") == 0)
			used++;
		month = more > 0 ? offhook_language_day_get_month(words[used]) : 0;
		more = month > 0 ? 1 : 0;
	}
	if (more == 0 || month == 0)
		return 0;
	*day = offhook_language_day_find_date(now, month, number);
	return *day != NULL ? used + more : 0;
}

guint
offhook_language_day_read(const char *const *words, GDateTime *now, GDateTime **day)
{
	guint used = g_strcmp0(words[0], "the") == 0 ? 1 : 0;

	*day = NULL;
	if (words[0] == NULL)
		return 0;
	if (g_str_equal(words[0], "today") || g_str_equal(words[0], "tonight")) {
		*day = offhook_language_day_after(now, 0);
		return 1;
	}
	if (g_str_equal(words[0], "tomorrow")) {
		*day = offhook_language_day_after(now, 1);
		return 1;
	}
	if (g_strcmp0(words[0], "this") == 0 && g_strcmp0(words[1], "evening") == 0) {
		*day = offhook_language_day_after(now, 0);
		return 2;
	}
	if (g_strcmp0(words[used], "day") == 0 && g_strcmp0(words[used + 1], "after") == 0 &&
	    g_strcmp0(words[used + 2], "tomorrow") == 0) {
		*day = offhook_language_day_after(now, 2);
		return used + 3;
	}
	used = offhook_language_day_read_weekday(words, now, day);
	/* "friday the fourth of december": the date is what counts */
	if (used > 0) {
		g_autoptr(GDateTime) date = NULL;
		guint more = offhook_language_day_read_date(words + used, now, &date);

		if (more == 0)
			return used;
		g_date_time_unref(*day);
		*day = g_steal_pointer(&date);
		return used + more;
	}
	return offhook_language_day_read_date(words, now, day);
}

char *
offhook_language_day_speak(GDateTime *day, GDateTime *now, gboolean on)
{
	gint distance = offhook_language_day_distance(day, now);
	const char *name = offhook_language_day_names[g_date_time_get_day_of_week(day)];
	g_autofree char *ordinal = NULL;

	if (distance == 0)
		return g_strdup("today");
	if (distance == 1)
		return g_strdup("tomorrow");
	if (distance > 1 && distance < 7)
		return g_strdup_printf("%s%s", on ? "on " : "", name);
	ordinal = offhook_language_words_spell_ordinal((guint)g_date_time_get_day_of_month(day));
	return g_strdup_printf("%s%s, the %s of %s", on ? "on " : "", name, ordinal,
			       offhook_language_day_months[g_date_time_get_month(day)]);
}

char **
offhook_language_day_list_phrases(gboolean dates)
{
	g_autoptr(GPtrArray) phrases = g_ptr_array_new();
	g_autoptr(GString) ordinals = NULL;

	g_ptr_array_add(phrases, g_strdup("(today|tonight|tomorrow|the day after tomorrow)"));
	g_ptr_array_add(phrases, g_strdup("[(this|next)] (monday|tuesday|wednesday|thursday|friday|"
					  "saturday|sunday)"));
	if (dates) {
		ordinals = g_string_new("[the] (");
		for (guint i = 1; i <= 31; i++) {
			g_autofree char *word = offhook_language_words_spell_ordinal(i);

			g_string_append_printf(ordinals, "%s%s", i > 1 ? "|" : "", word);
		}
		g_string_append(ordinals, ") of (");
		for (guint i = 1; i <= 12; i++) {
			g_autofree char *month =
			    g_ascii_strdown(offhook_language_day_months[i], -1);

			g_string_append_printf(ordinals, "%s%s", i > 1 ? "|" : "", month);
		}
		g_string_append_c(ordinals, ')');
		g_ptr_array_add(phrases, g_string_free(g_steal_pointer(&ordinals), FALSE));
	}
	g_ptr_array_add(phrases, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&phrases), FALSE);
}
