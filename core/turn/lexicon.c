/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The word lists of turn-taking, one row per language, and the few questions asked of them. Pure
 * functions over constant tables; any thread.
 */

#include "turn/lexicon.h"

#include <string.h>

/* Longest word and phrase that any list holds, in bytes, with room to spare. */
#define OFFHOOK_LEXICON_MAX_WORD 48

typedef struct {
	const char *language;
	const char *const *backchannels;
	const char *const *yes_no;
	const char *const *open_ends;
	const char *const *digits;      /* ten rows by index; alternatives separated by '|' */
	const char *const *multipliers; /* (nullable) */
	const char *const *abbreviations;
	const char *const *before_numbers;
	gboolean dotted_ordinals; /* "3." is "third" */
} OffhookLexicon;

/* Without case and punctuation: "uh-huh" is the words "uh" and "huh". */
static const char *const offhook_backchannels_en[] = {
    "uh",  "huh",   "mm",   "hmm", "hm", "mhm",     "mmhm",  "ok",     "okay",      "yes", "yeah",
    "yep", "right", "sure", "aha", "ah", "alright", "i see", "got it", "all right", NULL};
static const char *const offhook_backchannels_de[] = {
    "mm",    "hm",  "mhm",  "hmm", "aha",   "ah",     "ja",       "ok",     "okay",
    "genau", "gut", "klar", "so",  "achso", "ach so", "verstehe", "stimmt", NULL};
static const char *const offhook_backchannels_fr[] = {"mm",   "hm",    "mhm", "euh",  "ah",
						      "oui",  "ouais", "ok",  "okay", "d accord",
						      "bien", "voilà", NULL};
static const char *const offhook_backchannels_es[] = {"mm",   "hm",    "mhm",   "aja", "ajá",
						      "ah",   "sí",    "si",    "ok",  "okay",
						      "vale", "claro", "bueno", "ya",  NULL};

static const char *const offhook_yes_no_en[] = {
    "yes",       "yeah",      "yep",  "yup",        "no",      "nope",   "nah",
    "sure",      "ok",        "okay", "correct",    "right",   "please", "thanks",
    "thank you", "of course", "not",  "absolutely", "exactly", NULL};
static const char *const offhook_yes_no_de[] = {"ja",    "nein",      "nee",   "doch",    "gerne",
						"bitte", "danke",     "genau", "richtig", "ok",
						"okay",  "natürlich", NULL};
static const char *const offhook_yes_no_fr[] = {
    "oui", "ouais", "non", "si", "merci", "s il vous plaît", "d accord", "exactement", NULL};
static const char *const offhook_yes_no_es[] = {
    "sí", "si", "no", "claro", "gracias", "por favor", "vale", "correcto", "exacto", NULL};

/*
 * Words that a sentence hardly ever ends with. Those that it may end with ("come in", "yes it is")
 * are left out: each costs a caller who has finished a second.
 */
static const char *const offhook_open_ends_en[] = {
    "and",  "or",  "but",   "because",  "if",     "to",    "for",     "at",     "of", "with",
    "from", "by",  "the",   "a",        "an",     "my",    "your",    "our",    "um", "uh",
    "er",   "erm", "about", "and then", "around", "until", "between", "i mean", NULL};
static const char *const offhook_open_ends_de[] = {
    "und",  "oder",  "aber",  "weil", "dass",  "wenn", "zu",  "für", "um",  "am",
    "im",   "in",    "mit",   "von",  "bei",   "der",  "die", "den", "dem", "ein",
    "eine", "einen", "einem", "mein", "meine", "äh",   "ähm", NULL};
static const char *const offhook_open_ends_fr[] = {
    "et", "ou", "mais", "parce que", "que", "à",   "au", "aux",  "pour", "de",  "du",  "des",
    "le", "la", "les",  "un",        "une", "mon", "ma", "avec", "dans", "sur", "euh", NULL};
static const char *const offhook_open_ends_es[] = {
    "y",  "o",  "pero", "porque", "que", "a",  "al",  "para", "de", "del", "con",
    "en", "el", "la",   "los",    "las", "un", "una", "por",  "eh", NULL};

static const char *const offhook_digits_en[] = {"zero|oh|o|nought",
						"one",
						"two",
						"three",
						"four",
						"five",
						"six",
						"seven",
						"eight",
						"nine",
						NULL};
static const char *const offhook_digits_de[] = {"null", "eins|ein", "zwei|zwo", "drei",
						"vier", "fünf",     "sechs",    "sieben",
						"acht", "neun",     NULL};
static const char *const offhook_digits_fr[] = {"zéro", "un",   "deux", "trois", "quatre", "cinq",
						"six",  "sept", "huit", "neuf",  NULL};
static const char *const offhook_digits_es[] = {"cero", "uno",   "dos",  "tres",  "cuatro", "cinco",
						"seis", "siete", "ocho", "nueve", NULL};

/* The n-th word stands for n + 2 times the next digit. */
static const char *const offhook_multipliers_en[] = {"double", "triple", NULL};

