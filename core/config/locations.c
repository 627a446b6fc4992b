/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Default places of files, from the environment. Any thread.
 */

#include "config/locations.h"

#include <offhook/error.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define OFFHOOK_SYSTEM_CONFIG "/etc/offhook/offhookd.conf"
#define OFFHOOK_SYSTEM_STATE  "/var/lib/offhook"

/* @variable when it is an absolute path (the base directory specification ignores others), else
 * @below in the home directory. (transfer full) */
static char *
offhook_locations_get_base(OffhookEnvironmentFunc environment, gpointer data, const char *variable,
			   const char *below)
{
	const char *base = environment(variable, data);
	const char *home = environment("HOME", data);

	if (base != NULL && g_path_is_absolute(base))
		return g_build_filename(base, "offhook", NULL);
	if (home == NULL || !g_path_is_absolute(home))
		home = g_get_home_dir();
	return g_build_filename(home, below, "offhook", NULL);
}

char *
offhook_locations_find_config(OffhookEnvironmentFunc environment, gpointer data)
{
	g_autofree char *folder =
	    offhook_locations_get_base(environment, data, "XDG_CONFIG_HOME", ".config");
	g_autofree char *path = g_build_filename(folder, "offhookd.conf", NULL);

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&path);
	if (g_file_test(OFFHOOK_SYSTEM_CONFIG, G_FILE_TEST_EXISTS))
		return g_strdup(OFFHOOK_SYSTEM_CONFIG);
	return NULL;
}

char *
offhook_locations_get_state_dir(OffhookEnvironmentFunc environment, gpointer data)
{
	const char *given = environment("STATE_DIRECTORY", data);

	if (given != NULL && g_path_is_absolute(given))
		return g_strndup(given, strcspn(given, ":"));
	if (geteuid() == 0)
		return g_strdup(OFFHOOK_SYSTEM_STATE);
	return offhook_locations_get_base(environment, data, "XDG_STATE_HOME", ".local/state");
}

gboolean
offhook_locations_make_dir(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0700) == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
		    "%s: can't make this directory: %s", path, g_strerror(errno));
	return FALSE;
}
