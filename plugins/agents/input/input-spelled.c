/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Letters and e-mail addresses. Pure functions, any thread.
 */

#include "input-spelled.h"

#include "language-numerals.h"
#include <string.h>

/* One letter or two may be words. */
#define OFFHOOK_INPUT_SPELLED_MIN       3
#define OFFHOOK_INPUT_SPELLED_MAX_WORDS 8 /* of an address, on either side */

static const char *const offhook_input_spelled_alphabet[] = {
    "alpha",  "bravo", "charlie", "delta",  "echo",     "foxtrot", "golf",   "hotel",  "india",
    "juliet", "kilo",  "lima",    "mike",   "november", "oscar",   "papa",   "quebec", "romeo",
    "sierra", "tango", "uniform", "victor", "whiskey",  "xray",    "yankee", "zulu",
};

static const char *const offhook_input_spelled_at[] = {
    "at", "ät", "klammeraffe", "arobase", "arroba", "arrobas", NULL};
static const char *const offhook_input_spelled_dot[] = {"dot",   "point",  "punkt",
							"punto", "period", NULL};
static const char *const offhook_input_spelled_tops[] = {
    "com", "net", "org", "de", "fr", "es", "uk", "eu", "info", "io",      "ch",   "us",
    "edu", "gov", "it",  "nl", "be", "ca", "au", "me", "biz",  "example", "test", NULL};

/* What goes before an address, and belongs to none. */
static const char *const offhook_input_spelled_before[] = {
    "is",  "my",    "email", "mail",   "address", "e",   "it",  "to",  "the", "at", "and",
    "ist", "meine", "an",    "lautet", "adresse", "est", "mon", "c",   "es",  "mi", "correo",
    "la",  "le",    "send",  "under",  "write",   "a",   "que", "und", "et",  "y",  NULL};

static const struct {
	const char *word;
	char sign;
} offhook_input_spelled_signs[] = {
    {"dash", '-'},  {"hyphen", '-'},     {"minus", '-'},       {"bindestrich", '-'}, {"tiret", '-'},
    {"guion", '-'}, {"underscore", '_'}, {"unterstrich", '_'}, {"plus", '+'},
};

static gboolean
offhook_input_spelled_is(const char *word, const char *const *list)
{
	return word != NULL && g_strv_contains(list, word);
}

static gboolean
offhook_input_spelled_is_letter(const char *word)
{
	return word != NULL && g_ascii_isalpha(word[0]) && word[1] == '\0';
}

/* "as in bravo", "wie Berta": how many words, for a @letter. */
static guint
offhook_input_spelled_skip_example(const char *const *words, char letter)
{
	static const char *const joints[] = {"like", "for", "wie", "comme", "como", "de", NULL};
	guint n = 0;

	if (g_strcmp0(words[0], "as") == 0 && g_strcmp0(words[1], "in") == 0)
		n = 2;
	else if (offhook_input_spelled_is(words[0], joints))
		n = 1;
	return n > 0 && words[n] != NULL && words[n][0] == letter && words[n][1] != '\0' ? n + 1
											 : 0;
}

/* One letter, or two the same: how many words. */
static guint
offhook_input_spelled_read_letter(OffhookLanguage language, const char *const *words,
				  GString *letters, gboolean *explained)
{
	guint used = 0;
	guint example;

	if (words[0] == NULL)
		return 0;
	if (language == OFFHOOK_LANGUAGE_EN && g_str_equal(words[0], "double") &&
	    offhook_input_spelled_is_letter(words[1])) {
		if (words[1][0] == 'u') {
			g_string_append_c(letters, 'w');
		} else {
			g_string_append_c(letters, words[1][0]);
			g_string_append_c(letters, words[1][0]);
		}
		used = 2;
	} else if (offhook_input_spelled_is_letter(words[0])) {
		g_string_append_c(letters, words[0][0]);
		used = 1;
	}
	if (used > 0) {
		example = offhook_input_spelled_skip_example(words + used,
							     letters->str[letters->len - 1]);
		*explained |= example > 0;
		return used + example;
	}
	for (guint i = 0; i < G_N_ELEMENTS(offhook_input_spelled_alphabet); i++) {
		if (g_str_equal(words[0], offhook_input_spelled_alphabet[i])) {
			g_string_append_c(letters, (char)('a' + i));
			return 1;
		}
	}
	return 0;
}

