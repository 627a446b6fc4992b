/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/sentence-splitter.h"

#include <string.h>

/* All sentences that are ready, separated by '|'. */
static char *
pop_all(OffhookSentenceSplitter *splitter)
{
	GString *all = g_string_new(NULL);
	OffhookSentence *next;

	while ((next = offhook_sentence_splitter_pop(splitter)) != NULL) {
		g_autoptr(OffhookSentence) sentence = next;

		if (all->len > 0)
			g_string_append_c(all, '|');
		g_string_append(all, offhook_sentence_get_text(sentence));
	}
	return g_string_free(all, FALSE);
}

static char *
split(const char *language, const char *text, gsize step)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(language);
	gsize n = strlen(text);

	for (gsize i = 0; i < n; i += step)
		g_assert_true(
		    offhook_sentence_splitter_push(splitter, text + i, (gssize)MIN(step, n - i)));
	offhook_sentence_splitter_flush(splitter);
	return pop_all(splitter);
}

typedef struct {
	const char *language;
	const char *text;
	const char *expected;
} SplitCase;

static const SplitCase split_cases[] = {
    {NULL, "", ""},
    {NULL, "  \n\n ", ""},
    {NULL, "Hello", "Hello"},
    {NULL, "Hello. How are you doing today? We are fine over here! Good.",
     "Hello.|How are you doing today?|We are fine over here!|Good."},
    /* Later ones that are short stay together. */
    {NULL, "Hello there. Yes. No. I would like that very much. Bye.",
     "Hello there.|Yes. No. I would like that very much.|Bye."},
    /* Not ends. */
    {NULL, "It costs 3.50 euros. That is $29.95 in all.",
     "It costs 3.50 euros.|That is $29.95 in all."},
    {NULL, "Ask Mr. Smith or Dr. Jones. They know.", "Ask Mr. Smith or Dr. Jones.|They know."},
    {NULL, "We met J. R. Hartley. He fishes.", "We met J. R. Hartley.|He fishes."},
    {NULL, "Open from 9 a.m. to 5 p.m. today. Come in.",
     "Open from 9 a.m. to 5 p.m. today.|Come in."},
    {NULL, "Take bus No. 5. Get off there.", "Take bus No. 5.|Get off there."},
    {NULL, "Sorry, no. Please try again later.", "Sorry, no.|Please try again later."},
    {NULL, "See www.example.com/a.b?c=D. Or write to a.b@example.com. Thanks.",
     "See www.example.com/a.b?c=D.|Or write to a.b@example.com.|Thanks."},
    {NULL, "Well... maybe. We will see.", "Well... maybe.|We will see."},
    {NULL, "Well\xe2\x80\xa6 Perhaps we can do that.", "Well\xe2\x80\xa6|Perhaps we can do that."},
    {NULL, "Use i.e. the second one, e.g. now. Right.",
     "Use i.e. the second one, e.g. now.|Right."},
    {"de", "Am 3. Oktober ist zu. Danach z.B. nicht.", "Am 3. Oktober ist zu.|Danach z.B. nicht."},
    /* Quotes and brackets. */
    {NULL, "He said \"Yes.\" Then he left us (alone.) So what?",
     "He said \"Yes.\"|Then he left us (alone.)|So what?"},
    {NULL, "Really?! Yes, of course we do that!", "Really?!|Yes, of course we do that!"},
    /* The first may end early, the others not. */
    {NULL, "We are open from nine to five, and on Sunday we are closed, as you know.",
     "We are open from nine to five,|and on Sunday we are closed, as you know."},
    {NULL, "Well, we are open from ten - at least today - to five.",
     "Well, we are open from ten -|at least today - to five."},
    {NULL, "It is 1,000,000,000,000,000,000 in all.", "It is 1,000,000,000,000,000,000 in all."},
    /* Newlines. */
    {NULL, "Our hours\n\nNine to five every day", "Our hours|Nine to five every day"},
    {NULL, "First line\nsecond line", "First line second line"},
    {NULL, "We have the following:\n- tomato soup of the day\n- a green salad with nuts\n",
     "We have the following:|tomato soup of the day|a green salad with nuts"},
    {NULL, "Choose:\n1. The tomato soup of today\n2. A salad",
     "Choose:|1. The tomato soup of today|2. A salad"},
    /* Other scripts. */
    {NULL, "我们九点开门。您想预订吗？好的！", "我们九点开门。|您想预订吗？好的！"},
    {NULL, "नमस्ते। आप कैसे हैं? मैं ठीक हूँ।", "नमस्ते।|आप कैसे हैं? मैं ठीक हूँ।"},
    {NULL, "كيف حالك؟ أنا بخير اليوم والحمد لله.", "كيف حالك؟|أنا بخير اليوم والحمد لله."},
    /* What is not spoken. */
    {NULL, "**Bold** and *slanted* and `code` and __more__.",
     "Bold and slanted and code and more."},
    {NULL, "# Heading\n\nText with 2 * 3 = 6 and snake_case.",
     "Heading|Text with 2 * 3 = 6 and snake_case."},
    {NULL, "See [our page. It is new](https://example.com/x). Then call.",
     "See our page. It is new.|Then call."},
    {NULL, "![A picture](x.png) of us <b>here</b> at <https://example.com/>.",
     "A picture of us here at https://example.com/."},
    {NULL, "Great 😀👩‍👩‍👧! See you 👍🏽 soon ❤️.", "Great !|See you soon ."},
    {NULL, "👍", ""},
    {NULL, "<think>Let me. See what. We have here.</think>Hello. Good day.", "Hello.|Good day."},
    {NULL, "One <thin> two.", "One two."},
    {NULL, "Less < more. And 3 <think", "Less < more.|And 3 <think"},
    {NULL, "Never said <think>and never ended. So it goes.", "Never said"},
    {NULL, "- - -\n***\n---", ""},
    {NULL, "-5 degrees today.", "-5 degrees today."},
};

