/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Numbers in German, French and Spanish words; the English ones are in language-numbers.c. German
 * writes a number as one word, which is taken apart from the front; the others say it in words that
 * add up. Pure functions, any thread.
 */

#include "language-numerals.h"

#include "language-words.h"
#include <string.h>

typedef struct {
	const char *word;
	guint value;
} OffhookLanguageNumeral;

/* ---- German: one word ---- */

/* Longer ones first where one begins another. */
static const OffhookLanguageNumeral offhook_language_numerals_de[] = {
    {"dreizehn", 13}, {"vierzehn", 14}, {"funfzehn", 15}, {"sechzehn", 16}, {"siebzehn", 17},
    {"achtzehn", 18}, {"neunzehn", 19}, {"zwanzig", 20},  {"dreissig", 30}, {"dreißig", 30},
    {"vierzig", 40},  {"funfzig", 50},  {"sechzig", 60},  {"siebzig", 70},  {"achtzig", 80},
    {"neunzig", 90},  {"zwolf", 12},    {"null", 0},      {"eins", 1},      {"einen", 1},
    {"eine", 1},      {"ein", 1},       {"zwei", 2},      {"zwo", 2},       {"drei", 3},
    {"vier", 4},      {"funf", 5},      {"sechs", 6},     {"sieben", 7},    {"acht", 8},
    {"neun", 9},      {"zehn", 10},     {"elf", 11},
};

static const OffhookLanguageNumeral *
offhook_language_numerals_begin_de(const char *text)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_language_numerals_de); i++) {
		if (g_str_has_prefix(text, offhook_language_numerals_de[i].word))
			return &offhook_language_numerals_de[i];
	}
	return NULL;
}

/* "funfundzwanzig", "zwanzig", "funf": moves @text on. -1 for none. */
static gint
offhook_language_numerals_take_small_de(const char **text)
{
	const OffhookLanguageNumeral *first = offhook_language_numerals_begin_de(*text);
	const OffhookLanguageNumeral *tens;
	const char *rest;

	if (first == NULL)
		return -1;
	rest = *text + strlen(first->word);
	if (first->value >= 1 && first->value <= 9 && g_str_has_prefix(rest, "und")) {
		tens = offhook_language_numerals_begin_de(rest + 3);
		if (tens != NULL && tens->value >= 20) {
			*text = rest + 3 + strlen(tens->word);
			return (gint)(tens->value + first->value);
		}
	}
	*text = rest;
	return (gint)first->value;
}

/* "zweihundertfunf" */
static gint
offhook_language_numerals_take_hundreds_de(const char **text)
{
	gint number =
	    g_str_has_prefix(*text, "hundert") ? 1 : offhook_language_numerals_take_small_de(text);
	gint more;

	if (number < 1 || number > 9 || !g_str_has_prefix(*text, "hundert"))
		return number;
	*text += strlen("hundert");
	if (g_str_has_prefix(*text, "und"))
		*text += strlen("und");
	more = offhook_language_numerals_take_small_de(text);
	return number * 100 + MAX(more, 0);
}

/* The whole of @word, or -1. */
static gint
offhook_language_numerals_parse_de(const char *word)
{
	gint number = g_str_has_prefix(word, "tausend")
			  ? 1
			  : offhook_language_numerals_take_hundreds_de(&word);
	gint rest = 0;

	if (number >= 1 && g_str_has_prefix(word, "tausend")) {
		word += strlen("tausend");
		if (g_str_has_prefix(word, "und"))
			word += strlen("und");
		if (*word != '\0')
			rest = offhook_language_numerals_take_hundreds_de(&word);
		number = number * 1000 + MAX(rest, 0);
	}
	return *word == '\0' ? number : -1;
}

/* ---- French and Spanish: words that add up ---- */

static const OffhookLanguageNumeral offhook_language_numerals_fr[] = {
    {"zero", 0},      {"un", 1},        {"une", 1},        {"deux", 2},      {"trois", 3},
    {"quatre", 4},    {"cinq", 5},      {"six", 6},        {"sept", 7},      {"huit", 8},
    {"neuf", 9},      {"dix", 10},      {"onze", 11},      {"douze", 12},    {"treize", 13},
    {"quatorze", 14}, {"quinze", 15},   {"seize", 16},     {"vingt", 20},    {"vingts", 20},
    {"trente", 30},   {"quarante", 40}, {"cinquante", 50}, {"soixante", 60}, {"septante", 70},
    {"huitante", 80}, {"nonante", 90},  {"cent", 100},     {"cents", 100},   {"mille", 1000},
    {NULL},
};

