/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Twenty in a minute, and when the next one may be.
 */

#include "../flush-budget.h"

static void
test_window(void)
{
	OffhookFlushBudget budget = {0};
	gint64 second = G_USEC_PER_SEC;

	/* One a second from the hundredth on. */
	for (guint i = 0; i < OFFHOOK_FLUSH_BUDGET_MAX; i++) {
		g_assert_cmpint(offhook_flush_budget_get_wait(&budget, (100 + i) * second), ==, 0);
		g_assert_cmpuint(offhook_flush_budget_get_left(&budget, (100 + i) * second), ==,
				 OFFHOOK_FLUSH_BUDGET_MAX - i);
		offhook_flush_budget_take(&budget, (100 + i) * second);
	}
	g_assert_cmpuint(offhook_flush_budget_get_left(&budget, 120 * second), ==, 0);
	g_assert_cmpint(offhook_flush_budget_get_wait(&budget, 120 * second), ==, 40 * second);
	g_assert_cmpint(offhook_flush_budget_get_wait(&budget, 160 * second), ==, 0);
	g_assert_cmpuint(offhook_flush_budget_get_left(&budget, 160 * second), ==, 1);
	offhook_flush_budget_take(&budget, 160 * second);
	g_assert_cmpint(offhook_flush_budget_get_wait(&budget, 160 * second), ==, second);
	g_assert_cmpuint(offhook_flush_budget_get_left(&budget, 300 * second), ==,
			 OFFHOOK_FLUSH_BUDGET_MAX);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/flush-budget/window", test_window);
	return g_test_run();
}
