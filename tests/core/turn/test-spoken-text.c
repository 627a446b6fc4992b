/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/spoken-text.h"

#include <string.h>

static void
assert_heard(const char *text, const char *spoken, const char *heard)
{
	gsize length;
	g_autofree char *got = NULL;

	g_assert_true(offhook_spoken_text_match(text, spoken, &length));
	got = g_strndup(text, length);
	g_assert_cmpstr(got, ==, heard);
}

static void
test_beginning(void)
{
	assert_heard("We open at nine. Anything else?", "We open at", "We open at");
	assert_heard("We open at nine. Anything else?", "", "");
	assert_heard("We open at nine. Anything else?", "We open at nine. Anything else?",
		     "We open at nine. Anything else?");
	assert_heard("Yes. We open. Yes.", "yes", "Yes");
}

static void
test_spelling(void)
{
	assert_heard("We  open,\nat nine.", "we open at", "We  open,\nat");
	assert_heard("That\u2019s twenty-four euros.", "That's twenty four",
		     "That\u2019s twenty-four");
	assert_heard("Cafe\u0301 Ole\u0301 is open.", "caf\u00e9 ol\u00e9", "Cafe\u0301 Ole\u0301");
}

static void
test_part(void)
{
	assert_heard("Of course. We open at nine. Anything else?", "We open at",
		     "Of course. We open at");
}

static void
test_other_words(void)
{
	assert_heard("It costs $5 a day and more.", "It costs five dollars a day",
		     "It costs $5 a day");
}

static void
test_no_spaces(void)
{
	assert_heard("\u4e5d\u70b9\u5f00\u95e8\u3002\u8fd8\u6709\u4ec0\u4e48\uff1f",
		     "\u4e5d\u70b9\u5f00", "\u4e5d\u70b9\u5f00");
}

static void
test_something_else(void)
{
	gsize length;

	g_assert_false(offhook_spoken_text_match("We open at nine.", "Goodbye", &length));
	g_assert_cmpuint(length, ==, 0);
	g_assert_false(offhook_spoken_text_match("", "Goodbye", &length));
}

/* A hundred and fifty words a minute, or somewhat more; never faster than people can speak. */
static void
test_estimate(void)
{
	const char *text = "The quick brown fox jumps over the lazy dog and runs away from us.";
	guint ms = offhook_spoken_text_estimate_ms(text);

	g_assert_cmpuint(ms, >, 14 * 60000 / 180);
	g_assert_cmpuint(ms, <, 14 * 60000 / 120);
	g_assert_cmpuint(offhook_spoken_text_estimate_ms(""), ==, 0);
	g_assert_cmpuint(offhook_spoken_text_estimate_ms("15550100"), >=, 8 * 250);
	g_assert_cmpuint(offhook_spoken_text_estimate_ms("\u4e5d\u70b9\u5f00\u95e8"), >=, 4 * 150);
	/* not every character whose last byte is a dot ends a sentence */
	g_assert_cmpuint(offhook_spoken_text_estimate_ms("\u012e"), <, 200);
}

static void
test_estimate_length(void)
{
	const char *text = "We open at nine. Anything else?";
	guint whole = offhook_spoken_text_estimate_ms(text);
	gsize last = 0;

	g_assert_cmpuint(offhook_spoken_text_estimate_length(text, 0), ==, 0);
	g_assert_cmpuint(offhook_spoken_text_estimate_length(text, whole), ==, strlen(text));
	g_assert_cmpuint(offhook_spoken_text_estimate_length(text, 200), ==, strlen("We"));
	for (guint ms = 0; ms <= whole; ms += 10) {
		gsize length = offhook_spoken_text_estimate_length(text, ms);

		g_assert_cmpuint(length, >=, last);
		g_assert_true(length == 0 || g_ascii_isalnum(text[length - 1]) ||
			      length == strlen(text));
		last = length;
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/spoken-text/beginning", test_beginning);
	g_test_add_func("/spoken-text/spelling", test_spelling);
	g_test_add_func("/spoken-text/part", test_part);
	g_test_add_func("/spoken-text/other-words", test_other_words);
	g_test_add_func("/spoken-text/no-spaces", test_no_spaces);
	g_test_add_func("/spoken-text/something-else", test_something_else);
	g_test_add_func("/spoken-text/estimate", test_estimate);
	g_test_add_func("/spoken-text/estimate-length", test_estimate_length);
	return g_test_run();
}
