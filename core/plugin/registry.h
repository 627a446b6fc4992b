/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * All plugins and their instances (`[engine:NAME] plugin=`), by kind and name. Main thread only.
 *
 * At start:
 *   config = offhook_config_read(&source);
 *   registry = offhook_plugin_registry_new(config);
 *   offhook_plugin_registry_set_host(registry, OFFHOOK_CALL_HOST(call_manager));
 *   watcher = offhook_plugin_watcher_new(registry, directories);  loads what is there
 *   offhook_plugin_registry_check(registry, config);
 *   if (!offhook_config_finish(config, &error))           exit 78, all problems at once
 *   if (!offhook_plugin_registry_apply(registry, config, &error))      exit 69
 *
 * On a reload the same from offhook_config_read() on, without the two constructors; when any step
 * fails, the old configuration is still in force.
 *
 * Signals, each (OffhookPlugin *):
 *   added: became usable (also: again usable)
 *   removed: no longer usable for anything new
 *   failed: a file was refused, or a plugin's configuration; the reason is in it
 *   changed: after these, and whenever its status or reason is another one or its entry is gone
 */
#pragma once

#include "config/config.h"
#include "plugin/plugin.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_PLUGIN_REGISTRY (offhook_plugin_registry_get_type())
G_DECLARE_FINAL_TYPE(OffhookPluginRegistry, offhook_plugin_registry, OFFHOOK, PLUGIN_REGISTRY,
		     GObject)

/** @config: (transfer none): may be unfinished; says which plugins are disabled */
OffhookPluginRegistry *offhook_plugin_registry_new(OffhookConfig *config);

/** Given to every driver, also those that come later. @host: (transfer none), not referenced */
void offhook_plugin_registry_set_host(OffhookPluginRegistry *self, OffhookCallHost *host);

/** Lets every plugin and assistant of @config be checked; problems are collected in @config. */
void offhook_plugin_registry_check(OffhookPluginRegistry *self, OffhookConfig *config);

/**
 * offhook_plugin_registry_apply:
 * @config: finished, and checked with offhook_plugin_registry_check()
 * @error: %OFFHOOK_ERROR_UNAVAILABLE when a required plugin is not there or refused its settings;
 *   on a reload: any plugin's refusal
 *
 * Configures the plugins. On failure the plugins have their old settings again.
 */
gboolean offhook_plugin_registry_apply(OffhookPluginRegistry *self, OffhookConfig *config,
				       GError **error);

/*
 * An active plugin's object, (transfer none). Errors: %OFFHOOK_ERROR_NOT_FOUND naming the nearest
 * one, %OFFHOOK_ERROR_UNAVAILABLE with the reason when it is there and not active.
 */
OffhookDriver *offhook_plugin_registry_get_driver(OffhookPluginRegistry *self, const char *name,
						  GError **error);
OffhookEngine *offhook_plugin_registry_get_engine(OffhookPluginRegistry *self, const char *name,
						  GError **error);
OffhookAgent *offhook_plugin_registry_get_agent(OffhookPluginRegistry *self, const char *name,
						GError **error);

/** The plugin of that name or alias, whatever its status. (transfer none) (nullable) */
OffhookPlugin *offhook_plugin_registry_find(OffhookPluginRegistry *self, OffhookPluginKind kind,
					    const char *name);

/** Every entry, refused files too, sorted by kind and name. (transfer container) */
GPtrArray *offhook_plugin_registry_list(OffhookPluginRegistry *self);
/** Only those of @kind. (transfer container) */
GPtrArray *offhook_plugin_registry_list_kind(OffhookPluginRegistry *self, OffhookPluginKind kind);
/** What there is to document of those that could be read; the registry's own texts. (element-type OffhookPluginDoc) */
GArray *offhook_plugin_registry_list_docs(OffhookPluginRegistry *self);

/**
 * offhook_plugin_registry_try:
 *
 * Would the plugins that somebody wants work with @config? They are configured to find out, so this is
 * for a process that ends afterwards.
 *
 * Returns: (transfer full): what does not, one per line; "" when all do
 */
char *offhook_plugin_registry_try(OffhookPluginRegistry *self, OffhookConfig *config);

/** By hand, with offhook_plugin_registry_set_enabled(). */
gboolean offhook_plugin_registry_is_switched_off(OffhookPluginRegistry *self,
						 OffhookPluginKind kind, const char *name);
/**
 * Switches a plugin off, or on again, until the daemon ends: as if [plugins] disabled named it, reloads
 * included. What uses it goes on, nothing new begins. Twice the same is once.
 * %OFFHOOK_ERROR_INVALID_STATE: on, but the configuration disables it; %OFFHOOK_ERROR_UNAVAILABLE: on,
 * and it does not work: the reason is in it.
 */
gboolean offhook_plugin_registry_set_enabled(OffhookPluginRegistry *self, OffhookPlugin *plugin,
					     gboolean enabled, GError **error);

/* For the watcher. */
/**
 * offhook_plugin_registry_load_file:
 * @kind: what the file's folder is for, or OFFHOOK_PLUGIN_KIND_UNKNOWN for any
 *
 * A file is there, or has changed. Whatever is wrong with it ends up in its entry. Files whose
 * content is what it was at the last look are not tried again.
 */
void offhook_plugin_registry_load_file(OffhookPluginRegistry *self, const char *path, guint kind);
/** A file is gone. */
void offhook_plugin_registry_remove_file(OffhookPluginRegistry *self, const char *path);

G_END_DECLS
