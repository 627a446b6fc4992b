/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What negation, "very", "a bit" and "but" do to the sum, and that it stays within its bounds. */

#include "../sentiment-score.h"

static const char list[] = "[words]\ngood 2\nbad -2\n[negation]\nnot\n[negation-next]\nno\n"
			   "[negation-after]\nnever\n[intensify]\nvery\n[soften]\na bit\n"
			   "[contrast]\nbut\n";

static OffhookSentimentResult
score(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSentimentLexicon) lexicon =
	    offhook_sentiment_lexicon_new("en", list, &error);

	g_assert_no_error(error);
	return offhook_sentiment_score(lexicon, text);
}

static void
test_sum(void)
{
	g_assert_cmpint(score("good").sentiment, ==, OFFHOOK_SENTIMENT_POSITIVE);
	g_assert_cmpint(score("bad").sentiment, ==, OFFHOOK_SENTIMENT_NEGATIVE);
	g_assert_cmpint(score("a table").sentiment, ==, OFFHOOK_SENTIMENT_NEUTRAL);
	g_assert_cmpint(score("good and bad").sentiment, ==, OFFHOOK_SENTIMENT_NEUTRAL);
	g_assert_cmpfloat(score("good good").score, >, score("good").score);
	g_assert_cmpfloat(score("very good").score, >, score("good").score);
	g_assert_cmpfloat(score("a bit bad").score, >, score("bad").score);
	/* sure of what is clear, less so of what is mixed */
	g_assert_cmpfloat(score("good good").confidence, >, score("good").confidence);
	g_assert_cmpfloat(score("good good bad").confidence, <, score("good").confidence);
}

static void
test_negation(void)
{
	g_assert_cmpint(score("not good").sentiment, ==, OFFHOOK_SENTIMENT_NEGATIVE);
	g_assert_cmpint(score("not a very good one").sentiment, ==, OFFHOOK_SENTIMENT_NEGATIVE);
	g_assert_cmpfloat(score("not bad").score, >, 0.0);
	/* "no" only just before it */
	g_assert_cmpint(score("no good").sentiment, ==, OFFHOOK_SENTIMENT_NEGATIVE);
	g_assert_cmpint(score("no that is good").sentiment, ==, OFFHOOK_SENTIMENT_POSITIVE);
	/* and out of reach */
	g_assert_cmpint(score("it is not here and the rest of it is good").sentiment, ==,
			OFFHOOK_SENTIMENT_POSITIVE);
	g_assert_cmpint(score("good it was never").sentiment, ==, OFFHOOK_SENTIMENT_NEGATIVE);
}

static void
test_contrast(void)
{
	g_assert_cmpint(score("good but bad").sentiment, ==, OFFHOOK_SENTIMENT_NEGATIVE);
	g_assert_cmpint(score("bad but good").sentiment, ==, OFFHOOK_SENTIMENT_POSITIVE);
}

static void
test_bounds(void)
{
	static const char *const texts[] = {"", " ", "\xff\xfe", "'", "good", "bad bad bad"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		OffhookSentimentResult result = score(texts[i]);

		g_assert_true(result.score >= -1.0 && result.score <= 1.0);
		g_assert_true(result.confidence >= 0.0 && result.confidence <= 1.0);
	}
}

static void
test_names(void)
{
	OffhookSentiment sentiment;

	for (guint i = 0; i <= OFFHOOK_SENTIMENT_NEGATIVE; i++) {
		g_assert_true(
		    offhook_sentiment_from_name(offhook_sentiment_get_name(i), &sentiment));
		g_assert_cmpuint(sentiment, ==, i);
	}
	g_assert_false(offhook_sentiment_from_name("glad", &sentiment));
	g_assert_false(offhook_sentiment_from_name(NULL, &sentiment));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sentiment/score/sum", test_sum);
	g_test_add_func("/sentiment/score/negation", test_negation);
	g_test_add_func("/sentiment/score/contrast", test_contrast);
	g_test_add_func("/sentiment/score/bounds", test_bounds);
	g_test_add_func("/sentiment/score/names", test_names);
	return g_test_run();
}
