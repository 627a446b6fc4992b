/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Times of day in words. Days are in language-day.c. Pure functions, any thread.
 */

#include "language-time.h"

#include "language-words.h"
#include <string.h>

/* Without a range that says otherwise, "seven" is in the evening and "nine" in the morning. */
#define OFFHOOK_LANGUAGE_TIME_MORNING (8 * 60)

typedef enum {
	OFFHOOK_LANGUAGE_HALF_UNKNOWN,
	OFFHOOK_LANGUAGE_HALF_AM,
	OFFHOOK_LANGUAGE_HALF_PM,
	OFFHOOK_LANGUAGE_HALF_24, /* said on the 24-hour clock */
} OffhookLanguageHalf;

gint
offhook_language_time_from_string(const char *text)
{
	const char *colon = strchr(text, ':');
	gsize hours_length = colon != NULL ? (gsize)(colon - text) : 0;
	gint minutes;

	if (hours_length < 1 || hours_length > 2 || strlen(colon) != 3 ||
	    strspn(text, "0123456789") != hours_length || strspn(colon + 1, "0123456789") != 2)
		return -1;
	if (colon[1] > '5')
		return -1;
	minutes =
	    (gint)(g_ascii_strtoull(text, NULL, 10) * 60 + g_ascii_strtoull(colon + 1, NULL, 10));
	return minutes <= OFFHOOK_LANGUAGE_DAY_MINUTES ? minutes : -1;
}

char *
offhook_language_time_to_string(guint minutes)
{
	return g_strdup_printf("%02u:%02u", minutes / 60 % 24, minutes % 60);
}

static gboolean
offhook_language_time_word_is(const char *word, const char *const *words)
{
	return word != NULL && g_strv_contains(words, word);
}

/* "pm", "in the evening": which half of the day. Returns the number of words. */
static guint
offhook_language_time_read_half(const char *const *words, OffhookLanguageHalf *half)
{
	static const char *const am[] = {"am", NULL};
	static const char *const pm[] = {"pm", NULL};
	static const char *const evening[] = {"evening", "afternoon", NULL};

	if (offhook_language_time_word_is(words[0], am)) {
		*half = OFFHOOK_LANGUAGE_HALF_AM;
		return 1;
	}
	if (offhook_language_time_word_is(words[0], pm)) {
		*half = OFFHOOK_LANGUAGE_HALF_PM;
		return 1;
	}
	if (g_strcmp0(words[0], "at") == 0 && g_strcmp0(words[1], "night") == 0) {
		*half = OFFHOOK_LANGUAGE_HALF_PM;
		return 2;
	}
	if (g_strcmp0(words[0], "in") != 0 || g_strcmp0(words[1], "the") != 0)
		return 0;
	if (g_strcmp0(words[2], "morning") == 0)
		*half = OFFHOOK_LANGUAGE_HALF_AM;
	else if (offhook_language_time_word_is(words[2], evening))
		*half = OFFHOOK_LANGUAGE_HALF_PM;
	else
		return 0;
	return 3;
}

/* Is there a word that settles the half and does not belong to the time itself? */
static OffhookLanguageHalf
offhook_language_time_guess_half(const char *const *rest)
{
	static const char *const evening[] = {"tonight", "evening", NULL};

	if (offhook_language_time_word_is(rest[0], evening))
		return OFFHOOK_LANGUAGE_HALF_PM;
	return OFFHOOK_LANGUAGE_HALF_UNKNOWN;
}

/* One of the twelve hours on the clock, or one of 24. */
static guint
offhook_language_time_read_hour(const char *const *words, guint *hour)
{
	guint used = offhook_language_words_read_number(words, hour);

	/* "twenty thirty" is read as a number no further than "twenty" */
	return used > 0 && *hour <= 24 ? used : 0;
}

/* "fifteen", "oh five": what follows the hour. */
static guint
offhook_language_time_read_minutes(const char *const *words, guint *minutes)
{
	guint used;

	if (words[0] != NULL && (g_str_equal(words[0], "oh") || g_str_equal(words[0], "o"))) {
		used = offhook_language_words_read_number(words + 1, minutes);
		return used == 1 && *minutes >= 1 && *minutes <= 9 ? 2 : 0;
	}
	used = offhook_language_words_read_number(words, minutes);
	return used > 0 && *minutes >= 10 && *minutes <= 59 ? used : 0;
}

