/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How often the word lists are right, about sentences of callers that have their label. Every other
 * sentence was looked at while the lists were made; the others tell how they do with what is new.
 */

#include "../sentiment-score.h"

#include <string.h>

/* What is reached stands in docs/agents/sentiment.md; this is what must not be lost again. */
typedef struct {
	const char *language;
	guint at_least; /* sentences */
	double all;     /* share that is right */
	double unseen;  /* ... of the sentences not looked at */
} Bound;

typedef struct {
	guint n;
	guint right;
} Count;

static double
get_share(Count count)
{
	return count.n > 0 ? (double)count.right / count.n : 1.0;
}

static OffhookSentiment
read_label(char c)
{
	g_assert_nonnull(strchr("+-0", c));
	return c == '+'   ? OFFHOOK_SENTIMENT_POSITIVE
	       : c == '-' ? OFFHOOK_SENTIMENT_NEGATIVE
			  : OFFHOOK_SENTIMENT_NEUTRAL;
}

static char **
read_lines(const char *language)
{
	g_autofree char *name = g_strconcat(language, ".txt", NULL);
	g_autofree char *path =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "data", "sentiment", name, NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	return g_strsplit(text, "\n", -1);
}

static void
test_corpus(gconstpointer data)
{
	const Bound *bound = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSentimentLexicon) lexicon =
	    offhook_sentiment_lexicon_load(bound->language, &error);
	g_auto(GStrv) lines = read_lines(bound->language);
	Count all = {0}, hard = {0}, unseen = {0};

	g_assert_no_error(error);
	for (guint i = 0; lines[i] != NULL; i++) {
		OffhookSentimentResult result;
		gboolean is_hard, right;
		const char *text;

		if (*lines[i] == '#' || *lines[i] == '\0')
			continue;
		is_hard = lines[i][1] == '!';
		text = lines[i] + (is_hard ? 3 : 2);
		result = offhook_sentiment_score(lexicon, text);
		right = result.sentiment == read_label(*lines[i]);
		if (!right)
			g_test_message("%s missed%s%s (%c): \"%s\" is %s, %.2f", bound->language,
				       is_hard ? ", hard" : "", all.n % 2 ? ", unseen" : "",
				       *lines[i], text,
				       offhook_sentiment_get_name(result.sentiment), result.score);
		unseen.n += all.n % 2;
		unseen.right += all.n % 2 && right;
		hard.n += is_hard;
		hard.right += is_hard && right;
		all.n++;
		all.right += right;
	}
	g_test_message(
	    "%s: %u of %u right (%.0f %%), of those not looked at %u of %u (%.0f %%), of "
	    "the hard ones %u of %u",
	    bound->language, all.right, all.n, 100 * get_share(all), unseen.right, unseen.n,
	    100 * get_share(unseen), hard.right, hard.n);
	g_assert_cmpuint(all.n, >=, bound->at_least);
	g_assert_cmpfloat(get_share(all), >=, bound->all);
	g_assert_cmpfloat(get_share(unseen), >=, bound->unseen);
}

int
main(int argc, char *argv[])
{
	static const Bound bounds[] = {
	    {"en", 120, 0.85, 0.77},
	    {"de", 60, 0.90, 0.88},
	    {"fr", 40, 0.93, 0.93},
	    {"es", 40, 0.93, 0.93},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(bounds); i++) {
		g_autofree char *path = g_strconcat("/sentiment/corpus/", bounds[i].language, NULL);

		g_test_add_data_func(path, &bounds[i], test_corpus);
	}
	return g_test_run();
}
