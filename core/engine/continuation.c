/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Going on with an answer. Some models begin it anew, word for word, however they are asked; so what
 * they write is held back for as long as it may be that. One thread.
 */

#include "engine/continuation.h"

#include <string.h>

#define SPACE " \t\r\n"
#define GO_ON                                                                                      \
	"[your answer was cut off there: write only what follows, without repeating any of it]"

static void
offhook_continuation_copy_message(OffhookCompletionRequest *to, const OffhookMessage *message)
{
	if (message->role == OFFHOOK_MESSAGE_TOOL) {
		offhook_completion_request_add_tool_result(to, message->tool_call_id,
							   message->text);
		return;
	}
	/* One without text is made by its first call. */
	if (message->tool_calls == NULL || *message->text != '\0')
		offhook_completion_request_add_message(to, message->role, message->text);
	for (guint i = 0; message->tool_calls != NULL && i < message->tool_calls->len; i++)
		offhook_completion_request_add_tool_call(to,
							 g_ptr_array_index(message->tool_calls, i));
}

OffhookCompletionRequest *
offhook_continuation_ask(OffhookCompletionRequest *request, const char *said)
{
	OffhookCompletionRequest *copy = offhook_completion_request_new();
	GPtrArray *messages = offhook_completion_request_get_messages(request);
	GPtrArray *tools = offhook_completion_request_get_tools(request);

	for (guint i = 0; i < messages->len; i++)
		offhook_continuation_copy_message(copy, g_ptr_array_index(messages, i));
	for (guint i = 0; i < tools->len; i++) {
		const OffhookTool *tool = g_ptr_array_index(tools, i);

		offhook_completion_request_add_tool(copy, tool->name, tool->description,
						    tool->parameters);
	}
	offhook_completion_request_set_tool_choice(
	    copy, offhook_completion_request_get_tool_choice(request));
	offhook_completion_request_set_temperature(
	    copy, offhook_completion_request_get_temperature(request));
	offhook_completion_request_set_max_tokens(
	    copy, offhook_completion_request_get_max_tokens(request));
	offhook_completion_request_set_extra(copy, offhook_completion_request_get_extra(request));
	offhook_completion_request_add_message(copy, OFFHOOK_MESSAGE_ASSISTANT, said);
	offhook_completion_request_add_message(copy, OFFHOOK_MESSAGE_USER, GO_ON);
	return copy;
}

void
offhook_continuation_begin(OffhookContinuation *self, const char *said)
{
	offhook_continuation_clear(self);
	self->said = g_strdup(said);
	self->held = g_string_new(NULL);
}

void
offhook_continuation_clear(OffhookContinuation *self)
{
	g_clear_pointer(&self->said, g_free);
	if (self->held != NULL)
		g_string_free(self->held, TRUE);
	self->held = NULL;
}

/* Words that nothing separates are separated by a space. */
static char *
offhook_continuation_join(OffhookContinuation *self, const char *text)
{
	gsize length = strlen(self->said);
	gboolean apart = *text == '\0' || length == 0 || g_ascii_isspace(*text) ||
			 g_ascii_ispunct(*text) || g_ascii_isspace(self->said[length - 1]);
	char *joined = g_strconcat(apart ? "" : " ", text, NULL);

	offhook_continuation_clear(self);
	return joined;
}

char *
offhook_continuation_push(OffhookContinuation *self, const char *text)
{
	g_autofree char *all = NULL;
	const char *begun, *said;

	if (self->said == NULL)
		return g_strdup(text);
	g_string_append(self->held, text);
	all = g_strdup(self->held->str);
	begun = all + strspn(all, SPACE);
	said = self->said + strspn(self->said, SPACE);
	if (g_str_has_prefix(said, begun))
		return g_strdup("");
	if (g_str_has_prefix(begun, said)) {
		char *rest = g_strdup(begun + strlen(said));

		offhook_continuation_clear(self);
		return rest;
	}
	return offhook_continuation_join(self, all);
}

char *
offhook_continuation_finish(OffhookContinuation *self)
{
	g_autofree char *all = NULL;
	const char *begun, *said;

	if (self->said == NULL)
		return g_strdup("");
	all = g_strdup(self->held->str);
	begun = all + strspn(all, SPACE);
	said = self->said + strspn(self->said, SPACE);
	if (*begun != '\0' && !g_str_equal(begun, said))
		return offhook_continuation_join(self, all);
	offhook_continuation_clear(self);
	return g_strdup("");
}
