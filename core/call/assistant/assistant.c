/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Joins an assistant's configuration with the plugins it names. Main thread.
 */

#include "call/assistant/assistant.h"

#include "call/assistant/builtin-tools.h"
#include <offhook/error.h>

#include "call/assistant/phrases.h"
#include "config/config-plugins.h"
#include "engine/engine-session.h"
#include "engine/supervised-completer.h"
#include "engine/supervised-embedder.h"

/* Agents that ask the language model. */
#define OFFHOOK_ASSISTANT_ASKS (OFFHOOK_AGENT_COMPLETER | OFFHOOK_AGENT_CONSULTS)

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
	g_ptr_array_unref(self->tools);
	g_clear_pointer(&self->stt, offhook_engine_lineup_unref);
	g_clear_pointer(&self->tts, offhook_engine_lineup_unref);
	g_clear_pointer(&self->llm, offhook_engine_lineup_unref);
	g_clear_pointer(&self->embed, offhook_engine_lineup_unref);
	offhook_assistant_config_free_copy(self->reduced);
	offhook_assistant_config_free_copy(self->alone);
	g_clear_pointer(&self->base, offhook_assistant_unref);
	offhook_config_unref(self->config);
	g_free(self->model);
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

static void
offhook_assistant_tool_free(gpointer data)
{
	OffhookAssistantTool *tool = data;

	g_object_unref(tool->agent);
	g_free(tool);
}

static gboolean
offhook_assistant_add_tools(OffhookAssistant *self, OffhookPluginRegistry *plugins, GError **error)
{
	for (char **name = self->settings->tools; *name != NULL; name++) {
		OffhookAssistantTool *tool;
		OffhookAgent *agent;

		if (offhook_assistant_config_is_builtin_tool(*name))
			continue;
		agent = offhook_plugin_registry_get_agent(plugins, *name, error);
		if (agent == NULL)
			return FALSE;
		tool = g_new(OffhookAssistantTool, 1);
		*tool = (OffhookAssistantTool){*name, g_object_ref(agent)};
		g_ptr_array_add(self->tools, tool);
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
	    {OFFHOOK_ENGINE_EMBED, settings->embed, settings->embed_timeout_ms, &self->embed},
	};

	for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
		if (!offhook_assistant_set_role(self, plugins, health, &roles[i], error))
			return FALSE;
	if (self->tts != NULL)
		offhook_assistant_add_last_voice(self, plugins);
	return TRUE;
}

/* Whether any of its agents has one of @features. */
static gboolean
offhook_assistant_has_agent(OffhookAssistant *self, OffhookAgentFeatures features)
{
	for (guint i = 0; i < self->agents->len; i++)
		if (offhook_agent_get_features(g_ptr_array_index(self->agents, i)) & features)
			return TRUE;
	return FALSE;
}

/* What the assistant's section, else the plugin's own, says under "model". (transfer full) (nullable) */
static char *
offhook_assistant_find_model(OffhookAssistant *self, OffhookPluginRegistry *plugins,
			     OffhookPluginKind kind, const char *name)
{
	GHashTable *options = offhook_assistant_config_get_options(self->settings, name);
	const char *own = options != NULL ? g_hash_table_lookup(options, "model") : NULL;
	OffhookPlugin *plugin = offhook_plugin_registry_find(plugins, kind, name);
	const OffhookSetting *table = plugin != NULL ? offhook_plugin_get_settings(plugin) : NULL;
	g_autoptr(OffhookSettings) settings = NULL;

	if (own != NULL)
		return g_strdup(own);
	if (table != NULL)
		settings = offhook_config_build_settings(self->config, kind, name, table, NULL);
	return settings != NULL && offhook_settings_has(settings, "model")
		   ? offhook_settings_dup_string(settings, "model")
		   : NULL;
}

static void
offhook_assistant_set_model(OffhookAssistant *self, OffhookPluginRegistry *plugins)
{
	for (char **name = self->settings->agents; *name != NULL && self->model == NULL; name++)
		self->model =
		    offhook_assistant_find_model(self, plugins, OFFHOOK_PLUGIN_AGENT, *name);
	if (self->model == NULL && self->llm != NULL &&
	    offhook_assistant_has_agent(self, OFFHOOK_ASSISTANT_ASKS))
		self->model =
		    offhook_assistant_find_model(self, plugins, OFFHOOK_PLUGIN_ENGINE,
						 offhook_engine_lineup_get(self->llm, 0)->use.name);
}

