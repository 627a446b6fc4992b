/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening hours as they are written in one line.
 */

#include <offhook/opening-hours.h>

#include <offhook/error.h>

static void
test_week(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookOpeningHours) hours = offhook_opening_hours_parse(
	    "mon-fri 09:00-12:30 14:00-18:00, sat 10:00-14:00, 20:00-02:00", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(offhook_opening_hours_count(hours, 1), ==, 2);
	g_assert_cmpuint(offhook_opening_hours_count(hours, 6), ==, 2);
	g_assert_cmpuint(offhook_opening_hours_count(hours, 7), ==, 0);
	g_assert_false(offhook_opening_hours_is_open(hours, 1, 9 * 60 - 1));
	g_assert_true(offhook_opening_hours_is_open(hours, 1, 9 * 60));
	g_assert_false(offhook_opening_hours_is_open(hours, 5, 13 * 60));
	g_assert_true(offhook_opening_hours_is_open(hours, 5, 18 * 60 - 1));
	g_assert_false(offhook_opening_hours_is_open(hours, 5, 18 * 60));
	/* The second part of Saturday goes on into Sunday. */
	g_assert_true(offhook_opening_hours_is_open(hours, 6, 23 * 60));
	g_assert_true(offhook_opening_hours_is_open(hours, 7, 60));
	g_assert_false(offhook_opening_hours_is_open(hours, 7, 120));
}

static void
test_days(void)
{
	g_autoptr(OffhookOpeningHours) over =
	    offhook_opening_hours_parse("Sat-mon 0:00-24:00", NULL);
	g_autoptr(OffhookOpeningHours) daily = offhook_opening_hours_parse("daily 8:00-9:00", NULL);

	g_assert_nonnull(over);
	for (guint day = 1; day <= 7; day++) {
		g_assert_true(offhook_opening_hours_is_open(daily, day, 8 * 60 + 30));
		g_assert_cmpint(offhook_opening_hours_is_open(over, day, 12 * 60), ==,
				day == 1 || day > 5);
	}
}

static void
test_bad(void)
{
	static const char *const texts[] = {"",
					    "mon",
					    "09:00-18:00",
					    "monday 09:00-18:00",
					    "mon-fri 9-18",
					    "mon-fri 09:00-18:00,",
					    "mon 09:00-18:00, tue",
					    "mon 25:00-26:00",
					    "mon 9:0-10:00",
					    "mon- 09:00-18:00"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_opening_hours_parse(texts[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/opening-hours/week", test_week);
	g_test_add_func("/opening-hours/days", test_days);
	g_test_add_func("/opening-hours/bad", test_bad);
	return g_test_run();
}
