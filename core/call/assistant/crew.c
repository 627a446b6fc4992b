/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opens the sessions of an assistant's agents together, and lets them go together. Main thread.
 */

#include "call/assistant/crew.h"

/* @memory: (nullable) */
static void
offhook_crew_open_memory(OffhookCrew *self, OffhookAssistant *assistant, OffhookStoreMemory *memory)
{
	if (memory == NULL)
		return;
	self->embedder = offhook_assistant_open_embedder(assistant);
	offhook_store_memory_set_embedder(memory, self->embedder);
	offhook_session_host_set_memory(self->host, OFFHOOK_MEMORY(memory));
}

gboolean
offhook_crew_open(OffhookCrew *self, OffhookAssistant *assistant, const OffhookCrewOptions *options,
		  GError **error)
{
	g_auto(OffhookCrew) crew = {0};
	g_autoptr(GError) local = NULL;

	*self = (OffhookCrew){0};
	crew.completer = offhook_assistant_open_completer(assistant, &local);
	if (local != NULL) {
		g_propagate_prefixed_error(error, g_steal_pointer(&local), "llm: ");
		return FALSE;
	}
	crew.host = offhook_session_host_new(
	    options->variables, options->history != NULL ? g_ptr_array_ref(options->history) : NULL,
	    options->events, options->user_data);
	offhook_session_host_set_messenger(
	    crew.host, &(const OffhookMessenger){
			   .messages = options->messages,
			   .driver = options->driver,
			   .caller = options->caller,
			   .numbers = (const char *const *)assistant->settings->sms_to,
			   .scheduler = options->scheduler,
			   .call_id = options->call_id,
			   .assistant = assistant->settings->name,
		       });
	offhook_crew_open_memory(&crew, assistant, options->memory);
	/* The caller is greeted first: by the time he has answered the connection stands. */
	if (crew.completer != NULL)
		offhook_completer_warm(crew.completer);
	crew.sessions = offhook_assistant_open_sessions(assistant, crew.completer, options->call_id,
							options->caller, options->line, crew.host,
							&crew.audio, error);
	if (crew.sessions == NULL)
		return FALSE;
	if (crew.audio != NULL)
		g_object_ref(crew.audio);
	*self = crew;
	crew = (OffhookCrew){0};
	return TRUE;
}

void
offhook_crew_init_with(OffhookCrew *self, OffhookAgentSession *session)
{
	*self = (OffhookCrew){.sessions = g_ptr_array_new_with_free_func(g_object_unref)};
	g_ptr_array_add(self->sessions, g_object_ref(session));
}

void
offhook_crew_dismiss(OffhookCrew *self, OffhookSessionCloser *closer)
{
	if (self->sessions != NULL)
		offhook_session_closer_add(closer, self->sessions, (OffhookAgentHost *)self->host);
	if (self->host != NULL)
		offhook_toolbox_cancel(
		    offhook_agent_host_get_toolbox(OFFHOOK_AGENT_HOST(self->host)));
	offhook_crew_clear(self);
}

void
offhook_crew_clear(OffhookCrew *self)
{
	g_clear_object(&self->audio);
	g_clear_pointer(&self->sessions, g_ptr_array_unref);
	g_clear_object(&self->completer);
	g_clear_object(&self->embedder);
	g_clear_object(&self->host);
}
