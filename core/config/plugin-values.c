/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Gathers the values of one plugin: its section, files and credentials that hold secrets, the
 * variables that its table names. Any thread; reads small files.
 */

#include "config/config-plugins.h"

#include "config/config-private.h"
#include "config/nearest.h"
#include "config/secret.h"

/* What the values of one plugin are gathered from and to. */
typedef struct {
	OffhookConfig *config;
	OffhookProblems *problems;
	OffhookPluginKind kind;
	const char *name;
	const OffhookSetting *table;
	char *section;
	GHashTable *values; /* setting -> text */
} OffhookPluginValues;

static const OffhookSetting *
offhook_config_find_setting(const OffhookSetting *table, const char *name)
{
	for (const OffhookSetting *s = table; s != NULL && s->name != NULL; s++)
		if (g_str_equal(s->name, name))
			return s;
	return NULL;
}

/* "auth-token-file" is a key when `auth-token` is declared as a secret. */
static gboolean
offhook_config_is_declared(const OffhookSetting *table, const char *key)
{
	g_autofree char *secret = offhook_config_dup_secret_name(key);
	const OffhookSetting *setting;

	if (offhook_config_find_setting(table, key) != NULL)
		return TRUE;
	setting = secret != NULL ? offhook_config_find_setting(table, secret) : NULL;
	return setting != NULL && setting->flags & OFFHOOK_SETTING_SECRET;
}

/* Whether @key is one of those; a wrong value of it is a problem. */
static gboolean
offhook_config_check_own(OffhookPluginValues *plugin, const OffhookSetting *own, const char *key,
			 const OffhookConfigValue *value)
{
	const OffhookSetting *setting = offhook_config_find_setting(own, key);
	g_autoptr(GError) local = NULL;

	if (setting != NULL && *value->text != '\0' &&
	    !offhook_setting_check(setting, plugin->section, value->text, &local))
		offhook_problems_add(plugin->problems, "%s: %s", value->origin, local->message);
	return setting != NULL;
}

static void
offhook_config_check_declared(OffhookPluginValues *plugin)
{
	OffhookConfigSection *section =
	    offhook_config_find_section(plugin->config, plugin->section);
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	g_autoptr(GList) keys = section != NULL ? g_hash_table_get_keys(section->values) : NULL;
	const OffhookSetting *own = offhook_schema_get_own_settings(plugin->kind);

	for (const OffhookSetting *s = plugin->table; s != NULL && s->name != NULL; s++)
		g_ptr_array_add(known, (gpointer)s->name);
	for (const OffhookSetting *s = own; s != NULL && s->name != NULL; s++)
		g_ptr_array_add(known, (gpointer)s->name);
	g_ptr_array_add(known, NULL);
	keys = g_list_sort(keys, (GCompareFunc)strcmp);
	for (GList *l = keys; l != NULL; l = l->next) {
		const OffhookConfigValue *value = g_hash_table_lookup(section->values, l->data);
		g_autofree char *hint = NULL;

		if (offhook_config_is_declared(plugin->table, l->data) ||
		    offhook_config_check_own(plugin, own, l->data, value))
			continue;
		hint = offhook_nearest_hint(l->data, (const char *const *)known->pdata);
		offhook_problems_add(plugin->problems, "%s: [%s] has no key \"%s\"%s",
				     value->origin, plugin->section, (char *)l->data, hint);
	}
}

/* (transfer full) (nullable) */
static OffhookConfigValue *
offhook_config_find_plugin_secret(OffhookPluginValues *plugin, const OffhookSetting *setting,
				  const OffhookConfigValue *direct)
{
	g_autofree char *credential = g_strdup_printf(
	    "%s.%s.%s", offhook_plugin_kind_to_string(plugin->kind), plugin->name, setting->name);

	return offhook_config_find_secret(plugin->config, plugin->section, setting->name,
					  credential, direct, plugin->problems);
}

/*
 * A variable knows one place only, the section that is called like the plugin. Another one could be
 * another server, and the key to a service does not belong there. (nullable)
 */
static OffhookConfigValue *
offhook_config_find_setting_variable(OffhookPluginValues *plugin, const OffhookSetting *setting)
{
	const char *owner = offhook_config_get_plugin(plugin->config, plugin->kind, plugin->name);

	if (setting->env == NULL || !g_str_equal(owner, plugin->name))
		return NULL;
	return offhook_config_find_variable(plugin->config, setting->env);
}

static void
offhook_config_gather_value(OffhookPluginValues *plugin, const OffhookSetting *setting)
{
	OffhookConfig *config = plugin->config;
	OffhookConfigValue *variable = offhook_config_find_setting_variable(plugin, setting);
	OffhookConfigValue *value =
	    offhook_config_find_value(config, plugin->section, setting->name);
	OffhookConfigValue *secret = NULL;
	g_autoptr(GError) local = NULL;

	if (value != NULL && *value->text == '\0')
		value = NULL;
	if (setting->flags & OFFHOOK_SETTING_SECRET && variable == NULL)
		secret = offhook_config_find_plugin_secret(plugin, setting, value);
	if (secret != NULL)
		value = secret;
	if (variable != NULL)
		value = variable;
	if (value == NULL)
		return;
	if (!offhook_setting_check(setting, plugin->section, value->text, &local))
		offhook_problems_add(plugin->problems, "%s: %s", value->origin, local->message);
	else
		g_hash_table_insert(plugin->values, g_strdup(setting->name),
				    setting->type == OFFHOOK_SETTING_PATH
					? g_canonicalize_filename(value->text, config->directory)
					: g_strdup(value->text));
	if (secret != NULL)
		offhook_config_value_free(secret);
}

GHashTable *
offhook_config_gather_values(OffhookConfig *self, OffhookPluginKind kind, const char *name,
			     const OffhookSetting *table, OffhookProblems *problems)
{
	g_autofree char *section = offhook_config_dup_section_name(self, kind, name);
	OffhookPluginValues plugin = {self, problems, kind, name, table, section, NULL};

	plugin.values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)offhook_secret_free);
	offhook_config_check_declared(&plugin);
	for (const OffhookSetting *s = table; s != NULL && s->name != NULL; s++)
		offhook_config_gather_value(&plugin, s);
	return plugin.values;
}

OffhookSettings *
offhook_config_build_settings(OffhookConfig *self, OffhookPluginKind kind, const char *name,
			      const OffhookSetting *table, GError **error)
{
	static const OffhookSetting none[] = {{NULL}};
	g_autoptr(OffhookProblems) problems = offhook_problems_new();
	g_autofree char *section = offhook_config_dup_section_name(self, kind, name);
	g_autoptr(GHashTable) values =
	    offhook_config_gather_values(self, kind, name, table, problems);

	if (!offhook_problems_to_error(problems, error))
		return NULL;
	return offhook_settings_new(table != NULL ? table : none, values, section, error);
}
