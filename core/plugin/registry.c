/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which plugins there are and how they are. Files come and go through the watcher; a file's fate is
 * in its entry and in one line of the log, and touches no other plugin. Main thread only.
 */

#include "plugin/registry.h"

#include "config/documentation.h"
#include "config/nearest.h"
#include "plugin/loader.h"
#include "plugin/registry-private.h"

#include <offhook/error.h>

#include <string.h>

/* Somebody who fills a plugin directory with rubbish must not fill our memory. */
#define OFFHOOK_PLUGIN_ENTRIES_MAX 256

enum {
	SIGNAL_ADDED,
	SIGNAL_REMOVED,
	SIGNAL_FAILED,
	SIGNAL_CHANGED,
	N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(OffhookPluginRegistry, offhook_plugin_registry, G_TYPE_OBJECT)

OffhookPluginRegistry *
offhook_plugin_registry_new(OffhookConfig *config)
{
	OffhookPluginRegistry *self = g_object_new(OFFHOOK_TYPE_PLUGIN_REGISTRY, NULL);

	self->config = offhook_config_ref(config);
	return self;
}

void
offhook_plugin_registry_set_host(OffhookPluginRegistry *self, OffhookCallHost *host)
{
	self->host = host;
	for (guint i = 0; i < self->plugins->len; i++)
		offhook_plugin_set_host(g_ptr_array_index(self->plugins, i), host);
}

/* ---- finding ---- */

static OffhookPlugin *
offhook_plugin_registry_find_path(OffhookPluginRegistry *self, const char *path)
{
	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(self->plugins, i);

		if (plugin->base == NULL && g_str_equal(plugin->path, path))
			return plugin;
	}
	return NULL;
}

/* An alias is the file's own entry. */
static OffhookPlugin *
offhook_plugin_list_find_alias(GPtrArray *plugins, OffhookPluginKind kind, const char *name)
{
	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);

		if (plugin->base == NULL && plugin->info != NULL && plugin->kind == kind &&
		    plugin->info->aliases != NULL && g_strv_contains(plugin->info->aliases, name))
			return plugin;
	}
	return NULL;
}

/* 0: not at all */
static guint
offhook_plugin_rate(const OffhookPlugin *self, guint kind, const char *name)
{
	if (!g_str_equal(self->name, name))
		return 0;
	if (self->info == NULL)
		return self->kind == kind || self->kind == OFFHOOK_PLUGIN_KIND_UNKNOWN ? 2 : 0;
	if (self->kind != kind)
		return 0;
	return self->base != NULL && self->status == OFFHOOK_PLUGIN_DRAINING ? 1 : 3;
}

OffhookPlugin *
offhook_plugin_list_find(GPtrArray *plugins, OffhookPluginKind kind, const char *name)
{
	OffhookPlugin *best = NULL;
	guint highest = 0;

	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);
		guint rating = offhook_plugin_rate(plugin, kind, name);

		if (rating > highest) {
			highest = rating;
			best = plugin;
		}
	}
	return best != NULL ? best : offhook_plugin_list_find_alias(plugins, kind, name);
}

OffhookPlugin *
offhook_plugin_registry_find(OffhookPluginRegistry *self, OffhookPluginKind kind, const char *name)
{
	return offhook_plugin_list_find(self->plugins, kind, name);
}

static gint
offhook_plugin_registry_compare(gconstpointer a, gconstpointer b)
{
	OffhookPlugin *one = *(OffhookPlugin *const *)a;
	OffhookPlugin *other = *(OffhookPlugin *const *)b;

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	if (!g_str_equal(one->name, other->name))
		return strcmp(one->name, other->name);
	return strcmp(one->path, other->path);
}

GPtrArray *
offhook_plugin_registry_list(OffhookPluginRegistry *self)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_object_unref);

	for (guint i = 0; i < self->plugins->len; i++)
		g_ptr_array_add(list, g_object_ref(g_ptr_array_index(self->plugins, i)));
	g_ptr_array_sort(list, offhook_plugin_registry_compare);
	return list;
}