static const OffhookLanguageNumeral offhook_language_numerals_es[] = {
    {"cero", 0},
    {"un", 1},
    {"uno", 1},
    {"una", 1},
    {"dos", 2},
    {"tres", 3},
    {"cuatro", 4},
    {"cinco", 5},
    {"seis", 6},
    {"siete", 7},
    {"ocho", 8},
    {"nueve", 9},
    {"diez", 10},
    {"once", 11},
    {"doce", 12},
    {"trece", 13},
    {"catorce", 14},
    {"quince", 15},
    {"dieciseis", 16},
    {"diecisiete", 17},
    {"dieciocho", 18},
    {"diecinueve", 19},
    {"veinte", 20},
    {"veintiuno", 21},
    {"veintiun", 21},
    {"veintidos", 22},
    {"veintitres", 23},
    {"veinticuatro", 24},
    {"veinticinco", 25},
    {"veintiseis", 26},
    {"veintisiete", 27},
    {"veintiocho", 28},
    {"veintinueve", 29},
    {"treinta", 30},
    {"cuarenta", 40},
    {"cincuenta", 50},
    {"sesenta", 60},
    {"setenta", 70},
    {"ochenta", 80},
    {"noventa", 90},
    {"cien", 100},
    {"ciento", 100},
    {"doscientos", 200},
    {"doscientas", 200},
    {"trescientos", 300},
    {"cuatrocientos", 400},
    {"quinientos", 500},
    {"seiscientos", 600},
    {"setecientos", 700},
    {"ochocientos", 800},
    {"novecientos", 900},
    {"mil", 1000},
    {NULL},
};

static gint
offhook_language_numerals_find(const OffhookLanguageNumeral *table, const char *word)
{
	for (guint i = 0; word != NULL && table[i].word != NULL; i++) {
		if (g_str_equal(table[i].word, word))
			return (gint)table[i].value;
	}
	return -1;
}

/* May @value follow a number that ends in @sum (below 1000, of which @last was said last)? */
static gboolean
offhook_language_numerals_fits(guint sum, guint last, guint value)
{
	if (value == 0 || last == 0)
		return FALSE;
	if (value == 20 && last == 4)
		return TRUE; /* quatre-vingt */
	if (value == 100)
		return last >= 2 && last <= 9 && sum % 100 == last; /* deux cents */
	if (last >= 100)
		return value < 100 || (value < last && value % 100 != 0);
	if (last >= 20)
		return value < 20 && sum % 10 == 0;    /* vingt-deux, soixante-quinze */
	return last == 10 && value >= 7 && value <= 9; /* dix-sept */
}

/* Below 1000. */
static guint
offhook_language_numerals_read_sum(const OffhookLanguageNumeral *table, const char *and_word,
				   const char *const *words, guint *number)
{
	gint first = offhook_language_numerals_find(table, words[0]);
	guint used = 1;
	guint last;

	if (first < 0 || first == 1000)
		return 0;
	*number = last = (guint)first;
	while (words[used] != NULL) {
		guint joint = g_str_equal(words[used], and_word) ? 1 : 0;
		gint next = offhook_language_numerals_find(table, words[used + joint]);

		/* "y" and "et" only join tens and ones */
		if (next < 0 || next == 1000 || (joint == 1 && (last < 20 || last >= 100)) ||
		    !offhook_language_numerals_fits(*number, last, (guint)next))
			break;
		if (next == 20 && last == 4)
			*number += 76;
		else if (next == 100)
			*number = *number - last + last * 100;
		else
			*number += (guint)next;
		last = next == 20 && last == 4 ? 80 : (guint)next == 100 ? last * 100 : (guint)next;
		used += 1 + joint;
	}
	return used;
}