static void
test_split(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(split_cases); i++) {
		const SplitCase *c = &split_cases[i];

		g_test_message("%s", c->text);
		/* It must not matter how the text arrives. */
		for (gsize step = 1; step < 80; step = step * 2 + 1) {
			g_autofree char *have = split(c->language, c->text, step);

			g_assert_cmpstr(have, ==, c->expected);
		}
	}
}

static void
test_early(void)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new("en");
	g_autofree char *none = NULL, *first = NULL, *second = NULL, *third = NULL;

	offhook_sentence_splitter_push(splitter, "Certainly. ", -1);
	none = pop_all(splitter);
	g_assert_cmpstr(none, ==, "");
	/* The next letter decides, nothing more is waited for. */
	offhook_sentence_splitter_push(splitter, "W", -1);
	first = pop_all(splitter);
	g_assert_cmpstr(first, ==, "Certainly.");
	offhook_sentence_splitter_push(splitter, "e have a table at eight. B", -1);
	second = pop_all(splitter);
	g_assert_cmpstr(second, ==, "We have a table at eight.");
	offhook_sentence_splitter_flush(splitter);
	third = pop_all(splitter);
	g_assert_cmpstr(third, ==, "B");
}

static void
test_hard_break(void)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(NULL);
	g_autoptr(GString) text = g_string_new("Hello. ");
	g_autofree char *all = NULL;
	g_auto(GStrv) parts = NULL;

	for (guint i = 0; i < 200; i++)
		g_string_append(text, "words without end ");
	offhook_sentence_splitter_push(splitter, text->str, -1);
	offhook_sentence_splitter_flush(splitter);
	all = pop_all(splitter);
	parts = g_strsplit(all, "|", -1);
	g_assert_cmpuint(g_strv_length(parts), >=, 3600 / 200);
	for (guint i = 0; parts[i] != NULL; i++) {
		g_assert_cmpuint(strlen(parts[i]), <=, 200);
		/* At spaces. */
		g_assert_true(
		    g_str_has_suffix(parts[i], "Hello.") || g_str_has_suffix(parts[i], "words") ||
		    g_str_has_suffix(parts[i], "without") || g_str_has_suffix(parts[i], "end"));
	}
}

static void
test_hard_break_keeps_graphemes(void)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(NULL);
	OffhookSentence *next;

	/* Letters with a combining mark each, no spaces, an odd one in front. */
	offhook_sentence_splitter_push(splitter, "x", -1);
	for (guint i = 0; i < 500; i++)
		offhook_sentence_splitter_push(splitter, "e\xcc\x81", -1);
	offhook_sentence_splitter_flush(splitter);
	while ((next = offhook_sentence_splitter_pop(splitter)) != NULL) {
		g_autoptr(OffhookSentence) sentence = next;
		const char *text = offhook_sentence_get_text(sentence);

		g_assert_cmpuint(g_utf8_strlen(text, -1), <=, 200);
		g_assert_false(g_unichar_ismark(g_utf8_get_char(text)));
		g_assert_true(g_str_has_suffix(text, "\xcc\x81"));
	}
}

