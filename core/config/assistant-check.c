/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks what the assistants want of plugins: that they are there, and that sessions like theirs can
 * be opened. Runs in the thread that reads.
 */

#include "config/nearest.h"
#include "config/plugin-check.h"
#include <string.h>

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
    {"embed", OFFHOOK_ENGINE_EMBED, "turn texts into vectors",
     G_STRUCT_OFFSET(OffhookAssistantConfig, embed)},
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

	offhook_plugin_check_reference(check, section, key->key, OFFHOOK_PLUGIN_ENGINE, name,
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

/* (transfer full): built-in tools and the agents that there are */
static char *
offhook_config_hint_tool(OffhookPluginCheck *check, const char *name)
{
	g_auto(GStrv) built_in = g_strsplit(OFFHOOK_BUILTIN_TOOLS, ", ", -1);
	g_auto(GStrv) agents = check->directory->list(check->data, OFFHOOK_PLUGIN_AGENT);
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (char **tool = built_in; *tool != NULL; tool++)
		g_ptr_array_add(all, *tool);
	for (char **agent = agents; *agent != NULL; agent++)
		if (check->directory->get_features(check->data, *agent) & OFFHOOK_AGENT_TOOLS)
			g_ptr_array_add(all, *agent);
	g_ptr_array_add(all, NULL);
	return offhook_nearest_hint(name, (const char *const *)all->pdata);
}

static void
offhook_config_check_tool(OffhookPluginCheck *check, const char *section, const char *name)
{
	g_auto(GStrv) built_in = g_strsplit(OFFHOOK_BUILTIN_TOOLS, ", ", -1);
	const OffhookSetting *settings = NULL;
	const char *wrong = NULL;
	g_autofree char *hint = NULL;

	if (offhook_assistant_config_is_builtin_tool(name)) {
		if (!g_strv_contains((const char *const *)built_in, name))
			wrong = "is no built-in tool";
	} else {
		switch (
		    check->directory->find(check->data, OFFHOOK_PLUGIN_AGENT, name, &settings)) {
		case OFFHOOK_PLUGIN_MISSING:
			wrong = "is no tool";
			break;
		case OFFHOOK_PLUGIN_EXCLUDED:
			wrong = "is disabled";
			break;
		case OFFHOOK_PLUGIN_PRESENT:
			if (!(check->directory->get_features(check->data, name) &
			      OFFHOOK_AGENT_TOOLS))
				wrong = "is an agent, but no tool";
			break;
		case OFFHOOK_PLUGIN_BROKEN:
		default:
			break;
		}
	}
	if (wrong == NULL)
		return;
	hint = offhook_config_hint_tool(check, name);
	offhook_config_add_problem(
	    check->config,
	    "%s: [%s] tools: \"%s\" %s; expected the name of a [tool:NAME] or [mcp:NAME] section, "
	    "or one of " OFFHOOK_BUILTIN_TOOLS "%s",
	    offhook_config_find_value(check->config, section, "tools")->origin, section, name,
	    wrong, hint);
}

static void
offhook_config_check_assistant(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);

	if (assistant->driver != NULL)
		offhook_plugin_check_reference(check, section, "driver", OFFHOOK_PLUGIN_DRIVER,
					       assistant->driver, assistant->built_in);
	for (char **agent = assistant->agents; *agent != NULL; agent++)
		offhook_plugin_check_reference(check, section, "agents", OFFHOOK_PLUGIN_AGENT,
					       *agent, assistant->built_in);
	for (char **tool = assistant->tools; *tool != NULL; tool++)
		offhook_config_check_tool(check, section, *tool);
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

static void
offhook_config_refuse(OffhookConfig *config, const char *origin, const char *section,
		      const char *what, const char *reason)
{
	g_autofree char *line = g_strdup_printf("%s: [%s] %s: %s", origin, section, what, reason);

	offhook_config_add_refusal(config, line);
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
		offhook_config_refuse(check->config, origin, section, steps[i].key, local->message);
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
	g_autofree char *reason = NULL;

	if (*assistant->llm != NULL ||
	    !(check->directory->get_features(check->data, agent) & OFFHOOK_AGENT_COMPLETER))
		return;
	reason = g_strdup_printf("agent \"%s\" needs the engine that is its language model", agent);
	offhook_config_refuse(check->config,
			      offhook_config_find_section(check->config, section)->origin, section,
			      "llm is missing", reason);
}

/* (transfer full): where what is wrong with "AGENT.KEY: ..." stands */
static char *
offhook_config_find_option_origin(OffhookConfig *config, const char *section, const char *message)
{
	g_autofree char *key = g_strndup(message, strcspn(message, ": "));

	return offhook_config_find_origin(config, section, key);
}

/* An agent that does not take its own section is told of once, there, whoever uses it. */
static gboolean
offhook_config_check_own_section(OffhookPluginCheck *check, const char *agent)
{
	g_autofree char *section =
	    offhook_config_dup_section_name(check->config, OFFHOOK_PLUGIN_AGENT, agent);
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) local = NULL;

	if (g_hash_table_contains(check->told, agent))
		return FALSE;
	if (offhook_config_find_section(check->config, section) == NULL ||
	    check->directory->check_settings(check->data, check->config, agent, &local))
		return TRUE;
	g_hash_table_add(check->told, g_strdup(agent));
	lines = g_strsplit(local->message, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_autofree char *origin =
		    offhook_config_find_option_origin(check->config, section, *line);
		g_autofree char *text = g_strdup_printf("%s: [%s] %s", origin, section, *line);

		offhook_config_add_refusal(check->config, text);
	}
	return FALSE;
}

