/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where the registry meets the configuration: checking it with what the plugins declare, and
 * putting it into force, all or nothing. Main thread only.
 */

#include "plugin/registry.h"

#include "config/config-plugins.h"
#include "plugin/registry-private.h"

#include <offhook/error.h>

#include <string.h>

/* ---- checking ---- */

typedef struct {
	OffhookPluginRegistry *registry;
	OffhookConfig *config; /* the one being checked */
	GPtrArray *plugins;    /* what it makes of the registry */
	GPtrArray *files;      /* of them those that are no instances */
} OffhookRegistryCheck;

static OffhookPlugin *
offhook_registry_check_get(OffhookRegistryCheck *check, OffhookPluginKind kind, const char *name)
{
	return offhook_plugin_list_find(check->plugins, kind, name);
}

static OffhookPluginPresence
offhook_registry_check_find(gpointer data, OffhookPluginKind kind, const char *name,
			    const OffhookSetting **settings)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin = offhook_registry_check_get(check, kind, name);
	g_autoptr(GError) local = NULL;

	if (plugin == NULL || offhook_plugin_has_lost_file(plugin))
		return OFFHOOK_PLUGIN_MISSING;
	if (offhook_config_is_plugin_disabled(check->config, kind, name))
		return OFFHOOK_PLUGIN_EXCLUDED;
	/* What the reason is stands in its entry; one that was disabled has no object yet. */
	if (plugin->info == NULL ||
	    !offhook_plugin_instantiate(plugin, check->registry->host, &local))
		return OFFHOOK_PLUGIN_BROKEN;
	*settings = plugin->info->settings;
	return OFFHOOK_PLUGIN_PRESENT;
}

static const char *
offhook_registry_check_find_owner(gpointer data, OffhookPluginKind kind, const char *name)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin = offhook_plugin_list_find(check->files, kind, name);

	return plugin != NULL ? plugin->name : NULL;
}

static char **
offhook_registry_check_list(gpointer data, OffhookPluginKind kind)
{
	OffhookRegistryCheck *check = data;
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (guint i = 0; i < check->plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(check->plugins, i);
		const OffhookSetting *settings;

		if (plugin->info != NULL && plugin->kind == kind &&
		    offhook_registry_check_find(data, kind, plugin->name, &settings) ==
			OFFHOOK_PLUGIN_PRESENT)
			g_strv_builder_add(names, plugin->name);
	}
	return g_strv_builder_end(names);
}

static const char *
offhook_registry_check_resolve(gpointer data, OffhookPluginKind kind, const char *name)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin = offhook_registry_check_get(check, kind, name);

	return plugin != NULL ? plugin->name : name;
}

static OffhookEngineRoles
offhook_registry_check_get_roles(gpointer data, const char *engine)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin = offhook_registry_check_get(check, OFFHOOK_PLUGIN_ENGINE, engine);

	return offhook_engine_get_roles(OFFHOOK_ENGINE(plugin->object));
}

static OffhookAgentFeatures
offhook_registry_check_get_features(gpointer data, const char *agent)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin = offhook_registry_check_get(check, OFFHOOK_PLUGIN_AGENT, agent);

	return offhook_agent_get_features(OFFHOOK_AGENT(plugin->object));
}

/* At the start it knows no settings yet; nothing runs that new ones could disturb. */
static gboolean
offhook_registry_check_configure(OffhookPlugin *plugin, OffhookConfig *config, GError **error)
{
	g_autoptr(OffhookSettings) settings = NULL;

	if (plugin->settings != NULL)
		return TRUE;
	settings = offhook_config_build_settings(config, plugin->kind, plugin->name,
						 plugin->info->settings, error);
	return settings != NULL && offhook_plugin_configure(plugin, settings, error);
}

/*
 * Opens a session to find out, as a call would. An engine that does not work at all says so in its
 * own entry.
 */
