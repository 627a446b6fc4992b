/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The system prompt. Any thread.
 */

#include "orchestrator-prompt.h"

#include <offhook/json.h>
#include <offhook/prompt.h>
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

/* Of what all agents have found out, in bytes. */
#define MAX_KNOWLEDGE (16 * 1024)

char *
offhook_orchestrator_prompt_make(const OffhookOrchestratorOptions *options,
				 const OffhookAgentOptions *session, GDateTime *now)
{
	const char *prompt = session->prompt != NULL && *session->prompt != '\0' ? session->prompt
			     : options->prompt != NULL                           ? options->prompt
										 : DEFAULT;
	g_autofree char *whole = g_strconcat(prompt, options->manners ? "\n\n" MANNERS : "", NULL);
	g_autofree char *valid = g_utf8_make_valid(whole, -1);

	return offhook_prompt_fill(valid, session, now);
}

char *
offhook_orchestrator_prompt_collect(const char *prompt, JsonObject *context)
{
	gboolean has_memory = offhook_prompt_has_memory(prompt);
	GString *text = g_string_new(NULL);
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	json_object_iter_init_ordered(&iter, context);
	while (json_object_iter_next_ordered(&iter, &name, &node)) {
		JsonObject *member = offhook_json_get_object(context, name);
		const char *line =
		    member != NULL ? offhook_json_get_string(member, "for_model") : NULL;

		if (has_memory && g_str_equal(name, "memory"))
			continue;
		if (line != NULL && *line != '\0' && text->len + strlen(line) < MAX_KNOWLEDGE)
			g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", line);
	}
	return g_string_free(text, text->len == 0);
}

char *
offhook_orchestrator_prompt_complete(const char *prompt, const char *summary, const char *details,
				     const char *knowledge)
{
	GString *text = g_string_new(prompt);

	if (summary != NULL)
		g_string_append_printf(text, "\n\nEarlier in this conversation: %s", summary);
	if (details != NULL)
		g_string_append_printf(text, "\n\n%s", details);
	if (knowledge != NULL)
		g_string_append_printf(text, "\n\n%s", knowledge);
	return g_string_free(text, FALSE);
}
