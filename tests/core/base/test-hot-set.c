/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/hot-set.h"

#define LINE OFFHOOK_HOT_SET_LINE

static guint8 memory[(OFFHOOK_HOT_SET_MAX + 4) * LINE] __attribute__((aligned(LINE)));

static void
test_hot_set_lines(void)
{
	OffhookHotSet set = {0};

	offhook_hot_set_add(&set, memory + LINE - 1, 2);
	g_assert_cmpuint(set.n, ==, 2);
	g_assert_true(set.lines[0] == memory);
	g_assert_true(set.lines[1] == memory + LINE);
	offhook_hot_set_add(&set, memory + 2 * LINE, LINE);
	g_assert_cmpuint(set.n, ==, 3);
	offhook_hot_set_fetch(&set);
}

static void
test_hot_set_once(void)
{
	OffhookHotSet set = {0};

	offhook_hot_set_add(&set, memory, 4);
	offhook_hot_set_add(&set, memory + 8, 4);
	g_assert_cmpuint(set.n, ==, 1);
}

static void
test_hot_set_limits(void)
{
	OffhookHotSet set = {0};

	offhook_hot_set_add(&set, NULL, 1000);
	offhook_hot_set_add(&set, memory, 0);
	g_assert_cmpuint(set.n, ==, 0);
	offhook_hot_set_add(&set, memory, sizeof memory);
	g_assert_cmpuint(set.n, ==, OFFHOOK_HOT_SET_MAX);
	offhook_hot_set_add(&set, memory + sizeof memory - 1, 1);
	g_assert_cmpuint(set.n, ==, OFFHOOK_HOT_SET_MAX);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hot-set/lines", test_hot_set_lines);
	g_test_add_func("/hot-set/once", test_hot_set_once);
	g_test_add_func("/hot-set/limits", test_hot_set_limits);
	return g_test_run();
}
