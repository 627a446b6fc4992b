/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A registry over a folder of the test's own, and the way of a configuration through it.
 */
#pragma once

#include "plugin/registry.h"

#include "plugin-fixture.h"

typedef struct {
	Folder folder;
	OffhookPluginRegistry *registry;
	guint added, removed, failed;
	const char *variable; /* (nullable): in the environment, "NAME=value" */
} Fixture;

static inline void
count_cb(OffhookPluginRegistry *registry, OffhookPlugin *plugin, gpointer data)
{
	(*(guint *)data)++;
}

static inline OffhookConfig *
read_config(Fixture *f, const char *text)
{
	g_autofree char *path = folder_path(&f->folder, "offhookd.conf");
	const char *environment[] = {"STATE_DIRECTORY=/nonexistent", f->variable, NULL};
	OffhookConfigSource source = {path, f->folder.dir, environment};

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return offhook_config_read(&source);
}

/* The whole way of a start or a reload. */
static inline gboolean
configure(Fixture *f, const char *text, GError **error)
{
	g_autoptr(OffhookConfig) config = read_config(f, text);

	offhook_plugin_registry_check(f->registry, config);
	return offhook_config_finish(config, error) &&
	       offhook_plugin_registry_apply(f->registry, config, error);
}

static inline void
start(Fixture *f, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(configure(f, text, &error));
	g_assert_no_error(error);
}

static inline void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookConfig) config = NULL;

	folder_set_up(&f->folder);
	config = read_config(f, data != NULL ? data : "");
	f->registry = offhook_plugin_registry_new(config);
	g_signal_connect(f->registry, "added", G_CALLBACK(count_cb), &f->added);
	g_signal_connect(f->registry, "removed", G_CALLBACK(count_cb), &f->removed);
	g_signal_connect(f->registry, "failed", G_CALLBACK(count_cb), &f->failed);
}

static inline void
tear_down(Fixture *f, gconstpointer data)
{
	g_assert_finalize_object(f->registry);
	folder_tear_down(&f->folder);
}

static inline void
load(Fixture *f, const char *file, const char *module)
{
	g_autofree char *path = folder_put_module(&f->folder, file, module);

	offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
}

static inline void
assert_status(Fixture *f, const char *name, OffhookPluginStatus status)
{
	OffhookPlugin *plugin =
	    offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, name);

	g_assert_nonnull(plugin);
	g_assert_cmpint(offhook_plugin_get_status(plugin), ==, status);
}

static inline const char *
number_of(Fixture *f, const char *name)
{
	OffhookDriver *driver = offhook_plugin_registry_get_driver(f->registry, name, NULL);

	g_assert_nonnull(driver);
	return offhook_driver_get_phone_number(driver);
}

static inline const char *
reason_of(Fixture *f, const char *name)
{
	return offhook_plugin_get_reason(
	    offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, name));
}
