/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a language model is asked. Filled by one thread, then read by any.
 */

#include "completion-private.h"

void
offhook_tool_call_free(gpointer data)
{
	OffhookToolCall *self = data;

	g_free(self->id);
	g_free(self->name);
	g_free(self->arguments);
	g_free(self);
}

static void
offhook_message_free(gpointer data)
{
	OffhookMessage *self = data;

	g_free(self->text);
	g_clear_pointer(&self->tool_calls, g_ptr_array_unref);
	g_free(self->tool_call_id);
	g_free(self);
}

static void
offhook_tool_free(gpointer data)
{
	OffhookTool *self = data;

	g_free(self->name);
	g_free(self->description);
	json_object_unref(self->parameters);
	g_free(self);
}

OffhookCompletionRequest *
offhook_completion_request_new(void)
{
	OffhookCompletionRequest *self = g_new0(OffhookCompletionRequest, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->messages = g_ptr_array_new_with_free_func(offhook_message_free);
	self->tools = g_ptr_array_new_with_free_func(offhook_tool_free);
	self->tool_choice = g_strdup("auto");
	self->temperature = -1;
	return self;
}

OffhookCompletionRequest *
offhook_completion_request_ref(OffhookCompletionRequest *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_completion_request_unref(OffhookCompletionRequest *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_ptr_array_unref(self->messages);
	g_ptr_array_unref(self->tools);
	g_free(self->tool_choice);
	g_clear_pointer(&self->extra, json_object_unref);
	g_free(self);
}

/* ---- filling it ---- */

static OffhookMessage *
offhook_completion_request_append(OffhookCompletionRequest *self, OffhookMessageRole role,
				  const char *text)
{
	OffhookMessage *message = g_new0(OffhookMessage, 1);

	message->role = role;
	message->text = g_strdup(text != NULL ? text : "");
	g_ptr_array_add(self->messages, message);
	return message;
}

void
offhook_completion_request_add_message(OffhookCompletionRequest *self, OffhookMessageRole role,
				       const char *text)
{
	g_return_if_fail(role != OFFHOOK_MESSAGE_TOOL);

	offhook_completion_request_append(self, role, text);
}

void
offhook_completion_request_add_tool_call(OffhookCompletionRequest *self,
					 const OffhookToolCall *call)
{
	OffhookMessage *message = NULL;
	OffhookToolCall *copy = g_new0(OffhookToolCall, 1);

	if (self->messages->len > 0)
		message = g_ptr_array_index(self->messages, self->messages->len - 1);
	if (message == NULL || message->role != OFFHOOK_MESSAGE_ASSISTANT)
		message = offhook_completion_request_append(self, OFFHOOK_MESSAGE_ASSISTANT, NULL);
	if (message->tool_calls == NULL)
		message->tool_calls = g_ptr_array_new_with_free_func(offhook_tool_call_free);
	copy->id = g_strdup(call->id);
	copy->name = g_strdup(call->name);
	copy->arguments = g_strdup(call->arguments);
	g_ptr_array_add(message->tool_calls, copy);
}

void
offhook_completion_request_add_tool_result(OffhookCompletionRequest *self, const char *id,
					   const char *text)
{
	OffhookMessage *message =
	    offhook_completion_request_append(self, OFFHOOK_MESSAGE_TOOL, text);

	message->tool_call_id = g_strdup(id);
}

void
offhook_completion_request_add_tool(OffhookCompletionRequest *self, const char *name,
				    const char *description, JsonObject *parameters)
{
	OffhookTool *tool = g_new0(OffhookTool, 1);

	tool->name = g_strdup(name);
	tool->description = g_strdup(description);
	if (parameters != NULL) {
		tool->parameters = json_object_ref(parameters);
	} else {
		tool->parameters = json_object_new();
		json_object_set_string_member(tool->parameters, "type", "object");
		json_object_set_object_member(tool->parameters, "properties", json_object_new());
	}
	g_ptr_array_add(self->tools, tool);
}

void
offhook_completion_request_set_tool_choice(OffhookCompletionRequest *self, const char *choice)
{
	g_free(self->tool_choice);
	self->tool_choice = g_strdup(choice != NULL ? choice : "auto");
}

void
offhook_completion_request_set_temperature(OffhookCompletionRequest *self, double temperature)
{
	self->temperature = temperature;
}

void
offhook_completion_request_set_max_tokens(OffhookCompletionRequest *self, guint tokens)
{
	self->max_tokens = tokens;
}

void
offhook_completion_request_set_extra(OffhookCompletionRequest *self, JsonObject *extra)
{
	g_clear_pointer(&self->extra, json_object_unref);
	self->extra = extra != NULL ? json_object_ref(extra) : NULL;
}

/* ---- reading it ---- */

GPtrArray *
offhook_completion_request_get_messages(OffhookCompletionRequest *self)
{
	return self->messages;
}

GPtrArray *
offhook_completion_request_get_tools(OffhookCompletionRequest *self)
{
	return self->tools;
}

const char *
offhook_completion_request_get_tool_choice(OffhookCompletionRequest *self)
{
	return self->tool_choice;
}

double
offhook_completion_request_get_temperature(OffhookCompletionRequest *self)
{
	return self->temperature;
}

guint
offhook_completion_request_get_max_tokens(OffhookCompletionRequest *self)
{
	return self->max_tokens;
}

JsonObject *
offhook_completion_request_get_extra(OffhookCompletionRequest *self)
{
	return self->extra;
}
