/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The system prompt. Any thread.
 */

#include "orchestrator-prompt.h"

#include <string.h>

#define DEFAULT "You are {assistant}, a friendly assistant who answers the telephone."
#define MANNERS                                                                                    \
	"You are on the telephone: all that you write is spoken aloud as it is. Answer in "        \
	"{language}, "                                                                             \
	"in one or two short sentences, without lists, markup, emoji or addresses to be read "     \
	"out. "                                                                                    \
	"Ask for one thing at a time. The caller's words were recognised by a machine and may be " \
	"wrong: ask back when they make no sense. [Square brackets] in their place tell what "     \
	"happened; never write such yourself. Your own earlier answers end where the caller "      \
	"interrupted them: the rest of them was not heard."

typedef struct {
	const char *name;
	char *value;
} OffhookOrchestratorVariable;

/* Braces that are none of the variables stay: prompts hold examples of JSON, too. */
static char *
offhook_orchestrator_prompt_expand(const char *text, const OffhookOrchestratorVariable *variables,
				   guint n)
{
	GString *out = g_string_new(NULL);

	while (*text != '\0') {
		guint i = 0;

		while (i < n && !(*text == '{' && g_str_has_prefix(text + 1, variables[i].name) &&
				  text[1 + strlen(variables[i].name)] == '}'))
			i++;
		if (i < n) {
			g_string_append(out, variables[i].value);
			text += strlen(variables[i].name) + 2;
		} else {
			g_string_append_c(out, *text++);
		}
	}
	return g_string_free(out, FALSE);
}

char *
offhook_orchestrator_prompt_make(const OffhookOrchestratorOptions *options,
				 const OffhookAgentOptions *session, GDateTime *now)
{
	OffhookOrchestratorVariable variables[] = {
	    {"assistant", g_strdup(session->assistant)},
	    {"caller", g_strdup(session->caller != NULL ? session->caller : "unknown")},
	    {"language", g_strdup(session->language != NULL ? session->language : "en")},
	    {"date", g_date_time_format(now, "%Y-%m-%d")},
	    {"weekday", g_date_time_format(now, "%A")},
	    {"time", g_date_time_format(now, "%H:%M")},
	};
	const char *prompt = session->prompt != NULL && *session->prompt != '\0' ? session->prompt
			     : options->prompt != NULL                           ? options->prompt
										 : DEFAULT;
	g_autofree char *whole = g_strconcat(prompt, options->manners ? "\n\n" MANNERS : "", NULL);
	g_autofree char *valid = g_utf8_make_valid(whole, -1);
	char *text = offhook_orchestrator_prompt_expand(valid, variables, G_N_ELEMENTS(variables));

	for (guint i = 0; i < G_N_ELEMENTS(variables); i++)
		g_free(variables[i].value);
	return text;
}