guint
offhook_input_spelled_read(OffhookLanguage language, const char *const *words, GString *letters)
{
	gboolean explained = FALSE;
	guint used = 0;
	guint more;

	g_string_truncate(letters, 0);
	while ((more = offhook_input_spelled_read_letter(language, words + used, letters,
							 &explained)) > 0)
		used += more;
	if (letters->len < OFFHOOK_INPUT_SPELLED_MIN && !(explained && letters->len > 0))
		return 0;
	g_string_ascii_up(letters);
	return used;
}

/* ---- e-mail addresses ---- */

/* Appends what the words say; whole words stand for themselves. Returns how many were used. */
static guint
offhook_input_spelled_append(OffhookLanguage language, const char *const *words, guint n,
			     GString *out)
{
	g_autoptr(GString) letters = g_string_new(NULL);
	guint number;
	guint used;

	if (offhook_input_spelled_is(words[0], offhook_input_spelled_dot)) {
		g_string_append_c(out, '.');
		return 1;
	}
	for (guint i = 0; i < G_N_ELEMENTS(offhook_input_spelled_signs); i++) {
		if (g_str_equal(words[0], offhook_input_spelled_signs[i].word)) {
			g_string_append_c(out, offhook_input_spelled_signs[i].sign);
			return 1;
		}
	}
	used = offhook_input_spelled_read(language, words, letters);
	if (used > 0 && used <= n) {
		g_string_ascii_down(letters);
		g_string_append(out, letters->str);
		return used;
	}
	used = offhook_language_numerals_read(language, words, &number);
	if (used > 0 && used <= n) {
		g_string_append_printf(out, "%u", number);
		return used;
	}
	g_string_append(out, words[0]);
	return 1;
}

static void
offhook_input_spelled_append_all(OffhookLanguage language, const char *const *words, guint n,
				 GString *out)
{
	guint at = 0;

	while (at < n)
		at += offhook_input_spelled_append(language, words + at, n - at, out);
}

/* Where the domain that begins at @at ends: behind its last "dot com". 0 for none. */
static guint
offhook_input_spelled_find_end(const char *const *words, guint at)
{
	guint end = 0;

	if (words[at] == NULL)
		return 0;
	for (guint i = at + 1; words[i] != NULL && i < at + OFFHOOK_INPUT_SPELLED_MAX_WORDS; i++) {
		if (offhook_input_spelled_is(words[i - 1], offhook_input_spelled_dot) &&
		    offhook_input_spelled_is(words[i], offhook_input_spelled_tops))
			end = i + 1;
		else if (end > 0 && i >= end &&
			 !offhook_input_spelled_is(words[i], offhook_input_spelled_dot))
			break;
	}
	return end > at + 2 ? end : 0;
}

static gboolean
offhook_input_spelled_is_address(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && at > text && at[-1] != '.' && text[0] != '.' && at[1] != '.' &&
	       strstr(text, "..") == NULL && strlen(text) <= 254;
}

gboolean
offhook_input_spelled_read_email(OffhookLanguage language, const char *const *words, guint first,
				 guint at, GString *address, guint *from, guint *to)
{
	static const char *const articles[] = {"the", "a", "my", "our", "your", NULL};
	guint end;

	g_string_truncate(address, 0);
	/* "at the dot com company" */
	if (!offhook_input_spelled_is(words[at], offhook_input_spelled_at) || at == first ||
	    offhook_input_spelled_is(words[at + 1], articles))
		return FALSE;
	end = offhook_input_spelled_find_end(words, at + 1);
	if (end == 0)
		return FALSE;
	*from = at;
	while (*from > first && at - *from < OFFHOOK_INPUT_SPELLED_MAX_WORDS * 2 &&
	       !offhook_input_spelled_is(words[*from - 1], offhook_input_spelled_before))
		(*from)--;
	if (*from == at)
		return FALSE;
	*to = end;
	offhook_input_spelled_append_all(language, words + *from, at - *from, address);
	g_string_append_c(address, '@');
	offhook_input_spelled_append_all(language, words + at + 1, end - at - 1, address);
	return offhook_input_spelled_is_address(address->str);
}
