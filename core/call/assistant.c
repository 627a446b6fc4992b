/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Joins an assistant's configuration with the plugins it names. Main thread.
 */

#include "call/assistant.h"

#include <offhook/error.h>

#include "engine/engine-session.h"
#include "engine/supervised-completer.h"

/* Who speaks when all others have failed, if they are there: they need no network. */
static const char *const offhook_assistant_last_voices[] = {"flite", "espeak", NULL};

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
	g_clear_pointer(&self->stt, offhook_engine_lineup_unref);
	g_clear_pointer(&self->tts, offhook_engine_lineup_unref);
	g_clear_pointer(&self->llm, offhook_engine_lineup_unref);
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

/** One role: who fills it, and how long they may take. */
typedef struct {
	OffhookEngineRoles role;
	char **names;
	guint first_ms;
	OffhookEngineLineup **lineup; /* (out) */
} OffhookAssistantRole;

static gboolean
offhook_assistant_set_role(OffhookAssistant *self, OffhookPluginRegistry *plugins,
			   OffhookEngineHealth *health, const OffhookAssistantRole *role,
			   GError **error)
{
	const OffhookAssistantConfig *settings = self->settings;
	const OffhookEngineDeadlines deadlines = {role->first_ms, settings->stall_timeout_ms};
	g_autoptr(OffhookEngineLineup) lineup =
	    offhook_engine_lineup_new(health, role->role, settings->language, &deadlines);

	for (char **name = role->names; *name != NULL; name++) {
		g_autoptr(GError) local = NULL;
		OffhookEngine *engine = offhook_plugin_registry_get_engine(plugins, *name, &local);

		if (engine != NULL) {
			offhook_engine_lineup_add(
			    lineup, *name, engine, g_hash_table_lookup(settings->voices, *name),
			    offhook_assistant_config_get_options(settings, *name));
		} else if (!settings->built_in) {
			g_propagate_error(error, g_steal_pointer(&local));
			return FALSE;
		}
	}
	if (offhook_engine_lineup_get_length(lineup) > 0)
		*role->lineup = g_steal_pointer(&lineup);
	return TRUE;
}

/* Whether @name is there and speaks the assistant's language. */
static gboolean
offhook_assistant_can_speak_with(OffhookAssistant *self, OffhookEngine *engine, const char *name)
{
	const OffhookEngineUse use = {.role = OFFHOOK_ENGINE_SYNTHESIZE,
				      .name = name,
				      .engine = engine,
				      .language = self->settings->language};
	g_autoptr(GObject) session = NULL;

	if (engine == NULL || !(offhook_engine_get_roles(engine) & OFFHOOK_ENGINE_SYNTHESIZE))
		return FALSE;
	session = offhook_engine_session_open(&use, NULL);
	return session != NULL;
}

/* An assistant whose voices are all services still has one when the network is gone. */
static void
offhook_assistant_add_last_voice(OffhookAssistant *self, OffhookPluginRegistry *plugins)
{
	const char *const *names = (const char *const *)self->settings->last_voice;

	if (*names == NULL)
		names = offhook_assistant_last_voices;
	for (guint i = 0; names[i] != NULL; i++)
		if (g_strv_contains((const char *const *)self->settings->tts, names[i]))
			return;
	for (guint i = 0; names[i] != NULL; i++) {
		OffhookEngine *engine = offhook_plugin_registry_get_engine(plugins, names[i], NULL);

		if (!offhook_assistant_can_speak_with(self, engine, names[i]))
			continue;
		offhook_engine_lineup_add_last_resort(self->tts, names[i], engine);
		return;
	}
}

static gboolean
offhook_assistant_set_roles(OffhookAssistant *self, OffhookPluginRegistry *plugins,
			    OffhookEngineHealth *health, GError **error)
{
	const OffhookAssistantConfig *settings = self->settings;
	const OffhookAssistantRole roles[] = {
	    {OFFHOOK_ENGINE_TRANSCRIBE, settings->stt, settings->stt_timeout_ms, &self->stt},
	    {OFFHOOK_ENGINE_SYNTHESIZE, settings->tts, settings->tts_timeout_ms, &self->tts},
	    {OFFHOOK_ENGINE_COMPLETE, settings->llm, settings->llm_timeout_ms, &self->llm},
	};

	for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
		if (!offhook_assistant_set_role(self, plugins, health, &roles[i], error))
			return FALSE;
	if (self->tts != NULL)
		offhook_assistant_add_last_voice(self, plugins);
	return TRUE;
}

OffhookAssistant *
offhook_assistant_new(OffhookConfig *config, const OffhookAssistantConfig *settings,
		      OffhookPluginRegistry *plugins, OffhookEngineHealth *health, GError **error)
{
	g_autoptr(OffhookAssistant) self = g_new0(OffhookAssistant, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->config = offhook_config_ref(config);
	self->settings = settings;
	self->agents = g_ptr_array_new_with_free_func(g_object_unref);
	if (!offhook_assistant_add_agents(self, plugins, error) ||
	    !offhook_assistant_set_roles(self, plugins, health, error)) {
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

static gboolean
offhook_assistant_needs_completer(OffhookAssistant *self)
{
	for (guint i = 0; i < self->agents->len; i++)
		if (offhook_agent_get_features(g_ptr_array_index(self->agents, i)) &
		    OFFHOOK_AGENT_COMPLETER)
			return TRUE;
	return FALSE;
}

OffhookCompleter *
offhook_assistant_open_completer(OffhookAssistant *self, GError **error)
{
	if (self->llm == NULL || !offhook_assistant_needs_completer(self))
		return NULL;
	return offhook_supervised_completer_new(self->llm, error);
}

GPtrArray *
offhook_assistant_open_sessions(OffhookAssistant *self, OffhookCompleter *completer,
				const char *call_id, const char *caller,
				const OffhookAudioFormat *line, OffhookAgentSession **audio,
				GError **error)
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
		    .place = i,
		    .options = offhook_assistant_config_get_options(self->settings,
								    self->settings->agents[i]),
		    .prompt = self->settings->prompt,
		    .line = line,
		    .completer = completer,
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
