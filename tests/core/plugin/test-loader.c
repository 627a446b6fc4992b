/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Real modules, right or wrong in one way each.
 */

#include "plugin/loader.h"

#include "plugin-fixture.h"
#include "plugin/plugin.h"

#include <offhook/driver.h>

static void
set_up(Folder *f, gconstpointer data)
{
	folder_set_up(f);
}

static void
tear_down(Folder *f, gconstpointer data)
{
	folder_tear_down(f);
}

static const OffhookPluginInfo *
open_module(Folder *f, const char *module, guint kind, GError **error)
{
	g_autofree char *path = folder_put_module(f, "x.so", module);
	g_autoptr(OffhookPluginFile) file = offhook_plugin_file_read(path, error);

	return file != NULL ? offhook_plugin_loader_open(file, kind, error) : NULL;
}

static void
test_good(Folder *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	const OffhookPluginInfo *info = open_module(f, "sample", OFFHOOK_PLUGIN_DRIVER, &error);
	g_autoptr(GObject) object = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(info->name, ==, "sample");
	object = offhook_plugin_loader_instantiate(info, &error);
	g_assert_no_error(error);
	g_assert_true(OFFHOOK_IS_DRIVER(object));
}

/* What runs is a copy: the file may be overwritten or cut while the plugin is in use. */
static void
test_survives_its_file(Folder *f, gconstpointer data)
{
	const OffhookPluginInfo *info = open_module(f, "needy", OFFHOOK_PLUGIN_KIND_UNKNOWN, NULL);
	g_autofree char *path = folder_path(f, "x.so");
	g_autoptr(GObject) object = NULL;
	FILE *file;

	g_assert_nonnull(info);
	file = fopen(path, "w"); /* cut in place, not replaced */
	g_assert_nonnull(file);
	fclose(file);
	object = offhook_plugin_loader_instantiate(info, NULL);
	g_assert_nonnull(object);
	g_assert_cmpstr(info->name, ==, "needy");
}

typedef struct {
	const char *module;
	guint kind;
	int code;
} Case;

static const Case cases[] = {
    {"wrong-magic", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_INCOMPATIBLE},
    {"abi-major", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_INCOMPATIBLE},
    {"abi-minor", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_INCOMPATIBLE},
    {"sample", OFFHOOK_PLUGIN_ENGINE, OFFHOOK_ERROR_INCOMPATIBLE},
    {"no-descriptor", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_INCOMPATIBLE},
    {"bad-name", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_FORMAT},
    {"no-type", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_FORMAT},
    {"setting-reserved", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_FORMAT},
    {"setting-twice", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_FORMAT},
    {"unresolved", OFFHOOK_PLUGIN_KIND_UNKNOWN, OFFHOOK_ERROR_INCOMPATIBLE},
};

static void
test_refused(Folder *f, gconstpointer data)
{
	const Case *c = data;
	g_autoptr(GError) error = NULL;

	g_assert_null(open_module(f, c->module, c->kind, &error));
	g_assert_error(error, OFFHOOK_ERROR, c->code);
	g_test_message("%s: %s", c->module, error->message);
	/* Not even a constructor may run of a plugin that does not fit. */
	g_assert_null(g_getenv("SAMPLE_CONSTRUCTOR_RAN"));
}

static void
test_wrong_type(Folder *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	const OffhookPluginInfo *info =
	    open_module(f, "wrong-type", OFFHOOK_PLUGIN_KIND_UNKNOWN, &error);

	g_assert_no_error(error);
	g_assert_null(offhook_plugin_loader_instantiate(info, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE);
}

static void
test_failed_attempts_leave_nothing_open(Folder *f, gconstpointer data)
{
	guint before = 0, after = 0;

	for (guint i = 0; i < 20; i++) {
		g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
		guint n = 0;

		while (g_dir_read_name(dir) != NULL)
			n++;
		before = i == 5 ? n : before;
		after = n;
		g_assert_null(open_module(f, "unresolved", OFFHOOK_PLUGIN_KIND_UNKNOWN, NULL));
	}
	g_assert_cmpuint(before, ==, after);
}

#define ADD(name, function) g_test_add("/loader/" name, Folder, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("good", test_good);
	ADD("survives-its-file", test_survives_its_file);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strconcat("/loader/refused/", cases[i].module, NULL);

		g_test_add(name, Folder, &cases[i], set_up, test_refused, tear_down);
	}
	ADD("wrong-type", test_wrong_type);
	ADD("failed-attempts-leave-nothing-open", test_failed_attempts_leave_nothing_open);
	return g_test_run();
}
