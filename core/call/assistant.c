/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Joins an assistant's configuration with the plugins it names. Main thread.
 */

#include "call/assistant.h"

#include <offhook/error.h>

OffhookAssistant *
offhook_assistant_ref(OffhookAssistant *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_assistant_unref(OffhookAssistant *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_ptr_array_unref(self->agents);
	g_clear_object(&self->transcriber);
	g_clear_object(&self->synthesizer);
	offhook_config_unref(self->config);
	g_free(self);
}

static gboolean
offhook_assistant_add_agents(OffhookAssistant *self, OffhookPluginRegistry *plugins, GError **error)
{
	for (char **name = self->settings->agents; *name != NULL; name++) {
		OffhookAgent *agent = offhook_plugin_registry_get_agent(plugins, *name, error);

		if (agent == NULL)
			return FALSE;
		if (offhook_agent_get_features(agent) & OFFHOOK_AGENT_AUDIO)
			self->takes_audio = TRUE;
		g_ptr_array_add(self->agents, g_object_ref(agent));
	}
	return TRUE;
}

static gboolean
offhook_assistant_set_engine(OffhookAssistant *self, OffhookPluginRegistry *plugins,
			     const char *name, OffhookEngine **engine, GError **error)
{
	g_autoptr(GError) local = NULL;
	OffhookEngine *found;

	if (name == NULL)
		return TRUE;
	found = offhook_plugin_registry_get_engine(plugins, name, &local);
	if (found == NULL && !self->settings->built_in) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	g_set_object(engine, found);
	return TRUE;
}

OffhookAssistant *
offhook_assistant_new(OffhookConfig *config, const OffhookAssistantConfig *settings,
		      OffhookPluginRegistry *plugins, GError **error)
{
	g_autoptr(OffhookAssistant) self = g_new0(OffhookAssistant, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->config = offhook_config_ref(config);
	self->settings = settings;
	self->agents = g_ptr_array_new_with_free_func(g_object_unref);
	if (!offhook_assistant_add_agents(self, plugins, error) ||
	    !offhook_assistant_set_engine(self, plugins, settings->stt, &self->transcriber,
					  error) ||
	    !offhook_assistant_set_engine(self, plugins, settings->tts, &self->synthesizer,
					  error)) {
		g_prefix_error(error, "assistant %s: ", settings->name);
		return NULL;
	}
	return g_steal_pointer(&self);
}

gboolean
offhook_assistant_takes(OffhookAssistant *self, const char *driver, const char *number)
{
	const OffhookAssistantConfig *settings = self->settings;

	if (settings->driver != NULL && g_strcmp0(settings->driver, driver) != 0)
		return FALSE;
	return settings->number == NULL || g_strcmp0(settings->number, number) == 0;
}

GPtrArray *
offhook_assistant_open_sessions(OffhookAssistant *self, const char *call_id, const char *caller,
				OffhookAgentSession **audio, GError **error)
{
	g_autoptr(GPtrArray) sessions = g_ptr_array_new_with_free_func(g_object_unref);

	*audio = NULL;
	for (guint i = 0; i < self->agents->len; i++) {
		OffhookAgent *agent = g_ptr_array_index(self->agents, i);
		const OffhookAgentOptions options = {
		    .assistant = self->settings->name,
		    .language = self->settings->language,
		    .call_id = call_id,
		    .caller = caller,
		    .options = offhook_assistant_config_get_options(self->settings,
								    self->settings->agents[i]),
		    .prompt = self->settings->prompt,
		};
		OffhookAgentSession *session = offhook_agent_open_session(agent, &options, error);

		if (session == NULL) {
			g_prefix_error(error, "agent %s: ", self->settings->agents[i]);
			return NULL;
		}
		g_ptr_array_add(sessions, session);
		if (*audio == NULL && (offhook_agent_get_features(agent) & OFFHOOK_AGENT_AUDIO))
			*audio = session;
	}
	return g_steal_pointer(&sessions);
}
