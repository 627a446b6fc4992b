/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What somebody looks for (the first line) in a text (the rest): what databases are given holds words and
 * our own signs only, and places of a snippet lie within it.
 */

#include "store/sql/search-text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Words with single spaces between, nothing that quoting could end at, and the same when folded again. */
static void
check_folded(const char *folded)
{
	g_autofree char *again = offhook_search_fold(folded);

	g_assert_true(g_utf8_validate(folded, -1, NULL));
	g_assert_null(strpbrk(folded, "'\"\\%_|*\n\t"));
	g_assert_null(strstr(folded, "  "));
	g_assert_true(*folded != ' ');
	g_assert_false(g_str_has_suffix(folded, " "));
	g_assert_cmpuint(strlen(folded), <=, 256 * 1024);
	g_assert_true(g_utf8_validate(again, -1, NULL));
}

static void
check_query(OffhookSearchQuery *query, const char *content)
{
	g_autofree char *match = offhook_search_query_to_fts5(query);
	g_autofree char *words = offhook_search_query_to_tsquery(query);
	g_autofree char *patterns = offhook_search_query_to_patterns(query);
	g_autoptr(OffhookSearchSnippet) snippet = offhook_search_query_make_snippet(query, content);
	guint at = 0;
	guint quotes = 0;

	for (const char *p = match; *p != '\0'; p++)
		quotes += *p == '"';
	g_assert_cmpuint(quotes % 2, ==, 0);
	g_assert_true(*words == '\'');
	g_assert_true(patterns == NULL || *patterns == '%');
	g_assert_true(g_utf8_validate(snippet->text, -1, NULL));
	for (guint i = 0; i < snippet->places->len; i++) {
		const OffhookSearchPlace *place =
		    &g_array_index(snippet->places, OffhookSearchPlace, i);

		g_assert_cmpuint(place->start, >=, at);
		at = place->start + place->length;
	}
	g_assert_cmpuint(at, <=, g_utf8_strlen(snippet->text, -1));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *input =
	    g_utf8_make_valid(size > 0 ? (const char *)data : "", (gssize)size);
	char *content = strchr(input, '\n');
	g_autofree char *folded = NULL;
	g_autoptr(OffhookSearchQuery) query = NULL;

	if (content == NULL)
		return 0;
	*content++ = '\0';
	folded = offhook_search_fold(content);
	check_folded(folded);
	query = offhook_search_query_new(input, NULL);
	if (query != NULL)
		check_query(query, content);
	return 0;
}
