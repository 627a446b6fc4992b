/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/lexicon.h"

static void
test_words(void)
{
	g_assert_cmpuint(offhook_lexicon_count_words(""), ==, 0);
	g_assert_cmpuint(offhook_lexicon_count_words(" ... - !"), ==, 0);
	g_assert_cmpuint(offhook_lexicon_count_words("Book a table, please."), ==, 4);
	g_assert_cmpuint(offhook_lexicon_count_words("Grüße, 你好"), ==, 2);
}

static void
test_backchannels(void)
{
	static const char *const yes[] = {"uh-huh", "Okay.",     "yeah, yeah", "I see",
					  "mm hmm", "ALL right", "Right",      NULL};
	static const char *const no[] = {"",  "...",          "no",    "okay but", "stop",
					 "I", "yeah I see a", "table", NULL};

	for (guint i = 0; yes[i] != NULL; i++)
		g_assert_true(offhook_lexicon_is_backchannel("en-GB", yes[i]));
	for (guint i = 0; no[i] != NULL; i++)
		g_assert_false(offhook_lexicon_is_backchannel("en", no[i]));
	g_assert_true(offhook_lexicon_is_backchannel("de_AT", "ja, genau"));
	g_assert_false(offhook_lexicon_is_backchannel("de", "sure"));
	g_assert_true(offhook_lexicon_is_backchannel("fr", "D’accord"));
	g_assert_true(offhook_lexicon_is_backchannel("es", "Ajá"));
	/* What we don't know is taken for English. */
	g_assert_true(offhook_lexicon_is_backchannel(NULL, "sure"));
	g_assert_true(offhook_lexicon_is_backchannel("tlh", "sure"));
	g_assert_true(offhook_lexicon_is_backchannel("", "sure"));
}

static void
test_yes_no(void)
{
	g_assert_true(offhook_lexicon_is_yes_no("en", "Yes, please."));
	g_assert_true(offhook_lexicon_is_yes_no("en", "no thank you"));
	g_assert_false(offhook_lexicon_is_yes_no("en", "no I said eight"));
	g_assert_true(offhook_lexicon_is_yes_no("de", "Nein danke"));
	g_assert_true(offhook_lexicon_is_yes_no("fr", "non merci"));
	g_assert_false(offhook_lexicon_is_yes_no("en", ""));
}

static void
test_open_ends(void)
{
	static const char *const open[] = {"book a table for",
					   "a table, and then",
					   "on friday,",
					   "so um",
					   "it's:",
					   "well...",
					   "AND",
					   "the ",
					   NULL};
	static const char *const closed[] = {"",          "book a table", "yes",
					     "for two.",  "come in",      "land",
					     "what for?", "and so on",    NULL};

	for (guint i = 0; open[i] != NULL; i++)
		g_assert_true(offhook_lexicon_ends_open("en", open[i]));
	for (guint i = 0; closed[i] != NULL; i++)
		g_assert_false(offhook_lexicon_ends_open("en", closed[i]));
	g_assert_true(offhook_lexicon_ends_open("de", "ich komme nicht, weil"));
	g_assert_false(offhook_lexicon_ends_open("de", "book a table for"));
}

static void
test_digits(void)
{
	g_assert_cmpuint(offhook_lexicon_count_digits("en", ""), ==, 0);
	g_assert_cmpuint(offhook_lexicon_count_digits("en", "four seven oh one"), ==, 4);
	g_assert_cmpuint(offhook_lexicon_count_digits("en", "4 71-1"), ==, 4);
	g_assert_cmpuint(offhook_lexicon_count_digits("en", "double five triple 0"), ==, 5);
	g_assert_cmpuint(offhook_lexicon_count_digits("en", "it is number nine"), ==, 1);
	g_assert_cmpuint(offhook_lexicon_count_digits("de", "zwo fünf eins"), ==, 3);
	g_assert_cmpuint(offhook_lexicon_count_digits("fr", "zéro six"), ==, 2);
	g_assert_cmpuint(offhook_lexicon_count_last_digits("en", "one is double five 3."), ==, 3);
	g_assert_cmpuint(offhook_lexicon_count_last_digits("en", "one two please"), ==, 0);
}

static void
test_abbreviations(void)
{
	g_assert_true(offhook_lexicon_is_abbreviation("en", "Mr", 'S'));
	g_assert_true(offhook_lexicon_is_abbreviation("en", "p.m", 'W'));
	g_assert_true(offhook_lexicon_is_abbreviation("en", "No", '5'));
	g_assert_false(offhook_lexicon_is_abbreviation("en", "no", 'S'));
	g_assert_false(offhook_lexicon_is_abbreviation("en", "table", 'S'));
	g_assert_true(offhook_lexicon_is_abbreviation("de", "z.B", 'A'));
	/* "am 3. Oktober" */
	g_assert_true(offhook_lexicon_is_abbreviation("de", "3", 'O'));
	g_assert_false(offhook_lexicon_is_abbreviation("de", "1999", 'O'));
	g_assert_false(offhook_lexicon_is_abbreviation("en", "3", 'O'));
}

static void
test_long_words(void)
{
	g_autofree char *word = g_strnfill(5000, 'a');

	g_assert_cmpuint(offhook_lexicon_count_words(word), ==, 1);
	g_assert_false(offhook_lexicon_is_backchannel("en", word));
	g_assert_false(offhook_lexicon_ends_open("en", word));
	g_assert_cmpuint(offhook_lexicon_count_digits("en", word), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/lexicon/words", test_words);
	g_test_add_func("/turn/lexicon/backchannels", test_backchannels);
	g_test_add_func("/turn/lexicon/yes-no", test_yes_no);
	g_test_add_func("/turn/lexicon/open-ends", test_open_ends);
	g_test_add_func("/turn/lexicon/digits", test_digits);
	g_test_add_func("/turn/lexicon/abbreviations", test_abbreviations);
	g_test_add_func("/turn/lexicon/long-words", test_long_words);
	return g_test_run();
}
