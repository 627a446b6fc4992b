/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks the sections that plugins declare and every name of a plugin in the other sections. Runs
 * in the thread that reads.
 */

#include "config/config-plugins.h"

#include "config/nearest.h"
#include "config/plugin-check.h"

#include <string.h>

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
offhook_config_dup_section_name(OffhookConfig *self, OffhookPluginKind kind, const char *name)
{
	char *section;

	for (guint i = 0; kind == OFFHOOK_PLUGIN_AGENT &&
			  (section = offhook_schema_dup_shorthand_section(i, name)) != NULL;
	     i++) {
		if (offhook_config_find_section(self, section) != NULL)
			return section;
		g_free(section);
	}
	return g_strdup_printf("%s:%s", offhook_plugin_kind_to_string(kind), name);
}

static gboolean
offhook_config_lists_plugin(OffhookConfig *self, const char *key, OffhookPluginKind kind,
			    const char *name)
{
	g_auto(GStrv) list = offhook_config_get_list(self, "plugins", key);
	g_autofree char *full = g_strdup_printf("%s:%s", offhook_plugin_kind_to_string(kind), name);

	return g_strv_contains((const char *const *)list, name) ||
	       g_strv_contains((const char *const *)list, full);
}

gboolean
offhook_config_is_plugin_disabled(OffhookConfig *self, OffhookPluginKind kind, const char *name)
{
	const char *plugin = offhook_config_get_plugin(self, kind, name);

	return offhook_config_lists_plugin(self, "disabled", kind, name) ||
	       offhook_config_lists_plugin(self, "disabled", kind, plugin);
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
		return g_strv_contains((const char *const *)assistant->agents, name) ||
		       g_strv_contains((const char *const *)assistant->tools, name);
	default:
		return FALSE;
	}
}

gboolean
offhook_config_wants_plugin(OffhookConfig *self, OffhookPluginKind kind, const char *name)
{
	g_autofree char *section = offhook_config_dup_section_name(self, kind, name);

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
	g_autofree char *section = offhook_config_dup_section_name(config, kind, name);
	OffhookConfigSection *found = offhook_config_find_section(config, section);
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autoptr(GHashTable) values =
	    offhook_config_gather_values(config, kind, name, table, problems);
	const char *line;

	for (const OffhookSetting *s = table; s != NULL && s->name != NULL; s++) {
		g_autofree char *file = g_strconcat(s->name, "-file", NULL);
		/* One that is given and missing here was wrong: that has been said. */
		gboolean given = offhook_config_is_given(config, section, s->name) ||
				 offhook_config_is_given(config, section, file);

		if (!(s->flags & OFFHOOK_SETTING_REQUIRED) || s->default_value != NULL || given ||
		    g_hash_table_contains(values, s->name))
			continue;
		offhook_problems_add(problems, "%s: [%s] %s is missing: %s",
				     found != NULL ? found->origin : "configuration", section,
				     s->name, s->help);
	}
	for (guint i = 0; (line = offhook_problems_get(problems, i)) != NULL; i++)
		offhook_config_add_refusal(config, line);
}

char *
offhook_plugin_check_hint(OffhookPluginCheck *check, OffhookPluginKind kind, const char *name)
{
	g_auto(GStrv) names = check->directory->list(check->data, kind);

	return offhook_nearest_hint(name, (const char *const *)names);
}

static void
offhook_config_check_plugin_section(OffhookPluginCheck *check, const OffhookConfigSection *section,
				    OffhookPluginKind kind, const char *name)
{
	const char *plugin = offhook_config_get_plugin(check->config, kind, name);
	const OffhookSetting *settings = NULL;
	g_autofree char *hint = NULL;

	if (!offhook_plugin_check_instance(check, section, kind, name)) {
		g_hash_table_add(check->wrong, (gpointer)section->name);
		return;
	}
	if (check->directory->find(check->data, kind, name, &settings) != OFFHOOK_PLUGIN_MISSING)
		return;
	hint = offhook_plugin_check_hint(check, kind, plugin);
	offhook_config_add_problem(check->config, "%s: [%s]: no %s \"%s\" is installed%s",
				   section->origin, section->name,
				   offhook_plugin_kind_to_string(kind), plugin, hint);
}

static void
offhook_config_check_plugin_sections(OffhookPluginCheck *check)
{
	const GPtrArray *sections = check->config->order;

	for (guint i = 0; i < sections->len; i++) {
		const OffhookConfigSection *section = g_ptr_array_index(sections, i);
		OffhookPluginKind kind;
		const char *name;

		if (offhook_schema_split_plugin_section(section->name, &kind, &name))
			offhook_config_check_plugin_section(check, section, kind, name);
	}
}

static void
offhook_config_check_plugin_settings(OffhookPluginCheck *check)
{
	for (guint kind = OFFHOOK_PLUGIN_DRIVER; kind <= OFFHOOK_PLUGIN_AGENT; kind++) {
		g_auto(GStrv) names = check->directory->list(check->data, kind);

		for (char **name = names; *name != NULL; name++) {
			const OffhookSetting *settings = NULL;
			g_autofree char *section =
			    offhook_config_dup_section_name(check->config, kind, *name);

			if (!g_hash_table_contains(check->wrong, section) &&
			    offhook_config_wants_plugin(check->config, kind, *name) &&
			    check->directory->find(check->data, kind, *name, &settings) ==
				OFFHOOK_PLUGIN_PRESENT)
				offhook_config_check_plugin(check, kind, *name, settings);
		}
	}
}

void
offhook_plugin_check_reference(OffhookPluginCheck *check, const char *section, const char *key,
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
	hint = presence == OFFHOOK_PLUGIN_MISSING ? offhook_plugin_check_hint(check, kind, name)
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
	g_autoptr(GHashTable) wrong = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	OffhookPluginCheck check = {self, directory, data, wrong, told};
	const char *provider;

	g_return_if_fail(!self->finished);
	offhook_config_resolve_drivers(&check);
	provider = offhook_config_get_string(self, "server", "voice-provider");
	offhook_config_check_required(&check);
	if (provider != NULL)
		offhook_plugin_check_reference(&check, "server", "voice-provider",
					       OFFHOOK_PLUGIN_DRIVER, provider, FALSE);
	offhook_config_check_plugin_sections(&check);
	offhook_config_check_plugin_settings(&check);
	offhook_plugin_check_assistants(&check);
}
