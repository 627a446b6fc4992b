/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Vectors as text, and how near they are. */

#include "store/record/vector.h"

#include <locale.h>
#include <math.h>

static void
check(const char *text, guint length)
{
	g_autoptr(GArray) vector = offhook_vector_from_text(text);
	g_autofree char *again = vector != NULL ? offhook_vector_to_text(vector) : NULL;
	g_autoptr(GArray) back = again != NULL ? offhook_vector_from_text(again) : NULL;

	if (length == 0) {
		g_assert_null(vector);
		return;
	}
	g_assert_cmpuint(vector->len, ==, length);
	g_assert_cmpfloat(fabs(offhook_vector_get_cosine(vector, back) - 1), <, 1e-6);
}

static void
test_text(void)
{
	g_autofree char *many = g_strnfill(20000, '1');

	check("[0.5,-1e-05,3]", 3);
	check("[1]", 1);
	check("", 0);
	check("[]", 0);
	check("[1,]", 0);
	check("[1,2", 0);
	check("[1] ", 0);
	check("1,2", 0);
	check("[nan]", 0);
	check("[inf]", 0);
	check("[1e99]", 0);
	check("[1;2]", 0);
	for (guint i = 1; i < 19999; i += 2)
		many[i] = ',';
	many[0] = '[';
	check(many, 0);
}

/* A comma is no point. */
static void
test_locale(void)
{
	setlocale(LC_NUMERIC, "de_DE.UTF-8");
	check("[0.5,-1e-05,3]", 3);
	setlocale(LC_NUMERIC, "C");
}

static void
check_cosine(const char *a, const char *b, double expected)
{
	g_autoptr(GArray) one = offhook_vector_from_text(a);
	g_autoptr(GArray) other = offhook_vector_from_text(b);

	g_assert_cmpfloat(fabs(offhook_vector_get_cosine(one, other) - expected), <, 1e-6);
}

static void
test_cosine(void)
{
	check_cosine("[1,0]", "[5,0]", 1);
	check_cosine("[1,0]", "[0,2]", 0);
	check_cosine("[1,0]", "[-3,0]", -1);
	check_cosine("[1,1]", "[1,0]", 0.7071068);
	/* Which can't be compared. */
	check_cosine("[1,0]", "[1,0,0]", 0);
	check_cosine("[0,0]", "[1,0]", 0);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/memory/vector/text", test_text);
	g_test_add_func("/memory/vector/locale", test_locale);
	g_test_add_func("/memory/vector/cosine", test_cosine);
	return g_test_run();
}