/* "half past", "a quarter to", "ten past": minutes after the hour that follows. */
static guint
offhook_language_time_read_offset(const char *const *words, gint *offset)
{
	static const char *const after[] = {"past", "after", NULL};
	static const char *const before[] = {"to", "before", "till", "of", NULL};
	guint used = g_strcmp0(words[0], "a") == 0 ? 1 : 0;
	guint minutes = 0;

	if (g_strcmp0(words[used], "half") == 0) {
		*offset = 30;
		used++;
		return offhook_language_time_word_is(words[used], after) ? used + 1 : used;
	}
	if (g_strcmp0(words[used], "quarter") == 0) {
		minutes = 15;
		used++;
	} else {
		used = offhook_language_words_read_number(words, &minutes);
		if (used == 0 || minutes < 1 || minutes > 29)
			return 0;
		if (g_strcmp0(words[used], "minutes") == 0)
			used++;
		else if (minutes % 5 != 0 || g_strcmp0(words[used], "of") == 0)
			return 0; /* "four of us" */
	}
	if (offhook_language_time_word_is(words[used], after)) {
		*offset = (gint)minutes;
		return used + 1;
	}
	if (offhook_language_time_word_is(words[used], before)) {
		*offset = -(gint)minutes;
		return used + 1;
	}
	return 0;
}

/* Morning or evening? @minutes counts from an hour of 0 to 12. */
static guint
offhook_language_time_settle(guint minutes, OffhookLanguageHalf half, guint from, guint to)
{
	guint am = minutes % (OFFHOOK_LANGUAGE_DAY_MINUTES / 2);
	guint pm = am + OFFHOOK_LANGUAGE_DAY_MINUTES / 2;
	gboolean am_fits = am >= from && am <= to;
	gboolean pm_fits = pm >= from && pm <= to;

	if (half == OFFHOOK_LANGUAGE_HALF_24 || minutes >= OFFHOOK_LANGUAGE_DAY_MINUTES / 2 + 60)
		return minutes % OFFHOOK_LANGUAGE_DAY_MINUTES;
	if (half == OFFHOOK_LANGUAGE_HALF_AM)
		return am;
	if (half == OFFHOOK_LANGUAGE_HALF_PM)
		return pm;
	if (am_fits != pm_fits)
		return am_fits ? am : pm;
	return am >= OFFHOOK_LANGUAGE_TIME_MORNING ? am : pm;
}

/* "noon", "19:30", "1930". */
static guint
offhook_language_time_read_one_word(const char *word, guint *minutes, OffhookLanguageHalf *half)
{
	gint read;

	*half = OFFHOOK_LANGUAGE_HALF_24;
	if (g_str_equal(word, "noon") || g_str_equal(word, "midday")) {
		*minutes = 12 * 60;
		return 1;
	}
	if (g_str_equal(word, "midnight")) {
		*minutes = 0;
		return 1;
	}
	if (strlen(word) == 4 && strspn(word, "0123456789") == 4) {
		g_autofree char *apart = g_strdup_printf("%.2s:%s", word, word + 2);

		read = offhook_language_time_from_string(apart);
	} else {
		read = offhook_language_time_from_string(word);
	}
	if (read < 0)
		return 0;
	*minutes = (guint)read;
	if (read >= 60 && read < 13 * 60 && *word != '0')
		*half = OFFHOOK_LANGUAGE_HALF_UNKNOWN;
	return 1;
}

/* An hour, and what may follow it. */
static guint
offhook_language_time_read_plain(const char *const *words, guint *minutes, gboolean *sure)
{
	guint hour = 0;
	guint used = offhook_language_words_read_number(words, &hour);
	guint past = 0;
	guint more;

	/* "nineteen hundred" */
	if (used == 2 && hour >= 1300 && hour <= 2300 && hour % 100 == 0) {
		*minutes = hour / 100 * 60;
		*sure = TRUE;
		return used;
	}
	if (used == 0 || hour > 24)
		return 0;
	*minutes = hour * 60;
	if (g_strcmp0(words[used], "o'clock") == 0) {
		*sure = TRUE;
		return used + 1;
	}
	more = offhook_language_time_read_minutes(words + used, &past);
	if (more > 0) {
		*minutes += past;
		*sure = TRUE;
	}
	return used + more;
}

