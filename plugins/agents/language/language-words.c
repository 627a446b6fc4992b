/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Words of an utterance: splitting, and for English weighing. Numbers are in language-numbers.c. Pure
 * functions, any thread.
 */

#include "language-words.h"

#include "language.h"

#include <string.h>

/* More than anybody says in one turn. */
#define OFFHOOK_LANGUAGE_WORDS_MAX_BYTES 4096

/* Words that several recognisers write differently, and what they stand for. */
static const struct {
	const char *word;
	const char *full;
} offhook_language_words_forms[] = {
    {"can't", "can not"},   {"cant", "can not"},
    {"cannot", "can not"},  {"won't", "will not"},
    {"let's", "let us"},    {"lets", "let us"},
    {"dont", "do not"},     {"didnt", "did not"},
    {"whats", "what is"},   {"thats", "that is"},
    {"im", "i am"},         {"oclock", "o'clock"},
    {"ok", "okay"},         {"wanna", "want to"},
    {"gonna", "going to"},  {"gimme", "give me"},
    {"hrs", "hours"},       {"tmrw", "tomorrow"},
    {"yea", "yeah"},        {"o'clock", "o'clock"},
    {"c'mon", "come on"},   {"thx", "thanks"},
    {"pls", "please"},      {"wheres", "where is"},
    {"bye-bye", "bye bye"}, {"goodnight", "good night"},
};

/* What an apostrophe stands for at the end of a word. */
static const struct {
	const char *ending;
	const char *full;
} offhook_language_words_endings[] = {
    {"n't", "not"}, {"'d", "would"}, {"'m", "am"}, {"'re", "are"}, {"'ll", "will"}, {"'ve", "have"},
};

/* After these "'s" is "is"; after others it is a possessive. */
static const char *const offhook_language_words_before_is[] = {
    "what", "it", "that", "there", "where", "when", "who", "how", "he", "she", "here", NULL,
};

static const char *const offhook_language_words_fillers[] = {
    "um",    "uh",   "er",   "erm", "hm",     "hmm",    "mm",        "ah",  "oh",       "well",
    "so",    "like", "just", "eh",  "okay",   "hello",  "hi",        "hey", "actually", "please",
    "maybe", "then", "now",  "and", "kindly", "really", "basically", "ish", "perhaps",  NULL,
};

static const char *const offhook_language_words_small[] = {
    "a",    "an",  "the",  "i",    "me",    "my",  "you",   "your",  "we",   "us",
    "our",  "it",  "is",   "are",  "am",    "be",  "do",    "does",  "did",  "to",
    "of",   "for", "on",   "at",   "in",    "can", "could", "would", "will", "may",
    "some", "any", "this", "that", "there", "or",  "with",  "have",  "has",  "if",
    "as",   "by",  "was",  "not",  "they",  "he",  "she",   "them",  "its",  "get",
    "give", "let", "from", "also", "one",   NULL,
};

static const char *const offhook_language_words_middling[] = {
    "what", "when",  "where",  "how", "who", "which", "why", "tell", "know", "want", "like",
    "need", "thank", "thanks", "no",  "yes", "time",  "say", "make", "many", "go",   NULL,
};

double
offhook_language_words_get_weight(const char *word)
{
	if (g_strv_contains(offhook_language_words_fillers, word))
		return 0.1;
	if (g_strv_contains(offhook_language_words_small, word))
		return 0.3;
	if (g_strv_contains(offhook_language_words_middling, word))
		return 0.6;
	return 1.0;
}

/* Adds @word, in full, to the words. */
static void
offhook_language_words_add(GPtrArray *words, const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_language_words_forms); i++) {
		if (g_str_equal(word, offhook_language_words_forms[i].word)) {
			g_auto(GStrv) full =
			    g_strsplit(offhook_language_words_forms[i].full, " ", -1);

			for (guint j = 0; full[j] != NULL; j++)
				g_ptr_array_add(words, g_steal_pointer(&full[j]));
			return;
		}
	}
	for (guint i = 0; i < G_N_ELEMENTS(offhook_language_words_endings); i++) {
		const char *ending = offhook_language_words_endings[i].ending;

		if (g_str_has_suffix(word, ending) && strlen(word) > strlen(ending)) {
			g_ptr_array_add(words, g_strndup(word, strlen(word) - strlen(ending)));
			g_ptr_array_add(words, g_strdup(offhook_language_words_endings[i].full));
			return;
		}
	}
	if (g_str_has_suffix(word, "'s") && strlen(word) > 2) {
		g_autofree char *stem = g_strndup(word, strlen(word) - 2);
		gboolean is = g_strv_contains(offhook_language_words_before_is, stem);

		g_ptr_array_add(words, g_steal_pointer(&stem));
		if (is)
			g_ptr_array_add(words, g_strdup("is"));
		return;
	}
	g_ptr_array_add(words, g_strdup(word));
}

