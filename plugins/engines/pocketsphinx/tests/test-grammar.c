/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Phrases to graphs: what they accept, how small they are, what is refused. */

#include "../sphinx-grammar.h"

#include <offhook/error.h>
#include <string.h>

static OffhookSphinxGrammar *
make(OffhookExpectation *expectation)
{
	g_autoptr(GError) error = NULL;
	OffhookSphinxGrammar *grammar = offhook_sphinx_grammar_new(expectation, &error);

	g_assert_no_error(error);
	return grammar;
}

static void
test_notation(void)
{
	static const char *const numbers[] = {"two", "three", "twenty <digit>", NULL};
	static const char *const digits[] = {"one", "two", NULL};
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	g_autoptr(OffhookSphinxGrammar) grammar = NULL;

	offhook_expectation_add_phrase(
	    expectation, "[Please] (book|reserve) a table, [for <people> [(people|persons)]]");
	offhook_expectation_add_phrase(expectation, "opening hours?");
	offhook_expectation_add_slot(expectation, "people", numbers);
	offhook_expectation_add_slot(expectation, "digit", digits);
	grammar = make(expectation);
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "book a table"));
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "please reserve a table for two"));
	g_assert_true(
	    offhook_sphinx_grammar_accepts(grammar, "book a table for twenty one persons"));
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "opening hours"));
	g_assert_false(offhook_sphinx_grammar_accepts(grammar, "please opening hours"));
	g_assert_false(offhook_sphinx_grammar_accepts(grammar, "book a table for"));
	g_assert_false(offhook_sphinx_grammar_accepts(grammar, "book a table for twenty"));
	g_assert_false(offhook_sphinx_grammar_accepts(grammar, ""));
}

static void
test_punctuation(void)
{
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	g_autoptr(OffhookSphinxGrammar) grammar = NULL;

	offhook_expectation_add_phrase(expectation, "Yes, at five p.m. - I'm sure!");
	grammar = make(expectation);
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "yes at five p.m. - i'm sure"));
}

/* Phrases that begin or end alike share their words. */
static void
test_size(void)
{
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	g_autoptr(OffhookSphinxGrammar) grammar = NULL;
	guint n_arcs;

	offhook_expectation_add_phrase(expectation, "book a table for friday evening");
	offhook_expectation_add_phrase(expectation, "book a table for monday evening");
	offhook_expectation_add_phrase(expectation, "reserve a table for monday evening");
	offhook_expectation_add_phrase(expectation, "reserve a table for friday evening");
	grammar = make(expectation);
	offhook_sphinx_grammar_get_arcs(grammar, &n_arcs);
	g_assert_cmpuint(offhook_sphinx_grammar_get_n_states(grammar), ==, 7);
	g_assert_cmpuint(n_arcs, ==, 8);
	g_assert_true(
	    offhook_sphinx_grammar_accepts(grammar, "reserve a table for friday evening"));
}

static void
test_yes_no(void)
{
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_YES_NO);
	g_autoptr(OffhookSphinxGrammar) grammar = NULL;

	offhook_expectation_add_phrase(expectation, "maybe later");
	grammar = make(expectation);
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "yes please"));
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "no thank you"));
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "that's right"));
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "maybe later"));
	g_assert_false(offhook_sphinx_grammar_accepts(grammar, "later"));
}

static void
test_digits(void)
{
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_DIGITS);
	g_autoptr(OffhookSphinxGrammar) grammar = NULL;

	offhook_expectation_set_digits(expectation, 2, 4);
	grammar = make(expectation);
	g_assert_false(offhook_sphinx_grammar_accepts(grammar, "one"));
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "one oh"));
	g_assert_true(offhook_sphinx_grammar_accepts(grammar, "one two three four"));
	g_assert_false(offhook_sphinx_grammar_accepts(grammar, "one two three four five"));
}

static void
test_bad_phrases(void)
{
	static const char *const phrases[] = {
	    "book [a table", "book a) table", "book <people", "book a <table>", "a > b", "[",
	    "(a|b",
	};

	for (guint i = 0; i < G_N_ELEMENTS(phrases); i++) {
		g_autoptr(OffhookExpectation) expectation =
		    offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookSphinxGrammar) grammar = NULL;

		offhook_expectation_add_phrase(expectation, phrases[i]);
		grammar = offhook_sphinx_grammar_new(expectation, &error);
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
		g_assert_null(grammar);
	}
}

/* Slots that hold each other. */
static void
test_circle(void)
{
	static const char *const a[] = {"more <b>", NULL};
	static const char *const b[] = {"and more <a>", NULL};
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	g_autoptr(GError) error = NULL;

	offhook_expectation_add_phrase(expectation, "give me <a>");
	offhook_expectation_add_slot(expectation, "a", a);
	offhook_expectation_add_slot(expectation, "b", b);
	g_assert_null(offhook_sphinx_grammar_new(expectation, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

/* A small file that would expand to very much. */
static void
test_limit(void)
{
	static const char *const more[] = {"<c> <c> <c> <c> <c> <c> <c> <c>", NULL};
	static const char *const much[] = {"<d> <d> <d> <d> <d> <d> <d> <d>", NULL};
	static const char *const many[] = {"<e> <e> <e> <e> <e> <e> <e> <e>", NULL};
	static const char *const word[] = {"one", "two", "three", "four", "five", "six", NULL};
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	g_autoptr(GError) error = NULL;

	offhook_expectation_add_phrase(expectation, "<b> <b> <b> <b> <b> <b> <b> <b>");
	offhook_expectation_add_slot(expectation, "b", more);
	offhook_expectation_add_slot(expectation, "c", much);
	offhook_expectation_add_slot(expectation, "d", many);
	offhook_expectation_add_slot(expectation, "e", word);
	g_assert_null(offhook_sphinx_grammar_new(expectation, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static void
test_nothing(void)
{
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) other = NULL;

	g_assert_null(offhook_sphinx_grammar_new(expectation, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	g_assert_null(offhook_sphinx_grammar_new(NULL, &other));
	g_assert_error(other, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
}

static void
test_key(void)
{
	static const char *const ab[] = {"a", "b", NULL};
	static const char *const both[] = {"a b", NULL};
	char *keys[4];

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(OffhookExpectation) expectation =
		    offhook_expectation_new(i == 3 ? OFFHOOK_EXPECT_YES_NO : OFFHOOK_EXPECT_OPEN);

		offhook_expectation_add_phrase(expectation, "take <x>");
		offhook_expectation_add_slot(expectation, "x", i == 2 ? both : ab);
		keys[i] = offhook_sphinx_grammar_make_key(expectation);
	}
	g_assert_cmpstr(keys[0], ==, keys[1]);
	g_assert_cmpstr(keys[0], !=, keys[2]);
	g_assert_cmpstr(keys[0], !=, keys[3]);
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		g_free(keys[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pocketsphinx/grammar/notation", test_notation);
	g_test_add_func("/pocketsphinx/grammar/punctuation", test_punctuation);
	g_test_add_func("/pocketsphinx/grammar/size", test_size);
	g_test_add_func("/pocketsphinx/grammar/yes-no", test_yes_no);
	g_test_add_func("/pocketsphinx/grammar/digits", test_digits);
	g_test_add_func("/pocketsphinx/grammar/bad-phrases", test_bad_phrases);
	g_test_add_func("/pocketsphinx/grammar/circle", test_circle);
	g_test_add_func("/pocketsphinx/grammar/limit", test_limit);
	g_test_add_func("/pocketsphinx/grammar/nothing", test_nothing);
	g_test_add_func("/pocketsphinx/grammar/key", test_key);
	return g_test_run();
}
