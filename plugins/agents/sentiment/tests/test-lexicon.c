/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading word lists, and finding phrases. */

#include "../sentiment-lexicon.h"

#include "language-words.h"
#include <offhook/error.h>

#define LIST                                                                                       \
	"# comment\n\n[words]\ngood 1.5\nstill waiting -2\nstill 0.5\nfrustrat* -2\ndon't like "   \
	"-1\n"                                                                                     \
	"[negation]\nnot\n[contrast]\nbut\n"

static guint
find(const OffhookSentimentLexicon *lexicon, const char *text, const OffhookSentimentEntry **entry)
{
	g_auto(GStrv) words = offhook_language_words_split(text);

	return offhook_sentiment_lexicon_find(lexicon, (const char *const *)words, entry);
}

static void
test_find(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSentimentLexicon) lexicon =
	    offhook_sentiment_lexicon_new("en", LIST, &error);
	const OffhookSentimentEntry *entry = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(find(lexicon, "good food", &entry), ==, 1);
	g_assert_cmpfloat(entry->weight, ==, 1.5);
	g_assert_cmpuint(find(lexicon, "still waiting here", &entry), ==, 2);
	g_assert_cmpfloat(entry->weight, ==, -2);
	g_assert_cmpuint(find(lexicon, "still here", &entry), ==, 1);
	g_assert_cmpuint(find(lexicon, "frustrating", &entry), ==, 1);
	g_assert_cmpuint(find(lexicon, "I", &entry), ==, 0);
	g_assert_cmpuint(find(lexicon, "", &entry), ==, 0);
	/* contractions are the same however they are written */
	g_assert_cmpuint(find(lexicon, "do not like", &entry), ==, 3);
	g_assert_cmpuint(find(lexicon, "not", &entry), ==, 1);
	g_assert_cmpuint(entry->kinds, ==, OFFHOOK_SENTIMENT_NEGATION);
}

static void
test_bad(void)
{
	static const char *const lists[] = {
	    "good 1\n",
	    "[nouns]\n",
	    "[words]\ngood\n",
	    "[words]\ngood fine\n",
	    "[words]\ngood 5\n",
	    "[words]\n1\n",
	    "[words]\na b c d e f g 1\n",
	    "[words]\nab* 1\n",
	    "[words]\ngood wor* 1\n",
	    "[words]\ngood 1\ngood 2\n",
	    "[negation]\n...\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_sentiment_lexicon_new("en", lists[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

static void
test_shipped(void)
{
	static const char *const languages[] = {"en", "de", "fr", "es"};

	for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookSentimentLexicon) lexicon =
		    offhook_sentiment_lexicon_load(languages[i], &error);

		g_assert_no_error(error);
		g_assert_nonnull(lexicon);
	}
	g_assert_null(offhook_sentiment_lexicon_load("xx", NULL));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sentiment/lexicon/find", test_find);
	g_test_add_func("/sentiment/lexicon/bad", test_bad);
	g_test_add_func("/sentiment/lexicon/shipped", test_shipped);
	return g_test_run();
}
