/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/pause-habit.h"

static guint
wait_after(guint pause_ms, guint times)
{
	OffhookPauseHabit habit;

	offhook_pause_habit_init(&habit, 600, 400, 1200);
	for (guint i = 0; i < times; i++)
		offhook_pause_habit_add(&habit, pause_ms);
	return offhook_pause_habit_get_wait_ms(&habit);
}

static void
test_unknown_caller(void)
{
	g_assert_cmpuint(wait_after(0, 0), ==, 600);
}

static void
test_short_pauses(void)
{
	/* One of them changes little, many change much, none too much. */
	g_assert_cmpuint(wait_after(200, 1), ==, 563);
	g_assert_cmpuint(wait_after(200, 20), ==, 450);
	g_assert_cmpuint(wait_after(0, 50), ==, 400);
}

static void
test_long_pauses(void)
{
	guint before = 600;

	for (guint n = 1; n <= 8; n++) {
		guint now = wait_after(550, n);

		g_assert_cmpuint(now, >, before);
		before = now;
	}
	g_assert_cmpuint(before, >, 900);
	g_assert_cmpuint(wait_after(4000, 3), ==, 1200);
}

/* Who was cut off once is not cut off again by the same pause. */
static void
test_cut_off(void)
{
	g_assert_cmpuint(wait_after(800, 1), ==, 950);
	g_assert_cmpuint(wait_after(1100, 1), ==, 1200);
	g_assert_cmpuint(wait_after(G_MAXUINT, 1), ==, 1200);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/pause-habit/unknown-caller", test_unknown_caller);
	g_test_add_func("/turn/pause-habit/short-pauses", test_short_pauses);
	g_test_add_func("/turn/pause-habit/long-pauses", test_long_pauses);
	g_test_add_func("/turn/pause-habit/cut-off", test_cut_off);
	return g_test_run();
}
