/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks the sections that plugins declare and every name of a plugin in the other sections. Runs
 * in the thread that reads.
 */

#include "config/config-plugins.h"

#include "config/config-private.h"
#include "config/nearest.h"

#include <string.h>

typedef struct {
	OffhookConfig *config;
	const OffhookPluginDirectory *directory;
	gpointer data;
} OffhookPluginCheck;

const char *
offhook_plugin_kind_to_string(guint kind)
{
	static const char *const names[] = {
	    [OFFHOOK_PLUGIN_DRIVER] = "driver",
	    [OFFHOOK_PLUGIN_ENGINE] = "engine",
	    [OFFHOOK_PLUGIN_AGENT] = "agent",
	};

	return kind < G_N_ELEMENTS(names) ? names[kind] : "plugin";
}

char *
offhook_config_dup_section_name(OffhookPluginKind kind, const char *name)
{
	return g_strdup_printf("%s:%s", offhook_plugin_kind_to_string(kind), name);
}

static gboolean
offhook_config_lists_plugin(OffhookConfig *self, const char *key, OffhookPluginKind kind,
			    const char *name)
{
	g_auto(GStrv) list = offhook_config_get_list(self, "plugins", key);
	g_autofree char *full = offhook_config_dup_section_name(kind, name);

	return g_strv_contains((const char *const *)list, name) ||
	       g_strv_contains((const char *const *)list, full);
}

gboolean
offhook_config_is_plugin_disabled(OffhookConfig *self, OffhookPluginKind kind, const char *name)
{
	return offhook_config_lists_plugin(self, "disabled", kind, name);
}

gboolean
offhook_config_is_plugin_required(OffhookConfig *self, OffhookPluginKind kind, const char *name)
{
	return offhook_config_lists_plugin(self, "required", kind, name);
}

static gboolean
offhook_config_assistant_wants(const OffhookAssistantConfig *assistant, OffhookPluginKind kind,
			       const char *name)
{
	switch (kind) {
	case OFFHOOK_PLUGIN_DRIVER:
		return g_strcmp0(assistant->driver, name) == 0;
	case OFFHOOK_PLUGIN_ENGINE:
		return offhook_assistant_config_has_engine(assistant, name);
	case OFFHOOK_PLUGIN_AGENT:
		return g_strv_contains((const char *const *)assistant->agents, name);
	default:
		return FALSE;
	}
}

gboolean
offhook_config_wants_plugin(OffhookConfig *self, OffhookPluginKind kind, const char *name)
{
	g_autofree char *section = offhook_config_dup_section_name(kind, name);

	if (offhook_config_find_section(self, section) != NULL)
		return TRUE;
	if (kind == OFFHOOK_PLUGIN_DRIVER &&
	    g_strcmp0(offhook_config_get_string(self, "server", "voice-provider"), name) == 0)
		return TRUE;
	for (guint i = 0; i < self->assistants->len; i++)
		if (offhook_config_assistant_wants(g_ptr_array_index(self->assistants, i), kind,
						   name))
			return TRUE;
	return FALSE;
}

static gboolean
offhook_config_is_given(OffhookConfig *self, const char *section, const char *key)
{
	const OffhookConfigValue *value = offhook_config_find_value(self, section, key);

	return value != NULL && *value->text != '\0';
}

static void
offhook_config_check_plugin(OffhookPluginCheck *check, OffhookPluginKind kind, const char *name,
			    const OffhookSetting *table)
{
	OffhookConfig *config = check->config;
	g_autofree char *section = offhook_config_dup_section_name(kind, name);
	OffhookConfigSection *found = offhook_config_find_section(config, section);
	g_autoptr(GHashTable) values =
	    offhook_config_gather_values(config, kind, name, table, config->problems);

	for (const OffhookSetting *s = table; s != NULL && s->name != NULL; s++) {
		g_autofree char *file = g_strconcat(s->name, "-file", NULL);
		/* One that is given and missing here was wrong: that has been said. */
		gboolean given = offhook_config_is_given(config, section, s->name) ||
				 offhook_config_is_given(config, section, file);

		if (!(s->flags & OFFHOOK_SETTING_REQUIRED) || s->default_value != NULL || given ||
		    g_hash_table_contains(values, s->name))
			continue;
		offhook_config_add_problem(config, "%s: [%s] %s is missing: %s",
					   found != NULL ? found->origin : "configuration", section,
					   s->name, s->help);
	}
}