static void
test_map(void)
{
	const char *text =
	    "<think>hm</think>See **our** [page](http://x.y) caf\xc3\xa9 \xf0\x9f\x98\x80 now.";
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(NULL);
	g_autoptr(OffhookSentence) sentence = NULL;
	gsize begin, end;
	const char *spoken;

	offhook_sentence_splitter_push(splitter, text, -1);
	offhook_sentence_splitter_flush(splitter);
	sentence = offhook_sentence_splitter_pop(splitter);
	g_assert_nonnull(sentence);
	spoken = offhook_sentence_get_text(sentence);
	g_assert_cmpstr(spoken, ==, "See our page caf\xc3\xa9 now.");
	offhook_sentence_get_source_range(sentence, &begin, &end);
	g_assert_cmpuint(begin, ==, strlen("<think>hm</think>"));
	g_assert_cmpuint(end, ==, strlen(text));
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, 0), ==, begin);
	/* Behind "our" is behind its last letter, not behind the marks. */
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, strlen("See our")), ==,
			 (gsize)(strstr(text, "our") - text) + 3);
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, strlen("See our page")), ==,
			 (gsize)(strstr(text, "page") - text) + 4);
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, strlen("See our page caf\xc3\xa9")),
			 ==, (gsize)(strstr(text, "caf") - text) + 5);
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, strlen(spoken)), ==, end);
}

static void
test_wide_space(void)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(NULL);
	g_autoptr(OffhookSentence) sentence = NULL;

	/* A space of three bytes is spoken as one of one. */
	offhook_sentence_splitter_push(splitter,
				       "a\xe3\x80\x80"
				       "b",
				       -1);
	offhook_sentence_splitter_flush(splitter);
	sentence = offhook_sentence_splitter_pop(splitter);
	g_assert_cmpstr(offhook_sentence_get_text(sentence), ==, "a b");
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, 1), ==, 1);
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, 2), ==, 4);
	g_assert_cmpuint(offhook_sentence_map_offset(sentence, 3), ==, 5);
}

static void
test_broken_utf8(void)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(NULL);
	g_autofree char *all = NULL;

	offhook_sentence_splitter_push(splitter,
				       "a\xff"
				       "b\xc3",
				       -1);
	offhook_sentence_splitter_push(splitter,
				       "c\xed\xa0\x80"
				       "d\xf0\x9f",
				       -1);
	offhook_sentence_splitter_push(splitter, "e\0f", 3);
	offhook_sentence_splitter_flush(splitter);
	all = pop_all(splitter);
	g_assert_cmpstr(all, ==, "abcdef");
}

static void
test_limit(void)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(NULL);
	g_autofree char *text = g_strnfill(OFFHOOK_SENTENCE_SPLITTER_MAX_BYTES, 'x');
	g_autofree char *all = NULL, *after = NULL;

	g_assert_true(offhook_sentence_splitter_push(splitter, text, -1));
	g_assert_false(offhook_sentence_splitter_push(splitter, "y", -1));
	offhook_sentence_splitter_flush(splitter);
	all = pop_all(splitter);
	g_assert_null(strchr(all, 'y'));
	/* A new answer has its own limit. */
	g_assert_true(offhook_sentence_splitter_push(splitter, "y", -1));
	offhook_sentence_splitter_flush(splitter);
	after = pop_all(splitter);
	g_assert_cmpstr(after, ==, "y");
}

static void
test_answers_begin_anew(void)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(NULL);
	g_autoptr(OffhookSentence) sentence = NULL;
	gsize begin, end;

	offhook_sentence_splitter_push(splitter, "Old text. More of <think>", -1);
	offhook_sentence_splitter_reset(splitter);
	g_assert_null(offhook_sentence_splitter_pop(splitter));
	offhook_sentence_splitter_push(splitter, "New.", -1);
	offhook_sentence_splitter_flush(splitter);
	sentence = offhook_sentence_splitter_pop(splitter);
	offhook_sentence_get_source_range(sentence, &begin, &end);
	g_assert_cmpuint(begin, ==, 0);
	g_assert_cmpuint(end, ==, 4);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/sentence-splitter/split", test_split);
	g_test_add_func("/turn/sentence-splitter/early", test_early);
	g_test_add_func("/turn/sentence-splitter/hard-break", test_hard_break);
	g_test_add_func("/turn/sentence-splitter/graphemes", test_hard_break_keeps_graphemes);
	g_test_add_func("/turn/sentence-splitter/map", test_map);
	g_test_add_func("/turn/sentence-splitter/wide-space", test_wide_space);
	g_test_add_func("/turn/sentence-splitter/broken-utf8", test_broken_utf8);
	g_test_add_func("/turn/sentence-splitter/limit", test_limit);
	g_test_add_func("/turn/sentence-splitter/answers", test_answers_begin_anew);
	return g_test_run();
}
