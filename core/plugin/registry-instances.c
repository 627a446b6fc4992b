/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The entries of sections that say `plugin=`. An instance is known by its name and by the entry of its
 * plugin's file: when either is another one, so is the instance, and the old one drains. Main thread
 * only.
 */

#include "plugin/registry-private.h"

/* (transfer full): @name of @base; the one that there is keeps its object and what uses that */
static OffhookPlugin *
offhook_plugin_registry_ensure_instance(OffhookPluginRegistry *self, OffhookPlugin *base,
					OffhookPluginKind kind, const char *name)
{
	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(self->plugins, i);

		if (plugin->base == base && plugin->kind == kind && g_str_equal(plugin->name, name))
			return g_object_ref(plugin);
	}
	return offhook_plugin_new_instance(base, kind, name);
}

GPtrArray *
offhook_plugin_registry_list_files(OffhookPluginRegistry *self)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_object_unref);

	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(self->plugins, i);

		if (plugin->base == NULL)
			g_ptr_array_add(list, g_object_ref(plugin));
	}
	return list;
}

GPtrArray *
offhook_plugin_registry_collect(OffhookPluginRegistry *self, OffhookConfig *config)
{
	g_autoptr(GPtrArray) files = offhook_plugin_registry_list_files(self);
	GPtrArray *plugins = offhook_plugin_registry_list_files(self);

	for (guint kind = OFFHOOK_PLUGIN_DRIVER; kind <= OFFHOOK_PLUGIN_AGENT; kind++) {
		g_auto(GStrv) names = offhook_config_list_instances(config, kind);

		for (char **name = names; *name != NULL; name++) {
			const char *plugin = offhook_config_get_plugin(config, kind, *name);
			OffhookPlugin *base = offhook_plugin_list_find(files, kind, plugin);

			/* That there is none the check of the configuration says. */
			if (base != NULL)
				g_ptr_array_add(plugins, offhook_plugin_registry_ensure_instance(
							     self, base, kind, *name));
		}
	}
	return plugins;
}
