/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pronunciations, found and guessed. */

#include "../sphinx-lexicon.h"

#include <glib/gstdio.h>
#include <harness.h>
#include <offhook/error.h>

/* Not sorted, with a line that is none, and without an end of line at last. */
static const char test_text[] = "the DH AH\n"
				"the(2) DH IY\n"
				"zoo Z UW\n"
				"\n"
				" astray T UW\n"
				"a AH\n"
				"thee DH IY\n"
				"empty\n"
				"last L AE S T";

static OffhookSphinxLexicon *
make(void)
{
	g_autofree char *directory = harness_make_dir();
	g_autofree char *path = g_build_filename(directory, "test.dict", NULL);
	g_autoptr(GError) error = NULL;
	OffhookSphinxLexicon *lexicon;

	g_file_set_contents(path, test_text, -1, &error);
	g_assert_no_error(error);
	lexicon = offhook_sphinx_lexicon_new(path, &error);
	g_assert_no_error(error);
	harness_remove_dir(directory);
	return lexicon;
}

static void
assert_found(const OffhookSphinxLexicon *lexicon, const char *word, const char *expected)
{
	g_auto(GStrv) found = offhook_sphinx_lexicon_find(lexicon, word);
	g_autofree char *joined = g_strjoinv("|", found);

	g_assert_cmpstr(joined, ==, expected);
}

static void
assert_guess(const OffhookSphinxLexicon *lexicon, const char *word, const char *expected)
{
	g_autofree char *guess = offhook_sphinx_lexicon_guess(lexicon, word);

	g_assert_cmpstr(guess, ==, expected);
}

static void
test_find(void)
{
	g_autoptr(OffhookSphinxLexicon) lexicon = make();

	assert_found(lexicon, "the", "DH AH|DH IY");
	assert_found(lexicon, "a", "AH");
	assert_found(lexicon, "zoo", "Z UW");
	assert_found(lexicon, "last", "L AE S T");
	assert_found(lexicon, "th", "");
	assert_found(lexicon, "thes", "");
	assert_found(lexicon, "empty", "");
	assert_found(lexicon, "astray", "");
	assert_found(lexicon, "", "");
}

static void
test_guess(void)
{
	g_autoptr(OffhookSphinxLexicon) lexicon = make();

	assert_guess(lexicon, "lucia", "L UW CH AH");
	assert_guess(lexicon, "Caf\303\251", "K EY F");
	assert_guess(lexicon, "pm", "P IY EH M");
	assert_guess(lexicon, "p.m.", "P IY EH M");
	assert_guess(lexicon, "42", "F AO R T UW");
	assert_guess(lexicon, "\320\272\320\276\321\202", NULL);
	assert_guess(lexicon, "-", NULL);
	assert_guess(lexicon, "", NULL);
	assert_guess(lexicon, "\377", NULL);
}

static void
test_missing(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_sphinx_lexicon_new("/nonexistent/dict", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pocketsphinx/lexicon/find", test_find);
	g_test_add_func("/pocketsphinx/lexicon/guess", test_guess);
	g_test_add_func("/pocketsphinx/lexicon/missing", test_missing);
	return g_test_run();
}
