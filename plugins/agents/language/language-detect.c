/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Counts small words. Those that several of the languages have ("me", "die", "no") are left out.
 * Pure functions, any thread.
 */

#include "language-detect.h"

#include "language-words.h"

/* So many more than the usual language must another have: "okay merci" is no French yet. */
#define OFFHOOK_LANGUAGE_DETECT_MARGIN 2

static const char *const offhook_language_detect_en[] = {
    "the",   "and",    "is",    "are",  "you",   "your",  "my",   "have",  "has",  "i",    "it",
    "what",  "when",   "where", "how",  "would", "could", "can",  "with",  "for",  "this", "that",
    "there", "please", "want",  "need", "not",   "do",    "does", "am",    "from", "will", "we",
    "they",  "thank",  "yes",   "like", "about", "of",    "at",   "hello", NULL};
static const char *const offhook_language_detect_de[] = {
    "der",   "das",    "und",   "ist",    "ich",   "sie",   "mein", "meine", "haben", "habe",
    "mit",   "fur",    "nicht", "ein",    "eine",  "einen", "wie",  "wann",  "wo",    "mochte",
    "bitte", "konnen", "kann",  "auf",    "zu",    "von",   "wir",  "ihr",   "ihre",  "danke",
    "ja",    "nein",   "noch",  "auch",   "aber",  "wurde", "gibt", "hatte", "dem",   "den",
    "bei",   "uhr",    "heute", "morgen", "guten", NULL};
static const char *const offhook_language_detect_fr[] = {
    "le",    "les",  "et",      "je",       "vous",  "votre", "mon",  "ma",      "avez",
    "pour",  "avec", "pas",     "une",      "des",   "est",   "sont", "quel",    "quels",
    "quand", "ou",   "comment", "voudrais", "plait", "merci", "oui",  "bonjour", "c",
    "j",     "qu",   "ne",      "nous",     "dans",  "sur",   "au",   "aux",     "du",
    "mais",  "suis", "ce",      "cette",    NULL};
static const char *const offhook_language_detect_es[] = {
    "el",   "los",    "las",      "y",     "yo",      "usted", "mi",    "tengo",  "tiene",
    "para", "con",    "una",      "por",   "es",      "son",   "que",   "cuando", "donde",
    "como", "quiero", "quisiera", "favor", "gracias", "si",    "hola",  "buenos", "buenas",
    "del",  "al",     "muy",      "pero",  "esta",    "estoy", "puede", "puedo",  "cuanto",
    "cual", "lo",     "se",       "hay",   NULL};

static const char *const *const offhook_language_detect_words[] = {
    [OFFHOOK_LANGUAGE_EN] = offhook_language_detect_en,
    [OFFHOOK_LANGUAGE_DE] = offhook_language_detect_de,
    [OFFHOOK_LANGUAGE_FR] = offhook_language_detect_fr,
    [OFFHOOK_LANGUAGE_ES] = offhook_language_detect_es,
};

OffhookLanguage
offhook_language_detect(const char *text, OffhookLanguage usual)
{
	/* As in another language than English: "j'ai" is two words. */
	g_auto(GStrv) words =
	    offhook_language_words_split_in(offhook_language_get_code(OFFHOOK_LANGUAGE_FR), text);
	guint counts[OFFHOOK_N_LANGUAGES] = {0};
	OffhookLanguage best = usual;

	for (guint i = 0; words[i] != NULL; i++) {
		for (guint l = 0; l < OFFHOOK_N_LANGUAGES; l++)
			counts[l] +=
			    g_strv_contains(offhook_language_detect_words[l], words[i]) ? 1 : 0;
	}
	for (guint l = 0; l < OFFHOOK_N_LANGUAGES; l++) {
		if (counts[l] > counts[best])
			best = l;
	}
	return counts[best] >= counts[usual] + OFFHOOK_LANGUAGE_DETECT_MARGIN ? best : usual;
}