GPtrArray *
offhook_plugin_registry_list_kind(OffhookPluginRegistry *self, OffhookPluginKind kind)
{
	GPtrArray *list = offhook_plugin_registry_list(self);

	for (guint i = list->len; i > 0; i--)
		if (offhook_plugin_get_kind(g_ptr_array_index(list, i - 1)) != kind)
			g_ptr_array_remove_index(list, i - 1);
	return list;
}

GArray *
offhook_plugin_registry_list_docs(OffhookPluginRegistry *self)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_list(self);
	GArray *docs = g_array_new(FALSE, FALSE, sizeof(OffhookPluginDoc));

	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);
		const OffhookPluginDoc doc = {
		    .kind = offhook_plugin_get_kind(plugin),
		    .name = offhook_plugin_get_name(plugin),
		    .summary = offhook_plugin_get_summary(plugin),
		    .settings = offhook_plugin_get_settings(plugin),
		};

		if (doc.summary != NULL)
			g_array_append_val(docs, doc);
	}
	return docs;
}

static char *
offhook_plugin_registry_hint(OffhookPluginRegistry *self, OffhookPluginKind kind, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(self->plugins, i);

		if (plugin->kind == kind && plugin->status == OFFHOOK_PLUGIN_ACTIVE)
			g_ptr_array_add(names, plugin->name);
	}
	g_ptr_array_add(names, NULL);
	return offhook_nearest_hint(name, (const char *const *)names->pdata);
}

static GObject *
offhook_plugin_registry_get(OffhookPluginRegistry *self, OffhookPluginKind kind, const char *name,
			    GError **error)
{
	OffhookPlugin *plugin = offhook_plugin_registry_find(self, kind, name);
	g_autofree char *hint = NULL;

	if (plugin != NULL && plugin->status == OFFHOOK_PLUGIN_ACTIVE)
		return plugin->object;
	if (plugin != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s \"%s\" is %s%s%s",
			    offhook_plugin_kind_to_string(kind), name,
			    offhook_plugin_get_status_name(plugin),
			    plugin->reason != NULL ? ": " : "",
			    plugin->reason != NULL ? plugin->reason : "");
		return NULL;
	}
	hint = offhook_plugin_registry_hint(self, kind, name);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no %s \"%s\"%s",
		    offhook_plugin_kind_to_string(kind), name, hint);
	return NULL;
}

OffhookDriver *
offhook_plugin_registry_get_driver(OffhookPluginRegistry *self, const char *name, GError **error)
{
	return (OffhookDriver *)offhook_plugin_registry_get(self, OFFHOOK_PLUGIN_DRIVER, name,
							    error);
}

OffhookEngine *
offhook_plugin_registry_get_engine(OffhookPluginRegistry *self, const char *name, GError **error)
{
	return (OffhookEngine *)offhook_plugin_registry_get(self, OFFHOOK_PLUGIN_ENGINE, name,
							    error);
}

OffhookAgent *
offhook_plugin_registry_get_agent(OffhookPluginRegistry *self, const char *name, GError **error)
{
	return (OffhookAgent *)offhook_plugin_registry_get(self, OFFHOOK_PLUGIN_AGENT, name, error);
}

/* ---- changing ---- */

void
offhook_plugin_registry_change_status(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				      OffhookPluginStatus status, const char *reason)
{
	g_autoptr(OffhookPlugin) keep = g_object_ref(plugin);
	gboolean was_active = plugin->status == OFFHOOK_PLUGIN_ACTIVE;
	gboolean is_active = status == OFFHOOK_PLUGIN_ACTIVE;

	offhook_plugin_set_status(plugin, status, reason);
	if (status == OFFHOOK_PLUGIN_FAILED)
		g_warning("%s %s (%s) failed: %s", offhook_plugin_get_kind_name(plugin),
			  plugin->name, plugin->path, reason);
	else if (status == OFFHOOK_PLUGIN_UNCONFIGURED && !was_active)
		g_debug("%s %s (%s) is not configured: %s", offhook_plugin_get_kind_name(plugin),
			plugin->name, plugin->path, reason != NULL ? reason : "nobody wants it");
	else if (was_active != is_active || reason != NULL)
		g_message("%s %s (%s) is %s%s%s", offhook_plugin_get_kind_name(plugin),
			  plugin->name, plugin->path, offhook_plugin_get_status_name(plugin),
			  reason != NULL ? ": " : "", reason != NULL ? reason : "");
	if (was_active && !is_active)
		g_signal_emit(self, signals[SIGNAL_REMOVED], 0, plugin);
	if (!was_active && is_active)
		g_signal_emit(self, signals[SIGNAL_ADDED], 0, plugin);
	if (status == OFFHOOK_PLUGIN_FAILED)
		g_signal_emit(self, signals[SIGNAL_FAILED], 0, plugin);
	g_signal_emit(self, signals[SIGNAL_CHANGED], 0, plugin);
}

