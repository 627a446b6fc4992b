/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation's tools, variables and earlier words, for its agents. Main thread.
 */

#include "call/assistant/session-host.h"

#include "call/event.h"
#include <offhook/error.h>
#include <string.h>

struct _OffhookSessionHost {
	OffhookAgentHost parent_instance;

	OffhookToolbox *toolbox;
	GPtrArray *tool_sessions; /* OffhookAgentSession */
	JsonObject *variables;
	GPtrArray *history;    /* (nullable) */
	OffhookMemory *memory; /* (nullable) */
	OffhookSessionHostEvents events;
	gpointer user_data;
	OffhookMessenger messenger;
};

G_DEFINE_FINAL_TYPE(OffhookSessionHost, offhook_session_host, OFFHOOK_TYPE_AGENT_HOST)

static void
offhook_session_host_record(OffhookSessionHost *self, const char *type, JsonObject *data)
{
	if (self->events.record != NULL)
		self->events.record(self->user_data, type, data);
	else
		json_object_unref(data);
}

/* ---- for the agents ---- */

static OffhookToolbox *
offhook_session_host_get_toolbox(OffhookAgentHost *host)
{
	return OFFHOOK_SESSION_HOST(host)->toolbox;
}

static JsonObject *
offhook_session_host_get_variables(OffhookAgentHost *host)
{
	return OFFHOOK_SESSION_HOST(host)->variables;
}

static void
offhook_session_host_tell_variable(OffhookSessionHost *self, const char *name, const char *value)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "name", name);
	if (value != NULL)
		json_object_set_string_member(data, "value", value);
	else
		json_object_set_null_member(data, "value");
	offhook_session_host_record(self, OFFHOOK_EVENT_VARIABLE_SET, data);
}

static gboolean
offhook_session_host_set_variable(OffhookAgentHost *host, const char *name, const char *value,
				  GError **error)
{
	OffhookSessionHost *self = OFFHOOK_SESSION_HOST(host);

	if (value == NULL) {
		json_object_remove_member(self->variables, name);
	} else if (!json_object_has_member(self->variables, name) &&
		   json_object_get_size(self->variables) >= OFFHOOK_VARIABLES_MAX) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "variable %s: one too many, expected at most %d", name,
			    OFFHOOK_VARIABLES_MAX);
		return FALSE;
	} else {
		json_object_set_string_member(self->variables, name, value);
	}
	offhook_session_host_tell_variable(self, name, value);
	return TRUE;
}

static GPtrArray *
offhook_session_host_get_history(OffhookAgentHost *host)
{
	return OFFHOOK_SESSION_HOST(host)->history;
}

static OffhookMemory *
offhook_session_host_get_memory(OffhookAgentHost *host)
{
	return OFFHOOK_SESSION_HOST(host)->memory;
}

static void
offhook_session_host_note(OffhookAgentHost *host, const char *type, JsonObject *data)
{
	if (offhook_event_is_reserved(type)) {
		g_warning("an agent may not tell the event %s, which is the daemon's own", type);
		json_object_unref(data);
		return;
	}
	offhook_session_host_record(OFFHOOK_SESSION_HOST(host), type, data);
}

/* ---- tools ---- */

static void
offhook_session_host_tool_started_cb(OffhookToolbox *toolbox, OffhookToolRun *run,
				     gpointer user_data)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "tool", offhook_tool_run_get_name(run));
	json_object_set_object_member(data, "arguments",
				      json_object_ref(offhook_tool_run_get_arguments(run)));
	offhook_session_host_record(user_data, OFFHOOK_EVENT_TOOL_CALLED, data);
}

static void
offhook_session_host_tool_ended_cb(OffhookToolbox *toolbox, OffhookToolRun *run, gpointer user_data)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "tool", offhook_tool_run_get_name(run));
	json_object_set_string_member(data, "status", offhook_tool_run_get_status_name(run));
	json_object_set_string_member(data, "result", offhook_tool_run_get_result(run));
	json_object_set_int_member(data, "ms", offhook_tool_run_get_us(run) / 1000);
	offhook_session_host_record(user_data, OFFHOOK_EVENT_TOOL_COMPLETED, data);
}

void
offhook_session_host_keep(OffhookSessionHost *self, OffhookAgentSession *session)
{
	g_ptr_array_add(self->tool_sessions, session);
}

