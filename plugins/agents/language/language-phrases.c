/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The fixed phrases, one table per language. Any thread.
 */

#include "language-phrases.h"

#include "language.h"

static const char *const offhook_language_phrases[][OFFHOOK_N_PHRASES] = {
    [OFFHOOK_LANGUAGE_EN] =
	{
	    [OFFHOOK_PHRASE_HELLO] = "Hello! How can I help you?",
	    [OFFHOOK_PHRASE_UNCLEAR] = "Sorry, I didn't catch that. Could you say it again?",
	    [OFFHOOK_PHRASE_AGAIN] =
		"Sorry, I still did not understand you. Could you put it another way?",
	    [OFFHOOK_PHRASE_SILENCE] = "Are you still there?",
	    [OFFHOOK_PHRASE_STILL] = "Hello? Can you hear me?",
	    [OFFHOOK_PHRASE_GIVE_UP] = "I can't hear you, so I will hang up now. Goodbye!",
	    [OFFHOOK_PHRASE_FAILURE] =
		"I'm sorry, that did not work. Is there anything else that I can do for you?",
	    [OFFHOOK_PHRASE_TRANSFER] = "One moment, I will put you through.",
	    [OFFHOOK_PHRASE_GOODBYE] = "Goodbye!",
	    [OFFHOOK_PHRASE_OFFER] = "I am sorry about this. Would you like to speak to a person?",
	    [OFFHOOK_PHRASE_GO_ON] = "All right. What can I do for you, then?",
	    [OFFHOOK_PHRASE_UPSET] = "The caller is upset. The last words were:",
	},
    [OFFHOOK_LANGUAGE_DE] =
	{
	    [OFFHOOK_PHRASE_HELLO] = "Guten Tag! Was kann ich für Sie tun?",
	    [OFFHOOK_PHRASE_UNCLEAR] =
		"Das habe ich leider nicht verstanden. Können Sie es noch einmal sagen?",
	    [OFFHOOK_PHRASE_AGAIN] =
		"Ich habe Sie leider wieder nicht verstanden. Können Sie es anders sagen?",
	    [OFFHOOK_PHRASE_SILENCE] = "Sind Sie noch da?",
	    [OFFHOOK_PHRASE_STILL] = "Hallo? Können Sie mich hören?",
	    [OFFHOOK_PHRASE_GIVE_UP] = "Ich höre Sie nicht und lege deshalb auf. Auf Wiederhören!",
	    [OFFHOOK_PHRASE_FAILURE] =
		"Das hat leider nicht geklappt. Kann ich sonst etwas für Sie tun?",
	    [OFFHOOK_PHRASE_TRANSFER] = "Einen Moment, ich verbinde Sie.",
	    [OFFHOOK_PHRASE_GOODBYE] = "Auf Wiederhören!",
	    [OFFHOOK_PHRASE_OFFER] = "Das tut mir leid. Möchten Sie mit einem Menschen sprechen?",
	    [OFFHOOK_PHRASE_GO_ON] = "In Ordnung. Was kann ich dann für Sie tun?",
	    [OFFHOOK_PHRASE_UPSET] = "Der Anrufer ist verärgert. Zuletzt sagte er:",
	},
    [OFFHOOK_LANGUAGE_FR] =
	{
	    [OFFHOOK_PHRASE_HELLO] = "Bonjour ! Que puis-je faire pour vous ?",
	    [OFFHOOK_PHRASE_UNCLEAR] = "Excusez-moi, je n'ai pas compris. Pouvez-vous répéter ?",
	    [OFFHOOK_PHRASE_AGAIN] =
		"Je n'ai toujours pas compris. Pouvez-vous le dire autrement ?",
	    [OFFHOOK_PHRASE_SILENCE] = "Vous êtes toujours là ?",
	    [OFFHOOK_PHRASE_STILL] = "Allô ? Vous m'entendez ?",
	    [OFFHOOK_PHRASE_GIVE_UP] =
		"Je ne vous entends pas, je vais donc raccrocher. Au revoir !",
	    [OFFHOOK_PHRASE_FAILURE] =
		"Je suis désolé, cela n'a pas marché. Puis-je faire autre chose pour vous ?",
	    [OFFHOOK_PHRASE_TRANSFER] = "Un instant, je vous mets en relation.",
	    [OFFHOOK_PHRASE_GOODBYE] = "Au revoir !",
	    [OFFHOOK_PHRASE_OFFER] = "J'en suis désolé. Souhaitez-vous parler à quelqu'un ?",
	    [OFFHOOK_PHRASE_GO_ON] = "Très bien. Que puis-je faire pour vous, alors ?",
	    [OFFHOOK_PHRASE_UPSET] = "L'appelant est contrarié. Ses derniers mots :",
	},
    [OFFHOOK_LANGUAGE_ES] =
	{
	    [OFFHOOK_PHRASE_HELLO] = "¡Hola! ¿En qué puedo ayudarle?",
	    [OFFHOOK_PHRASE_UNCLEAR] = "Perdone, no le he entendido. ¿Puede repetirlo?",
	    [OFFHOOK_PHRASE_AGAIN] =
		"Lo siento, sigo sin entenderle. ¿Puede decirlo de otra manera?",
	    [OFFHOOK_PHRASE_SILENCE] = "¿Sigue ahí?",
	    [OFFHOOK_PHRASE_STILL] = "¿Hola? ¿Me oye?",
	    [OFFHOOK_PHRASE_GIVE_UP] = "No le oigo, así que voy a colgar. ¡Adiós!",
	    [OFFHOOK_PHRASE_FAILURE] =
		"Lo siento, no ha sido posible. ¿Puedo ayudarle en algo más?",
	    [OFFHOOK_PHRASE_TRANSFER] = "Un momento, le paso.",
	    [OFFHOOK_PHRASE_GOODBYE] = "¡Adiós!",
	    [OFFHOOK_PHRASE_OFFER] = "Lo siento mucho. ¿Quiere hablar con una persona?",
	    [OFFHOOK_PHRASE_GO_ON] = "De acuerdo. Entonces, ¿en qué puedo ayudarle?",
	    [OFFHOOK_PHRASE_UPSET] = "La persona que llama está disgustada. Sus últimas palabras:",
	},
};

const char *
offhook_language_phrases_get(const char *language, OffhookLanguagePhrase phrase)
{
	return offhook_language_phrases[offhook_language_from_tag(language)][phrase];
}
