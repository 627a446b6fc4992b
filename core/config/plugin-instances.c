/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sections that say `plugin=`: one plugin more than once, each time under a name and with settings of
 * its own. Runs in the thread that reads; the questions any thread may ask.
 */

#include "config/nearest.h"
#include "config/plugin-check.h"

/* (nullable): what [@section] says as `plugin`, or by its kind */
static const char *
offhook_config_find_plugin_word(OffhookConfig *self, const char *section)
{
	const OffhookConfigValue *value = offhook_config_find_value(self, section, "plugin");

	if (value != NULL && *value->text != '\0')
		return value->text;
	return offhook_schema_get_shorthand(section);
}

const char *
offhook_config_get_plugin(OffhookConfig *self, OffhookPluginKind kind, const char *name)
{
	g_autofree char *section = offhook_config_dup_section_name(self, kind, name);
	const char *word = offhook_config_find_plugin_word(self, section);

	return word != NULL ? word : name;
}

char **
offhook_config_list_instances(OffhookConfig *self, OffhookPluginKind kind)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (guint i = 0; i < self->order->len; i++) {
		const OffhookConfigSection *section = g_ptr_array_index(self->order, i);
		OffhookPluginKind its_kind;
		const char *name;

		if (offhook_schema_split_plugin_section(section->name, &its_kind, &name) &&
		    its_kind == kind &&
		    !g_str_equal(offhook_config_get_plugin(self, kind, name), name))
			g_strv_builder_add(names, name);
	}
	return g_strv_builder_end(names);
}

/* Why @plugin, which is the name of no plugin, can't be what the section @name says. */
static const char *
offhook_plugin_check_explain(OffhookPluginCheck *check, OffhookPluginKind kind, const char *name,
			     const char *plugin)
{
	g_autofree char *section = offhook_config_dup_section_name(check->config, kind, plugin);

	if (g_str_equal(plugin, name))
		return "is this section itself";
	if (offhook_config_find_plugin_word(check->config, section) != NULL)
		return "is another section";
	return "is not installed";
}

/* (transfer full): " (did you mean ...)" among the plugins themselves */
static char *
offhook_plugin_check_hint_owner(OffhookPluginCheck *check, OffhookPluginKind kind, const char *word)
{
	const char *alias = check->directory->find_owner(check->data, kind, word);
	g_auto(GStrv) names = check->directory->list(check->data, kind);
	g_autoptr(GPtrArray) owners = g_ptr_array_new();

	if (alias != NULL)
		return g_strdup_printf(" (did you mean \"%s\"?)", alias);
	for (char **name = names; *name != NULL; name++)
		if (check->directory->find_owner(check->data, kind, *name) != NULL)
			g_ptr_array_add(owners, *name);
	g_ptr_array_add(owners, NULL);
	return offhook_nearest_hint(word, (const char *const *)owners->pdata);
}

/* Each agent has one section: [tool:x] and [agent:x] would be two of one name. */
static gboolean
offhook_plugin_check_alone(OffhookPluginCheck *check, const OffhookConfigSection *section,
			   OffhookPluginKind kind, const char *name)
{
	g_autofree char *first = offhook_config_dup_section_name(check->config, kind, name);
	const char *shorthand = offhook_schema_get_shorthand(section->name);
	const OffhookConfigValue *value =
	    offhook_config_find_value(check->config, section->name, "plugin");

	if (!g_str_equal(first, section->name)) {
		offhook_config_add_problem(check->config,
					   "%s: [%s]: there is [%s] already; expected another name",
					   section->origin, section->name, first);
		return FALSE;
	}
	if (shorthand == NULL || value == NULL || g_str_equal(value->text, shorthand))
		return TRUE;
	offhook_config_add_problem(check->config,
				   "%s: [%s] plugin: \"%s\": a section of this kind is of the "
				   "plugin \"%s\"; expected [agent:%s]",
				   value->origin, section->name, value->text, shorthand, name);
	return FALSE;
}

gboolean
offhook_plugin_check_instance(OffhookPluginCheck *check, const OffhookConfigSection *section,
			      OffhookPluginKind kind, const char *name)
{
	const char *plugin = offhook_config_find_plugin_word(check->config, section->name);
	const char *word = offhook_plugin_kind_to_string(kind);
	const char *owner = check->directory->find_owner(check->data, kind, name);
	const OffhookConfigValue *value =
	    offhook_config_find_value(check->config, section->name, "plugin");
	const char *origin = value != NULL ? value->origin : section->origin;
	g_autofree char *hint = NULL;

	if (!offhook_plugin_check_alone(check, section, kind, name))
		return FALSE;
	if (plugin == NULL || (owner != NULL && g_str_equal(plugin, name)))
		return TRUE;
	if (owner != NULL && offhook_schema_get_shorthand(section->name) != NULL) {
		offhook_config_add_problem(
		    check->config,
		    "%s: [%s]: \"%s\" is an installed %s already; expected another name for the "
		    "section",
		    origin, section->name, name, word);
		return FALSE;
	}
	if (owner != NULL) {
		offhook_config_add_problem(
		    check->config,
		    "%s: [%s] plugin: \"%s\" is not the %s that is called \"%s\"; expected another "
		    "name for the section",
		    origin, section->name, plugin, word, name);
		return FALSE;
	}
	owner = check->directory->find_owner(check->data, kind, plugin);
	if (g_strcmp0(owner, plugin) == 0)
		return TRUE;
	hint = offhook_plugin_check_hint_owner(check, kind, plugin);
	offhook_config_add_problem(
	    check->config, "%s: [%s] plugin: \"%s\" %s; expected the name of an installed %s%s",
	    origin, section->name, plugin, offhook_plugin_check_explain(check, kind, name, plugin),
	    word, hint);
	return FALSE;
}