/* ---- people outside ---- */

static void
offhook_session_host_clear_messenger(OffhookSessionHost *self)
{
	g_free((char *)self->messenger.caller);
	g_free((char *)self->messenger.call_id);
	g_free((char *)self->messenger.assistant);
	g_strfreev((char **)self->messenger.numbers);
	self->messenger = (OffhookMessenger){0};
}

void
offhook_session_host_set_messenger(OffhookSessionHost *self, const OffhookMessenger *messenger)
{
	offhook_session_host_clear_messenger(self);
	self->messenger = *messenger;
	self->messenger.caller = g_strdup(messenger->caller);
	self->messenger.call_id = g_strdup(messenger->call_id);
	self->messenger.assistant = g_strdup(messenger->assistant);
	self->messenger.numbers = (const char *const *)g_strdupv((char **)messenger->numbers);
}

const OffhookMessenger *
offhook_session_host_get_messenger(OffhookSessionHost *self)
{
	return self->messenger.messages != NULL ? &self->messenger : NULL;
}

/* ---- the object ---- */

static void
offhook_session_host_take_variables(OffhookSessionHost *self, JsonObject *variables)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	json_object_iter_init(&iter, variables);
	while (json_object_iter_next(&iter, &name, &node))
		if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
			offhook_agent_host_set_variable(OFFHOOK_AGENT_HOST(self), name,
							json_node_get_string(node), NULL);
}

OffhookSessionHost *
offhook_session_host_new(JsonObject *variables, GPtrArray *history,
			 const OffhookSessionHostEvents *events, gpointer user_data)
{
	OffhookSessionHost *self = g_object_new(OFFHOOK_TYPE_SESSION_HOST, NULL);

	self->history = history;
	if (variables != NULL)
		offhook_session_host_take_variables(self, variables);
	self->events = *events;
	self->user_data = user_data;
	return self;
}

void
offhook_session_host_set_memory(OffhookSessionHost *self, OffhookMemory *memory)
{
	g_set_object(&self->memory, memory);
}

void
offhook_session_host_close(OffhookSessionHost *self)
{
	offhook_toolbox_cancel(self->toolbox);
	self->events = (OffhookSessionHostEvents){0};
}

static void
offhook_session_host_dispose(GObject *object)
{
	OffhookSessionHost *self = OFFHOOK_SESSION_HOST(object);

	offhook_session_host_close(self);
	g_ptr_array_set_size(self->tool_sessions, 0);
	g_signal_handlers_disconnect_by_data(self->toolbox, self);

	G_OBJECT_CLASS(offhook_session_host_parent_class)->dispose(object);
}

static void
offhook_session_host_finalize(GObject *object)
{
	OffhookSessionHost *self = OFFHOOK_SESSION_HOST(object);

	g_ptr_array_unref(self->tool_sessions);
	g_object_unref(self->toolbox);
	offhook_session_host_clear_messenger(self);
	json_object_unref(self->variables);
	g_clear_pointer(&self->history, g_ptr_array_unref);
	g_clear_object(&self->memory);

	G_OBJECT_CLASS(offhook_session_host_parent_class)->finalize(object);
}

static void
offhook_session_host_init(OffhookSessionHost *self)
{
	self->toolbox = offhook_toolbox_new();
	self->tool_sessions = g_ptr_array_new_with_free_func(g_object_unref);
	self->variables = json_object_new();
	g_signal_connect(self->toolbox, "started", G_CALLBACK(offhook_session_host_tool_started_cb),
			 self);
	g_signal_connect(self->toolbox, "ended", G_CALLBACK(offhook_session_host_tool_ended_cb),
			 self);
}

static void
offhook_session_host_class_init(OffhookSessionHostClass *klass)
{
	OffhookAgentHostClass *host = OFFHOOK_AGENT_HOST_CLASS(klass);

	host->get_toolbox = offhook_session_host_get_toolbox;
	host->get_variables = offhook_session_host_get_variables;
	host->set_variable = offhook_session_host_set_variable;
	host->get_history = offhook_session_host_get_history;
	host->get_memory = offhook_session_host_get_memory;
	host->note = offhook_session_host_note;
	G_OBJECT_CLASS(klass)->dispose = offhook_session_host_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_session_host_finalize;
}
