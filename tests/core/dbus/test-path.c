/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Names as paths: valid on the bus whatever the name, and different for different names.
 */

#include "dbus/path.h"

static const struct {
	const char *name;
	const char *path;
} paths[] = {
    {"twilio", "/org/offhook/Offhook1/Driver/twilio"},
    {"generic-http", "/org/offhook/Offhook1/Driver/generic_2dhttp"},
    {"generic_2dhttp", "/org/offhook/Offhook1/Driver/generic_5f2dhttp"},
    {"9.1", "/org/offhook/Offhook1/Driver/9_2e1"},
    {"/usr/x.so", "/org/offhook/Offhook1/Driver/_2fusr_2fx_2eso"},
    {"\xc3\xa9", "/org/offhook/Offhook1/Driver/_c3_a9"},
};

static void
test_paths(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *path = offhook_dbus_make_path("Driver", paths[i].name);

		g_assert_cmpstr(path, ==, paths[i].path);
		g_assert_true(g_variant_is_object_path(path));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dbus/path", test_paths);
	return g_test_run();
}
