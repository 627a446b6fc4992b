/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Days and times of day in German, French and Spanish, one row of words per language; English, which
 * also speaks them, is in language-time.c and language-day.c. Pure functions, any thread.
 */

#include "language-calendar.h"

#include "language-numerals.h"
#include "language-time.h"
#include "language-words.h"
#include <string.h>

/* Without a word that says otherwise, "seven" is in the evening and "nine" in the morning. */
#define OFFHOOK_LANGUAGE_CALENDAR_MORNING (8 * 60)
#define OFFHOOK_LANGUAGE_CALENDAR_HALF    (12 * 60)

/* Words joined by '|'; phrases of several words by ' '. */
typedef struct {
	const char *today;
	const char *tomorrow;
	const char *after_tomorrow;
	const char *weekdays[7]; /* Monday first */
	const char *months[12];
	const char *of; /* between day and month */
	const char *noon;
	const char *midnight;
	const char *oclock;
	const char *half_past; /* after the hour */
	const char *quarter_past;
	const char *quarter_to;
	const char *morning;
	const char *evening;
} OffhookLanguageCalendar;

static const OffhookLanguageCalendar offhook_language_calendars[] = {
    [OFFHOOK_LANGUAGE_DE] =
	{
	    .today = "heute",
	    .tomorrow = "morgen",
	    .after_tomorrow = "ubermorgen",
	    .weekdays = {"montag|montags", "dienstag|dienstags", "mittwoch|mittwochs",
			 "donnerstag|donnerstags", "freitag|freitags", "samstag|samstags|sonnabend",
			 "sonntag|sonntags"},
	    .months = {"januar|janner", "februar", "marz", "april", "mai", "juni", "juli", "august",
		       "september", "oktober", "november", "dezember"},
	    .of = "",
	    .noon = "mittags",
	    .midnight = "mitternacht",
	    .oclock = "uhr",
	    .half_past = "",
	    .quarter_past = "",
	    .quarter_to = "",
	    .morning = "morgens|fruh|vormittags|am morgen|am vormittag",
	    .evening = "abends|nachmittags|am abend|am nachmittag",
	},
    [OFFHOOK_LANGUAGE_FR] =
	{
	    .today = "aujourd hui|ce soir",
	    .tomorrow = "demain",
	    .after_tomorrow = "apres demain",
	    .weekdays = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
	    .months = {"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout",
		       "septembre", "octobre", "novembre", "decembre"},
	    .of = "",
	    .noon = "midi",
	    .midnight = "minuit",
	    .oclock = "heures|heure|h",
	    .half_past = "et demie|et demi",
	    .quarter_past = "et quart",
	    .quarter_to = "moins le quart",
	    .morning = "du matin",
	    .evening = "du soir|de l apres midi",
	},
    [OFFHOOK_LANGUAGE_ES] =
	{
	    .today = "hoy|esta noche|esta tarde",
	    .tomorrow = "manana",
	    .after_tomorrow = "pasado manana",
	    .weekdays = {"lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"},
	    .months = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
		       "septiembre|setiembre", "octubre", "noviembre", "diciembre"},
	    .of = "de",
	    .noon = "mediodia",
	    .midnight = "medianoche",
	    .oclock = "en punto|horas",
	    .half_past = "y media",
	    .quarter_past = "y cuarto",
	    .quarter_to = "menos cuarto",
	    .morning = "de la manana",
	    .evening = "de la tarde|de la noche",
	},
};

/* ---- days ---- */

static GDateTime *
offhook_language_calendar_add(GDateTime *now, gint days)
{
	g_autoptr(GDateTime) day = g_date_time_add_days(now, days);

	return g_date_time_new(g_date_time_get_timezone(now), g_date_time_get_year(day),
			       g_date_time_get_month(day), g_date_time_get_day_of_month(day), 0, 0,
			       0.0);
}

/* "vierten dezember", "4 de diciembre" */
static guint
offhook_language_calendar_read_date(OffhookLanguage language, const char *const *words,
				    GDateTime *now, GDateTime **day)
{
	const OffhookLanguageCalendar *calendar = &offhook_language_calendars[language];
	guint number = 0;
	guint used = offhook_language_numerals_read_ordinal(language, words, &number);

	if (used == 0)
		return 0;
	used += offhook_language_words_match(calendar->of, words + used);
	for (gint month = 1; month <= 12; month++) {
		guint more =
		    offhook_language_words_match(calendar->months[month - 1], words + used);
		gint year = g_date_time_get_year(now);

		if (more == 0)
			continue;
		if (month < g_date_time_get_month(now) ||
		    (month == g_date_time_get_month(now) &&
		     (gint)number < g_date_time_get_day_of_month(now)))
			year++;
		*day = g_date_time_new(g_date_time_get_timezone(now), year, month, (gint)number, 0,
				       0, 0.0);
		return *day != NULL ? used + more : 0;
	}
	return 0;
}

guint
offhook_language_calendar_read_day(OffhookLanguage language, const char *const *words,
				   GDateTime *now, GDateTime **day)
{
	const OffhookLanguageCalendar *calendar = &offhook_language_calendars[language];
	guint used;

	if (language == OFFHOOK_LANGUAGE_EN)
		return offhook_language_day_read(words, now, day);
	if ((used = offhook_language_words_match(calendar->after_tomorrow, words)) > 0)
		*day = offhook_language_calendar_add(now, 2);
	else if ((used = offhook_language_words_match(calendar->tomorrow, words)) > 0)
		*day = offhook_language_calendar_add(now, 1);
	else if ((used = offhook_language_words_match(calendar->today, words)) > 0)
		*day = offhook_language_calendar_add(now, 0);
	for (gint i = 0; used == 0 && i < 7; i++) {
		used = offhook_language_words_match(calendar->weekdays[i], words);
		if (used > 0)
			*day = offhook_language_calendar_add(
			    now, (i + 1 - g_date_time_get_day_of_week(now) + 7) % 7);
	}
	return used > 0 ? used : offhook_language_calendar_read_date(language, words, now, day);
}