static gboolean
offhook_registry_check_session(gpointer data, OffhookConfig *config,
			       const OffhookEngineTrial *trial, GError **error)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin =
	    offhook_registry_check_get(check, OFFHOOK_PLUGIN_ENGINE, trial->engine);
	OffhookEngine *engine = OFFHOOK_ENGINE(plugin->object);
	const OffhookTranscribeOptions hearing = {.language = trial->language,
						  .options = trial->options};
	const OffhookSynthesizeOptions speaking = {
	    .language = trial->language, .voice = trial->voice, .options = trial->options};
	const OffhookCompleteOptions answering = {.options = trial->options};
	const OffhookEmbedOptions embedding = {.options = trial->options};
	g_autoptr(GObject) session = NULL;
	g_autoptr(GError) local = NULL;

	if (!offhook_registry_check_configure(plugin, config, NULL))
		return TRUE;
	if (trial->role == OFFHOOK_ENGINE_TRANSCRIBE)
		session = (GObject *)offhook_engine_open_transcriber(engine, &hearing, &local);
	else if (trial->role == OFFHOOK_ENGINE_SYNTHESIZE)
		session = (GObject *)offhook_engine_open_synthesizer(engine, &speaking, &local);
	else if (trial->role == OFFHOOK_ENGINE_EMBED)
		session = (GObject *)offhook_engine_open_embedder(engine, &embedding, &local);
	else
		session = (GObject *)offhook_engine_open_completer(engine, &answering, &local);
	if (!g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT) &&
	    !g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
offhook_registry_check_settings(gpointer data, OffhookConfig *config, const char *agent,
				GError **error)
{
	OffhookRegistryCheck *check = data;

	return offhook_registry_check_configure(
	    offhook_registry_check_get(check, OFFHOOK_PLUGIN_AGENT, agent), config, error);
}

static gboolean
offhook_registry_check_options(gpointer data, OffhookConfig *config, const char *agent,
			       const OffhookAgentOptions *options, GError **error)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin = offhook_registry_check_get(check, OFFHOOK_PLUGIN_AGENT, agent);

	return offhook_registry_check_configure(plugin, config, error) &&
	       offhook_agent_check_options(OFFHOOK_AGENT(plugin->object), options, error);
}

/* Needs no settings: the options are judged by themselves. */
static gboolean
offhook_registry_check_driver_options(gpointer data, OffhookConfig *config, const char *driver,
				      const OffhookDriverOptions *options, GError **error)
{
	OffhookRegistryCheck *check = data;
	OffhookPlugin *plugin = offhook_registry_check_get(check, OFFHOOK_PLUGIN_DRIVER, driver);

	return offhook_driver_check_options(OFFHOOK_DRIVER(plugin->object), options, error);
}

void
offhook_plugin_registry_check(OffhookPluginRegistry *self, OffhookConfig *config)
{
	static const OffhookPluginDirectory directory = {
	    .find = offhook_registry_check_find,
	    .find_owner = offhook_registry_check_find_owner,
	    .list = offhook_registry_check_list,
	    .resolve = offhook_registry_check_resolve,
	    .get_roles = offhook_registry_check_get_roles,
	    .check_session = offhook_registry_check_session,
	    .get_features = offhook_registry_check_get_features,
	    .check_settings = offhook_registry_check_settings,
	    .check_options = offhook_registry_check_options,
	    .check_driver_options = offhook_registry_check_driver_options,
	};
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_collect(self, config);
	g_autoptr(GPtrArray) files = offhook_plugin_registry_list_files(self);
	OffhookRegistryCheck check = {self, config, plugins, files};

	offhook_config_check_plugins(config, &directory, &check);
}

/* ---- applying ---- */

/* What a plugin is going to be, and what it was configured with. */
typedef struct {
	OffhookPlugin *plugin;
	OffhookPluginStatus status;
	char *reason;         /* (nullable) */
	OffhookSettings *old; /* (nullable) */
} OffhookPluginChange;

static void
offhook_plugin_change_free(gpointer data)
{
	OffhookPluginChange *change = data;

	g_object_unref(change->plugin);
	g_free(change->reason);
	g_clear_pointer(&change->old, offhook_settings_unref);
	g_free(change);
}