OffhookPluginStatus
offhook_plugin_registry_prepare(OffhookPluginRegistry *self, OffhookConfig *config,
				OffhookPlugin *plugin, char **reason)
{
	const char *ban = offhook_plugin_registry_get_ban(self, config, plugin);
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(GError) local = NULL;

	if (ban != NULL) {
		*reason = g_strdup(ban);
		return OFFHOOK_PLUGIN_DISABLED;
	}
	if (plugin->info == NULL) {
		*reason = plugin->base != NULL
			      ? g_strdup_printf("its plugin \"%s\" failed: %s", plugin->base->name,
						plugin->base->reason)
			      : g_strdup(plugin->reason);
		return OFFHOOK_PLUGIN_FAILED;
	}
	if (!offhook_plugin_instantiate(plugin, self->host, &local)) {
		*reason = g_strdup(local->message);
		return OFFHOOK_PLUGIN_FAILED;
	}
	settings = offhook_config_build_settings(config, plugin->kind, plugin->name,
						 plugin->info->settings, &local);
	if (settings == NULL) {
		*reason = g_strdup(local->message);
		return offhook_config_wants_plugin(config, plugin->kind, plugin->name)
			   ? OFFHOOK_PLUGIN_FAILED
			   : OFFHOOK_PLUGIN_UNCONFIGURED;
	}
	if (!offhook_plugin_configure(plugin, settings, &local)) {
		*reason = g_strdup(local->message);
		return offhook_config_wants_plugin(config, plugin->kind, plugin->name)
			   ? OFFHOOK_PLUGIN_FAILED
			   : OFFHOOK_PLUGIN_UNCONFIGURED;
	}
	return OFFHOOK_PLUGIN_ACTIVE;
}

/* @note: (nullable): kept as the reason of a plugin that is active */
void
offhook_plugin_registry_activate(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				 const char *note)
{
	const char *ban = offhook_plugin_registry_get_ban(self, self->config, plugin);
	g_autofree char *reason = NULL;
	g_autoptr(GError) local = NULL;
	OffhookPluginStatus status;

	if (self->applied) {
		status = offhook_plugin_registry_prepare(self, self->config, plugin, &reason);
	} else if (ban != NULL) {
		status = OFFHOOK_PLUGIN_DISABLED;
		reason = g_strdup(ban);
	} else if (offhook_plugin_instantiate(plugin, self->host, &local)) {
		/* The configuration comes with offhook_plugin_registry_apply(). */
		offhook_plugin_set_status(plugin, OFFHOOK_PLUGIN_UNCONFIGURED, NULL);
		return;
	} else {
		status = OFFHOOK_PLUGIN_FAILED;
		reason = g_strdup(local->message);
	}
	offhook_plugin_registry_change_status(self, plugin, status, reason != NULL ? reason : note);
}

/* The entry of a file and the instances that the configuration in force has of it. */
static void
offhook_plugin_registry_activate_all(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				     const char *note)
{
	offhook_plugin_registry_activate(self, plugin, note);
	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *instance = g_ptr_array_index(self->plugins, i);

		if (instance->base != plugin ||
		    !g_str_equal(
			offhook_config_get_plugin(self->config, instance->kind, instance->name),
			plugin->name))
			continue;
		offhook_plugin_follow_base(instance);
		offhook_plugin_registry_activate(self, instance, note);
	}
}

