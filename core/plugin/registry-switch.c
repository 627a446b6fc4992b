/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plugins that are not to be used: by the configuration, or by hand. Main thread only.
 */

#include "plugin/registry-private.h"

#include <offhook/error.h>

#include "config/config-plugins.h"

static char *
offhook_plugin_registry_make_key(OffhookPlugin *plugin)
{
	return g_strdup_printf("%u/%s", plugin->kind, plugin->name);
}

const char *
offhook_plugin_registry_get_ban(OffhookPluginRegistry *self, OffhookConfig *config,
				OffhookPlugin *plugin)
{
	g_autofree char *key = offhook_plugin_registry_make_key(plugin);

	if (offhook_config_is_plugin_disabled(config, plugin->kind, plugin->name))
		return "by [plugins] disabled";
	return g_hash_table_contains(self->switched_off, key) ? "switched off by hand" : NULL;
}

static gboolean
offhook_plugin_registry_switch_on(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				  GError **error)
{
	if (offhook_config_is_plugin_disabled(self->config, plugin->kind, plugin->name)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "%s %s is disabled by [plugins] disabled",
			    offhook_plugin_get_kind_name(plugin), plugin->name);
		return FALSE;
	}
	if (plugin->status == OFFHOOK_PLUGIN_DISABLED)
		offhook_plugin_registry_activate(self, plugin, NULL);
	if (plugin->status == OFFHOOK_PLUGIN_ACTIVE)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s %s is %s%s%s",
		    offhook_plugin_get_kind_name(plugin), plugin->name,
		    offhook_plugin_get_status_name(plugin), plugin->reason != NULL ? ": " : "",
		    plugin->reason != NULL ? plugin->reason : "");
	return FALSE;
}

gboolean
offhook_plugin_registry_is_switched_off(OffhookPluginRegistry *self, OffhookPluginKind kind,
					const char *name)
{
	OffhookPlugin *plugin = offhook_plugin_registry_find(self, kind, name);
	g_autofree char *key = plugin != NULL ? offhook_plugin_registry_make_key(plugin) : NULL;

	return key != NULL && g_hash_table_contains(self->switched_off, key);
}

/* The next reload would fail. */
static gboolean
offhook_plugin_registry_may_switch_off(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				       GError **error)
{
	if (!offhook_config_is_plugin_required(self->config, plugin->kind, plugin->name))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "%s %s is in [plugins] required", offhook_plugin_get_kind_name(plugin),
		    plugin->name);
	return FALSE;
}

gboolean
offhook_plugin_registry_set_enabled(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				    gboolean enabled, GError **error)
{
	g_autofree char *key = offhook_plugin_registry_make_key(plugin);

	if (enabled) {
		g_hash_table_remove(self->switched_off, key);
		return offhook_plugin_registry_switch_on(self, plugin, error);
	}
	if (!offhook_plugin_registry_may_switch_off(self, plugin, error))
		return FALSE;
	g_hash_table_add(self->switched_off, g_steal_pointer(&key));
	/* One that is refused or whose file is gone is not used anyway, and keeps its reason. */
	if (plugin->status == OFFHOOK_PLUGIN_ACTIVE ||
	    plugin->status == OFFHOOK_PLUGIN_UNCONFIGURED)
		offhook_plugin_registry_change_status(
		    self, plugin, OFFHOOK_PLUGIN_DISABLED,
		    offhook_plugin_registry_get_ban(self, self->config, plugin));
	return TRUE;
}
