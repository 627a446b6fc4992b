/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Phrase notation. */

#include "../dialog-pattern.h"

#include "language-words.h"
#include <offhook/error.h>
#include <string.h>

static void
test_phrase(void)
{
	static const struct {
		const char *text;
		const char *phrase;
	} cases[] = {
	    {"hello", "hello"},
	    {"  Hello   World ", "hello world"},
	    {"[please] (book|reserve) a table", "[please] (book|reserve) a table"},
	    {"[ a | b ] c", "[(a|b)] c"},
	    {"[(a|b)] c", "[(a|b)] c"},
	    {"a(b|c)d", "a (b|c) d"},
	    {"for <people>[people]", "for <people> [people]"},
	    {"a | b", "a|b"},
	    {"[[on] <day>] x", "[[on] <day>] x"},
	    {"i'd (like|love to)", "i'd (like|love to)"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookDialogPattern) pattern =
		    offhook_dialog_pattern_new(cases[i].text, &error);
		g_autoptr(OffhookDialogPattern) again = NULL;

		g_assert_no_error(error);
		g_assert_cmpstr(offhook_dialog_pattern_get_phrase(pattern), ==, cases[i].phrase);
		/* the normal form is its own normal form */
		again =
		    offhook_dialog_pattern_new(offhook_dialog_pattern_get_phrase(pattern), &error);
		g_assert_no_error(error);
		g_assert_cmpstr(offhook_dialog_pattern_get_phrase(again), ==, cases[i].phrase);
	}
}

static void
test_errors(void)
{
	g_autofree char *long_text = g_strnfill(600, 'a');
	g_autofree char *deep = g_strdup("((((((((((a))))))))))");
	const char *texts[] = {
	    "",        " ",     "[a]",    "[a] [b]",  "(a|[b])",
	    "(a",      "[a",    "a)",     "a]",       "(a]",
	    "a||b",    "()",    "[]",     "<",        "<>",
	    "<Day>",   "<a b>", "<day",   "4 people", "what?",
	    "a, b",    "a|",    "(a|) b", "''",       "\xf0\x9f\x98\x80",
	    long_text, deep,
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", texts[i]);
		g_assert_null(offhook_dialog_pattern_new(texts[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

/* Not more of it than a matcher can walk through in no time. */
static void
test_too_large(void)
{
	GString *text = g_string_new("a");
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 120; i++)
		g_string_append(text, "|a b");
	g_assert_null(offhook_dialog_pattern_new(text->str, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	g_string_free(text, TRUE);
}

static void
test_slots(void)
{
	g_autoptr(OffhookDialogPattern) pattern =
	    offhook_dialog_pattern_new("<a> [to] <b-2> (<a>|<c_d>)", NULL);
	const char *const expected[] = {"a", "b-2", "c_d", NULL};

	g_assert_cmpstrv(offhook_dialog_pattern_get_slots(pattern), expected);
}

static void
test_read(void)
{
	static const struct {
		const char *phrase;
		const char *text;
		guint length;
	} cases[] = {
	    {"just me", "just me please", 2},
	    {"just me", "just you", 0},
	    {"a couple [of (people|us)]", "a couple of people", 4},
	    {"a couple [of (people|us)]", "a couple of friends", 2},
	    {"(a|a b|a b c)", "a b c d", 3},
	    {"i'd like", "i would like it", 3},
	    {"<day>", "monday", 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookDialogPattern) pattern =
		    offhook_dialog_pattern_new(cases[i].phrase, NULL);
		g_auto(GStrv) words = offhook_language_words_split(cases[i].text);

		g_assert_cmpuint(offhook_dialog_pattern_read(pattern, (const char *const *)words),
				 ==, cases[i].length);
	}
}

/* All jumps lead forward: matching can't go round. */
static void
test_code(void)
{
	g_autoptr(OffhookDialogPattern) pattern =
	    offhook_dialog_pattern_new("[a (b|c [d|e])] f (g|h|<i>)", NULL);
	guint length;
	const OffhookDialogCode *code = offhook_dialog_pattern_get_code(pattern, &length);

	for (guint i = 0; i < length; i++) {
		if (code[i].op == OFFHOOK_DIALOG_CODE_FORK ||
		    code[i].op == OFFHOOK_DIALOG_CODE_JUMP) {
			g_assert_cmpuint(code[i].target, >, i);
			g_assert_cmpuint(code[i].target, <, length);
		}
	}
	g_assert_cmpint(code[length - 1].op, ==, OFFHOOK_DIALOG_CODE_END);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialog/pattern/phrase", test_phrase);
	g_test_add_func("/dialog/pattern/errors", test_errors);
	g_test_add_func("/dialog/pattern/too-large", test_too_large);
	g_test_add_func("/dialog/pattern/slots", test_slots);
	g_test_add_func("/dialog/pattern/read", test_read);
	g_test_add_func("/dialog/pattern/code", test_code);
	return g_test_run();
}