/* ---- files ---- */

/* The entry of @path, made when there is none. %NULL: there are too many. */
static OffhookPlugin *
offhook_plugin_registry_ensure(OffhookPluginRegistry *self, const char *path, guint kind)
{
	OffhookPlugin *plugin = offhook_plugin_registry_find_path(self, path);

	if (plugin != NULL)
		return plugin;
	if (self->plugins->len >= OFFHOOK_PLUGIN_ENTRIES_MAX) {
		g_warning("%s is ignored: there are %d plugin files already", path,
			  OFFHOOK_PLUGIN_ENTRIES_MAX);
		return NULL;
	}
	plugin = offhook_plugin_new(path, kind);
	g_ptr_array_add(self->plugins, plugin);
	return plugin;
}

/*
 * The file of a loaded plugin has changed. Its types are registered and its code is in use, so the
 * new file has to wait for the next start; but whether it will work then can be said now.
 */
static void
offhook_plugin_registry_replace(OffhookPluginRegistry *self, OffhookPlugin *plugin,
				const OffhookPluginFile *file, guint kind)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *note = NULL;
	gboolean same = g_strcmp0(plugin->digest, file->digest) == 0;
	gboolean fits = same || offhook_plugin_loader_inspect(file, kind, &local);

	if (!same)
		note = fits ? g_strdup("the file has changed; the new one takes effect at the next "
				       "restart of the daemon, or with SIGUSR2")
			    : g_strdup_printf("the file has changed; the new one will not load: %s",
					      local->message);
	if (plugin->status == OFFHOOK_PLUGIN_DRAINING && fits)
		offhook_plugin_registry_activate_all(self, plugin, note);
	else if (note != NULL || plugin->status == OFFHOOK_PLUGIN_ACTIVE)
		offhook_plugin_registry_change_status(self, plugin, plugin->status, note);
}

/* A plugin whose file is gone and whose content is in @file: it was renamed. (nullable) */
static OffhookPlugin *
offhook_plugin_registry_find_moved(OffhookPluginRegistry *self, const OffhookPluginFile *file)
{
	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(self->plugins, i);

		if (plugin->status == OFFHOOK_PLUGIN_DRAINING &&
		    g_strcmp0(plugin->digest, file->digest) == 0)
			return plugin;
	}
	return NULL;
}

/* (nullable): the descriptor, when its name is free */
static const OffhookPluginInfo *
offhook_plugin_registry_open(OffhookPluginRegistry *self, OffhookPluginFile *file, guint kind,
			     GError **error)
{
	const OffhookPluginInfo *info = offhook_plugin_loader_open(file, kind, error);

	for (guint i = 0; info != NULL && i < self->plugins->len; i++) {
		OffhookPlugin *other = g_ptr_array_index(self->plugins, i);

		if (other->info == NULL || offhook_plugin_rate(other, info->kind, info->name) <= 1)
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    other->base != NULL ? "%s \"%s\" is a section that uses %s"
						: "%s \"%s\" is already loaded, from %s, and the "
						  "first that is found counts",
			    offhook_plugin_get_kind_name(other), other->name, other->path);
		return NULL;
	}
	return info;
}

static void
offhook_plugin_registry_refuse(OffhookPluginRegistry *self, const char *path, guint kind,
			       const char *digest, const GError *error)
{
	OffhookPlugin *plugin = offhook_plugin_registry_ensure(self, path, kind);

	if (plugin == NULL)
		return;
	offhook_plugin_set_digest(plugin, digest);
	offhook_plugin_registry_change_status(self, plugin, OFFHOOK_PLUGIN_FAILED, error->message);
}

