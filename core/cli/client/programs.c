/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finds programs and data. Any thread. */

#include "cli/client/programs.h"

#include <string.h>

#include <offhook/json.h>

/* Where Meson describes a build. */
#define OFFHOOK_PROGRAMS_BUILD_INFO "meson-info/meson-info.json"

static char *
offhook_programs_get_own_dir(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);

	return self != NULL ? g_path_get_dirname(self) : g_strdup(".");
}

/* @dir, below the root that this program is installed in. */
static char *
offhook_programs_relocate(const char *dir)
{
	g_autofree char *own = offhook_programs_get_own_dir();

	if (!g_str_has_suffix(own, OFFHOOK_BIN_DIR))
		return g_strdup(dir);
	own[strlen(own) - strlen(OFFHOOK_BIN_DIR)] = '\0';
	return g_strconcat(own, dir, NULL);
}

char *
offhook_programs_get_libexec_dir(void)
{
	return offhook_programs_relocate(OFFHOOK_LIBEXEC_DIR);
}

char *
offhook_programs_get_build_dir(void)
{
	g_autofree char *own = offhook_programs_get_own_dir();
	g_autofree char *build = g_path_get_dirname(own);
	g_autofree char *info = g_build_filename(build, OFFHOOK_PROGRAMS_BUILD_INFO, NULL);

	return g_file_test(info, G_FILE_TEST_EXISTS) ? g_steal_pointer(&build) : NULL;
}

/* What Meson says of its build. (nullable) */
static char *
offhook_programs_find_source_dir(void)
{
	g_autofree char *build = offhook_programs_get_build_dir();
	g_autofree char *path =
	    build != NULL ? g_build_filename(build, OFFHOOK_PROGRAMS_BUILD_INFO, NULL) : NULL;
	g_autofree char *text = NULL;
	g_autoptr(JsonObject) info = NULL;
	JsonObject *directories;

	if (path == NULL || !g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	info = offhook_json_parse_object(text, -1, path, NULL);
	directories = info != NULL ? offhook_json_get_object(info, "directories") : NULL;
	return directories != NULL ? g_strdup(offhook_json_get_string(directories, "source"))
				   : NULL;
}

char *
offhook_programs_find_data(const char *source, const char *installed)
{
	g_autofree char *root = offhook_programs_find_source_dir();
	g_autofree char *data = offhook_programs_relocate(OFFHOOK_DATA_DIR);
	g_autofree char *built = root != NULL ? g_build_filename(root, source, NULL) : NULL;

	if (built != NULL && g_file_test(built, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&built);
	return g_build_filename(data, installed, NULL);
}

char *
offhook_programs_find(const char *built, const char *name)
{
	g_autofree char *own = offhook_programs_get_own_dir();
	g_autofree char *libexec = offhook_programs_get_libexec_dir();
	g_autofree char *path = g_build_filename(own, "..", built, name, NULL);

	if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		return g_steal_pointer(&path);
	return g_build_filename(libexec, name, NULL);
}