static const char *const offhook_abbreviations_en[] = {
    "mr",   "mrs", "ms",  "dr",     "st",  "jr",  "sr",  "prof", "vs",  "etc",  "eg",
    "e.g",  "ie",  "i.e", "approx", "a.m", "p.m", "inc", "ltd",  "co",  "corp", "ave",
    "blvd", "rd",  "apt", "dept",   "est", "tel", "jan", "feb",  "mar", "apr",  "jun",
    "jul",  "aug", "sep", "sept",   "oct", "nov", "dec", "u.s",  "u.k", NULL};
static const char *const offhook_abbreviations_de[] = {
    "hr",  "fr",  "dr",   "prof", "st",  "str",  "z.b",  "d.h", "u.a", "usw",
    "bzw", "ca",  "etc",  "evtl", "ggf", "inkl", "mind", "tel", "vgl", "jan",
    "feb", "aug", "sept", "okt",  "nov", "dez",  "u",    "o",   NULL};
static const char *const offhook_abbreviations_fr[] = {
    "m",  "mm", "mme", "mlle", "dr",   "pr",   "st",   "ste", "etc", "p.ex", "env",
    "av", "bd", "tél", "janv", "févr", "juil", "sept", "oct", "nov", "déc",  NULL};
static const char *const offhook_abbreviations_es[] = {
    "sr",   "sra",   "srta", "dr",   "dra", "ud",  "uds", "vd",    "etc",
    "p.ej", "aprox", "av",   "avda", "tel", "a.m", "p.m", "ee.uu", NULL};

/* Abbreviations only before a number: "No. 5", but "No. Sorry". */
static const char *const offhook_before_numbers_en[] = {"no",  "nos", "fig", "ext",
							"max", "min", NULL};
static const char *const offhook_before_numbers_de[] = {"nr", "max", "min", "abs", NULL};
static const char *const offhook_before_numbers_fr[] = {"no", "art", NULL};
static const char *const offhook_before_numbers_es[] = {"no", "núm", "art", NULL};

#define OFFHOOK_LEXICON_LISTS(lang)                                                                \
	.backchannels = offhook_backchannels_##lang, .yes_no = offhook_yes_no_##lang,              \
	.open_ends = offhook_open_ends_##lang, .digits = offhook_digits_##lang,                    \
	.abbreviations = offhook_abbreviations_##lang,                                             \
	.before_numbers = offhook_before_numbers_##lang

/* English first: it is what unknown languages get. */
static const OffhookLexicon offhook_lexicons[] = {
    {.language = "en", OFFHOOK_LEXICON_LISTS(en), .multipliers = offhook_multipliers_en},
    {.language = "de", OFFHOOK_LEXICON_LISTS(de), .dotted_ordinals = TRUE},
    {.language = "fr", OFFHOOK_LEXICON_LISTS(fr)},
    {.language = "es", OFFHOOK_LEXICON_LISTS(es)},
};

static const OffhookLexicon *
offhook_lexicon_find(const char *language)
{
	gsize length = language == NULL ? 0 : strcspn(language, "-_");

	for (gsize i = 0; i < G_N_ELEMENTS(offhook_lexicons); i++) {
		const char *name = offhook_lexicons[i].language;

		if (length == strlen(name) && g_ascii_strncasecmp(language, name, length) == 0)
			return &offhook_lexicons[i];
	}
	return &offhook_lexicons[0];
}

/*
 * The next word of *text in lower case, copied into word; moves *text behind it. A word is letters,
 * figures and the marks on them. %FALSE at the end. A longer word than any list has is cut.
 */
static gboolean
offhook_lexicon_next_word(const char **text, char word[OFFHOOK_LEXICON_MAX_WORD])
{
	const char *p = *text;
	gsize n = 0;

	while (*p != '\0' && !g_unichar_isalnum(g_utf8_get_char(p)))
		p = g_utf8_next_char(p);
	while (*p != '\0') {
		gunichar c = g_utf8_get_char(p);

		if (!g_unichar_isalnum(c) && !g_unichar_ismark(c))
			break;
		if (n + 6 < OFFHOOK_LEXICON_MAX_WORD)
			n += g_unichar_to_utf8(g_unichar_tolower(c), word + n);
		p = g_utf8_next_char(p);
	}
	word[n] = '\0';
	*text = p;
	return n > 0;
}

/* How many bytes of @text the words of @phrase take, if @text begins with them; else 0. */
static gsize
offhook_lexicon_match_phrase(const char *text, const char *phrase)
{
	char have[OFFHOOK_LEXICON_MAX_WORD], want[OFFHOOK_LEXICON_MAX_WORD];
	const char *p = text;

	while (offhook_lexicon_next_word(&phrase, want)) {
		if (!offhook_lexicon_next_word(&p, have) || strcmp(have, want) != 0)
			return 0;
	}
	return (gsize)(p - text);
}

