/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/heard-text.h"

#include <string.h>

#define TEXT "We are open, from nine to five."

/* Its seven words, 300 ms each from 100 ms on. */
static const OffhookWordTime words[] = {
    {0, 2, 100, 400},    {3, 3, 400, 700},    {7, 4, 700, 1000},   {13, 4, 1000, 1300},
    {18, 4, 1300, 1600}, {23, 2, 1600, 1900}, {26, 4, 1900, 2200},
};

static char *
cut(const char *text, guint n_words, guint total_ms, gboolean complete, guint heard_ms)
{
	OffhookHeardPiece piece = {
	    .text = text,
	    .words = n_words > 0 ? words : NULL,
	    .n_words = n_words,
	    .total_ms = total_ms,
	    .complete = complete,
	    .heard_ms = heard_ms,
	};

	return g_strndup(text, offhook_heard_text_get_length(&piece));
}

typedef struct {
	const char *text;
	guint n_words;
	guint total_ms;
	gboolean complete;
	guint heard_ms;
	const char *expected;
} CutCase;

static const CutCase cut_cases[] = {
    /* Nothing, too little, all. */
    {TEXT, 7, 2300, TRUE, 0, ""},
    {TEXT, 7, 2300, TRUE, 249, ""},
    {TEXT, 7, 2300, TRUE, 2300, TEXT},
    {"Yes.", 0, 200, TRUE, 200, "Yes."},
    {"Yes.", 0, 200, FALSE, 200, ""},
    /* By words, with 60 ms of mercy. */
    {TEXT, 7, 2300, TRUE, 339, ""},
    {TEXT, 7, 2300, TRUE, 340, "We"},
    {TEXT, 7, 2300, TRUE, 939, "We are"},
    {TEXT, 7, 2300, TRUE, 940, "We are open"},
    {TEXT, 7, 2300, TRUE, 1240, "We are open, from"},
    {TEXT, 7, 2300, FALSE, 1240, "We are open, from"},
    {TEXT, 7, 2300, TRUE, 2299, "We are open, from nine to five"},
    /* The engine told of the first three words only: then by proportion. */
    {TEXT, 3, 2300, TRUE, 1000, "We are open"},
    {TEXT, 3, 2300, TRUE, 1900, "We are open, from nine"},
    /* By proportion. */
    {TEXT, 0, 3100, TRUE, 1000, "We are"},
    {TEXT, 0, 3100, TRUE, 1100, "We are open"},
    {TEXT, 0, 3100, TRUE, 1250, "We are open"},
    {TEXT, 0, 3100, TRUE, 3000, "We are open, from nine to five"},
    /* Its length is not known: at 60 ms a character. */
    {TEXT, 0, 400, FALSE, 400, "We are"},
    /* No spaces, and no cut inside a character or a word with an apostrophe. */
    {"我们九点开门。", 0, 1400, TRUE, 700, "我们九"},
    {"don't", 0, 500, TRUE, 400, ""},
    {"Grüße", 0, 500, TRUE, 300, ""},
    {"", 0, 0, TRUE, 0, ""},
};

static void
test_cuts(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cut_cases); i++) {
		const CutCase *c = &cut_cases[i];
		g_autofree char *have =
		    cut(c->text, c->n_words, c->total_ms, c->complete, c->heard_ms);

		g_test_message("case %u", i);
		g_assert_cmpstr(have, ==, c->expected);
	}
}

static void
test_short_word(void)
{
	/* Of a word of 80 ms no more than half may be missing. */
	const OffhookWordTime times[] = {{0, 5, 0, 400}, {6, 1, 400, 480}};
	OffhookHeardPiece piece = {"table a", times, 2, 500, TRUE, 439};

	g_assert_cmpuint(offhook_heard_text_get_length(&piece), ==, 5);
	piece.heard_ms = 440;
	g_assert_cmpuint(offhook_heard_text_get_length(&piece), ==, 7);
}

static void
test_bad_word_times(void)
{
	/* An engine's word times must not lead out of the text. */
	const OffhookWordTime times[] = {{0, 500, 0, 100}, {4000, 3, 100, 50}};
	OffhookHeardPiece piece = {"table", times, 2, 5000, TRUE, 400};

	g_assert_cmpuint(offhook_heard_text_get_length(&piece), <=, 5);
}

