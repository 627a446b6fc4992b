/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Splitting and weighing words, and numbers in words. */

#include "../language-words.h"

#include <string.h>

static void
test_split(void)
{
	static const struct {
		const char *text;
		const char *words;
	} cases[] = {
	    {"What ARE your opening hours?", "what are your opening hours"},
	    {"I'd like a table", "i would like a table"},
	    {"I\xe2\x80\x99"
	     "d like a table",
	     "i would like a table"},
	    {"what's that, please", "what is that please"},
	    {"Lucia's place", "lucia place"},
	    {"don't can't won't cannot", "do not can not will not can not"},
	    {"let's go", "let us go"},
	    {"at 7:30pm", "at 7:30 pm"},
	    {"at 7.30 p.m.", "at 7:30 pm"},
	    {"costs 7.305 today", "costs 7 305 today"},
	    {"8 o'clock", "8 o'clock"},
	    {"8 oclock or 8 o clock", "8 o'clock or 8 o'clock"},
	    {"caf\xc3\xa9 cr\xc3\xa8me", "cafe creme"},
	    {"'quoted' words'", "quoted words"},
	    {"bye-bye", "bye bye"},
	    {"\xf0\x9f\x98\x80 hi \xf0\x9f\x98\x80", "hi"},
	    {"", ""},
	    {" \t\n", ""},
	    {"\xff\xfe", ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = offhook_language_words_split(cases[i].text);
		g_autofree char *joined = g_strjoinv(" ", words);

		g_assert_cmpstr(joined, ==, cases[i].words);
	}
}

/* What has been split once splits alike again. */
static void
test_split_again(void)
{
	g_auto(GStrv) words = offhook_language_words_split("I'd say it's 7:30, isn't it? o'clock");
	g_autofree char *once = g_strjoinv(" ", words);
	g_auto(GStrv) again = offhook_language_words_split(once);
	g_autofree char *twice = g_strjoinv(" ", again);

	g_assert_cmpstr(once, ==, twice);
}

static void
test_split_limit(void)
{
	GString *text = g_string_new(NULL);
	g_auto(GStrv) words = NULL;

	for (guint i = 0; i < 5000; i++)
		g_string_append(text, "word ");
	words = offhook_language_words_split(text->str);
	g_string_free(text, TRUE);
	g_assert_cmpuint(g_strv_length(words), ==, OFFHOOK_LANGUAGE_MAX_WORDS);
}

static void
test_weight(void)
{
	g_assert_cmpfloat(offhook_language_words_get_weight("um"), <,
			  offhook_language_words_get_weight("the"));
	g_assert_cmpfloat(offhook_language_words_get_weight("the"), <,
			  offhook_language_words_get_weight("where"));
	g_assert_cmpfloat(offhook_language_words_get_weight("where"), <,
			  offhook_language_words_get_weight("table"));
}

static void
test_read_number(void)
{
	static const struct {
		const char *text;
		guint length;
		guint number;
	} cases[] = {
	    {"zero", 1, 0},
	    {"four people", 1, 4},
	    {"twelve", 1, 12},
	    {"twenty", 1, 20},
	    {"twenty one people", 2, 21},
	    {"twenty ten", 1, 20},
	    {"ninety nine", 2, 99},
	    {"a hundred", 2, 100},
	    {"two hundred and five", 4, 205},
	    {"one hundred and people", 2, 100},
	    {"three thousand four hundred and fifty six", 7, 3456},
	    {"nine thousand", 2, 9000},
	    {"17", 1, 17},
	    {"2026", 1, 2026},
	    {"12345", 0, 0},
	    {"people four", 0, 0},
	    {"a table", 0, 0},
	    {"hundred", 0, 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = offhook_language_words_split(cases[i].text);
		guint number = 0;
		guint length =
		    offhook_language_words_read_number((const char *const *)words, &number);

		g_assert_cmpuint(length, ==, cases[i].length);
		if (length > 0)
			g_assert_cmpuint(number, ==, cases[i].number);
	}
}

/* What is spelled is read back. */
static void
test_spell_number(void)
{
	for (guint i = 0; i <= 9999; i++) {
		g_autofree char *spelled = offhook_language_words_spell_number(i);
		g_auto(GStrv) words = offhook_language_words_split(spelled);
		guint number = G_MAXUINT;

		g_assert_cmpuint(
		    offhook_language_words_read_number((const char *const *)words, &number), ==,
		    g_strv_length(words));
		g_assert_cmpuint(number, ==, i);
	}
}

static void
test_ordinals(void)
{
	for (guint i = 1; i <= 31; i++) {
		g_autofree char *spelled = offhook_language_words_spell_ordinal(i);
		g_autofree char *digits = g_strdup_printf("%uth", i);
		g_auto(GStrv) words = offhook_language_words_split(spelled);
		g_auto(GStrv) short_words = offhook_language_words_split(digits);
		guint number = 0;

		g_assert_cmpuint(
		    offhook_language_words_read_ordinal((const char *const *)words, &number), ==,
		    g_strv_length(words));
		g_assert_cmpuint(number, ==, i);
		g_assert_cmpuint(
		    offhook_language_words_read_ordinal((const char *const *)short_words, &number),
		    ==, 2);
		g_assert_cmpuint(number, ==, i);
	}
}

static void
test_read_digits(void)
{
	static const struct {
		const char *text;
		guint length;
		const char *digits;
	} cases[] = {
	    {"one two three", 3, "123"},
	    {"five oh five", 3, "505"},
	    {"double five triple zero", 4, "55000"},
	    {"twenty one forty two", 4, "2142"},
	    {"0151 23456", 2, "015123456"},
	    {"one two please", 2, "12"},
	    {"double", 0, ""},
	    {"please one", 0, ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = offhook_language_words_split(cases[i].text);
		g_autoptr(GString) digits = g_string_new(NULL);

		g_assert_cmpuint(
		    offhook_language_words_read_digits((const char *const *)words, digits), ==,
		    cases[i].length);
		g_assert_cmpstr(digits->str, ==, cases[i].digits);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/language/words/split", test_split);
	g_test_add_func("/language/words/split-again", test_split_again);
	g_test_add_func("/language/words/split-limit", test_split_limit);
	g_test_add_func("/language/words/weight", test_weight);
	g_test_add_func("/language/words/read-number", test_read_number);
	g_test_add_func("/language/words/spell-number", test_spell_number);
	g_test_add_func("/language/words/ordinals", test_ordinals);
	g_test_add_func("/language/words/read-digits", test_read_digits);
	return g_test_run();
}
