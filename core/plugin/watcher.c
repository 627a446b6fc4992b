/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Watches plugin directories with GFileMonitor. A directory that does not exist yet is waited for
 * at its nearest ancestor that does. A file is tried when its writer has closed it or it was moved
 * in whole; one that was refused, whenever it changes again. Main thread only.
 */

#include "plugin/watcher.h"

#include <gio/gio.h>
#include <offhook/error.h>
#include <string.h>
#include <sys/stat.h>

#define OFFHOOK_PLUGIN_LOCAL_DIR "/usr/local/lib/offhook-1"

typedef struct {
	OffhookPluginWatcher *watcher;
	char *path;
	guint kind;
	GFileMonitor *monitor; /* (nullable) */
	char *monitored;       /* @path, or the ancestor that is waited at */
	GHashTable *seen;      /* names of files that were offered to the registry */
} OffhookPluginFolder;

struct _OffhookPluginWatcher {
	OffhookPluginRegistry *registry;
	GPtrArray *folders; /* OffhookPluginFolder */
};

static void offhook_plugin_folder_watch(OffhookPluginFolder *self);

/* ---- where ---- */

/* (transfer full) (nullable): BUILD/plugins when @executable is BUILD/core/offhookd */
static char *
offhook_plugin_watcher_find_build_dir(const char *executable)
{
	g_autofree char *own =
	    executable == NULL ? g_file_read_link("/proc/self/exe", NULL) : g_strdup(executable);
	g_autofree char *core = own != NULL ? g_path_get_dirname(own) : NULL;
	g_autofree char *name = core != NULL ? g_path_get_basename(core) : NULL;
	g_autofree char *build = core != NULL ? g_path_get_dirname(core) : NULL;
	g_autofree char *plugins = NULL;
	g_autofree char *mark = NULL;

	if (g_strcmp0(name, "core") != 0)
		return NULL;
	plugins = g_build_filename(build, "plugins", NULL);
	mark = g_build_filename(build, "build.ninja", NULL);
	return g_file_test(plugins, G_FILE_TEST_IS_DIR) && g_file_test(mark, G_FILE_TEST_EXISTS)
		   ? g_steal_pointer(&plugins)
		   : NULL;
}

char **
offhook_plugin_watcher_get_directories(const char *executable, const char *extra)
{
	g_autofree char *build = offhook_plugin_watcher_find_build_dir(executable);
	g_auto(GStrv) more = g_strsplit(extra != NULL ? extra : "", ":", -1);
	g_autoptr(GStrvBuilder) directories = g_strv_builder_new();

	if (build != NULL) {
		g_strv_builder_add(directories, build);
	} else {
		g_strv_builder_add(directories, OFFHOOK_PLUGIN_DIR);
		if (!g_str_equal(OFFHOOK_PLUGIN_DIR, OFFHOOK_PLUGIN_LOCAL_DIR))
			g_strv_builder_add(directories, OFFHOOK_PLUGIN_LOCAL_DIR);
	}
	for (char **directory = more; *directory != NULL; directory++)
		if (**directory != '\0')
			g_strv_builder_add(directories, *directory);
	return g_strv_builder_end(directories);
}

/* ---- one folder ---- */

static gboolean
offhook_plugin_folder_is_module(const char *name)
{
	return name[0] != '.' && g_str_has_suffix(name, ".so");
}

static void
offhook_plugin_folder_load(OffhookPluginFolder *self, const char *name)
{
	g_autofree char *path = NULL;

	if (!offhook_plugin_folder_is_module(name))
		return;
	path = g_build_filename(self->path, name, NULL);
	g_hash_table_add(self->seen, g_strdup(name));
	offhook_plugin_registry_load_file(self->watcher->registry, path, self->kind);
}

static void
offhook_plugin_folder_remove(OffhookPluginFolder *self, const char *name)
{
	g_autofree char *path = g_build_filename(self->path, name, NULL);

	if (g_hash_table_remove(self->seen, name))
		offhook_plugin_registry_remove_file(self->watcher->registry, path);
}