static void
test_join(void)
{
	OffhookHeardPiece pieces[] = {
	    {"Hello.", NULL, 0, 500, TRUE, 500},
	    {"", NULL, 0, 0, TRUE, 0},
	    {TEXT, words, 7, 2300, TRUE, 1100},
	    {"Good bye.", NULL, 0, 900, TRUE, 0},
	};
	g_autofree char *some = offhook_heard_text_join(pieces, G_N_ELEMENTS(pieces));
	g_autofree char *none = offhook_heard_text_join(NULL, 0);
	OffhookHeardPiece wide[] = {
	    {"你好。", NULL, 0, 500, TRUE, 500},
	    {"再见。", NULL, 0, 500, TRUE, 500},
	};
	g_autofree char *chinese = offhook_heard_text_join(wide, 2);

	g_assert_cmpstr(some, ==, "Hello. We are open");
	g_assert_cmpstr(none, ==, "");
	g_assert_cmpstr(chinese, ==, "你好。再见。");
}

/* Whatever the times are: a prefix at a character's boundary, and longer for more. */
static void
test_any_times(void)
{
	const char *text = "Grüße aus Köln, 你好 und e\xcc\x81té: don't panic.";
	gsize size = strlen(text);

	for (guint round = 0; round < 2000; round++) {
		OffhookWordTime times[8];
		OffhookHeardPiece piece = {text, times, 0, 0, FALSE, 0};
		gsize before = 0;
		guint at = 0;

		piece.n_words = (guint)g_test_rand_int_range(0, 8);
		piece.total_ms = (guint)g_test_rand_int_range(0, 4000);
		piece.complete = g_test_rand_bit();
		for (guint i = 0; i < piece.n_words; i++) {
			at += (guint)g_test_rand_int_range(0, 500);
			times[i].start_ms = at;
			at += (guint)g_test_rand_int_range(0, 500);
			times[i].end_ms = at;
			times[i].offset = i * 5;
			times[i].length = 4;
		}
		for (piece.heard_ms = 0; piece.heard_ms <= 4000; piece.heard_ms += 50) {
			gsize length = offhook_heard_text_get_length(&piece);

			g_assert_cmpuint(length, <=, size);
			g_assert_true(g_utf8_validate(text, (gssize)length, NULL));
			g_assert_cmpuint(length, >=, before);
			before = length;
		}
	}
}

static void
test_question(void)
{
	static const struct {
		const char *text;
		const char *heard;
		gboolean asked;
	} cases[] = {
	    {"Of course. Shall I book it? It is free.", "Of cou", FALSE},
	    {"Of course. Shall I book it? It is free.", "Of course. Shall", TRUE},
	    {"Of course. Shall I book it? It is free.", "Of course. Shall I book it", TRUE},
	    {"Of course. Shall I book it? It is free.", "Of course. Shall I book it? ", TRUE},
	    {"Of course. Shall I book it? It is free.", "Of course. Shall I book it? It", FALSE},
	    {"Is 3.50 fine?", "Is", TRUE},
	    {"Is it fine?!", "", TRUE},
	    {"Is it fine", "Is it", FALSE},
	    {"It is. ", "It is. ", FALSE},
	    {"", "", FALSE},
	    {"\xe4\xba\x8c\xe5\x90\x8d\xe3\x81\xa7\xef\xbc\x9f", "\xe4\xba\x8c", TRUE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s: %s", cases[i].text, cases[i].heard);
		g_assert_cmpint(
		    offhook_heard_text_is_question(cases[i].text, strlen(cases[i].heard)), ==,
		    cases[i].asked);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/heard-text/cuts", test_cuts);
	g_test_add_func("/turn/heard-text/short-word", test_short_word);
	g_test_add_func("/turn/heard-text/bad-word-times", test_bad_word_times);
	g_test_add_func("/turn/heard-text/join", test_join);
	g_test_add_func("/turn/heard-text/question", test_question);
	g_test_add_func("/turn/heard-text/any-times", test_any_times);
	return g_test_run();
}
