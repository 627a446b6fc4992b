/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The keyfile reader: what it takes is what GKeyFile takes, with line numbers; what is wrong is
 * reported, all of it, and does not hide what is right.
 */

#include "config/keyfile.h"

#include <string.h>

typedef struct {
	OffhookProblems *problems;
	GPtrArray *entries;
} Fixture;

static void
parse(Fixture *f, const char *text, gsize size)
{
	f->problems = offhook_problems_new();
	f->entries = offhook_keyfile_parse(text, size, "x.conf", f->problems);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_problems_free(f->problems);
	g_ptr_array_unref(f->entries);
}

static const OffhookKeyfileEntry *
entry(Fixture *f, guint i)
{
	g_assert_cmpuint(i, <, f->entries->len);
	return g_ptr_array_index(f->entries, i);
}

static void
test_lines(Fixture *f, gconstpointer data)
{
	static const char text[] =
	    "# hello\n\n[server]\n listen = 127.0.0.1:0 \n\n[driver:x]\na=\n";

	parse(f, text, strlen(text));
	g_assert_cmpuint(offhook_problems_count(f->problems), ==, 0);
	g_assert_cmpuint(f->entries->len, ==, 4);
	g_assert_null(entry(f, 0)->key);
	g_assert_cmpuint(entry(f, 0)->line, ==, 3);
	g_assert_cmpstr(entry(f, 1)->key, ==, "listen");
	g_assert_cmpstr(entry(f, 1)->value, ==, "127.0.0.1:0");
	g_assert_cmpuint(entry(f, 1)->line, ==, 4);
	g_assert_cmpstr(entry(f, 3)->section, ==, "driver:x");
	g_assert_cmpstr(entry(f, 3)->value, ==, "");
}

static void
test_same_values_as_glib(Fixture *f, gconstpointer data)
{
	static const char text[] = "[a]\nplain=x y\nspace=\\sx\\s\ntab=a\\tb\nline=a\\nb\\rc\n"
				   "back=C:\\\\x\nequals=a=b\nhash=a # b\n";
	g_autoptr(GKeyFile) reference = g_key_file_new();

	parse(f, text, strlen(text));
	g_assert_true(g_key_file_load_from_data(reference, text, -1, 0, NULL));
	g_assert_cmpuint(f->entries->len, ==, 8);
	for (guint i = 1; i < f->entries->len; i++) {
		g_autofree char *value =
		    g_key_file_get_string(reference, "a", entry(f, i)->key, NULL);

		g_assert_cmpstr(entry(f, i)->value, ==, value);
	}
}

static void
test_all_problems(Fixture *f, gconstpointer data)
{
	static const char text[] = "early=1\n[a\n[b]\nx=1\nnonsense\nx=2\n=3\ny=\\q\nbad key=1\n"
				   "[b]\nz=\xff\n[c d]\nlost=1\n";
	static const char *const places[] = {
	    "x.conf:1:", "x.conf:2:", "x.conf:5:",  "x.conf:6:",  "x.conf:7:",
	    "x.conf:8:", "x.conf:9:", "x.conf:10:", "x.conf:11:", "x.conf:12:"};

	parse(f, text, strlen(text));
	g_assert_cmpuint(offhook_problems_count(f->problems), ==, G_N_ELEMENTS(places));
	for (guint i = 0; i < G_N_ELEMENTS(places); i++)
		g_assert_true(g_str_has_prefix(offhook_problems_get(f->problems, i), places[i]));
}

static void
test_crlf_and_mark(Fixture *f, gconstpointer data)
{
	static const char text[] = "\xef\xbb\xbf[a]\r\nx=1\r\n";

	parse(f, text, strlen(text));
	g_assert_cmpuint(offhook_problems_count(f->problems), ==, 0);
	g_assert_cmpstr(entry(f, 1)->value, ==, "1");
}

static void
test_zero_byte(Fixture *f, gconstpointer data)
{
	static const char text[] = "[a]\nx=1\0y\n";

	parse(f, text, sizeof text - 1);
	g_assert_cmpuint(offhook_problems_count(f->problems), ==, 1);
}

static void
test_too_large(Fixture *f, gconstpointer data)
{
	g_autofree char *text = g_malloc(OFFHOOK_KEYFILE_MAX + 1);

	memset(text, '\n', OFFHOOK_KEYFILE_MAX + 1);
	parse(f, text, OFFHOOK_KEYFILE_MAX + 1);
	g_assert_cmpuint(offhook_problems_count(f->problems), ==, 1);
	g_assert_cmpuint(f->entries->len, ==, 0);
}

static void
test_many_problems(Fixture *f, gconstpointer data)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 3 * OFFHOOK_PROBLEMS_MAX; i++)
		g_string_append(text, "nonsense\n");
	parse(f, text->str, text->len);
	g_assert_cmpuint(offhook_problems_count(f->problems), ==, 3 * OFFHOOK_PROBLEMS_MAX);
	g_assert_null(offhook_problems_get(f->problems, OFFHOOK_PROBLEMS_MAX));
	g_assert_false(offhook_problems_to_error(f->problems, &error));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/keyfile/lines", Fixture, NULL, NULL, test_lines, tear_down);
	g_test_add("/keyfile/same-values-as-glib", Fixture, NULL, NULL, test_same_values_as_glib,
		   tear_down);
	g_test_add("/keyfile/all-problems", Fixture, NULL, NULL, test_all_problems, tear_down);
	g_test_add("/keyfile/crlf-and-mark", Fixture, NULL, NULL, test_crlf_and_mark, tear_down);
	g_test_add("/keyfile/zero-byte", Fixture, NULL, NULL, test_zero_byte, tear_down);
	g_test_add("/keyfile/too-large", Fixture, NULL, NULL, test_too_large, tear_down);
	g_test_add("/keyfile/many-problems", Fixture, NULL, NULL, test_many_problems, tear_down);
	return g_test_run();
}