static OffhookPluginChange *
offhook_plugin_change_new(OffhookPluginRegistry *self, OffhookConfig *config, OffhookPlugin *plugin)
{
	OffhookPluginChange *change = g_new0(OffhookPluginChange, 1);

	change->plugin = g_object_ref(plugin);
	if (plugin->settings != NULL)
		change->old = offhook_settings_ref(plugin->settings);
	change->status = offhook_plugin_registry_prepare(self, config, plugin, &change->reason);
	return change;
}

static void
offhook_plugin_change_undo(OffhookPluginChange *change)
{
	g_autoptr(GError) local = NULL;

	if (change->old == NULL || change->old == change->plugin->settings ||
	    offhook_plugin_configure(change->plugin, change->old, &local))
		return;
	g_warning("%s %s does not take its old settings back: %s",
		  offhook_plugin_get_kind_name(change->plugin), change->plugin->name,
		  local->message);
}

static void
offhook_plugin_change_commit(OffhookPluginChange *change, OffhookPluginRegistry *self)
{
	OffhookPlugin *plugin = change->plugin;

	/* An active one keeps its note about what the next restart brings. */
	if (change->status == plugin->status && change->status == OFFHOOK_PLUGIN_ACTIVE)
		return;
	if (change->status == plugin->status && g_strcmp0(change->reason, plugin->reason) == 0)
		return;
	offhook_plugin_registry_change_status(self, plugin, change->status, change->reason);
}

/* Whether one of @changes makes what [plugins] required calls @word active. */
static gboolean
offhook_plugin_change_satisfies(GPtrArray *changes, const char *word)
{
	for (guint i = 0; i < changes->len; i++) {
		const OffhookPluginChange *change = g_ptr_array_index(changes, i);
		g_autofree char *full = g_strdup_printf(
		    "%s:%s", offhook_plugin_get_kind_name(change->plugin), change->plugin->name);

		if (change->status == OFFHOOK_PLUGIN_ACTIVE &&
		    (g_str_equal(word, change->plugin->name) || g_str_equal(word, full)))
			return TRUE;
	}
	return FALSE;
}

/* (transfer full): ": REASON" of the entry that [plugins] required calls @word, or "" */
static char *
offhook_plugin_registry_explain(OffhookPluginRegistry *self, GPtrArray *changes, const char *word)
{
	const char *colon = strchr(word, ':');
	const char *name = colon != NULL ? colon + 1 : word;

	for (guint i = 0; i < changes->len; i++) {
		const OffhookPluginChange *change = g_ptr_array_index(changes, i);

		if (g_str_equal(change->plugin->name, name) && change->reason != NULL)
			return g_strconcat(": ", change->reason, NULL);
	}
	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(self->plugins, i);

		if (g_str_equal(plugin->name, name) && plugin->reason != NULL)
			return g_strconcat(": ", plugin->reason, NULL);
	}
	return g_strdup("");
}

static gboolean
offhook_plugin_registry_check_required(OffhookPluginRegistry *self, OffhookConfig *config,
				       GPtrArray *changes, GError **error)
{
	g_auto(GStrv) required = offhook_config_get_list(config, "plugins", "required");

	for (char **word = required; *word != NULL; word++) {
		g_autofree char *why = NULL;

		if (offhook_plugin_change_satisfies(changes, *word))
			continue;
		why = offhook_plugin_registry_explain(self, changes, *word);
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "required plugin \"%s\" does not work%s", *word, why);
		return FALSE;
	}
	return TRUE;
}

/* On a reload, a plugin that works must not be lost. */
static gboolean
offhook_plugin_registry_keeps(OffhookPluginRegistry *self, const OffhookPluginChange *change,
			      GError **error)
{
	if (!self->applied || change->plugin->status != OFFHOOK_PLUGIN_ACTIVE ||
	    change->status == OFFHOOK_PLUGIN_ACTIVE || change->status == OFFHOOK_PLUGIN_DISABLED)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "%s \"%s\" does not take the new settings: %s",
		    offhook_plugin_get_kind_name(change->plugin), change->plugin->name,
		    change->reason);
	return FALSE;
}