static gboolean
offhook_assistant_is_switched_off_cb(gpointer plugins, OffhookPluginKind kind, const char *name)
{
	return offhook_plugin_registry_is_switched_off(plugins, kind, name);
}

/* What was switched off by hand is treated as if it had failed: the next one of its list is there. */
static gboolean
offhook_assistant_reduce(OffhookAssistant *self, OffhookPluginRegistry *plugins, GError **error)
{
	g_autoptr(GError) local = NULL;

	self->reduced = offhook_assistant_config_new_without(
	    self->settings, offhook_assistant_is_switched_off_cb, plugins, &local);
	if (self->reduced != NULL)
		self->settings = self->reduced;
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
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
	self->tools = g_ptr_array_new_with_free_func(offhook_assistant_tool_free);
	if (!offhook_assistant_reduce(self, plugins, error) ||
	    !offhook_assistant_add_agents(self, plugins, error) ||
	    !offhook_assistant_add_tools(self, plugins, error) ||
	    !offhook_assistant_set_roles(self, plugins, health, error)) {
		g_prefix_error(error, "assistant %s: ", settings->name);
		return NULL;
	}
	offhook_assistant_set_model(self, plugins);
	return g_steal_pointer(&self);
}

OffhookAssistant *
offhook_assistant_new_alone(OffhookAssistant *base, const OffhookAssistantChange *change,
			    OffhookPluginRegistry *plugins, OffhookEngineHealth *health,
			    GError **error)
{
	OffhookAgent *agent = offhook_plugin_registry_get_agent(plugins, change->agent, error);
	OffhookAssistantConfig *settings;
	OffhookAssistant *self;

	if (agent == NULL)
		return NULL;
	if (!(offhook_agent_get_features(agent) & OFFHOOK_AGENT_TURNS)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "agent %s takes no turns, it works for other agents only",
			    change->agent);
		return NULL;
	}
	settings = offhook_assistant_config_new_alone(base->settings, change);
	self = offhook_assistant_new(base->config, settings, plugins, health, error);
	if (self != NULL) {
		self->alone = settings;
		self->base = offhook_assistant_ref(base);
	} else {
		offhook_assistant_config_free_copy(settings);
	}
	return self;
}

const char *
offhook_assistant_get_model(OffhookAssistant *self)
{
	return self->model;
}

/* Those that only add tools have no place in the chain. */
const char *
offhook_assistant_get_agent_name(OffhookAssistant *self, gint place)
{
	const char *last = self->settings->agents[0];

	for (guint i = 0; i < self->agents->len; i++) {
		if (offhook_agent_get_features(g_ptr_array_index(self->agents, i)) &
		    OFFHOOK_AGENT_TOOLS)
			continue;
		last = self->settings->agents[i];
		if (place-- == 0)
			break;
	}
	return last;
}

gboolean
offhook_assistant_find_action(const OffhookConduct *conduct, OffhookAction *action)
{
	static const OffhookAction actions[] = {
	    [OFFHOOK_CONDUCT_HANG_UP] = OFFHOOK_ACTION_HANG_UP,
	    [OFFHOOK_CONDUCT_TRANSFER] = OFFHOOK_ACTION_TRANSFER,
	    [OFFHOOK_CONDUCT_ASSISTANT] = OFFHOOK_ACTION_HAND_OVER,
	};

	if (conduct->type == OFFHOOK_CONDUCT_GO_ON)
		return FALSE;
	*action = actions[conduct->type];
	return TRUE;
}

const char *
offhook_assistant_get_closed_message(OffhookAssistant *self)
{
	const OffhookAssistantConfig *settings = self->settings;

	return settings->closed_message != NULL
		   ? settings->closed_message
		   : offhook_phrases_get(settings->language, OFFHOOK_PHRASE_CLOSED)[0];
}

gboolean
offhook_assistant_takes(OffhookAssistant *self, const char *driver, const char *number)
{
	const OffhookAssistantConfig *settings = self->settings;

	if (settings->driver != NULL && g_strcmp0(settings->driver, driver) != 0)
		return FALSE;
	return settings->number == NULL || g_strcmp0(settings->number, number) == 0;
}