/* The longest phrase of @list that @text begins with, in bytes of @text; 0 for none. */
static gsize
offhook_lexicon_match_list(const char *text, const char *const *list)
{
	gsize best = 0;

	for (; *list != NULL; list++)
		best = MAX(best, offhook_lexicon_match_phrase(text, *list));
	return best;
}

/* @text has words and consists of phrases of @list. */
static gboolean
offhook_lexicon_consists_of(const char *text, const char *const *list)
{
	char word[OFFHOOK_LEXICON_MAX_WORD];
	const char *rest = text;

	if (!offhook_lexicon_next_word(&rest, word))
		return FALSE;
	do {
		gsize matched = offhook_lexicon_match_list(text, list);

		if (matched == 0)
			return FALSE;
		text += matched;
		rest = text;
	} while (offhook_lexicon_next_word(&rest, word));
	return TRUE;
}

guint
offhook_lexicon_count_words(const char *text)
{
	char word[OFFHOOK_LEXICON_MAX_WORD];
	guint n = 0;

	while (offhook_lexicon_next_word(&text, word))
		n++;
	return n;
}

gboolean
offhook_lexicon_is_backchannel(const char *language, const char *text)
{
	return offhook_lexicon_consists_of(text, offhook_lexicon_find(language)->backchannels);
}

gboolean
offhook_lexicon_is_yes_no(const char *language, const char *text)
{
	return offhook_lexicon_consists_of(text, offhook_lexicon_find(language)->yes_no);
}

gboolean
offhook_lexicon_ends_open(const char *language, const char *text)
{
	const OffhookLexicon *lexicon = offhook_lexicon_find(language);
	gsize length = strlen(text);
	char word[OFFHOOK_LEXICON_MAX_WORD];

	while (length > 0 && g_ascii_isspace(text[length - 1]))
		length--;
	if (length == 0)
		return FALSE;
	if (strchr(",:-", text[length - 1]) != NULL)
		return TRUE;
	if (strchr(".!?", text[length - 1]) != NULL)
		return g_str_has_suffix(text, "...");

	/* A phrase that matches at some word and reaches the end. */
	for (const char *p = text; *p != '\0';) {
		const char *rest;
		gsize matched;

		while (*p != '\0' && !g_unichar_isalnum(g_utf8_get_char(p)))
			p = g_utf8_next_char(p);
		rest = p + offhook_lexicon_match_list(p, lexicon->open_ends);
		matched = (gsize)(rest - p);
		if (matched > 0 && !offhook_lexicon_next_word(&rest, word))
			return TRUE;
		offhook_lexicon_next_word(&p, word);
	}
	return FALSE;
}

/* Is @word one of the alternatives in @row ("zero|oh")? */
static gboolean
offhook_lexicon_is_alternative(const char *row, const char *word)
{
	gsize length = strlen(word);

	for (const char *p = row; p != NULL; p = strchr(p, '|')) {
		if (*p == '|')
			p++;
		if (strncmp(p, word, length) == 0 && (p[length] == '|' || p[length] == '\0'))
			return TRUE;
	}
	return FALSE;
}

/* @last: those behind the last word that is none */
static guint
offhook_lexicon_count(const char *language, const char *text, gboolean last)
{
	const OffhookLexicon *lexicon = offhook_lexicon_find(language);
	char word[OFFHOOK_LEXICON_MAX_WORD];
	guint n = 0, times = 1;

	while (offhook_lexicon_next_word(&text, word)) {
		guint found = 0, factor = 1;

		for (const char *p = word; *p != '\0'; p++)
			found += g_ascii_isdigit(*p) ? 1 : 0;
		for (guint i = 0; found == 0 && lexicon->digits[i] != NULL; i++)
			found = offhook_lexicon_is_alternative(lexicon->digits[i], word) ? 1 : 0;
		for (guint i = 0; lexicon->multipliers != NULL && lexicon->multipliers[i] != NULL;
		     i++) {
			if (strcmp(word, lexicon->multipliers[i]) == 0)
				factor = i + 2;
		}
		if (last && found == 0 && factor == 1)
			n = 0;
		n += found * times;
		times = factor;
	}
	return n;
}

guint
offhook_lexicon_count_digits(const char *language, const char *text)
{
	return offhook_lexicon_count(language, text, FALSE);
}

guint
offhook_lexicon_count_last_digits(const char *language, const char *text)
{
	return offhook_lexicon_count(language, text, TRUE);
}

gboolean
offhook_lexicon_is_abbreviation(const char *language, const char *word, gunichar next)
{
	const OffhookLexicon *lexicon = offhook_lexicon_find(language);
	g_autofree char *lower = g_utf8_strdown(word, -1);
	gsize digits = strspn(word, "0123456789");

	if (lexicon->dotted_ordinals && digits > 0 && digits <= 2 && word[digits] == '\0')
		return TRUE;
	if (g_unichar_isdigit(next) && g_strv_contains(lexicon->before_numbers, lower))
		return TRUE;
	return g_strv_contains(lexicon->abbreviations, lower);
}
