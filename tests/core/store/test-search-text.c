/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Folding words, and the part of a text that is shown for what was looked for. What finds what is in the
 * store's contract.
 */

#include "store/sql/search-text.h"

static void
check_fold(const char *text, const char *expected)
{
	g_autofree char *folded = offhook_search_fold(text);

	g_assert_cmpstr(folded, ==, expected);
}

static void
test_fold(void)
{
	check_fold("", "");
	check_fold(" ?! ", "");
	check_fold("Hello,  World!", "hello world");
	check_fold("Straße, Café!", "strasse cafe");
	check_fold("ｆｕｌｌ ＷＩＤＴＨ", "full width");
	check_fold("½ ﬁne", "1 2 fine");
	check_fold("几点", "几 点");
	check_fold("at8点30", "at8 点 30");
	check_fold("कि", "कि");
}

/* Asserts that the snippet is @expected, in which [what was looked for] is marked. */
static void
check_snippet(const char *looked_for, const char *content, const char *expected)
{
	g_autoptr(OffhookSearchQuery) query = offhook_search_query_new(looked_for, NULL);
	g_autoptr(OffhookSearchSnippet) snippet = offhook_search_query_make_snippet(query, content);
	g_autoptr(GString) marked = g_string_new(NULL);
	glong at = 0;

	for (guint i = 0; i < snippet->places->len; i++) {
		const OffhookSearchPlace *place =
		    &g_array_index(snippet->places, OffhookSearchPlace, i);
		g_autofree char *before = g_utf8_substring(snippet->text, at, place->start);
		g_autofree char *word =
		    g_utf8_substring(snippet->text, place->start, place->start + place->length);

		g_string_append_printf(marked, "%s[%s]", before, word);
		at = place->start + place->length;
	}
	g_string_append(marked, g_utf8_offset_to_pointer(snippet->text, at));
	g_assert_cmpstr(marked->str, ==, expected);
}

static void
test_snippet(void)
{
	check_snippet("cafe", "Un café, s'il vous plaît", "Un [café], s'il vous plaît");
	check_snippet("vous plait", "Un café, s'il vous plaît", "Un café, s'il [vous] [plaît]");
	check_snippet("pla*", "s'il vous plaît", "s'il vous [plaît]");
	check_snippet("几点", "是几点到", "是[几][点]到");
	check_snippet("hello", "nothing of it", "nothing of it");
	check_snippet("two", "one\ntwo\t\x1b[31m", "one [two]  [31m");
	check_snippet("x", "", "");
}

static void
test_snippet_long(void)
{
	g_autoptr(GString) content = g_string_new(NULL);
	g_autoptr(OffhookSearchQuery) query = offhook_search_query_new("needle", NULL);
	g_autoptr(OffhookSearchSnippet) snippet = NULL;
	const OffhookSearchPlace *place;
	g_autofree char *word = NULL;

	for (guint i = 0; i < 100; i++)
		g_string_append(content, "straw ");
	g_string_append(content, "needle ");
	for (guint i = 0; i < 100; i++)
		g_string_append(content, "straw ");
	snippet = offhook_search_query_make_snippet(query, content->str);
	g_assert_true(g_str_has_prefix(snippet->text, "…straw "));
	g_assert_true(g_str_has_suffix(snippet->text, "…"));
	g_assert_cmpint(g_utf8_strlen(snippet->text, -1), <=, 162);
	g_assert_cmpuint(snippet->places->len, ==, 1);
	place = &g_array_index(snippet->places, OffhookSearchPlace, 0);
	word = g_utf8_substring(snippet->text, place->start, place->start + place->length);
	g_assert_cmpstr(word, ==, "needle");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/search-text/fold", test_fold);
	g_test_add_func("/search-text/snippet", test_snippet);
	g_test_add_func("/search-text/snippet-long", test_snippet_long);
	return g_test_run();
}