/* (transfer container): borrowed names */
static char **
offhook_config_list_assistants(OffhookConfig *config)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < config->assistants->len; i++)
		g_ptr_array_add(
		    names,
		    ((OffhookAssistantConfig *)g_ptr_array_index(config->assistants, i))->name);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

static void
offhook_config_check_options_of(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant,
				const char *agent, guint place)
{
	OffhookConfig *config = check->config;
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);
	g_autofree char **assistants = offhook_config_list_assistants(config);
	const OffhookAgentOptions options = {
	    .assistant = assistant->name,
	    .assistants = (const char *const *)assistants,
	    .name = agent,
	    .language = assistant->language,
	    .options = offhook_assistant_config_get_options(assistant, agent),
	    .place = place,
	};
	const OffhookSetting *settings = NULL;
	g_autofree char *origin = NULL;
	g_autofree char *what = NULL;
	g_autoptr(GError) local = NULL;

	if (check->directory->find(check->data, OFFHOOK_PLUGIN_AGENT, agent, &settings) !=
	    OFFHOOK_PLUGIN_PRESENT)
		return;
	offhook_config_check_completer(check, assistant, agent);
	if (!offhook_config_check_own_section(check, agent) ||
	    check->directory->check_options(check->data, config, agent, &options, &local))
		return;
	origin = offhook_config_find_option_origin(config, section, local->message);
	what = g_strdup_printf("agent \"%s\"", agent);
	offhook_config_refuse(config, origin, section, what, local->message);
}

/* Reads the agents' own files, so only for an assistant that is right so far. */
static void
offhook_config_check_agent_options(OffhookPluginCheck *check,
				   const OffhookAssistantConfig *assistant)
{
	for (guint i = 0; assistant->agents[i] != NULL; i++)
		offhook_config_check_options_of(check, assistant, assistant->agents[i], i);
	for (guint i = 0; assistant->tools[i] != NULL; i++)
		offhook_config_check_options_of(check, assistant, assistant->tools[i], 0);
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
		    g_strv_contains((const char *const *)assistant->tools, name) ||
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

/* A call may bring any variable, so this is no problem; but it may be a slip. */
static void
offhook_config_note_prompt(OffhookPluginCheck *check, const OffhookAssistantConfig *assistant)
{
	g_autofree char *section = g_strconcat("assistant:", assistant->name, NULL);
	g_auto(GStrv) remarks = assistant->prompt != NULL && !assistant->built_in
				    ? offhook_assistant_config_review_prompt(assistant)
				    : NULL;

	for (char **remark = remarks; remark != NULL && *remark != NULL; remark++)
		offhook_config_add_notice(
		    check->config, "%s: [%s] prompt: %s",
		    offhook_config_find_value(check->config, section, "prompt")->origin, section,
		    *remark);
}

void
offhook_plugin_check_assistants(OffhookPluginCheck *check)
{
	static void (*const steps[])(OffhookPluginCheck *, const OffhookAssistantConfig *) = {
	    offhook_config_check_assistant,     offhook_config_check_sessions,
	    offhook_config_check_agent_options, offhook_config_check_driver_options,
	    offhook_config_note_prompt,
	};

	for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
		for (guint k = 0; k < check->config->assistants->len; k++)
			steps[i](check, g_ptr_array_index(check->config->assistants, k));
}
