/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The part of the configuration that plugins declare: `[driver:NAME]`, `[engine:NAME]`,
 * `[agent:NAME]`, and the names of plugins elsewhere. NAME is a plugin's, or any other where the
 * section says `plugin=`: an instance of that plugin. Wherever a plugin can be named an instance can.
 * This layer knows no plugin; whoever does (plugin/registry.h) answers through a small table. Same thread as the snapshot, before
 * offhook_config_finish(); offhook_config_build_settings() also afterwards.
 */
#pragma once

#include <offhook/agent.h>
#include <offhook/driver.h>
#include <offhook/engine.h>
#include <offhook/plugin.h>

#include "config/config.h"

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_PLUGIN_MISSING,  /* no file of that name */
	OFFHOOK_PLUGIN_BROKEN,   /* a file that was refused: nothing is known of its settings */
	OFFHOOK_PLUGIN_EXCLUDED, /* [plugins] disabled names it */
	OFFHOOK_PLUGIN_PRESENT,
} OffhookPluginPresence;

/** What a session is opened with to find out whether it can be. Borrowed. */
typedef struct {
	const char *engine;
	OffhookEngineRoles role; /* exactly one */
	const char *language;
	const char *voice;   /* (nullable): its own */
	GHashTable *options; /* (nullable): key -> value */
} OffhookEngineTrial;

/** What the plugins that are there can be asked. No member may be %NULL. */
typedef struct {
	/* @settings: set when PRESENT; (nullable): it declares none */
	OffhookPluginPresence (*find)(gpointer data, OffhookPluginKind kind, const char *name,
				      const OffhookSetting **settings);
	/* (transfer none) (nullable): the installed plugin, no instance, that has the name or alias
	 * @name */
	const char *(*find_owner)(gpointer data, OffhookPluginKind kind, const char *name);
	/* (transfer full): all names that are PRESENT */
	char **(*list)(gpointer data, OffhookPluginKind kind);
	/* (transfer none): the name of the plugin that has @name as an alias; else @name */
	const char *(*resolve)(gpointer data, OffhookPluginKind kind, const char *name);
	OffhookEngineRoles (*get_roles)(gpointer data, const char *engine);
	/* Would the engine open such a session? Asked of one that has the role. */
	gboolean (*check_session)(gpointer data, OffhookConfig *config,
				  const OffhookEngineTrial *trial, GError **error);
	OffhookAgentFeatures (*get_features)(gpointer data, const char *agent);
	/* Would the agent take its own section? What is wrong is a line each, "KEY: ..." */
	gboolean (*check_settings)(gpointer data, OffhookConfig *config, const char *agent,
				   GError **error);
	/* Would the agent work with these options? Asked last, when @config is right so far. */
	gboolean (*check_options)(gpointer data, OffhookConfig *config, const char *agent,
				  const OffhookAgentOptions *options, GError **error);
	/* Likewise for the driver. */
	gboolean (*check_driver_options)(gpointer data, OffhookConfig *config, const char *driver,
					 const OffhookDriverOptions *options, GError **error);
} OffhookPluginDirectory;

/** Checks every section and every name that concerns a plugin; problems join the others. */
void offhook_config_check_plugins(OffhookConfig *self, const OffhookPluginDirectory *directory,
				  gpointer data);

/** The plugin of `[KIND:name]`: what its `plugin=` says, else @name. (transfer none) */
const char *offhook_config_get_plugin(OffhookConfig *self, OffhookPluginKind kind,
				      const char *name);

/** The names of all sections of @kind whose plugin is called otherwise. (transfer full) */
char **offhook_config_list_instances(OffhookConfig *self, OffhookPluginKind kind);

/**
 * offhook_config_build_settings:
 * @table: (nullable): the plugin's declaration
 * @error: %OFFHOOK_ERROR_CONFIG; all that is wrong, one per line
 *
 * The values for one plugin or instance: its section, `KEY-file=` of secrets and systemd credentials
 * ($CREDENTIALS_DIRECTORY/KIND.NAME.KEY), then, for a plugin by its own name, the variables that the
 * table names in `env`.
 *
 * Returns: (transfer full) (nullable)
 */
OffhookSettings *offhook_config_build_settings(OffhookConfig *self, OffhookPluginKind kind,
					       const char *name, const OffhookSetting *table,
					       GError **error);

/**
 * Whether anybody wants the plugin: it has a section, or an assistant or [server] voice-provider
 * names it. One that nobody wants may lack REQUIRED settings.
 */
gboolean offhook_config_wants_plugin(OffhookConfig *self, OffhookPluginKind kind, const char *name);

/**
 * How [plugins] grades it; names there are "loopback" or "driver:loopback". With a plugin its
 * instances are disabled.
 */
gboolean offhook_config_is_plugin_disabled(OffhookConfig *self, OffhookPluginKind kind,
					   const char *name);
gboolean offhook_config_is_plugin_required(OffhookConfig *self, OffhookPluginKind kind,
					   const char *name);

/** "driver", "engine" or "agent"; "plugin" for a number that is none. */
const char *offhook_plugin_kind_to_string(guint kind);

G_END_DECLS