OffhookCompleter *
offhook_assistant_open_completer(OffhookAssistant *self, GError **error)
{
	g_autoptr(GError) local = NULL;
	OffhookCompleter *completer;

	if (self->llm == NULL || !offhook_assistant_has_agent(self, OFFHOOK_ASSISTANT_ASKS))
		return NULL;
	completer = offhook_supervised_completer_new(self->llm, &local);
	if (completer == NULL && offhook_assistant_has_agent(self, OFFHOOK_AGENT_COMPLETER))
		g_propagate_error(error, g_steal_pointer(&local));
	return completer;
}

/* What all sessions of a conversation are opened with. */
typedef struct {
	OffhookAssistant *assistant;
	OffhookAgentOptions options;
	OffhookSessionHost *host;
	GPtrArray *sessions;
	OffhookAgentSession *audio; /* (nullable) */
} OffhookAssistantOpening;

static gboolean
offhook_assistant_open_session(OffhookAssistantOpening *opening, OffhookAgent *agent,
			       const char *name, GError **error)
{
	OffhookAgentFeatures features = offhook_agent_get_features(agent);
	OffhookAgentSession *session;

	opening->options.name = name;
	opening->options.place = opening->sessions->len;
	opening->options.options =
	    offhook_assistant_config_get_options(opening->assistant->settings, name);
	session = offhook_agent_open_session(agent, &opening->options, error);
	if (session == NULL) {
		g_prefix_error(error, "agent %s: ", name);
		return FALSE;
	}
	if (features & OFFHOOK_AGENT_TOOLS)
		offhook_session_host_keep(opening->host, session);
	else
		g_ptr_array_add(opening->sessions, session);
	if (opening->audio == NULL && (features & OFFHOOK_AGENT_AUDIO))
		opening->audio = session;
	return TRUE;
}

static gboolean
offhook_assistant_open_tools(OffhookAssistantOpening *opening, GError **error)
{
	GPtrArray *tools = opening->assistant->tools;

	if (!offhook_builtin_tools_add(
		opening->host, (const char *const *)opening->assistant->settings->tools, error))
		return FALSE;
	for (guint i = 0; i < tools->len; i++) {
		const OffhookAssistantTool *tool = g_ptr_array_index(tools, i);

		if (!offhook_assistant_open_session(opening, tool->agent, tool->name, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_assistant_open_agents(OffhookAssistantOpening *opening, gboolean tools, GError **error)
{
	GPtrArray *agents = opening->assistant->agents;

	for (guint i = 0; i < agents->len; i++) {
		OffhookAgent *agent = g_ptr_array_index(agents, i);
		gboolean is_tool = (offhook_agent_get_features(agent) & OFFHOOK_AGENT_TOOLS) != 0;

		if (is_tool == tools &&
		    !offhook_assistant_open_session(opening, agent,
						    opening->assistant->settings->agents[i], error))
			return FALSE;
	}
	return TRUE;
}

OffhookEmbedder *
offhook_assistant_open_embedder(OffhookAssistant *self)
{
	return self->embed != NULL ? offhook_supervised_embedder_new(self->embed, NULL) : NULL;
}

GPtrArray *
offhook_assistant_open_sessions(OffhookAssistant *self, OffhookCompleter *completer,
				const char *call_id, const char *caller,
				const OffhookAudioFormat *line, OffhookSessionHost *host,
				OffhookAgentSession **audio, GError **error)
{
	g_autoptr(GPtrArray) sessions = g_ptr_array_new_with_free_func(g_object_unref);
	OffhookAssistantOpening opening = {
	    .assistant = self,
	    .options =
		{
		    .assistant = self->settings->name,
		    .language = self->settings->language,
		    .call_id = call_id,
		    .caller = caller,
		    .prompt = self->settings->prompt,
		    .line = line,
		    .completer = completer,
		    .host = OFFHOOK_AGENT_HOST(host),
		},
	    .host = host,
	    .sessions = sessions,
	};

	*audio = NULL;
	/* The tools are there before those who may want them. */
	if (!offhook_assistant_open_tools(&opening, error) ||
	    !offhook_assistant_open_agents(&opening, TRUE, error) ||
	    !offhook_assistant_open_agents(&opening, FALSE, error))
		return NULL;
	if (sessions->len == 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "assistant %s: none of its agents takes turns", self->settings->name);
		return NULL;
	}
	*audio = opening.audio;
	return g_steal_pointer(&sessions);
}
