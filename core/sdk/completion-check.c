/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What no language model would take. Any thread.
 */

#include "completion-private.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_NAME        64
#define MAX_TEMPERATURE 2

static gboolean G_GNUC_PRINTF(2, 3)
    offhook_completion_refuse(GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_propagate_error(
	    error, g_error_new_valist(OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, format, args));
	va_end(args);
	return FALSE;
}

static gboolean
offhook_completion_is_name(const char *name)
{
	gsize length =
	    name != NULL ? strspn(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-") : 0;

	return length > 0 && length <= MAX_NAME && name[length] == '\0';
}

static const OffhookTool *
offhook_completion_find_tool(OffhookCompletionRequest *self, const char *name, guint before)
{
	for (guint i = 0; i < before; i++) {
		const OffhookTool *tool = g_ptr_array_index(self->tools, i);

		if (g_str_equal(tool->name, name))
			return tool;
	}
	return NULL;
}

static gboolean
offhook_completion_check_tools(OffhookCompletionRequest *self, GError **error)
{
	const char *choice = self->tool_choice;

	for (guint i = 0; i < self->tools->len; i++) {
		const OffhookTool *tool = g_ptr_array_index(self->tools, i);

		if (!offhook_completion_is_name(tool->name))
			return offhook_completion_refuse(
			    error, "tool \"%s\": expected a name of 1 to %d of A-Z a-z 0-9 _ -",
			    tool->name, MAX_NAME);
		if (offhook_completion_find_tool(self, tool->name, i) != NULL)
			return offhook_completion_refuse(error, "tool \"%s\" is given twice",
							 tool->name);
	}
	if (g_str_equal(choice, "auto") || g_str_equal(choice, "none") ||
	    (g_str_equal(choice, "required") && self->tools->len > 0) ||
	    offhook_completion_find_tool(self, choice, self->tools->len) != NULL)
		return TRUE;
	return offhook_completion_refuse(
	    error, "tool choice \"%s\": expected auto, none, required or one of the %u tools",
	    choice, self->tools->len);
}

/* @open: ids of calls that wait for their answers */
static gboolean
offhook_completion_check_calls(const OffhookMessage *message, GHashTable *open, GError **error)
{
	for (guint i = 0; message->tool_calls != NULL && i < message->tool_calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(message->tool_calls, i);
		g_autoptr(GError) local = NULL;
		g_autoptr(JsonObject) arguments = NULL;

		if (call->id == NULL || *call->id == '\0' || !g_hash_table_add(open, call->id))
			return offhook_completion_refuse(
			    error,
			    "a call of tool \"%s\" has the id \"%s\", expected one of its own",
			    call->name, call->id != NULL ? call->id : "");
		if (!offhook_completion_is_name(call->name))
			return offhook_completion_refuse(error,
							 "\"%s\" is called, which is no tool",
							 call->name != NULL ? call->name : "");
		arguments = offhook_json_parse_object(call->arguments, -1, "arguments", &local);
		if (arguments == NULL)
			return offhook_completion_refuse(error, "the call of tool \"%s\": %s",
							 call->name, local->message);
	}
	return TRUE;
}

static gboolean
offhook_completion_check_message(const OffhookMessage *message, GHashTable *open, GError **error)
{
	if (!g_utf8_validate(message->text, -1, NULL))
		return offhook_completion_refuse(error, "a message's text is not UTF-8");
	if (message->role != OFFHOOK_MESSAGE_TOOL) {
		if (g_hash_table_size(open) > 0)
			return offhook_completion_refuse(
			    error, "%u calls of tools have no answer before the next message",
			    g_hash_table_size(open));
		return offhook_completion_check_calls(message, open, error);
	}
	if (message->tool_call_id != NULL && g_hash_table_remove(open, message->tool_call_id))
		return TRUE;
	return offhook_completion_refuse(error, "an answer for \"%s\", which no tool's call has",
					 message->tool_call_id != NULL ? message->tool_call_id
								       : "");
}

static gboolean
offhook_completion_check_messages(OffhookCompletionRequest *self, GError **error)
{
	g_autoptr(GHashTable) open = g_hash_table_new(g_str_hash, g_str_equal);

	if (self->messages->len == 0)
		return offhook_completion_refuse(error, "a request without a message");
	for (guint i = 0; i < self->messages->len; i++)
		if (!offhook_completion_check_message(g_ptr_array_index(self->messages, i), open,
						      error)) {
			g_prefix_error(error, "message %u: ", i + 1);
			return FALSE;
		}
	if (g_hash_table_size(open) == 0)
		return TRUE;
	return offhook_completion_refuse(error, "%u calls of tools have no answer",
					 g_hash_table_size(open));
}

gboolean
offhook_completion_request_check(OffhookCompletionRequest *self, GError **error)
{
	if (self->messages->len > OFFHOOK_COMPLETION_MAX_MESSAGES ||
	    self->tools->len > OFFHOOK_COMPLETION_MAX_TOOLS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "%u messages and %u tools, expected at most %d and %d",
			    self->messages->len, self->tools->len, OFFHOOK_COMPLETION_MAX_MESSAGES,
			    OFFHOOK_COMPLETION_MAX_TOOLS);
		return FALSE;
	}
	if (!(self->temperature <= MAX_TEMPERATURE))
		return offhook_completion_refuse(error, "temperature %g: expected 0 to %d",
						 self->temperature, MAX_TEMPERATURE);
	return offhook_completion_check_tools(self, error) &&
	       offhook_completion_check_messages(self, error);
}