/* (transfer full): " (did you mean ...)" among the plugins that are there */
static char *
offhook_config_hint_plugin(OffhookPluginCheck *check, OffhookPluginKind kind, const char *name)
{
	g_auto(GStrv) names = check->directory->list(check->data, kind);

	return offhook_nearest_hint(name, (const char *const *)names);
}

static void
offhook_config_check_plugin_sections(OffhookPluginCheck *check)
{
	OffhookConfig *config = check->config;

	for (guint i = 0; i < config->order->len; i++) {
		const OffhookConfigSection *section = g_ptr_array_index(config->order, i);
		const OffhookSetting *settings = NULL;
		g_autofree char *hint = NULL;
		OffhookPluginKind kind;
		const char *name;

		if (!offhook_schema_split_plugin_section(section->name, &kind, &name) ||
		    check->directory->find(check->data, kind, name, &settings) !=
			OFFHOOK_PLUGIN_MISSING)
			continue;
		hint = offhook_config_hint_plugin(check, kind, name);
		offhook_config_add_problem(config, "%s: [%s]: no %s \"%s\" is installed%s",
					   section->origin, section->name,
					   offhook_plugin_kind_to_string(kind), name, hint);
	}
}

static void
offhook_config_check_plugin_settings(OffhookPluginCheck *check)
{
	for (guint kind = OFFHOOK_PLUGIN_DRIVER; kind <= OFFHOOK_PLUGIN_AGENT; kind++) {
		g_auto(GStrv) names = check->directory->list(check->data, kind);

		for (char **name = names; *name != NULL; name++) {
			const OffhookSetting *settings = NULL;

			if (offhook_config_wants_plugin(check->config, kind, *name) &&
			    check->directory->find(check->data, kind, *name, &settings) ==
				OFFHOOK_PLUGIN_PRESENT)
				offhook_config_check_plugin(check, kind, *name, settings);
		}
	}
}

/* One place where a plugin's name stands. */
static void
offhook_config_check_reference(OffhookPluginCheck *check, const char *section, const char *key,
			       OffhookPluginKind kind, const char *name, gboolean lenient)
{
	OffhookConfig *config = check->config;
	const OffhookConfigValue *value = offhook_config_find_value(config, section, key);
	const OffhookSetting *settings = NULL;
	OffhookPluginPresence presence = check->directory->find(check->data, kind, name, &settings);
	g_autofree char *hint = NULL;
	g_autofree char *text = NULL;

	if (presence != OFFHOOK_PLUGIN_MISSING && presence != OFFHOOK_PLUGIN_EXCLUDED)
		return;
	hint = presence == OFFHOOK_PLUGIN_MISSING ? offhook_config_hint_plugin(check, kind, name)
						  : g_strdup("");
	text = g_strdup_printf("%s: [%s] %s: %s \"%s\" is %s%s", value->origin, section, key,
			       offhook_plugin_kind_to_string(kind), name,
			       presence == OFFHOOK_PLUGIN_MISSING ? "not installed" : "disabled",
			       hint);
	if (lenient || offhook_config_lists_plugin(config, "optional", kind, name))
		offhook_config_add_notice(config, "%s", text);
	else
		offhook_config_add_problem(config, "%s", text);
}