/* Brings the registry to what is in the folder now, in the order of the names. */
static void
offhook_plugin_folder_scan(OffhookPluginFolder *self)
{
	g_autoptr(GDir) dir = g_dir_open(self->path, 0, NULL);
	g_autoptr(GHashTable) present =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GList) names = NULL;
	g_autoptr(GList) seen = g_hash_table_get_keys(self->seen);
	const char *entry;

	while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL)
		if (offhook_plugin_folder_is_module(entry))
			g_hash_table_add(present, g_strdup(entry));
	for (GList *l = seen; l != NULL; l = l->next) {
		g_autofree char *name = g_strdup(l->data);

		if (!g_hash_table_contains(present, name))
			offhook_plugin_folder_remove(self, name);
	}
	names = g_list_sort(g_hash_table_get_keys(present), (GCompareFunc)strcmp);
	for (GList *l = names; l != NULL; l = l->next)
		offhook_plugin_folder_load(self, l->data);
}

/* Whether a new name stands for a file that was there before: nobody is going to close it. */
static gboolean
offhook_plugin_folder_is_link(OffhookPluginFolder *self, const char *name)
{
	g_autofree char *path = g_build_filename(self->path, name, NULL);
	struct stat info;

	return lstat(path, &info) == 0 && (S_ISLNK(info.st_mode) || info.st_nlink > 1);
}

static void
offhook_plugin_folder_handle_file(OffhookPluginFolder *self, const char *name, const char *other,
				  GFileMonitorEvent event)
{
	switch (event) {
	case G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT:
	case G_FILE_MONITOR_EVENT_MOVED_IN:
		offhook_plugin_folder_load(self, name);
		break;
	case G_FILE_MONITOR_EVENT_CREATED:
		if (offhook_plugin_folder_is_link(self, name))
			offhook_plugin_folder_load(self, name);
		break;
	case G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED:
		/* Its mode may have been what was wrong. One still being written is not here. */
		if (g_hash_table_contains(self->seen, name))
			offhook_plugin_folder_load(self, name);
		break;
	case G_FILE_MONITOR_EVENT_DELETED:
	case G_FILE_MONITOR_EVENT_MOVED_OUT:
		offhook_plugin_folder_remove(self, name);
		break;
	case G_FILE_MONITOR_EVENT_RENAMED:
		offhook_plugin_folder_remove(self, name);
		if (other != NULL)
			offhook_plugin_folder_load(self, other);
		break;
	default: /* half-written: its end will be told */
		break;
	}
}

static void
offhook_plugin_folder_changed_cb(GFileMonitor *monitor, GFile *file, GFile *other,
				 GFileMonitorEvent event, gpointer data)
{
	OffhookPluginFolder *self = data;
	g_autofree char *path = g_file_get_path(file);
	g_autofree char *name = g_file_get_basename(file);
	g_autofree char *other_name = other != NULL ? g_file_get_basename(other) : NULL;

	if (g_strcmp0(path, self->monitored) == 0 &&
	    (event == G_FILE_MONITOR_EVENT_DELETED || event == G_FILE_MONITOR_EVENT_UNMOUNTED))
		g_clear_pointer(&self->monitored, g_free); /* one of that name is another */
	/* Something around the folder, or the folder itself: look where to wait from now on. */
	if (g_strcmp0(self->monitored, self->path) != 0 || g_strcmp0(path, self->monitored) == 0) {
		offhook_plugin_folder_watch(self);
		return;
	}
	offhook_plugin_folder_handle_file(self, name, other_name, event);
}

static void
offhook_plugin_folder_stop(OffhookPluginFolder *self)
{
	if (self->monitor == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->monitor, self);
	g_file_monitor_cancel(self->monitor);
	g_clear_object(&self->monitor);
}

static void
offhook_plugin_folder_monitor(OffhookPluginFolder *self, const char *path)
{
	g_autoptr(GFile) file = g_file_new_for_path(path);
	g_autoptr(GError) local = NULL;

	offhook_plugin_folder_stop(self);
	g_free(self->monitored);
	self->monitored = g_strdup(path);
	self->monitor = g_file_monitor_directory(file, G_FILE_MONITOR_WATCH_MOVES, NULL, &local);
	if (self->monitor == NULL)
		g_warning("%s can't be watched, new plugins there need a reload: %s", path,
			  local->message);
	else
		g_signal_connect(self->monitor, "changed",
				 G_CALLBACK(offhook_plugin_folder_changed_cb), self);
}

