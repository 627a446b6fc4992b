/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Numbers in English words, both ways. Pure functions, any thread.
 */

#include "language-words.h"

#include <string.h>

#define OFFHOOK_LANGUAGE_NUMBERS_MAX 9999

static const char *const offhook_language_numbers_ones[] = {
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
};

static const char *const offhook_language_numbers_tens[] = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
};

static const char *const offhook_language_numbers_ordinals[] = {
    "",           "first",     "second",    "third",       "fourth",     "fifth",      "sixth",
    "seventh",    "eighth",    "ninth",     "tenth",       "eleventh",   "twelfth",    "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
};

static gint
offhook_language_numbers_index(const char *const *table, guint n, const char *word)
{
	for (guint i = 0; word != NULL && i < n; i++) {
		if (*table[i] != '\0' && g_str_equal(table[i], word))
			return (gint)i;
	}
	return -1;
}

#define OFFHOOK_LANGUAGE_NUMBERS_INDEX(table, word)                                                \
	offhook_language_numbers_index((table), G_N_ELEMENTS(table), (word))

static gboolean
offhook_language_numbers_is_digits(const char *word, guint max)
{
	gsize length = word != NULL ? strlen(word) : 0;

	return length > 0 && length <= max && strspn(word, "0123456789") == length;
}

/* One to ninety nine. */
static guint
offhook_language_numbers_read_small(const char *const *words, guint *number)
{
	gint ones = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_ones, words[0]);
	gint tens = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_tens, words[0]);

	if (ones >= 0) {
		*number = (guint)ones;
		return 1;
	}
	if (tens < 0)
		return 0;
	*number = (guint)tens * 10;
	ones = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_ones, words[1]);
	if (ones < 1 || ones > 9)
		return 1;
	*number += (guint)ones;
	return 2;
}

/* "<small> hundred [[and] <small>]", with "a" for one. */
static guint
offhook_language_numbers_read_hundreds(const char *const *words, guint *number)
{
	guint rest = 0;
	guint more;
	guint used;

	if (g_strcmp0(words[0], "a") == 0 && g_strcmp0(words[1], "hundred") == 0) {
		*number = 1;
		used = 1;
	} else {
		used = offhook_language_numbers_read_small(words, number);
	}
	if (used == 0 || *number == 0 || *number > 99 || g_strcmp0(words[used], "hundred") != 0)
		return used;
	*number *= 100;
	used++;
	more = words[used] != NULL && g_str_equal(words[used], "and") ? 1 : 0;
	more += offhook_language_numbers_read_small(words + used + more, &rest);
	if (rest == 0)
		return used;
	*number += rest;
	return used + more;
}

guint
offhook_language_words_read_number(const char *const *words, guint *number)
{
	guint rest = 0;
	guint used;
	guint more;

	if (offhook_language_numbers_is_digits(words[0], 4)) {
		*number = (guint)g_ascii_strtoull(words[0], NULL, 10);
		return 1;
	}
	used = offhook_language_numbers_read_hundreds(words, number);
	if (used == 0 || *number == 0 || *number > 9 || g_strcmp0(words[used], "thousand") != 0)
		return used;
	*number *= 1000;
	used++;
	more = words[used] != NULL && g_str_equal(words[used], "and") ? 1 : 0;
	more += offhook_language_numbers_read_hundreds(words + used + more, &rest);
	if (rest == 0 || rest > 999)
		return used;
	*number += rest;
	return used + more;
}

guint
offhook_language_words_read_ordinal(const char *const *words, guint *number)
{
	gint ones = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_ordinals, words[0]);
	gint tens = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_tens, words[0]);
	guint used = 1;

	if (ones > 0) {
		*number = (guint)ones;
	} else if (g_strcmp0(words[0], "thirtieth") == 0) {
		*number = 30;
	} else if (tens == 2 || tens == 3) {
		ones = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_ordinals, words[1]);
		if (ones < 1 || ones > 9)
			return 0;
		*number = (guint)(tens * 10 + ones);
		used = 2;
	} else if (offhook_language_numbers_is_digits(words[0], 2)) {
		static const char *const endings[] = {"st", "nd", "rd", "th", NULL};

		*number = (guint)g_ascii_strtoull(words[0], NULL, 10);
		if (words[1] != NULL && g_strv_contains(endings, words[1]))
			used = 2;
	} else {
		return 0;
	}
	return *number >= 1 && *number <= 31 ? used : 0;
}