/** What an assistant's engines can be: the key that names them, and what they must be able to do. */
typedef struct {
	const char *key;
	OffhookEngineRoles role;
	const char *verb;
	gsize names; /* offset in OffhookAssistantConfig */
} OffhookEngineRoleKey;

static const OffhookEngineRoleKey offhook_engine_role_keys[] = {
    {"stt", OFFHOOK_ENGINE_TRANSCRIBE, "turn speech into text",
     G_STRUCT_OFFSET(OffhookAssistantConfig, stt)},
    {"tts", OFFHOOK_ENGINE_SYNTHESIZE, "turn text into speech",
     G_STRUCT_OFFSET(OffhookAssistantConfig, tts)},
    {"llm", OFFHOOK_ENGINE_COMPLETE, "act as a language model",
     G_STRUCT_OFFSET(OffhookAssistantConfig, llm)},
    {"last-voice", OFFHOOK_ENGINE_SYNTHESIZE, "turn text into speech",
     G_STRUCT_OFFSET(OffhookAssistantConfig, last_voice)},
};

static char **
offhook_engine_role_key_get_names(const OffhookEngineRoleKey *key,
				  const OffhookAssistantConfig *assistant)
{
	return G_STRUCT_MEMBER(char **, assistant, key->names);
}

static gboolean
offhook_config_engine_can(OffhookPluginCheck *check, const char *name, OffhookEngineRoles role)
{
	const OffhookSetting *settings = NULL;

	return check->directory->find(check->data, OFFHOOK_PLUGIN_ENGINE, name, &settings) ==
		   OFFHOOK_PLUGIN_PRESENT &&
	       check->directory->get_roles(check->data, name) & role;
}

static void
offhook_config_check_engine(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant,
			    const OffhookEngineRoleKey *key, const char *name)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);
	const OffhookSetting *settings = NULL;

	offhook_config_check_reference(check, section, key->key, OFFHOOK_PLUGIN_ENGINE, name,
				       assistant->built_in);
	if (check->directory->find(check->data, OFFHOOK_PLUGIN_ENGINE, name, &settings) !=
		OFFHOOK_PLUGIN_PRESENT ||
	    offhook_config_engine_can(check, name, key->role))
		return;
	offhook_config_add_problem(
	    check->config, "%s: [%s] %s: engine \"%s\" can't %s",
	    offhook_config_find_value(check->config, section, key->key)->origin, section, key->key,
	    name, key->verb);
}

static void
offhook_config_check_assistant(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);

	if (assistant->driver != NULL)
		offhook_config_check_reference(check, section, "driver", OFFHOOK_PLUGIN_DRIVER,
					       assistant->driver, assistant->built_in);
	for (char **agent = assistant->agents; *agent != NULL; agent++)
		offhook_config_check_reference(check, section, "agents", OFFHOOK_PLUGIN_AGENT,
					       *agent, assistant->built_in);
	for (guint i = 0; i < G_N_ELEMENTS(offhook_engine_role_keys); i++) {
		const OffhookEngineRoleKey *key = &offhook_engine_role_keys[i];

		for (char **name = offhook_engine_role_key_get_names(key, assistant); *name != NULL;
		     name++)
			offhook_config_check_engine(check, assistant, key, *name);
	}
}

/* (transfer full): where the assistant says what a session of @engine refused */
static char *
offhook_config_find_origin(OffhookConfig *config, const char *section, const char *key)
{
	const OffhookConfigValue *value = offhook_config_find_value(config, section, key);

	return g_strdup(value != NULL ? value->origin
				      : offhook_config_find_section(config, section)->origin);
}

/*
 * One thing after the other: the language alone, then with the engine's options, then with the voice;
 * what is refused is what was added last. FALSE when it was.
 */
