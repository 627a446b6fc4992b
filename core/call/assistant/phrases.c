/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The wordings, one row per language. The sounds are such as every engine speaks as a word and not
 * letter by letter.
 */

#include "call/assistant/phrases.h"

#include <string.h>

#define OFFHOOK_PHRASES_MAX 4

typedef struct {
	const char *language;
	const char *phrases[OFFHOOK_PHRASE_LAST][OFFHOOK_PHRASES_MAX];
} OffhookPhrases;

/* English first: it is what unknown languages get. */
static const OffhookPhrases offhook_phrases[] = {
    {"en",
     {[OFFHOOK_PHRASE_SOUND] = {"Well.", "So.", "Okay."},
      [OFFHOOK_PHRASE_PATIENCE] = {"One moment, please.", "Let me check that.",
				   "Just a second, please."},
      [OFFHOOK_PHRASE_APOLOGY] = {"I am sorry, I can't answer that right now."},
      [OFFHOOK_PHRASE_LIMIT] = {"I am sorry, our time is up. Please call again later. Goodbye."},
      [OFFHOOK_PHRASE_CLOSED] = {"We are closed at the moment. Please call again later."}}},
    {"de",
     {[OFFHOOK_PHRASE_SOUND] = {"Also.", "Nun.", "Okay."},
      [OFFHOOK_PHRASE_PATIENCE] = {"Einen Moment, bitte.", "Ich sehe kurz nach.",
				   "Einen Augenblick, bitte."},
      [OFFHOOK_PHRASE_APOLOGY] = {"Es tut mir leid, das kann ich gerade nicht beantworten."},
      [OFFHOOK_PHRASE_LIMIT] = {"Es tut mir leid, unsere Zeit ist um. Bitte rufen Sie später "
				"wieder an. Auf Wiederhören."},
      [OFFHOOK_PHRASE_CLOSED] =
	  {"Wir haben zurzeit geschlossen. Bitte rufen Sie später wieder an."}}},
    {"fr",
     {[OFFHOOK_PHRASE_SOUND] = {"Alors.", "Bien.", "D'accord."},
      [OFFHOOK_PHRASE_PATIENCE] = {"Un instant, s'il vous plaît.", "Je vérifie.",
				   "Un petit moment, s'il vous plaît."},
      [OFFHOOK_PHRASE_APOLOGY] = {"Je suis désolé, je ne peux pas répondre à cela maintenant."},
      [OFFHOOK_PHRASE_LIMIT] = {"Je suis désolé, notre temps est écoulé. Rappelez plus tard, s'il "
				"vous plaît. Au revoir."},
      [OFFHOOK_PHRASE_CLOSED] =
	  {"Nous sommes fermés en ce moment. Rappelez plus tard, s'il vous plaît."}}},
    {"es",
     {[OFFHOOK_PHRASE_SOUND] = {"Bueno.", "Pues.", "Vale."},
      [OFFHOOK_PHRASE_PATIENCE] = {"Un momento, por favor.", "Lo compruebo.",
				   "Un segundo, por favor."},
      [OFFHOOK_PHRASE_APOLOGY] = {"Lo siento, ahora mismo no puedo responder a eso."},
      [OFFHOOK_PHRASE_LIMIT] = {"Lo siento, se nos ha acabado el tiempo. Vuelva a llamar más "
				"tarde, por favor. Adiós."},
      [OFFHOOK_PHRASE_CLOSED] =
	  {"En este momento está cerrado. Vuelva a llamar más tarde, por favor."}}},
    {"it",
     {[OFFHOOK_PHRASE_SOUND] = {"Allora.", "Bene.", "Dunque."},
      [OFFHOOK_PHRASE_PATIENCE] = {"Un momento, per favore.", "Controllo subito.",
				   "Un attimo, per favore."},
      [OFFHOOK_PHRASE_APOLOGY] = {"Mi dispiace, in questo momento non posso rispondere."},
      [OFFHOOK_PHRASE_LIMIT] =
	  {"Mi dispiace, il nostro tempo è finito. Richiami più tardi, per favore. Arrivederci."},
      [OFFHOOK_PHRASE_CLOSED] =
	  {"In questo momento siamo chiusi. Richiami più tardi, per favore."}}},
    {"nl",
     {[OFFHOOK_PHRASE_SOUND] = {"Nou.", "Goed.", "Oké."},
      [OFFHOOK_PHRASE_PATIENCE] = {"Een moment, alstublieft.", "Ik kijk het even na.",
				   "Een ogenblik, alstublieft."},
      [OFFHOOK_PHRASE_APOLOGY] = {"Het spijt me, dat kan ik nu niet beantwoorden."},
      [OFFHOOK_PHRASE_LIMIT] = {"Het spijt me, onze tijd is om. Belt u later nog eens. Tot ziens."},
      [OFFHOOK_PHRASE_CLOSED] = {"Wij zijn op dit moment gesloten. Belt u later nog eens."}}},
};

const char *const *
offhook_phrases_get(const char *language, OffhookPhraseKind phrase)
{
	gsize length = language == NULL ? 0 : strcspn(language, "-_");

	g_return_val_if_fail((guint)phrase < OFFHOOK_PHRASE_LAST, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_phrases); i++) {
		const char *name = offhook_phrases[i].language;

		if (length == strlen(name) && g_ascii_strncasecmp(language, name, length) == 0)
			return offhook_phrases[i].phrases[phrase];
	}
	return offhook_phrases[0].phrases[phrase];
}
