/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A plugin directory of the test's own, and ways to put files there.
 */
#pragma once

#include "harness.h"

#include <glib/gstdio.h>
#include <offhook/error.h>
#include <string.h>

typedef struct {
	char *dir;
} Folder;

static inline void
folder_set_up(Folder *f)
{
	f->dir = harness_make_dir();
	g_assert_cmpint(g_chmod(f->dir, 0755), ==, 0);
}

static inline void
folder_tear_down(Folder *f)
{
	harness_remove_dir(f->dir);
	g_free(f->dir);
}

/** (transfer full) */
static inline char *
folder_path(Folder *f, const char *name)
{
	return g_build_filename(f->dir, name, NULL);
}

static inline GBytes *
module_content(const char *module)
{
	g_autofree char *file = g_strconcat(module, ".so", NULL);
	g_autofree char *path = g_build_filename(TEST_MODULES, file, NULL);
	char *data;
	gsize size;
	g_autoptr(GError) error = NULL;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}

/** Puts @data there in one go, as a package manager does: written aside, then moved. */
static inline void
folder_put(Folder *f, const char *name, const void *data, gsize size)
{
	g_autofree char *path = folder_path(f, name);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
	g_file_set_contents_full(path, data, size, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error);
	g_assert_no_error(error);
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
}

/** Copies a module of this build. Returns its path. (transfer full) */
static inline char *
folder_put_module(Folder *f, const char *name, const char *module)
{
	g_autoptr(GBytes) content = module_content(module);

	folder_put(f, name, g_bytes_get_data(content, NULL), g_bytes_get_size(content));
	return folder_path(f, name);
}