/* One word's digits. */
static gboolean
offhook_language_numbers_append_digits(const char *word, GString *digits)
{
	gint ones = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_ones, word);
	gint tens = OFFHOOK_LANGUAGE_NUMBERS_INDEX(offhook_language_numbers_tens, word);

	if (ones >= 0)
		g_string_append_printf(digits, "%d", ones);
	else if (tens >= 0)
		g_string_append_printf(digits, "%d", tens * 10);
	else if (g_str_equal(word, "oh") || g_str_equal(word, "o"))
		g_string_append_c(digits, '0');
	else if (offhook_language_numbers_is_digits(word, 40))
		g_string_append(digits, word);
	else
		return FALSE;
	return TRUE;
}

guint
offhook_language_words_read_digits(const char *const *words, GString *digits)
{
	guint used = 0;

	while (words[used] != NULL) {
		const char *word = words[used];
		guint times = g_str_equal(word, "double") ? 2 : g_str_equal(word, "triple") ? 3 : 1;
		guint number = 0;
		guint pair;

		if (times > 1) {
			if (words[used + 1] == NULL)
				break;
			for (guint i = 0; i < times; i++) {
				if (!offhook_language_numbers_append_digits(words[used + 1],
									    digits))
					return used;
			}
			used += 2;
			continue;
		}
		pair = offhook_language_numbers_read_small(words + used, &number);
		if (pair == 2) { /* "twenty one" is 21, not 201 */
			g_string_append_printf(digits, "%u", number);
			used += 2;
			continue;
		}
		if (!offhook_language_numbers_append_digits(word, digits))
			break;
		used++;
	}
	return used;
}

static void
offhook_language_numbers_spell_small(guint number, GString *out)
{
	if (number < G_N_ELEMENTS(offhook_language_numbers_ones)) {
		g_string_append(out, offhook_language_numbers_ones[number]);
		return;
	}
	g_string_append(out, offhook_language_numbers_tens[number / 10]);
	if (number % 10 != 0)
		g_string_append_printf(out, " %s", offhook_language_numbers_ones[number % 10]);
}

char *
offhook_language_words_spell_number(guint number)
{
	GString *out = g_string_new(NULL);
	guint rest = number % 100;

	if (number > OFFHOOK_LANGUAGE_NUMBERS_MAX) {
		g_string_append_printf(out, "%u", number);
		return g_string_free(out, FALSE);
	}
	if (number >= 1000)
		g_string_append_printf(out, "%s thousand",
				       offhook_language_numbers_ones[number / 1000]);
	if (number / 100 % 10 != 0)
		g_string_append_printf(out, "%s%s hundred", out->len > 0 ? " " : "",
				       offhook_language_numbers_ones[number / 100 % 10]);
	if (rest != 0 || number == 0) {
		if (out->len > 0)
			g_string_append(out, " and ");
		offhook_language_numbers_spell_small(rest, out);
	}
	return g_string_free(out, FALSE);
}

char *
offhook_language_words_spell_ordinal(guint number)
{
	g_return_val_if_fail(number >= 1 && number <= 31, g_strdup(""));

	if (number < G_N_ELEMENTS(offhook_language_numbers_ordinals))
		return g_strdup(offhook_language_numbers_ordinals[number]);
	if (number == 30)
		return g_strdup("thirtieth");
	return g_strdup_printf("%s %s", offhook_language_numbers_tens[number / 10],
			       offhook_language_numbers_ordinals[number % 10]);
}
