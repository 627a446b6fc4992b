/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of the registry, for its own files.
 */
#pragma once

#include "plugin/plugin-private.h"
#include "plugin/registry.h"

G_BEGIN_DECLS

struct _OffhookPluginRegistry {
	GObject parent_instance;

	GPtrArray *plugins;    /* OffhookPlugin */
	OffhookConfig *config; /* the one in force, or before the first apply the one read */
	gboolean applied;      /* plugins that come are configured at once */
	OffhookCallHost *host; /* (nullable): not referenced */
	GHashTable *switched_off; /* set of "kind/name": by hand, until we end */
};

/**
 * The best of @plugins that is called @name: what was loaded goes before what was refused, and that
 * before an instance whose section is gone; then aliases. (transfer none) (nullable)
 */
OffhookPlugin *offhook_plugin_list_find(GPtrArray *plugins, OffhookPluginKind kind,
					const char *name);

/** The entries of files. (transfer container) */
GPtrArray *offhook_plugin_registry_list_files(OffhookPluginRegistry *self);

/**
 * What @config makes of the registry: the entries of files, and of each of its sections that says
 * `plugin=` the instance, which is new unless there is one already. (transfer container)
 */
GPtrArray *offhook_plugin_registry_collect(OffhookPluginRegistry *self, OffhookConfig *config);

/** registry-switch.c: why @plugin is not to be used; (nullable) (transfer none): it may be */
const char *offhook_plugin_registry_get_ban(OffhookPluginRegistry *self, OffhookConfig *config,
					    OffhookPlugin *plugin);
/** Makes of @plugin what the configuration in force says. */
void offhook_plugin_registry_activate(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				      const char *note);

/** Sets the status and tells everybody: signals, and one line in the log. */
void offhook_plugin_registry_change_status(OffhookPluginRegistry *self, OffhookPlugin *plugin,
					   OffhookPluginStatus status, const char *reason);

/**
 * Gives @plugin its object and its settings out of @config.
 *
 * Returns: what it is afterwards; @reason (transfer full) says why it is not active.
 */
OffhookPluginStatus offhook_plugin_registry_prepare(OffhookPluginRegistry *self,
						    OffhookConfig *config, OffhookPlugin *plugin,
						    char **reason);

G_END_DECLS