/* One of its name was there first, and works: as at a start, that one counts, and the log has said so. */
static gboolean
offhook_plugin_registry_is_shadowed(GPtrArray *plugins, OffhookPlugin *plugin)
{
	OffhookPlugin *found = offhook_plugin_list_find(plugins, plugin->kind, plugin->name);

	return plugin->info == NULL && plugin->base == NULL && found != plugin &&
	       found->info != NULL;
}

char *
offhook_plugin_registry_try(OffhookPluginRegistry *self, OffhookConfig *config)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_collect(self, config);
	GString *wrong = g_string_new(NULL);

	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);
		g_autofree char *reason = NULL;
		OffhookPluginStatus status;

		if (!offhook_config_wants_plugin(config, plugin->kind, plugin->name) ||
		    offhook_plugin_registry_is_shadowed(plugins, plugin))
			continue;
		status = offhook_plugin_registry_prepare(self, config, plugin, &reason);
		if (status != OFFHOOK_PLUGIN_ACTIVE && status != OFFHOOK_PLUGIN_DISABLED)
			g_string_append_printf(wrong, "%s %s: %s\n",
					       offhook_plugin_get_kind_name(plugin), plugin->name,
					       reason);
	}
	return g_string_free(wrong, FALSE);
}

/* (transfer container): what becomes of each of @plugins; up to the first that may not become so */
static GPtrArray *
offhook_plugin_registry_plan(OffhookPluginRegistry *self, OffhookConfig *config, GPtrArray *plugins,
			     GError **error)
{
	GPtrArray *changes = g_ptr_array_new_with_free_func(offhook_plugin_change_free);
	gboolean ok = TRUE;

	for (guint i = 0; ok && i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);
		OffhookPluginChange *change;

		/* A file that was refused has its reason already. */
		if ((plugin->info == NULL && plugin->base == NULL) ||
		    offhook_plugin_has_lost_file(plugin))
			continue;
		change = offhook_plugin_change_new(self, config, plugin);
		g_ptr_array_add(changes, change);
		ok = offhook_plugin_registry_keeps(self, change, error);
	}
	return changes;
}

/* New instances become entries; those that have no section any more begin nothing new. */
static void
offhook_plugin_registry_take_over(OffhookPluginRegistry *self, GPtrArray *plugins)
{
	g_autoptr(GPtrArray) before = offhook_plugin_registry_list(self);

	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);

		if (!g_ptr_array_find(before, plugin, NULL))
			g_ptr_array_add(self->plugins, g_object_ref(plugin));
	}
	for (guint i = 0; i < before->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(before, i);

		if (!g_ptr_array_find(plugins, plugin, NULL) &&
		    plugin->status != OFFHOOK_PLUGIN_DRAINING)
			offhook_plugin_registry_change_status(
			    self, plugin, OFFHOOK_PLUGIN_DRAINING,
			    "its section is gone; what uses it goes on, nothing new begins");
	}
}

gboolean
offhook_plugin_registry_apply(OffhookPluginRegistry *self, OffhookConfig *config, GError **error)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_collect(self, config);
	g_autoptr(GError) local = NULL;
	g_autoptr(GPtrArray) changes = offhook_plugin_registry_plan(self, config, plugins, &local);

	if (local != NULL ||
	    !offhook_plugin_registry_check_required(self, config, changes, &local)) {
		for (guint i = 0; i < changes->len; i++)
			offhook_plugin_change_undo(g_ptr_array_index(changes, i));
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	offhook_config_ref(config);
	offhook_config_unref(self->config);
	self->config = config;
	self->applied = TRUE;
	offhook_plugin_registry_take_over(self, plugins);
	for (guint i = 0; i < changes->len; i++)
		offhook_plugin_change_commit(g_ptr_array_index(changes, i), self);
	return TRUE;
}
