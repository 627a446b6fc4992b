/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The nearest known word.
 */

#include "config/nearest.h"

static const char *const words[] = {"listen", "public-url", "auth", "max-calls", NULL};

static void
test_find(void)
{
	g_assert_cmpstr(offhook_nearest_find("listne", words), ==, "listen");
	g_assert_cmpstr(offhook_nearest_find("Listen", words), ==, "listen");
	g_assert_cmpstr(offhook_nearest_find("public_url", words), ==, "public-url");
	g_assert_cmpstr(offhook_nearest_find("aut", words), ==, "auth");
	g_assert_cmpstr(offhook_nearest_find("maxcalls", words), ==, "max-calls");
	g_assert_null(offhook_nearest_find("zzzzzz", words));
	g_assert_null(offhook_nearest_find("", words));
	g_assert_null(offhook_nearest_find("x", NULL));
}

static void
test_long_word(void)
{
	g_autofree char *word = g_strnfill(1000, 'a');

	g_assert_null(offhook_nearest_find(word, words));
}

static void
test_hint(void)
{
	g_autofree char *none = offhook_nearest_hint("zzzzzz", words);

	g_assert_cmpstr(none, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nearest/find", test_find);
	g_test_add_func("/nearest/long-word", test_long_word);
	g_test_add_func("/nearest/hint", test_hint);
	return g_test_run();
}
