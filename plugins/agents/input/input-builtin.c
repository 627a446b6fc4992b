/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Built-in intents in four languages. Yes and no are in language-yes-no.c. Constant; any thread.
 */

#include "input-builtin.h"

const OffhookInputBuiltIn offhook_input_built_in[] = {
    {OFFHOOK_INPUT_GREETING,
     {
	 [OFFHOOK_LANGUAGE_EN] = "hello|hi|hey|good morning|good afternoon|good evening|good day|"
				 "how are you",
	 [OFFHOOK_LANGUAGE_DE] = "hallo|guten tag|guten morgen|guten abend|grüß gott|servus|moin",
	 [OFFHOOK_LANGUAGE_FR] = "bonjour|bonsoir|salut|allo",
	 [OFFHOOK_LANGUAGE_ES] = "hola|buenos días|buenas tardes|buenas noches|buenas",
     }},
    {"goodbye",
     {
	 [OFFHOOK_LANGUAGE_EN] =
	     "bye|goodbye|good bye|bye bye|see you|see you later|have a nice day|have a good day|"
	     "that is all|that would be all|that was all|nothing else|talk to you later",
	 [OFFHOOK_LANGUAGE_DE] = "auf wiederhören|auf wiedersehen|tschüss|tschüs|ciao|bis dann|"
				 "bis bald|schönen tag noch|das wars|das war alles|das wäre alles",
	 [OFFHOOK_LANGUAGE_FR] = "au revoir|à bientôt|bonne journée|bonne soirée|c'est tout|"
				 "ce sera tout",
	 [OFFHOOK_LANGUAGE_ES] = "adiós|hasta luego|hasta pronto|hasta mañana|eso es todo|"
				 "nada más|que tenga buen día",
     }},
    {"repeat",
     {
	 [OFFHOOK_LANGUAGE_EN] =
	     "repeat|say that again|say it again|once more|come again|pardon|"
	     "did not catch|did not hear|did not understand you|what did you say|"
	     "could you speak|speak up|slower|one more time",
	 [OFFHOOK_LANGUAGE_DE] =
	     "wiederholen|noch einmal sagen|noch mal sagen|nochmal|wie bitte|nicht verstanden|"
	     "was haben sie gesagt|was sagten sie|langsamer|lauter",
	 [OFFHOOK_LANGUAGE_FR] = "répéter|répétez|pas compris|pas entendu|qu'avez vous dit|"
				 "plus lentement|plus fort|encore une fois|comment",
	 [OFFHOOK_LANGUAGE_ES] = "repetir|repita|repetirlo|otra vez por favor|no le he entendido|"
				 "no he entendido|cómo dice|qué ha dicho|más despacio|más alto",
     }},
    {"human",
     {
	 [OFFHOOK_LANGUAGE_EN] =
	     "speak ... person|talk ... person|real person|a human|human being|speak ... someone|"
	     "talk ... someone|speak ... somebody|talk ... somebody|speak ... agent|"
	     "talk ... agent|operator|representative|customer service|put me through|"
	     "connect me|speak ... manager|talk ... manager|your manager|supervisor|an employee",
	 [OFFHOOK_LANGUAGE_DE] =
	     "mit einem menschen|mit jemandem sprechen|mit jemand sprechen|einen mitarbeiter|"
	     "mitarbeiter sprechen|einem mitarbeiter|echten menschen|verbinden sie mich|"
	     "durchstellen|vorgesetzte*|kundenservice|kundendienst|chef sprechen",
	 [OFFHOOK_LANGUAGE_FR] = "parler à quelqu'un|parler à un conseiller|un conseiller|"
				 "une vraie personne|un être humain|un humain|passez moi|"
				 "votre responsable|un employé|le service client",
	 [OFFHOOK_LANGUAGE_ES] = "hablar con ... persona|hablar con alguien|una persona real|"
				 "un agente|una persona|páseme|pásame|su supervisor|un empleado|"
				 "atención al cliente|encargado|un operador",
     }},
    {"help",
     {
	 [OFFHOOK_LANGUAGE_EN] = "help|help me|what can you do|i am stuck|what can i say|assist*",
	 [OFFHOOK_LANGUAGE_DE] = "hilfe|helfen|was können sie|weiterhelfen|was kann ich sagen",
	 [OFFHOOK_LANGUAGE_FR] = "aide|aider|m'aider|que pouvez vous faire",
	 [OFFHOOK_LANGUAGE_ES] = "ayuda|ayudar|ayudarme|ayúdeme|qué puede hacer",
     }},
    {"cancel",
     {
	 [OFFHOOK_LANGUAGE_EN] = "cancel*|call off|never mind|forget it|stop it|do not want it "
				 "any more|terminate",
	 [OFFHOOK_LANGUAGE_DE] = "absagen|stornier*|abbestell*|kündig*|abbrechen|vergessen sie es|"
				 "schon gut|nicht mehr haben|rückgängig",
	 [OFFHOOK_LANGUAGE_FR] = "annul*|résili*|laissez tomber|oubliez|décommander|peu importe",
	 [OFFHOOK_LANGUAGE_ES] = "cancel*|anul*|olvídelo|déjelo|dar de baja|no importa",
     }},
    {"hours",
     {
	 [OFFHOOK_LANGUAGE_EN] =
	     "opening hours|opening times|business hours|when ... open|when ... close|"
	     "what time ... open|what time ... close|are you open|how late ... open|until when|"
	     "what hours|your hours|still open|open on|open today|open tomorrow|closing time",
	 [OFFHOOK_LANGUAGE_DE] =
	     "öffnungszeiten|wann ... geöffnet|wann ... offen|wann ... auf|wann ... zu|"
	     "wann schließen|wann öffnen|haben sie ... geöffnet|haben sie ... offen|"
	     "wie lange ... offen|wie lange ... geöffnet|bis wann",
	 [OFFHOOK_LANGUAGE_FR] =
	     "horaires|heures d'ouverture|quand ... ouvert|quand ... ouvrez|quand ... fermez|"
	     "à quelle heure ... ouvr*|à quelle heure ... ferm*|êtes vous ouvert*|jusqu'à quelle "
	     "heure",
	 [OFFHOOK_LANGUAGE_ES] =
	     "horario|horarios|cuándo abren|cuándo cierran|a qué hora abren|a qué hora cierran|"
	     "están abiertos|está abierto|hasta qué hora",
     }},
    {"booking",
     {
	 [OFFHOOK_LANGUAGE_EN] =
	     "book|book ... table|book ... appointment|booking|reserve ... table|reserv*|"
	     "a table for|make ... appointment|make ... reservation|an appointment|"
	     "schedule ... appointment|schedule ... visit|come in on|free on|available on|"
	     "anything free",
	 [OFFHOOK_LANGUAGE_DE] =
	     "reservier*|tisch ... bestellen|einen tisch|buchen|buchung|termin ... vereinbaren|"
	     "einen termin|termin ausmachen|noch ... frei|tisch für",
	 [OFFHOOK_LANGUAGE_FR] = "réserv*|rendez vous|prendre ... rendez vous|une table|"
				 "quelque chose de libre|disponible*",
	 [OFFHOOK_LANGUAGE_ES] = "reserv*|una mesa|pedir ... cita|una cita|cita para|"
				 "algo libre|disponib*",
     }},
    {"price",
     {
	 [OFFHOOK_LANGUAGE_EN] = "how much|price*|what ... cost|cost of|what do you charge|"
				 "how expensive|fee|fees|a quote|cost|costs",
	 [OFFHOOK_LANGUAGE_DE] = "wie viel kostet|wieviel kostet|was kostet|was kosten|preis*|"
				 "kosten|wie teuer|gebühr*|angebot",
	 [OFFHOOK_LANGUAGE_FR] = "combien|prix|tarif*|coûte|coûtent|devis|frais",
	 [OFFHOOK_LANGUAGE_ES] =
	     "cuánto cuesta|cuánto cuestan|cuánto vale|cuánto es|precio*|tarifa*|"
	     "presupuesto|coste",
     }},
    {"complaint",
     {
	 [OFFHOOK_LANGUAGE_EN] =
	     "complain*|a complaint|not working|does not work|do not work|broken|faulty|"
	     "not happy|money back|refund|unacceptable|ridiculous|terrible|still waiting|"
	     "has not arrived|never arrived|third time|disappointed|charged twice|"
	     "charged me twice",
	 [OFFHOOK_LANGUAGE_DE] =
	     "beschwer*|reklam*|funktioniert nicht|geht nicht|kaputt|nicht zufrieden|"
	     "geld zurück|unverschämt*|frechheit|immer noch nicht|nicht angekommen|enttäuscht",
	 [OFFHOOK_LANGUAGE_FR] =
	     "plainte|réclamation|me plaindre|ne marche pas|ne fonctionne pas|en panne|cassé*|"
	     "rembours*|inadmissible|inacceptable|toujours pas|déçu*|pas contente|pas content",
	 [OFFHOOK_LANGUAGE_ES] =
	     "queja|quejarme|reclamación|no funciona|roto|rota|averiad*|devolución|reembolso|"
	     "inaceptable|sigo esperando|no ha llegado|decepcionad*|no estoy contento",
     }},
    {NULL},
};