static gboolean
offhook_config_check_session(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant,
			     const char *engine, OffhookEngineRoles role)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);
	g_autofree char *label = g_strdup_printf("engine \"%s\"", engine);
	g_autofree char *own_voice = g_strconcat(engine, ".voice", NULL);
	const char *voice = role == OFFHOOK_ENGINE_SYNTHESIZE
				? g_hash_table_lookup(assistant->voices, engine)
				: NULL;
	GHashTable *options = offhook_assistant_config_get_options(assistant, engine);
	gboolean is_own = offhook_config_find_value(check->config, section, own_voice) != NULL;
	const struct {
		const char *key;
		GHashTable *options;
		const char *voice;
		gboolean due;
	} steps[] = {
	    {"language", NULL, NULL, TRUE},
	    {label, options, NULL, options != NULL},
	    {is_own ? own_voice : "voice", options, voice, voice != NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		const OffhookEngineTrial trial = {engine, role, assistant->language, steps[i].voice,
						  steps[i].options};
		g_autofree char *origin = NULL;
		g_autoptr(GError) local = NULL;

		if (!steps[i].due ||
		    check->directory->check_session(check->data, check->config, &trial, &local))
			continue;
		origin = offhook_config_find_origin(check->config, section, steps[i].key);
		offhook_config_add_problem(check->config, "%s: [%s] %s: %s", origin, section,
					   steps[i].key, local->message);
		return FALSE;
	}
	return TRUE;
}

/* What every call would fail with. The built-in assistant takes what there is. */
static void
offhook_config_check_sessions(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant)
{
	if (assistant->built_in)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(offhook_engine_role_keys); i++) {
		const OffhookEngineRoleKey *key = &offhook_engine_role_keys[i];

		for (char **name = offhook_engine_role_key_get_names(key, assistant); *name != NULL;
		     name++)
			if (offhook_config_engine_can(check, *name, key->role) &&
			    !offhook_config_check_session(check, assistant, *name, key->role))
				return;
	}
}

static void
offhook_config_check_completer(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant,
			       const char *agent)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);

	if (*assistant->llm == NULL &&
	    check->directory->get_features(check->data, agent) & OFFHOOK_AGENT_COMPLETER)
		offhook_config_add_problem(
		    check->config,
		    "%s: [%s] llm is missing: agent \"%s\" needs the engine that is its language "
		    "model",
		    offhook_config_find_section(check->config, section)->origin, section, agent);
}

/* Reads the agents' own files, so only for an assistant that is right so far. */
static void
offhook_config_check_agent_options(OffhookPluginCheck *check,
				   const OffhookAssistantConfig *assistant)
{
	OffhookConfig *config = check->config;
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);

	for (char **agent = assistant->agents; *agent != NULL; agent++) {
		OffhookAgentOptions options = {
		    .assistant = assistant->name,
		    .language = assistant->language,
		    .options = offhook_assistant_config_get_options(assistant, *agent),
		    .place = (guint)(agent - assistant->agents),
		};
		const OffhookSetting *settings = NULL;
		g_autoptr(GError) local = NULL;

		if (check->directory->find(check->data, OFFHOOK_PLUGIN_AGENT, *agent, &settings) !=
		    OFFHOOK_PLUGIN_PRESENT)
			continue;
		offhook_config_check_completer(check, assistant, *agent);
		if (check->directory->check_options(check->data, config, *agent, &options, &local))
			continue;
		offhook_config_add_problem(config, "%s: [%s] agent \"%s\": %s",
					   offhook_config_find_section(config, section)->origin,
					   section, *agent, local->message);
	}
}