/* Without apostrophes at its ends; nothing may remain. */
static void
offhook_language_words_flush(GPtrArray *words, GString *word, gboolean english)
{
	while (word->len > 0 && word->str[word->len - 1] == '\'')
		g_string_truncate(word, word->len - 1);
	while (word->len > 0 && word->str[0] == '\'')
		g_string_erase(word, 0, 1);
	if (word->len > 0 && english)
		offhook_language_words_add(words, word->str);
	else if (word->len > 0)
		g_ptr_array_add(words, g_strdup(word->str));
	g_string_truncate(word, 0);
}

/* "7:30" and "7.30" are one word: a time. @p: at the separator. */
static gboolean
offhook_language_words_is_time(const GString *word, const char *p)
{
	if (word->len < 1 || word->len > 2 || !g_ascii_isdigit(word->str[0]) ||
	    !g_ascii_isdigit(word->str[word->len - 1]))
		return FALSE;
	return p[1] >= '0' && p[1] <= '5' && g_ascii_isdigit(p[2]) && !g_ascii_isdigit(p[3]);
}

/* Without accents and in lower case; always valid UTF-8. (transfer full) */
static char *
offhook_language_words_normalize(const char *text)
{
	g_autofree char *valid =
	    g_utf8_make_valid(text, MIN(strlen(text), OFFHOOK_LANGUAGE_WORDS_MAX_BYTES));
	g_autofree char *apart = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
	GString *out = g_string_new(NULL);

	for (const char *p = apart; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_ismark(c))
			continue;
		if (c == 0x2019 || c == 0x2018 || c == 0x02bc)
			c = '\'';
		g_string_append_unichar(out, g_unichar_tolower(c));
	}
	return g_string_free(out, FALSE);
}

/* Two words that are one: "p.m." came apart, and "o clock". */
static void
offhook_language_words_join(GPtrArray *words)
{
	static const struct {
		const char *first;
		const char *second;
		const char *joined;
	} pairs[] = {{"p", "m", "pm"}, {"a", "m", "am"}, {"o", "clock", "o'clock"}};

	for (guint i = 0; i + 1 < words->len; i++) {
		for (guint j = 0; j < G_N_ELEMENTS(pairs); j++) {
			if (!g_str_equal(words->pdata[i], pairs[j].first) ||
			    !g_str_equal(words->pdata[i + 1], pairs[j].second))
				continue;
			g_free(words->pdata[i]);
			words->pdata[i] = g_strdup(pairs[j].joined);
			g_ptr_array_remove_index(words, i + 1);
			break;
		}
	}
}

static char **
offhook_language_words_split_as(const char *text, gboolean english)
{
	g_autofree char *plain = offhook_language_words_normalize(text);
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) word = g_string_new(NULL);

	for (const char *p = plain; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		gboolean digit = c < 128 && g_ascii_isdigit(c);
		gboolean after_digit = word->len > 0 && g_ascii_isdigit(word->str[word->len - 1]);

		if ((c == ':' || c == '.') && offhook_language_words_is_time(word, p)) {
			g_string_append_c(word, ':');
			continue;
		}
		if (!g_unichar_isalnum(c) && (c != '\'' || !english)) {
			offhook_language_words_flush(words, word, english);
			continue;
		}
		if (word->len > 0 && digit != after_digit && word->str[word->len - 1] != ':')
			offhook_language_words_flush(words, word, english); /* "7pm" */
		g_string_append_unichar(word, c);
	}
	offhook_language_words_flush(words, word, english);
	offhook_language_words_join(words);
	if (words->len > OFFHOOK_LANGUAGE_MAX_WORDS)
		g_ptr_array_set_size(words, OFFHOOK_LANGUAGE_MAX_WORDS);
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

char **
offhook_language_words_split(const char *text)
{
	return offhook_language_words_split_as(text, TRUE);
}

char **
offhook_language_words_split_in(const char *language, const char *text)
{
	return offhook_language_words_split_as(text, offhook_language_from_tag(language) ==
							 OFFHOOK_LANGUAGE_EN);
}

/* How many of @words the phrase at @p takes; 0 when they are others. */
static guint
offhook_language_words_match_one(const char *p, const char *const *words)
{
	guint n = 0;

	for (;;) {
		gsize length = strcspn(p, " |");

		if (words[n] == NULL || strlen(words[n]) != length ||
		    memcmp(words[n], p, length) != 0)
			return 0;
		n++;
		p += length;
		if (*p != ' ')
			return n;
		p++;
	}
}

guint
offhook_language_words_match(const char *phrases, const char *const *words)
{
	guint longest = 0;

	for (const char *p = phrases; p != NULL; p = strchr(p, '|')) {
		p += *p == '|' ? 1 : 0;
		longest = MAX(longest, offhook_language_words_match_one(p, words));
	}
	return longest;
}