static void
offhook_plugin_registry_load_content(OffhookPluginRegistry *self, OffhookPluginFile *file,
				     guint kind)
{
	OffhookPlugin *plugin = offhook_plugin_registry_find_moved(self, file);
	const OffhookPluginInfo *info;
	g_autoptr(GError) local = NULL;

	if (plugin != NULL) {
		/* The failed entry that may have the new path says nothing that is true now. */
		offhook_plugin_registry_remove_file(self, file->path);
		offhook_plugin_set_path(plugin, file->path);
		offhook_plugin_registry_activate_all(self, plugin, NULL);
		return;
	}
	info = offhook_plugin_registry_open(self, file, kind, &local);
	if (info == NULL) {
		offhook_plugin_registry_refuse(self, file->path, kind, file->digest, local);
		return;
	}
	plugin = offhook_plugin_registry_ensure(self, file->path, kind);
	if (plugin == NULL)
		return;
	offhook_plugin_set_info(plugin, info);
	offhook_plugin_set_digest(plugin, file->digest);
	offhook_plugin_registry_activate_all(self, plugin, NULL);
}

void
offhook_plugin_registry_load_file(OffhookPluginRegistry *self, const char *path, guint kind)
{
	OffhookPlugin *plugin = offhook_plugin_registry_find_path(self, path);
	g_autoptr(GError) local = NULL;
	g_autoptr(OffhookPluginFile) file = offhook_plugin_file_read(path, &local);
	gboolean same =
	    plugin != NULL && file != NULL && g_strcmp0(plugin->digest, file->digest) == 0;

	if (g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)) {
		offhook_plugin_registry_remove_file(self, path);
	} else if (plugin != NULL && plugin->info != NULL && file != NULL) {
		/* Loaded, and nothing new to say about it? */
		if (!same || plugin->reason != NULL)
			offhook_plugin_registry_replace(self, plugin, file, kind);
	} else if (plugin != NULL && plugin->info != NULL) {
		g_warning(
		    "%s: the file of a loaded plugin has changed and would not load again: %s",
		    path, local->message);
	} else if (file == NULL) {
		offhook_plugin_registry_refuse(self, path, kind, NULL, local);
	} else if (!same) {
		offhook_plugin_registry_load_content(self, file, kind);
	}
}

void
offhook_plugin_registry_remove_file(OffhookPluginRegistry *self, const char *path)
{
	OffhookPlugin *plugin = offhook_plugin_registry_find_path(self, path);

	if (plugin == NULL || plugin->status == OFFHOOK_PLUGIN_DRAINING)
		return;
	if (plugin->info == NULL) {
		g_autoptr(OffhookPlugin) keep = g_object_ref(plugin);

		g_ptr_array_remove(self->plugins, plugin);
		g_signal_emit(self, signals[SIGNAL_CHANGED], 0, plugin);
		return;
	}
	for (guint i = 0; i < self->plugins->len; i++) {
		OffhookPlugin *user = g_ptr_array_index(self->plugins, i);

		if (user == plugin || user->base == plugin)
			offhook_plugin_registry_change_status(
			    self, user, OFFHOOK_PLUGIN_DRAINING,
			    "its file is gone; what uses it goes on, nothing new begins");
	}
}

static void
offhook_plugin_registry_finalize(GObject *object)
{
	OffhookPluginRegistry *self = OFFHOOK_PLUGIN_REGISTRY(object);

	g_ptr_array_unref(self->plugins);
	g_hash_table_unref(self->switched_off);
	g_clear_pointer(&self->config, offhook_config_unref);
	G_OBJECT_CLASS(offhook_plugin_registry_parent_class)->finalize(object);
}

static void
offhook_plugin_registry_init(OffhookPluginRegistry *self)
{
	self->plugins = g_ptr_array_new_with_free_func(g_object_unref);
	self->switched_off = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
offhook_plugin_registry_class_init(OffhookPluginRegistryClass *klass)
{
	static const char *const names[N_SIGNALS] = {"added", "removed", "failed", "changed"};

	G_OBJECT_CLASS(klass)->finalize = offhook_plugin_registry_finalize;
	for (guint i = 0; i < N_SIGNALS; i++)
		signals[i] = g_signal_new(names[i], OFFHOOK_TYPE_PLUGIN_REGISTRY, G_SIGNAL_RUN_LAST,
					  0, NULL, NULL, NULL, G_TYPE_NONE, 1, OFFHOOK_TYPE_PLUGIN);
}