/* Monitors the folder or its nearest ancestor. First the monitor, then the look: nothing that
 * happens in between is missed. */
static void
offhook_plugin_folder_watch(OffhookPluginFolder *self)
{
	gboolean again = TRUE;

	while (again) {
		g_autofree char *target = g_strdup(self->path);

		while (!g_file_test(target, G_FILE_TEST_IS_DIR) && !g_str_equal(target, "/")) {
			char *parent = g_path_get_dirname(target);

			g_free(target);
			target = parent;
		}
		again = g_strcmp0(target, self->monitored) != 0;
		if (again)
			offhook_plugin_folder_monitor(self, target);
	}
	offhook_plugin_folder_scan(self);
}

static void
offhook_plugin_folder_free(gpointer data)
{
	OffhookPluginFolder *self = data;

	offhook_plugin_folder_stop(self);
	g_free(self->path);
	g_free(self->monitored);
	g_hash_table_unref(self->seen);
	g_free(self);
}

/* ---- the watcher ---- */

static void
offhook_plugin_watcher_add(OffhookPluginWatcher *self, const char *directory, const char *subfolder,
			   guint kind)
{
	OffhookPluginFolder *folder = g_new0(OffhookPluginFolder, 1);
	g_autofree char *joined = g_build_filename(directory, subfolder, NULL);

	folder->watcher = self;
	folder->path = g_canonicalize_filename(joined, NULL);
	folder->kind = kind;
	folder->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(self->folders, folder);
	offhook_plugin_folder_watch(folder);
}

OffhookPluginWatcher *
offhook_plugin_watcher_new(OffhookPluginRegistry *registry, const char *const *directories)
{
	OffhookPluginWatcher *self = g_new0(OffhookPluginWatcher, 1);

	self->registry = g_object_ref(registry);
	self->folders = g_ptr_array_new_with_free_func(offhook_plugin_folder_free);
	for (; *directories != NULL; directories++) {
		offhook_plugin_watcher_add(self, *directories, "drivers", OFFHOOK_PLUGIN_DRIVER);
		offhook_plugin_watcher_add(self, *directories, "engines", OFFHOOK_PLUGIN_ENGINE);
		offhook_plugin_watcher_add(self, *directories, "agents", OFFHOOK_PLUGIN_AGENT);
		offhook_plugin_watcher_add(self, *directories, NULL, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	}
	return self;
}

void
offhook_plugin_watcher_free(OffhookPluginWatcher *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->folders);
	g_object_unref(self->registry);
	g_free(self);
}

void
offhook_plugin_watcher_rescan(OffhookPluginWatcher *self)
{
	for (guint i = 0; i < self->folders->len; i++)
		offhook_plugin_folder_watch(g_ptr_array_index(self->folders, i));
}

static OffhookPluginFolder *
offhook_plugin_watcher_find_folder(OffhookPluginWatcher *self, const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);

	for (guint i = 0; i < self->folders->len; i++) {
		OffhookPluginFolder *folder = g_ptr_array_index(self->folders, i);

		if (g_str_equal(folder->path, directory))
			return folder;
	}
	return NULL;
}

static OffhookPlugin *
offhook_plugin_watcher_find_entry(OffhookPluginWatcher *self, const char *path)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_list(self->registry);

	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);

		if (g_str_equal(offhook_plugin_get_path(plugin), path))
			return plugin;
	}
	return NULL;
}

OffhookPlugin *
offhook_plugin_watcher_load(OffhookPluginWatcher *self, const char *path, GError **error)
{
	g_autofree char *whole = g_canonicalize_filename(path, "/");
	g_autofree char *name = g_path_get_basename(whole);
	OffhookPluginFolder *folder = offhook_plugin_watcher_find_folder(self, whole);
	OffhookPlugin *plugin;

	if (folder == NULL || !offhook_plugin_folder_is_module(name)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "path: \"%s\", expected a .so file in a plugin directory", path);
		return NULL;
	}
	offhook_plugin_folder_load(folder, name);
	plugin = offhook_plugin_watcher_find_entry(self, whole);
	if (plugin == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no file %s",
			    whole);
	else if (offhook_plugin_get_version(plugin) != NULL)
		return plugin;
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE, "%s: %s", whole,
			    offhook_plugin_get_reason(plugin));
	return NULL;
}
