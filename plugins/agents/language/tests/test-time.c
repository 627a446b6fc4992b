/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Times, days and opening hours. It is Monday, 23 November 2026, three in the afternoon. */

#include "../language-time.h"

#include "../language-words.h"
#include <string.h>

static GDateTime *
make_now(void)
{
	return g_date_time_new_utc(2026, 11, 23, 15, 0, 0);
}

static void
test_from_string(void)
{
	g_assert_cmpint(offhook_language_time_from_string("00:00"), ==, 0);
	g_assert_cmpint(offhook_language_time_from_string("7:05"), ==, 425);
	g_assert_cmpint(offhook_language_time_from_string("24:00"), ==, 1440);
	g_assert_cmpint(offhook_language_time_from_string("24:01"), ==, -1);
	g_assert_cmpint(offhook_language_time_from_string("12:60"), ==, -1);
	g_assert_cmpint(offhook_language_time_from_string("12"), ==, -1);
	g_assert_cmpint(offhook_language_time_from_string("12:5"), ==, -1);
	g_assert_cmpint(offhook_language_time_from_string("112:50"), ==, -1);
	g_assert_cmpint(offhook_language_time_from_string("ab:cd"), ==, -1);
	g_assert_cmpint(offhook_language_time_from_string(""), ==, -1);
}

