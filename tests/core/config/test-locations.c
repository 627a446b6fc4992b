/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Default places of files.
 */

#include "config/locations.h"

#include "harness.h"

#include <offhook/error.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* @data: "NAME=value" pairs, ends with NULL */
static const char *
look_up(const char *name, gpointer data)
{
	for (const char *const *pair = data; *pair != NULL; pair++)
		if (g_str_has_prefix(*pair, name) && (*pair)[strlen(name)] == '=')
			return *pair + strlen(name) + 1;
	return NULL;
}

static void
test_state_dir(void)
{
	const char *systemd[] = {"STATE_DIRECTORY=/a/b:/c", "XDG_STATE_HOME=/d", NULL};
	const char *user[] = {"XDG_STATE_HOME=/d", "HOME=/h", NULL};
	const char *relative[] = {"XDG_STATE_HOME=d", "HOME=/h", NULL};
	gboolean root = geteuid() == 0;
	g_autofree char *one = offhook_locations_get_state_dir(look_up, systemd);
	g_autofree char *two = offhook_locations_get_state_dir(look_up, user);
	g_autofree char *three = offhook_locations_get_state_dir(look_up, relative);

	g_assert_cmpstr(one, ==, "/a/b");
	g_assert_cmpstr(two, ==, root ? "/var/lib/offhook" : "/d/offhook");
	g_assert_cmpstr(three, ==, root ? "/var/lib/offhook" : "/h/.local/state/offhook");
}

static void
test_find_config(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *variable = g_strconcat("XDG_CONFIG_HOME=", dir, NULL);
	g_autofree char *folder = g_build_filename(dir, "offhook", NULL);
	g_autofree char *file = g_build_filename(folder, "offhookd.conf", NULL);
	const char *environment[] = {variable, NULL};
	g_autofree char *found = NULL;

	g_assert_true(offhook_locations_make_dir(folder, NULL));
	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	found = offhook_locations_find_config(look_up, environment);
	g_assert_cmpstr(found, ==, file);
	harness_remove_dir(dir);
}

static void
test_make_dir(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *deep = g_build_filename(dir, "a", "b", NULL);
	g_autofree char *file = g_build_filename(dir, "file", NULL);
	g_autofree char *below = g_build_filename(file, "x", NULL);
	g_autoptr(GError) error = NULL;
	struct stat info;

	g_assert_true(offhook_locations_make_dir(deep, NULL));
	g_assert_true(offhook_locations_make_dir(deep, NULL));
	g_assert_cmpint(stat(deep, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0700);
	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	g_assert_false(offhook_locations_make_dir(below, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	harness_remove_dir(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/locations/state-dir", test_state_dir);
	g_test_add_func("/locations/find-config", test_find_config);
	g_test_add_func("/locations/make-dir", test_make_dir);
	return g_test_run();
}