guint
offhook_language_time_read(const char *const *words, guint from, guint to, guint *minutes,
			   gboolean *sure)
{
	OffhookLanguageHalf half = OFFHOOK_LANGUAGE_HALF_UNKNOWN;
	guint used;
	guint more;
	gint offset = 0;
	guint hour = 0;

	*sure = TRUE;
	if (words[0] == NULL)
		return 0;
	used = offhook_language_time_read_one_word(words[0], minutes, &half);
	if (used == 0) {
		half = OFFHOOK_LANGUAGE_HALF_UNKNOWN;
		used = offhook_language_time_read_offset(words, &offset);
		more = used > 0 ? offhook_language_time_read_hour(words + used, &hour) : 0;
		if (more > 0) {
			*minutes = (hour * 60 + OFFHOOK_LANGUAGE_DAY_MINUTES + (guint)offset) %
				   OFFHOOK_LANGUAGE_DAY_MINUTES;
			used += more;
			if (g_strcmp0(words[used], "o'clock") == 0)
				used++;
		} else {
			*sure = FALSE;
			used = offhook_language_time_read_plain(words, minutes, sure);
		}
	}
	if (used == 0)
		return 0;
	more = offhook_language_time_read_half(words + used, &half);
	if (more > 0)
		*sure = TRUE;
	else if (half == OFFHOOK_LANGUAGE_HALF_UNKNOWN)
		half = offhook_language_time_guess_half(words + used);
	*minutes = offhook_language_time_settle(*minutes, half, from, to);
	return used + more;
}

char *
offhook_language_time_speak(guint minutes)
{
	guint hour = minutes / 60 % 24;
	guint past = minutes % 60;
	g_autofree char *this_hour = NULL;
	g_autofree char *next_hour = NULL;
	g_autofree char *rest = NULL;

	if (past == 0 && hour == 12)
		return g_strdup("noon");
	if (past == 0 && hour == 0)
		return g_strdup("midnight");
	this_hour = offhook_language_words_spell_number(hour % 12 == 0 ? 12 : hour % 12);
	next_hour = offhook_language_words_spell_number(hour % 12 + 1);
	if (past == 0)
		return g_strdup_printf("%s o'clock", this_hour);
	if (past == 15)
		return g_strdup_printf("quarter past %s", this_hour);
	if (past == 30)
		return g_strdup_printf("half past %s", this_hour);
	if (past == 45)
		return g_strdup_printf("quarter to %s", next_hour);
	rest = offhook_language_words_spell_number(past);
	return g_strdup_printf("%s %s%s", this_hour, past < 10 ? "oh " : "", rest);
}

/* "(twelve|one|two)": the hours of the clock between @from and @to. */
static char *
offhook_language_time_list_hours(guint from, guint to)
{
	GString *out = g_string_new(NULL);
	gboolean seen[13] = {FALSE};

	for (guint hour = from / 60; hour <= MIN(to / 60, 23); hour++) {
		guint on_clock = hour % 12 == 0 ? 12 : hour % 12;
		g_autofree char *word = offhook_language_words_spell_number(on_clock);

		if (!seen[on_clock])
			g_string_append_printf(out, "%s%s", out->len > 0 ? "|" : "(", word);
		seen[on_clock] = TRUE;
	}
	g_string_append_c(out, ')');
	return g_string_free(out, FALSE);
}

char **
offhook_language_time_list_phrases(guint from, guint to)
{
	g_autofree char *hours = offhook_language_time_list_hours(from, to);
	/* "quarter to ten" may be before the hour of the range's end */
	g_autofree char *around =
	    offhook_language_time_list_hours(from, MIN(to + 60, OFFHOOK_LANGUAGE_DAY_MINUTES - 1));
	const char *half = from >= 12 * 60 ? "(pm|in the evening|in the afternoon)"
			   : to < 12 * 60  ? "in the morning"
					   : "(pm|in the morning|in the evening|in the afternoon)";
	g_autoptr(GPtrArray) phrases = g_ptr_array_new();

	g_ptr_array_add(
	    phrases, g_strdup_printf("%s [(o'clock|fifteen|thirty|forty five)] [%s]", hours, half));
	g_ptr_array_add(phrases, g_strdup_printf("(half|quarter|a quarter) past %s", hours));
	g_ptr_array_add(phrases, g_strdup_printf("(quarter|a quarter) to %s", around));
	if (from <= 12 * 60 && to >= 12 * 60)
		g_ptr_array_add(phrases, g_strdup("(noon|midday)"));
	g_ptr_array_add(phrases, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&phrases), FALSE);
}