static guint
offhook_language_numerals_read_with(const OffhookLanguageNumeral *table, const char *and_word,
				    const char *const *words, guint *number)
{
	guint used = offhook_language_numerals_read_sum(table, and_word, words, number);
	guint rest = 0;
	guint more;

	if (used == 0 && offhook_language_numerals_find(table, words[0]) != 1000)
		return 0;
	if (used == 0)
		*number = 1;
	else if (*number == 0 || offhook_language_numerals_find(table, words[used]) != 1000)
		return used;
	used++;
	*number *= 1000;
	more = words[used] != NULL
		   ? offhook_language_numerals_read_sum(table, and_word, words + used, &rest)
		   : 0;
	*number += rest;
	return used + more;
}

/* ---- all of them ---- */

static gboolean
offhook_language_numerals_is_digits(const char *word, gsize max)
{
	gsize length = strlen(word);

	return length <= max && strspn(word, "0123456789") == length;
}

guint
offhook_language_numerals_read(OffhookLanguage language, const char *const *words, guint *number)
{
	gint value;

	if (words[0] == NULL)
		return 0;
	if (offhook_language_numerals_is_digits(words[0], 6)) {
		*number = (guint)g_ascii_strtoull(words[0], NULL, 10);
		return 1;
	}
	switch (language) {
	case OFFHOOK_LANGUAGE_DE:
		value = offhook_language_numerals_parse_de(words[0]);
		*number = (guint)MAX(value, 0);
		return value >= 0 ? 1 : 0;
	case OFFHOOK_LANGUAGE_FR:
		return offhook_language_numerals_read_with(offhook_language_numerals_fr, "et",
							   words, number);
	case OFFHOOK_LANGUAGE_ES:
		return offhook_language_numerals_read_with(offhook_language_numerals_es, "y", words,
							   number);
	case OFFHOOK_LANGUAGE_EN:
	default:
		return offhook_language_words_read_number(words, number);
	}
}

guint
offhook_language_numerals_read_digits(OffhookLanguage language, const char *const *words,
				      GString *digits)
{
	guint used = 0;

	if (language == OFFHOOK_LANGUAGE_EN)
		return offhook_language_words_read_digits(words, digits);
	while (words[used] != NULL) {
		guint number = 0;
		guint more;

		if (offhook_language_numerals_is_digits(words[used], 40)) {
			g_string_append(digits, words[used++]);
			continue;
		}
		more = offhook_language_numerals_read(language, words + used, &number);
		if (more == 0 || number > 99)
			break;
		g_string_append_printf(digits, "%u", number);
		used += more;
	}
	return used;
}

static gint
offhook_language_numerals_parse_ordinal_de(const char *word)
{
	static const OffhookLanguageNumeral odd[] = {
	    {"erste", 1}, {"dritte", 3}, {"siebte", 7}, {"achte", 8}, {NULL}};
	static const char *const endings[] = {"sten", "ster", "ste", "ten", "ter", "te"};
	g_autofree char *stem = g_str_has_suffix(word, "n") || g_str_has_suffix(word, "r")
				    ? g_strndup(word, strlen(word) - 1)
				    : g_strdup(word);
	gint value = offhook_language_numerals_find(odd, stem);

	for (guint i = 0; value < 0 && i < G_N_ELEMENTS(endings); i++) {
		if (g_str_has_suffix(word, endings[i])) {
			g_autofree char *number =
			    g_strndup(word, strlen(word) - strlen(endings[i]));

			value = *number != '\0' ? offhook_language_numerals_parse_de(number) : -1;
		}
	}
	return value;
}

guint
offhook_language_numerals_read_ordinal(OffhookLanguage language, const char *const *words,
				       guint *number)
{
	guint used = 1;

	if (words[0] == NULL)
		return 0;
	if (language == OFFHOOK_LANGUAGE_EN)
		return offhook_language_words_read_ordinal(words, number);
	if (language == OFFHOOK_LANGUAGE_DE && !offhook_language_numerals_is_digits(words[0], 2)) {
		gint value = offhook_language_numerals_parse_ordinal_de(words[0]);

		*number = (guint)MAX(value, 0);
	} else if (g_str_equal(words[0], "premier") || g_str_equal(words[0], "primero")) {
		*number = 1;
	} else {
		used = offhook_language_numerals_read(language, words, number);
	}
	return used > 0 && *number >= 1 && *number <= 31 ? used : 0;
}