static void
test_read(void)
{
	static const struct {
		const char *text;
		guint from;
		guint to;
		guint length;
		const char *time;
		gboolean sure;
	} cases[] = {
	    {"seven", 720, 1320, 1, "19:00", FALSE},
	    {"seven", 360, 720, 1, "07:00", FALSE},
	    {"seven", 0, 1440, 1, "19:00", FALSE},
	    {"nine", 0, 1440, 1, "09:00", FALSE},
	    {"twelve", 720, 1320, 1, "12:00", FALSE},
	    {"seven o'clock", 720, 1320, 2, "19:00", TRUE},
	    {"seven thirty", 720, 1320, 2, "19:30", TRUE},
	    {"seven forty five", 720, 1320, 3, "19:45", TRUE},
	    {"seven oh five", 720, 1320, 3, "19:05", TRUE},
	    {"half past seven", 720, 1320, 3, "19:30", TRUE},
	    {"half seven", 720, 1320, 2, "19:30", TRUE},
	    {"quarter past eight", 720, 1320, 3, "20:15", TRUE},
	    {"a quarter to nine", 720, 1320, 4, "20:45", TRUE},
	    {"quarter to one", 720, 1320, 3, "12:45", TRUE},
	    {"ten past eight", 720, 1320, 3, "20:10", TRUE},
	    {"twenty five minutes to nine", 720, 1320, 5, "20:35", TRUE},
	    {"8 pm", 0, 1440, 2, "20:00", TRUE},
	    {"8 am", 720, 1320, 2, "08:00", TRUE},
	    {"12 am", 0, 1440, 2, "00:00", TRUE},
	    {"12 pm", 0, 1440, 2, "12:00", TRUE},
	    {"eight in the morning", 720, 1320, 4, "08:00", TRUE},
	    {"eight in the evening", 0, 1440, 4, "20:00", TRUE},
	    {"ten at night", 0, 1440, 3, "22:00", TRUE},
	    {"seven tonight", 0, 1440, 1, "19:00", FALSE},
	    {"7:30", 720, 1320, 1, "19:30", TRUE},
	    {"19:30", 0, 1440, 1, "19:30", TRUE},
	    {"07:30", 720, 1320, 1, "07:30", TRUE},
	    {"1930", 720, 1320, 1, "19:30", TRUE},
	    {"nineteen hundred", 0, 1440, 2, "19:00", TRUE},
	    {"nineteen thirty", 0, 1440, 2, "19:30", TRUE},
	    {"noon", 0, 1440, 1, "12:00", TRUE},
	    {"midnight", 0, 1440, 1, "00:00", TRUE},
	    {"four of us", 720, 1320, 1, "16:00", FALSE},
	    {"thirty", 0, 1440, 0, NULL, FALSE},
	    {"99:99", 0, 1440, 0, NULL, FALSE},
	    {"people", 0, 1440, 0, NULL, FALSE},
	    {"", 0, 1440, 0, NULL, FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = offhook_language_words_split(cases[i].text);
		guint minutes = 0;
		gboolean sure = FALSE;
		guint length = offhook_language_time_read((const char *const *)words, cases[i].from,
							  cases[i].to, &minutes, &sure);
		g_autofree char *time = offhook_language_time_to_string(minutes);

		g_test_message("%s", cases[i].text);
		g_assert_cmpuint(length, ==, cases[i].length);
		if (length == 0)
			continue;
		g_assert_cmpstr(time, ==, cases[i].time);
		g_assert_cmpint(sure, ==, cases[i].sure);
	}
}

/* Every spoken time is understood as the same time. */
static void
test_speak(void)
{
	for (guint minutes = 0; minutes < OFFHOOK_LANGUAGE_DAY_MINUTES; minutes++) {
		g_autofree char *spoken = offhook_language_time_speak(minutes);
		g_auto(GStrv) words = offhook_language_words_split(spoken);
		guint from = minutes < 720 ? 0 : 720;
		guint read = G_MAXUINT;
		gboolean sure = FALSE;

		g_assert_cmpuint(offhook_language_time_read((const char *const *)words, from,
							    from + 719, &read, &sure),
				 ==, g_strv_length(words));
		g_assert_cmpuint(read, ==, minutes);
		g_assert_true(sure);
	}
}

static void
test_day(void)
{
	static const struct {
		const char *text;
		guint length;
		const char *day;
		const char *spoken;
	} cases[] = {
	    {"today", 1, "2026-11-23", "today"},
	    {"tonight", 1, "2026-11-23", "today"},
	    {"tomorrow at eight", 1, "2026-11-24", "tomorrow"},
	    {"the day after tomorrow", 4, "2026-11-25", "on Wednesday"},
	    {"monday", 1, "2026-11-23", "today"},
	    {"mondays", 1, "2026-11-23", "today"},
	    {"friday", 1, "2026-11-27", "on Friday"},
	    {"this friday", 2, "2026-11-27", "on Friday"},
	    {"next friday", 2, "2026-12-04", "on Friday, the fourth of December"},
	    {"next monday", 2, "2026-11-30", "on Monday, the thirtieth of November"},
	    {"sunday", 1, "2026-11-29", "on Sunday"},
	    {"december fourth", 2, "2026-12-04", "on Friday, the fourth of December"},
	    {"december the fourth", 3, "2026-12-04", "on Friday, the fourth of December"},
	    {"the fourth of december", 4, "2026-12-04", "on Friday, the fourth of December"},
	    {"the twenty first of december", 5, "2026-12-21",
	     "on Monday, the twenty first of December"},
	    {"4th december", 3, "2026-12-04", "on Friday, the fourth of December"},
	    {"friday the fourth of december", 5, "2026-12-04", "on Friday, the fourth of December"},
	    {"january third", 2, "2027-01-03", "on Sunday, the third of January"},
	    {"february thirtieth", 0, NULL, NULL},
	    {"fourth", 0, NULL, NULL},
	    {"eight", 0, NULL, NULL},
	    {"", 0, NULL, NULL},
	};
	g_autoptr(GDateTime) now = make_now();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = offhook_language_words_split(cases[i].text);
		g_autoptr(GDateTime) day = NULL;
		guint length = offhook_language_day_read((const char *const *)words, now, &day);
		g_autofree char *text = NULL;
		g_autofree char *spoken = NULL;

		g_test_message("%s", cases[i].text);
		g_assert_cmpuint(length, ==, cases[i].length);
		if (length == 0)
			continue;
		text = offhook_language_day_to_string(day);
		spoken = offhook_language_day_speak(day, now, TRUE);
		g_assert_cmpstr(text, ==, cases[i].day);
		g_assert_cmpstr(spoken, ==, cases[i].spoken);
	}
}

static void
test_day_from_string(void)
{
	g_autoptr(GDateTime) now = make_now();
	g_autoptr(GDateTime) day = offhook_language_day_from_string("2026-12-04", now);

	g_assert_cmpint(g_date_time_get_day_of_week(day), ==, 5);
	g_assert_null(offhook_language_day_from_string("2026-02-30", now));
	g_assert_null(offhook_language_day_from_string("2026-13-01", now));
	g_assert_null(offhook_language_day_from_string("tomorrow", now));
	g_assert_null(offhook_language_day_from_string("", now));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/language/time/from-string", test_from_string);
	g_test_add_func("/language/time/read", test_read);
	g_test_add_func("/language/time/speak", test_speak);
	g_test_add_func("/language/day/read", test_day);
	g_test_add_func("/language/day/from-string", test_day_from_string);
	return g_test_run();
}