static void
offhook_config_check_driver_options(OffhookPluginCheck *check,
				    const OffhookAssistantConfig *assistant)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);
	GHashTableIter iter;
	gpointer name, values;

	g_hash_table_iter_init(&iter, assistant->options);
	while (g_hash_table_iter_next(&iter, &name, &values)) {
		const OffhookDriverOptions options = {
		    .assistant = assistant->name,
		    .language = assistant->language,
		    .options = values,
		};
		const OffhookSetting *settings = NULL;
		g_autoptr(GError) local = NULL;

		if (g_strv_contains((const char *const *)assistant->agents, name) ||
		    check->directory->find(check->data, OFFHOOK_PLUGIN_DRIVER, name, &settings) !=
			OFFHOOK_PLUGIN_PRESENT ||
		    check->directory->check_driver_options(check->data, check->config, name,
							   &options, &local))
			continue;
		offhook_config_add_problem(
		    check->config, "%s: [%s] driver \"%s\": %s",
		    offhook_config_find_section(check->config, section)->origin, section,
		    (const char *)name, local->message);
	}
}

/* [plugins] required: a name without a kind is right when any kind has it. */
static void
offhook_config_check_required(OffhookPluginCheck *check)
{
	g_auto(GStrv) required = offhook_config_get_list(check->config, "plugins", "required");

	for (char **word = required; *word != NULL; word++) {
		OffhookPluginKind kind;
		const char *name = *word;
		gboolean one = offhook_schema_split_plugin_section(*word, &kind, &name);
		gboolean there = FALSE;

		for (guint i = OFFHOOK_PLUGIN_DRIVER; i <= OFFHOOK_PLUGIN_AGENT; i++) {
			const OffhookSetting *settings = NULL;

			if (!one || i == kind)
				there |= check->directory->find(check->data, i, name, &settings) !=
					 OFFHOOK_PLUGIN_MISSING;
		}
		if (!there)
			offhook_config_add_problem(
			    check->config, "%s: [plugins] required: \"%s\" is not installed",
			    offhook_config_find_value(check->config, "plugins", "required")->origin,
			    *word);
	}
}

/* From here on a driver has one name, whatever the configuration calls it. */
static void
offhook_config_resolve_drivers(OffhookPluginCheck *check)
{
	OffhookConfig *self = check->config;
	OffhookConfigValue *provider = offhook_config_find_value(self, "server", "voice-provider");

	if (provider != NULL) {
		const char *name =
		    check->directory->resolve(check->data, OFFHOOK_PLUGIN_DRIVER, provider->text);
		char *resolved = g_strdup(name);

		g_free(provider->text);
		provider->text = resolved;
	}
	for (guint i = 0; i < self->assistants->len; i++) {
		OffhookAssistantConfig *assistant = g_ptr_array_index(self->assistants, i);
		char *resolved;

		if (assistant->driver == NULL)
			continue;
		resolved = g_strdup(check->directory->resolve(check->data, OFFHOOK_PLUGIN_DRIVER,
							      assistant->driver));
		g_free(assistant->driver);
		assistant->driver = resolved;
	}
}

void
offhook_config_check_plugins(OffhookConfig *self, const OffhookPluginDirectory *directory,
			     gpointer data)
{
	OffhookPluginCheck check = {self, directory, data};
	const char *provider;

	g_return_if_fail(!self->finished);
	offhook_config_resolve_drivers(&check);
	provider = offhook_config_get_string(self, "server", "voice-provider");
	offhook_config_check_required(&check);
	if (provider != NULL)
		offhook_config_check_reference(&check, "server", "voice-provider",
					       OFFHOOK_PLUGIN_DRIVER, provider, FALSE);
	offhook_config_check_plugin_sections(&check);
	offhook_config_check_plugin_settings(&check);
	for (guint i = 0; i < self->assistants->len; i++)
		offhook_config_check_assistant(&check, g_ptr_array_index(self->assistants, i));
	for (guint i = 0; i < self->assistants->len; i++)
		offhook_config_check_sessions(&check, g_ptr_array_index(self->assistants, i));
	for (guint i = 0; i < self->assistants->len; i++)
		offhook_config_check_agent_options(&check, g_ptr_array_index(self->assistants, i));
	for (guint i = 0; i < self->assistants->len; i++)
		offhook_config_check_driver_options(&check, g_ptr_array_index(self->assistants, i));
}
