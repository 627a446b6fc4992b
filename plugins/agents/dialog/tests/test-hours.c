/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When somebody is open. */

#include "../dialog-hours.h"

#include <string.h>

static void
test_hours(void)
{
	g_autoptr(OffhookOpeningHours) hours = offhook_opening_hours_new();
	g_autofree char *two = NULL;
	g_autofree char *closed = NULL;

	g_assert_true(offhook_opening_hours_is_empty(hours));
	g_assert_true(offhook_opening_hours_add(hours, 2, "12:00-14:30"));
	g_assert_true(offhook_opening_hours_add(hours, 2, "18:00-22:00"));
	g_assert_true(offhook_opening_hours_add(hours, 7, "18:00-2:00"));
	g_assert_false(offhook_opening_hours_is_empty(hours));

	g_assert_cmpuint(offhook_opening_hours_count(hours, 2), ==, 2);
	g_assert_cmpuint(offhook_opening_hours_count(hours, 1), ==, 0);
	g_assert_true(offhook_opening_hours_is_open(hours, 2, 12 * 60));
	g_assert_false(offhook_opening_hours_is_open(hours, 2, 15 * 60));
	g_assert_true(offhook_opening_hours_is_open(hours, 2, 22 * 60 - 1));
	g_assert_false(offhook_opening_hours_is_open(hours, 2, 22 * 60));
	/* past midnight, and over the end of the week */
	g_assert_true(offhook_opening_hours_is_open(hours, 7, 23 * 60));
	g_assert_true(offhook_opening_hours_is_open(hours, 1, 60));
	g_assert_false(offhook_opening_hours_is_open(hours, 1, 120));

	two = offhook_dialog_hours_speak(hours, 2);
	g_assert_cmpstr(two, ==,
			"from noon until half past two and from six o'clock until ten o'clock");
	closed = offhook_dialog_hours_speak(hours, 3);
	g_assert_cmpstr(closed, ==, "closed");
}

static void
test_bad_hours(void)
{
	static const char *const ranges[] = {"",
					     "12:00",
					     "12:00-",
					     "-12:00",
					     "12-14",
					     "12:00-12:00",
					     "24:00-12:00",
					     "12:00-25:00",
					     "12:00-14:00-16:00"};
	g_autoptr(OffhookOpeningHours) hours = offhook_opening_hours_new();

	for (guint i = 0; i < G_N_ELEMENTS(ranges); i++)
		g_assert_false(offhook_opening_hours_add(hours, 1, ranges[i]));
	g_assert_true(offhook_opening_hours_is_empty(hours));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialog/hours/open", test_hours);
	g_test_add_func("/dialog/hours/bad", test_bad_hours);
	return g_test_run();
}