const char *const offhook_input_side_talk[OFFHOOK_N_LANGUAGES] = {
    [OFFHOOK_LANGUAGE_EN] =
	"i am on the phone|i am on a call|i am just on the phone|i am talking on the phone|"
	"not now honey|not now darling|in a minute honey|in a minute mom|in a minute dad|"
	"was not talking to you|am not talking to you|i am not talking to you|"
	"i was talking to my ...|turn that down|turn it down|turn the tv|turn the radio|"
	"put that down|get down from|close the door|shut the door|leave your brother|"
	"leave your sister|go and play|be quiet you two|dinner is ready|come here boy",
    [OFFHOOK_LANGUAGE_DE] =
	"ich bin am telefon|ich telefoniere|bin gerade am telefon|ich bin gerade am telefon|"
	"nicht jetzt schatz|gleich schatz|mach das leiser|mach den fernseher|mach die tür zu|"
	"ich habe nicht mit ihnen|nicht mit ihnen geredet|lass deinen bruder|"
	"lass deine schwester|seid mal leise|essen ist fertig",
    [OFFHOOK_LANGUAGE_FR] = "je suis au téléphone|je téléphone|pas maintenant chéri*|"
			    "je ne vous parlais pas|je ne vous parle pas|baisse le son|"
			    "baisse la télé|ferme la porte|laisse ton frère|laisse ta sœur|à table",
    [OFFHOOK_LANGUAGE_ES] = "estoy al teléfono|estoy hablando por teléfono|ahora no cariño|"
			    "no le hablaba a usted|no hablaba con usted|baja la tele|"
			    "baja el volumen|cierra la puerta|deja a tu herman*|la cena está",
};
