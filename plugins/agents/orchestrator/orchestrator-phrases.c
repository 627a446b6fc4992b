/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The fixed phrases, one table per language. Any thread.
 */

#include "orchestrator-phrases.h"

#include <string.h>

typedef struct {
	const char *language;
	const char *phrases[OFFHOOK_ORCHESTRATOR_N_PHRASES];
} OffhookOrchestratorLanguage;

static const OffhookOrchestratorLanguage offhook_orchestrator_languages[] = {
    {"en",
     {
	 [OFFHOOK_ORCHESTRATOR_HELLO] = "Hello! How can I help you?",
	 [OFFHOOK_ORCHESTRATOR_UNCLEAR] = "Sorry, I didn't catch that. Could you say it again?",
	 [OFFHOOK_ORCHESTRATOR_AGAIN] =
	     "Sorry, I still did not understand you. Could you put it another way?",
	 [OFFHOOK_ORCHESTRATOR_SILENCE] = "Are you still there?",
	 [OFFHOOK_ORCHESTRATOR_STILL] = "Hello? Can you hear me?",
	 [OFFHOOK_ORCHESTRATOR_GIVE_UP] = "I can't hear you, so I will hang up now. Goodbye!",
	 [OFFHOOK_ORCHESTRATOR_FAILURE] =
	     "I'm sorry, that did not work. Is there anything else that I can do for you?",
	 [OFFHOOK_ORCHESTRATOR_TRANSFER] = "One moment, I will put you through.",
	 [OFFHOOK_ORCHESTRATOR_GOODBYE] = "Goodbye!",
     }},
    {"de",
     {
	 [OFFHOOK_ORCHESTRATOR_HELLO] = "Guten Tag! Was kann ich für Sie tun?",
	 [OFFHOOK_ORCHESTRATOR_UNCLEAR] =
	     "Das habe ich leider nicht verstanden. Können Sie es noch einmal sagen?",
	 [OFFHOOK_ORCHESTRATOR_AGAIN] =
	     "Ich habe Sie leider wieder nicht verstanden. Können Sie es anders sagen?",
	 [OFFHOOK_ORCHESTRATOR_SILENCE] = "Sind Sie noch da?",
	 [OFFHOOK_ORCHESTRATOR_STILL] = "Hallo? Können Sie mich hören?",
	 [OFFHOOK_ORCHESTRATOR_GIVE_UP] =
	     "Ich höre Sie nicht und lege deshalb auf. Auf Wiederhören!",
	 [OFFHOOK_ORCHESTRATOR_FAILURE] =
	     "Das hat leider nicht geklappt. Kann ich sonst etwas für Sie tun?",
	 [OFFHOOK_ORCHESTRATOR_TRANSFER] = "Einen Moment, ich verbinde Sie.",
	 [OFFHOOK_ORCHESTRATOR_GOODBYE] = "Auf Wiederhören!",
     }},
    {"fr",
     {
	 [OFFHOOK_ORCHESTRATOR_HELLO] = "Bonjour ! Que puis-je faire pour vous ?",
	 [OFFHOOK_ORCHESTRATOR_UNCLEAR] = "Excusez-moi, je n'ai pas compris. Pouvez-vous répéter ?",
	 [OFFHOOK_ORCHESTRATOR_AGAIN] =
	     "Je n'ai toujours pas compris. Pouvez-vous le dire autrement ?",
	 [OFFHOOK_ORCHESTRATOR_SILENCE] = "Vous êtes toujours là ?",
	 [OFFHOOK_ORCHESTRATOR_STILL] = "Allô ? Vous m'entendez ?",
	 [OFFHOOK_ORCHESTRATOR_GIVE_UP] =
	     "Je ne vous entends pas, je vais donc raccrocher. Au revoir !",
	 [OFFHOOK_ORCHESTRATOR_FAILURE] =
	     "Je suis désolé, cela n'a pas marché. Puis-je faire autre chose pour vous ?",
	 [OFFHOOK_ORCHESTRATOR_TRANSFER] = "Un instant, je vous mets en relation.",
	 [OFFHOOK_ORCHESTRATOR_GOODBYE] = "Au revoir !",
     }},
    {"es",
     {
	 [OFFHOOK_ORCHESTRATOR_HELLO] = "¡Hola! ¿En qué puedo ayudarle?",
	 [OFFHOOK_ORCHESTRATOR_UNCLEAR] = "Perdone, no le he entendido. ¿Puede repetirlo?",
	 [OFFHOOK_ORCHESTRATOR_AGAIN] =
	     "Lo siento, sigo sin entenderle. ¿Puede decirlo de otra manera?",
	 [OFFHOOK_ORCHESTRATOR_SILENCE] = "¿Sigue ahí?",
	 [OFFHOOK_ORCHESTRATOR_STILL] = "¿Hola? ¿Me oye?",
	 [OFFHOOK_ORCHESTRATOR_GIVE_UP] = "No le oigo, así que voy a colgar. ¡Adiós!",
	 [OFFHOOK_ORCHESTRATOR_FAILURE] =
	     "Lo siento, no ha sido posible. ¿Puedo ayudarle en algo más?",
	 [OFFHOOK_ORCHESTRATOR_TRANSFER] = "Un momento, le paso.",
	 [OFFHOOK_ORCHESTRATOR_GOODBYE] = "¡Adiós!",
     }},
};

const char *
offhook_orchestrator_phrases_get(const char *language, OffhookOrchestratorPhrase phrase)
{
	gsize length = language != NULL ? strcspn(language, "-_") : 0;

	for (guint i = 0; i < G_N_ELEMENTS(offhook_orchestrator_languages); i++) {
		const OffhookOrchestratorLanguage *row = &offhook_orchestrator_languages[i];

		if (strlen(row->language) == length &&
		    g_ascii_strncasecmp(row->language, language, length) == 0)
			return row->phrases[phrase];
	}
	return offhook_orchestrator_languages[0].phrases[phrase];
}
