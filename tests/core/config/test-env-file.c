/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * `.env` files: the forms people write, and that nothing of a broken one gets into a message.
 */

#include "config/env-file.h"

#include <string.h>

/* Parses @text, expects no problem, returns the last value of NAME. */
static char *
value_of(const char *text)
{
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autoptr(GPtrArray) entries = offhook_env_file_parse(text, strlen(text), ".env", problems);
	char *value = NULL;

	g_assert_cmpuint(offhook_problems_count(problems), ==, 0);
	for (guint i = 0; i < entries->len; i++) {
		const OffhookEnvEntry *entry = g_ptr_array_index(entries, i);

		if (!g_str_equal(entry->name, "NAME"))
			continue;
		g_free(value);
		value = g_strdup(entry->value);
	}
	return value;
}

static void
test_forms(void)
{
	static const struct {
		const char *text;
		const char *value;
	} cases[] = {
	    {"NAME=value", "value"},
	    {"NAME=value\r\n", "value"},
	    {"  export NAME = value with blanks  \n", "value with blanks"},
	    {"NAME=value # comment", "value"},
	    {"NAME=a#b", "a#b"},
	    {"NAME=# nothing", ""},
	    {"NAME=", ""},
	    {"NAME='a # b $c \\n'", "a # b $c \\n"},
	    {"NAME=\"a\\nb\\\"c\\\\d\\$e\\qf\" # comment", "a\nb\"c\\d$e\\qf"},
	    {"NAME=\"line 1\r\nline 2\"\nX=1", "line 1\nline 2"},
	    {"NAME=a=b=c", "a=b=c"},
	    {"NAME=it's", "it's"},
	    {"\xef\xbb\xbfNAME=x", "x"},
	    {"# c\n\n  \nNAME=1\nNAME=2", "2"},
	    {"export=1\nNAME=x", "x"},
	    {"export NAME", NULL},
	    {"OTHER=x", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *value = value_of(cases[i].text);

		g_assert_cmpstr(value, ==, cases[i].value);
	}
}

static void
test_lines(void)
{
	static const char text[] = "A=\"1\n2\n3\"\nB=x\n";
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autoptr(GPtrArray) entries = offhook_env_file_parse(text, strlen(text), ".env", problems);

	g_assert_cmpuint(((OffhookEnvEntry *)g_ptr_array_index(entries, 0))->line, ==, 1);
	g_assert_cmpuint(((OffhookEnvEntry *)g_ptr_array_index(entries, 1))->line, ==, 4);
}

static void
test_problems_show_places_only(void)
{
	static const char text[] = "SECRET-1\nsecret-2: x\nA=\"secret-3\" secret-4\n1A=secret-5\n"
				   "B=\xffsecret-6\nGOOD=1\nC='secret-7\n";
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autoptr(GPtrArray) entries = offhook_env_file_parse(text, strlen(text), ".env", problems);
	static const char *const places[] = {
	    ".env:1:", ".env:2:", ".env:3:", ".env:4:", ".env:5:", ".env:7:"};

	g_assert_cmpuint(offhook_problems_count(problems), ==, G_N_ELEMENTS(places));
	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *lower = g_ascii_strdown(offhook_problems_get(problems, i), -1);

		g_assert_true(g_str_has_prefix(lower, places[i]));
		g_assert_null(strstr(lower, "secret-"));
	}
	g_assert_cmpuint(entries->len, ==, 1);
}

static void
test_too_large(void)
{
	g_autofree char *text = g_malloc0(OFFHOOK_ENV_FILE_MAX + 1);
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autoptr(GPtrArray) entries =
	    offhook_env_file_parse(text, OFFHOOK_ENV_FILE_MAX + 1, ".env", problems);

	g_assert_cmpuint(offhook_problems_count(problems), ==, 1);
	g_assert_cmpuint(entries->len, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/env-file/forms", test_forms);
	g_test_add_func("/env-file/lines", test_lines);
	g_test_add_func("/env-file/problems-show-places-only", test_problems_show_places_only);
	g_test_add_func("/env-file/too-large", test_too_large);
	return g_test_run();
}