/* ---- times ---- */

/* German counts towards the hour that comes: "halb acht", "viertel nach sieben", "zehn vor acht". */
static guint
offhook_language_calendar_read_german(const char *const *words, guint *minutes)
{
	guint offset = 0;
	guint hour = 0;
	guint used = 1;
	guint more;
	gboolean before = FALSE;

	if (g_strcmp0(words[0], "halb") == 0) {
		offset = 30;
		before = TRUE;
	} else {
		used = g_strcmp0(words[0], "viertel") == 0
			   ? 1
			   : offhook_language_numerals_read(OFFHOOK_LANGUAGE_DE, words, &offset);
		if (g_strcmp0(words[0], "viertel") == 0)
			offset = 15;
		if (used == 0 || words[used] == NULL || offset > 29)
			return 0;
		before = g_str_equal(words[used], "vor");
		if (!before && !g_str_equal(words[used], "nach"))
			return 0;
		used++;
	}
	more = offhook_language_numerals_read(OFFHOOK_LANGUAGE_DE, words + used, &hour);
	if (more == 0 || hour > 24)
		return 0;
	*minutes = (hour * 60 + OFFHOOK_LANGUAGE_DAY_MINUTES + (before ? -offset : offset)) %
		   OFFHOOK_LANGUAGE_DAY_MINUTES;
	return used + more;
}

/* What may follow the hour: "uhr dreissig", "heures et demie", "y cuarto". Minutes are added. */
static guint
offhook_language_calendar_read_past(OffhookLanguage language, const char *const *words,
				    guint *minutes)
{
	const OffhookLanguageCalendar *calendar = &offhook_language_calendars[language];
	guint used = offhook_language_words_match(calendar->oclock, words);
	guint past = 0;
	guint more;

	if ((more = offhook_language_words_match(calendar->half_past, words + used)) > 0) {
		*minutes += 30;
	} else if ((more = offhook_language_words_match(calendar->quarter_past, words + used)) >
		   0) {
		*minutes += 15;
	} else if ((more = offhook_language_words_match(calendar->quarter_to, words + used)) > 0) {
		*minutes =
		    (*minutes + OFFHOOK_LANGUAGE_DAY_MINUTES - 15) % OFFHOOK_LANGUAGE_DAY_MINUTES;
	} else if (used > 0) {
		more = offhook_language_numerals_read(language, words + used, &past);
		if (past > 59)
			return used;
		*minutes += past;
	}
	return used + more;
}

/* Morning or evening? */
static guint
offhook_language_calendar_settle(OffhookLanguage language, const char *const *words, guint *minutes)
{
	const OffhookLanguageCalendar *calendar = &offhook_language_calendars[language];
	guint morning = offhook_language_words_match(calendar->morning, words);
	guint evening = offhook_language_words_match(calendar->evening, words);
	gboolean early = *minutes < OFFHOOK_LANGUAGE_CALENDAR_HALF;

	if (early && (evening > 0 || (morning == 0 && *minutes >= 60 &&
				      *minutes < OFFHOOK_LANGUAGE_CALENDAR_MORNING)))
		*minutes += OFFHOOK_LANGUAGE_CALENDAR_HALF;
	return morning + evening;
}

guint
offhook_language_calendar_read_time(OffhookLanguage language, const char *const *words,
				    guint *minutes, gboolean *sure)
{
	const OffhookLanguageCalendar *calendar = &offhook_language_calendars[language];
	guint used, more;

	if (language == OFFHOOK_LANGUAGE_EN)
		return offhook_language_time_read(words, 0, OFFHOOK_LANGUAGE_DAY_MINUTES, minutes,
						  sure);
	if (words[0] == NULL)
		return 0;
	*sure = TRUE;
	if ((used = offhook_language_words_match(calendar->noon, words)) > 0 ||
	    (used = offhook_language_words_match(calendar->midnight, words)) > 0) {
		*minutes = offhook_language_words_match(calendar->noon, words) > 0
			       ? OFFHOOK_LANGUAGE_CALENDAR_HALF
			       : 0;
		return used;
	}
	if (strchr(words[0], ':') != NULL) {
		gint read = offhook_language_time_from_string(words[0]);

		*minutes = (guint)MAX(read, 0);
		return read >= 0 ? 1 : 0;
	}
	used = language == OFFHOOK_LANGUAGE_DE
		   ? offhook_language_calendar_read_german(words, minutes)
		   : 0;
	if (used == 0) {
		guint hour = 0;

		used = offhook_language_numerals_read(language, words, &hour);
		if (used == 0 || hour > 24)
			return 0;
		*minutes = hour * 60 % OFFHOOK_LANGUAGE_DAY_MINUTES;
		more = offhook_language_calendar_read_past(language, words + used, minutes);
		*sure = more > 0;
		used += more;
	}
	more = offhook_language_calendar_settle(language, words + used, minutes);
	*sure |= more > 0;
	return used + more;
}
