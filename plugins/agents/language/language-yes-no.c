/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Yes and no, one table per language. Pure functions, any thread.
 */

#include "language-yes-no.h"

#include "language-words.h"
#include "language.h"

/* What says yes or no, as its words are split. */
typedef struct {
	const char *words;
	gboolean yes;
} OffhookLanguageAnswer;

/* Longer ones first where one begins another. */
static const OffhookLanguageAnswer offhook_language_yes_no_en[] = {
    {"that is not", FALSE},
    {"that is wrong", FALSE},
    {"that is right", TRUE},
    {"that is correct", TRUE},
    {"that is fine", TRUE},
    {"that is good", TRUE},
    {"that is it", TRUE},
    {"that would be great", TRUE},
    {"that is perfect", TRUE},
    {"no thank you", FALSE},
    {"no thanks", FALSE},
    {"not really", FALSE},
    {"not quite", FALSE},
    {"not right", FALSE},
    {"not correct", FALSE},
    {"do not", FALSE},
    {"i would not", FALSE},
    {"no", FALSE},
    {"nope", FALSE},
    {"nah", FALSE},
    {"not", FALSE},
    {"wrong", FALSE},
    {"incorrect", FALSE},
    {"negative", FALSE},
    {"nothing", FALSE},
    {"none", FALSE},
    {"yes please", TRUE},
    {"yes", TRUE},
    {"yeah", TRUE},
    {"yep", TRUE},
    {"yup", TRUE},
    {"sure", TRUE},
    {"of course", TRUE},
    {"right", TRUE},
    {"correct", TRUE},
    {"exactly", TRUE},
    {"absolutely", TRUE},
    {"definitely", TRUE},
    {"certainly", TRUE},
    {"perfect", TRUE},
    {"great", TRUE},
    {"fine", TRUE},
    {"okay", TRUE},
    {"go ahead", TRUE},
    {"please do", TRUE},
    {"sounds good", TRUE},
    {"all right", TRUE},
    {"alright", TRUE},
    {"i would", TRUE},
    {"i do", TRUE},
    {"uh huh", TRUE},
    {"mm hm", TRUE},
    {"please", TRUE},
    {NULL},
};

static const OffhookLanguageAnswer offhook_language_yes_no_de[] = {
    {"nein danke", FALSE},
    {"lieber nicht", FALSE},
    {"auf keinen fall", FALSE},
    {"nicht notig", FALSE},
    {"stimmt nicht", FALSE},
    {"nein", FALSE},
    {"nee", FALSE},
    {"ne", FALSE},
    {"no", FALSE},
    {"nicht", FALSE},
    {"falsch", FALSE},
    {"ja bitte", TRUE},
    {"ja gerne", TRUE},
    {"ja", TRUE},
    {"jawohl", TRUE},
    {"jo", TRUE},
    {"jep", TRUE},
    {"klar", TRUE},
    {"gerne", TRUE},
    {"gern", TRUE},
    {"sicher", TRUE},
    {"naturlich", TRUE},
    {"selbstverstandlich", TRUE},
    {"genau", TRUE},
    {"richtig", TRUE},
    {"stimmt", TRUE},
    {"das ware gut", TRUE},
    {"auf jeden fall", TRUE},
    {"unbedingt", TRUE},
    {"in ordnung", TRUE},
    {"okay", TRUE},
    {"ok", TRUE},
    {"bitte", TRUE},
    {"doch", TRUE},
    {NULL},
};

static const OffhookLanguageAnswer offhook_language_yes_no_fr[] = {
    {"non merci", FALSE},
    {"pas vraiment", FALSE},
    {"pas du tout", FALSE},
    {"pas question", FALSE},
    {"surtout pas", FALSE},
    {"ca ira", FALSE},
    {"non", FALSE},
    {"nan", FALSE},
    {"pas", FALSE},
    {"jamais", FALSE},
    {"oui s il vous plait", TRUE},
    {"oui", TRUE},
    {"ouais", TRUE},
    {"si", TRUE},
    {"d accord", TRUE},
    {"bien sur", TRUE},
    {"volontiers", TRUE},
    {"avec plaisir", TRUE},
    {"je veux bien", TRUE},
    {"absolument", TRUE},
    {"exactement", TRUE},
    {"exact", TRUE},
    {"tout a fait", TRUE},
    {"c est ca", TRUE},
    {"s il vous plait", TRUE},
    {"okay", TRUE},
    {"ok", TRUE},
    {NULL},
};

static const OffhookLanguageAnswer offhook_language_yes_no_es[] = {
    {"no gracias", FALSE},
    {"para nada", FALSE},
    {"de ninguna manera", FALSE},
    {"no hace falta", FALSE},
    {"no", FALSE},
    {"tampoco", FALSE},
    {"nunca", FALSE},
    {"si por favor", TRUE},
    {"si", TRUE},
    {"claro que si", TRUE},
    {"claro", TRUE},
    {"por supuesto", TRUE},
    {"desde luego", TRUE},
    {"vale", TRUE},
    {"de acuerdo", TRUE},
    {"exacto", TRUE},
    {"exactamente", TRUE},
    {"correcto", TRUE},
    {"perfecto", TRUE},
    {"por favor", TRUE},
    {"okay", TRUE},
    {"ok", TRUE},
    {NULL},
};

static const OffhookLanguageAnswer *const offhook_language_yes_no_tables[] = {
    [OFFHOOK_LANGUAGE_EN] = offhook_language_yes_no_en,
    [OFFHOOK_LANGUAGE_DE] = offhook_language_yes_no_de,
    [OFFHOOK_LANGUAGE_FR] = offhook_language_yes_no_fr,
    [OFFHOOK_LANGUAGE_ES] = offhook_language_yes_no_es,
};

guint
offhook_language_yes_no_read(const char *language, const char *const *words, gboolean *yes)
{
	OffhookLanguage which = offhook_language_from_tag(language);
	const OffhookLanguageAnswer *table = offhook_language_yes_no_tables[which];

	for (guint i = 0; table[i].words != NULL; i++) {
		guint length = offhook_language_words_match(table[i].words, words);

		if (length > 0) {
			*yes = table[i].yes;
			return length;
		}
	}
	return 0;
}

gint
offhook_language_yes_no_judge(const char *language, const char *text)
{
	g_auto(GStrv) words = offhook_language_words_split_in(language, text);
	gboolean yes = FALSE;

	for (guint at = 0; at <= 1 && words[at] != NULL; at++) {
		if (offhook_language_yes_no_read(language, (const char *const *)words + at, &yes) >
		    0)
			return yes ? 1 : 0;
	}
	return -1;
}
