/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What becomes of plugin files and of configurations. Modules stay mapped in this process, so each
 * test uses the sample it needs from a fresh registry; a type is registered once and found again.
 */

#include "registry-fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static void
test_start(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) list = NULL;
	OffhookPlugin *plugin;

	load(f, "driver-sample.so", "sample");
	load(f, "parrot.so", "parrot");
	assert_status(f, "sample", OFFHOOK_PLUGIN_UNCONFIGURED);
	g_assert_null(offhook_plugin_registry_get_driver(f->registry, "sample", NULL));
	start(f, "[driver:sample]\nnumber=42\n");
	g_assert_cmpuint(f->added, ==, 2);
	g_assert_cmpstr(number_of(f, "sample"), ==, "42");
	g_assert_nonnull(offhook_plugin_registry_get_agent(f->registry, "parrot", NULL));
	list = offhook_plugin_registry_list(f->registry);
	g_assert_cmpuint(list->len, ==, 2);
	plugin = g_ptr_array_index(list, 0);
	g_assert_cmpstr(offhook_plugin_get_kind_name(plugin), ==, "driver");
	g_assert_cmpstr(offhook_plugin_get_version(plugin), ==, "1.0");
	g_assert_cmpstr(offhook_plugin_get_status_name(plugin), ==, "active");
	g_assert_cmpstr(offhook_plugin_get_settings(plugin)[0].name, ==, "number");
	g_assert_nonnull(offhook_plugin_get_object(plugin));
	g_assert_cmpstr(offhook_driver_get_name(OFFHOOK_DRIVER(offhook_plugin_get_object(plugin))),
			==, "sample");
}

static void
test_alias(Fixture *f, gconstpointer data)
{
	OffhookDriver *driver;

	load(f, "a.so", "sample-known");
	load(f, "b.so", "sample");
	start(f, "[assistant:a]\ndriver=well-known\nagents=parrot\n[plugins]\noptional=parrot\n");
	driver = offhook_plugin_registry_get_driver(f->registry, "well-known", NULL);
	g_assert_nonnull(driver);
	g_assert_cmpstr(offhook_driver_get_name(driver), ==, "known");
	/* "sample" is another plugin's alias, and somebody's name. */
	driver = offhook_plugin_registry_get_driver(f->registry, "sample", NULL);
	g_assert_cmpstr(offhook_driver_get_name(driver), ==, "sample");
}

static void
test_loaded_while_running(Fixture *f, gconstpointer data)
{
	start(f, "");
	load(f, "driver-sample.so", "sample");
	g_assert_cmpuint(f->added, ==, 1);
	g_assert_cmpstr(number_of(f, "sample"), ==, "1");
}

static void
test_lookup_errors(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) missing = NULL;
	g_autoptr(GError) broken = NULL;
	g_autoptr(GError) kind = NULL;

	start(f, "");
	load(f, "driver-sample.so", "sample");
	load(f, "driver-old.so", "abi-major");
	g_assert_null(offhook_plugin_registry_get_driver(f->registry, "sampel", &missing));
	g_assert_error(missing, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_assert_nonnull(strstr(missing->message, "\"sample\""));
	g_assert_null(offhook_plugin_registry_get_driver(f->registry, "old", &broken));
	g_assert_error(broken, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_null(offhook_plugin_registry_get_engine(f->registry, "sample", &kind));
	g_assert_error(kind, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_broken_file_hurts_nobody(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "driver-bad.so");

	start(f, "");
	load(f, "driver-sample.so", "sample");
	folder_put(&f->folder, "driver-bad.so", "no plugin", 9);
	offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	assert_status(f, "bad", OFFHOOK_PLUGIN_FAILED);
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpuint(f->failed, ==, 1);
	g_assert_nonnull(reason_of(f, "bad"));
	/* The same content is not tried again. */
	offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	g_assert_cmpuint(f->failed, ==, 1);
	/* Another is. */
	load(f, "driver-bad.so", "needy");
	assert_status(f, "needy", OFFHOOK_PLUGIN_UNCONFIGURED);
	g_assert_null(offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, "bad"));
}

static void
test_broken_file_removed(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "driver-bad.so");

	folder_put(&f->folder, "driver-bad.so", "no plugin", 9);
	offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	offhook_plugin_registry_remove_file(f->registry, path);
	g_assert_null(offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, "bad"));
}

static void
test_first_of_a_name_wins(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) list = NULL;

	start(f, "");
	load(f, "a.so", "sample");
	load(f, "b.so", "sample-again");
	list = offhook_plugin_registry_list(f->registry);
	g_assert_cmpuint(list->len, ==, 2);
	g_assert_cmpuint(f->failed, ==, 1);
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_true(g_str_has_suffix(offhook_plugin_get_path(offhook_plugin_registry_find(
					   f->registry, OFFHOOK_PLUGIN_DRIVER, "sample")),
				       "a.so"));
}

static void
test_removed_and_back(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "a.so");
	g_autoptr(OffhookDriver) driver = NULL;

	load(f, "a.so", "sample");
	start(f, "[driver:sample]\nnumber=7\n");
	driver = g_object_ref(offhook_plugin_registry_get_driver(f->registry, "sample", NULL));
	g_assert_cmpint(g_unlink(path), ==, 0);
	offhook_plugin_registry_remove_file(f->registry, path);
	assert_status(f, "sample", OFFHOOK_PLUGIN_DRAINING);
	g_assert_cmpuint(f->removed, ==, 1);
	/* What holds it can still use it. */
	g_assert_cmpstr(offhook_driver_get_phone_number(driver), ==, "7");
	load(f, "renamed.so", "sample");
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpuint(f->added, ==, 2);
	g_assert_true(offhook_plugin_registry_get_driver(f->registry, "sample", NULL) == driver);
}

static void
test_replaced(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "a.so");

	start(f, "");
	load(f, "a.so", "sample");
	load(f, "a.so", "sample-newer");
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_nonnull(reason_of(f, "sample"));
	g_assert_cmpstr(offhook_plugin_get_version(offhook_plugin_registry_find(
			    f->registry, OFFHOOK_PLUGIN_DRIVER, "sample")),
			==, "1.0");
	/* By something broken: what is loaded goes on. */
	folder_put(&f->folder, "a.so", "no plugin", 9);
	offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpuint(f->added, ==, 1);
	/* And back to what it was. */
	load(f, "a.so", "sample");
	g_assert_null(reason_of(f, "sample"));
}

static void
test_removed_then_newer(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "a.so");

	start(f, "");
	load(f, "a.so", "sample");
	g_assert_cmpint(g_unlink(path), ==, 0);
	offhook_plugin_registry_remove_file(f->registry, path);
	load(f, "a.so", "sample-newer");
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_nonnull(reason_of(f, "sample"));
}

static void
test_mode_mended(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_put_module(&f->folder, "a.so", "sample");

	start(f, "");
	g_assert_cmpint(g_chmod(path, 0666), ==, 0);
	offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	assert_status(f, "a", OFFHOOK_PLUGIN_FAILED);
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
	offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
}

static void
test_required_settings(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	load(f, "a.so", "needy");
	start(f, "");
	assert_status(f, "needy", OFFHOOK_PLUGIN_UNCONFIGURED);
	g_assert_nonnull(reason_of(f, "needy"));
	g_assert_false(configure(f, "[driver:needy]\n", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	start(f, "[driver:needy]\naccount=x\n");
	assert_status(f, "needy", OFFHOOK_PLUGIN_ACTIVE);
}

static void
test_refusal_at_start(Fixture *f, gconstpointer data)
{
	load(f, "a.so", "sample");
	load(f, "b.so", "parrot");
	start(f, "[driver:sample]\nrefuse=true\n");
	assert_status(f, "sample", OFFHOOK_PLUGIN_FAILED);
	g_assert_cmpuint(f->failed, ==, 1);
	g_assert_nonnull(offhook_plugin_registry_get_agent(f->registry, "parrot", NULL));
}

static void
test_refusal_of_required(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	load(f, "a.so", "sample");
	g_assert_false(configure(
	    f, "[driver:sample]\nrefuse=true\n[plugins]\nrequired=driver:sample\n", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
test_reload_is_all_or_nothing(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	load(f, "b.so", "needy");
	load(f, "a.so", "sample");
	start(f, "[driver:sample]\nnumber=1\n[driver:needy]\naccount=x\nnumber=1\n");
	/* needy takes the new settings, sample does not: both keep the old ones. */
	g_assert_false(configure(f,
				 "[driver:sample]\nnumber=2\nrefuse=true\n"
				 "[driver:needy]\naccount=x\nnumber=2\n",
				 &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpstr(number_of(f, "sample"), ==, "1");
	g_assert_cmpstr(number_of(f, "needy"), ==, "1");
	start(f, "[driver:sample]\nnumber=3\n[driver:needy]\naccount=x\nnumber=3\n");
	g_assert_cmpstr(number_of(f, "sample"), ==, "3");
	g_assert_cmpstr(number_of(f, "needy"), ==, "3");
}

static void
test_disabled(Fixture *f, gconstpointer data)
{
	load(f, "a.so", "sample");
	assert_status(f, "sample", OFFHOOK_PLUGIN_DISABLED);
	start(f, data);
	assert_status(f, "sample", OFFHOOK_PLUGIN_DISABLED);
	g_assert_null(offhook_plugin_get_object(
	    offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, "sample")));
	start(f, "");
	assert_status(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	start(f, data);
	assert_status(f, "sample", OFFHOOK_PLUGIN_DISABLED);
	g_assert_cmpuint(f->removed, ==, 1);
}

static void
test_agent_options(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	load(f, "a.so", "parrot");
	g_assert_false(configure(f, "[assistant:a]\nagents=parrot\nparrot.mood=bad\n", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	start(f, "[assistant:a]\nagents=parrot\nparrot.mood=good\n");
}

static void
test_broken_plugin_keeps_its_section(Fixture *f, gconstpointer data)
{
	load(f, "driver-old.so", "abi-major");
	start(f, "[driver:old]\nanything=1\n");
}

static void
test_too_many_files(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) list = NULL;

	for (guint i = 0; i < 300; i++) {
		g_autofree char *name = g_strdup_printf("bad-%u.so", i);
		g_autofree char *path = folder_path(&f->folder, name);

		g_assert_true(g_file_set_contents(path, name, -1, NULL));
		offhook_plugin_registry_load_file(f->registry, path, OFFHOOK_PLUGIN_KIND_UNKNOWN);
	}
	list = offhook_plugin_registry_list(f->registry);
	g_assert_cmpuint(list->len, ==, 256);
}

#define ADD(name, function, config)                                                                \
	g_test_add("/registry/" name, Fixture, config, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* A refused plugin is a warning in the log, here the point of the test. */
	g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
	ADD("start", test_start, NULL);
	ADD("alias", test_alias, NULL);
	ADD("loaded-while-running", test_loaded_while_running, NULL);
	ADD("lookup-errors", test_lookup_errors, NULL);
	ADD("broken-file-hurts-nobody", test_broken_file_hurts_nobody, NULL);
	ADD("broken-file-removed", test_broken_file_removed, NULL);
	ADD("first-of-a-name-wins", test_first_of_a_name_wins, NULL);
	ADD("removed-and-back", test_removed_and_back, NULL);
	ADD("replaced", test_replaced, NULL);
	ADD("removed-then-newer", test_removed_then_newer, NULL);
	ADD("mode-mended", test_mode_mended, NULL);
	ADD("required-settings", test_required_settings, NULL);
	ADD("refusal-at-start", test_refusal_at_start, NULL);
	ADD("refusal-of-required", test_refusal_of_required, NULL);
	ADD("reload-is-all-or-nothing", test_reload_is_all_or_nothing, NULL);
	ADD("disabled", test_disabled, "[plugins]\ndisabled=driver:sample\n");
	ADD("agent-options", test_agent_options, NULL);
	ADD("broken-plugin-keeps-its-section", test_broken_plugin_keeps_its_section, NULL);
	ADD("too-many-files", test_too_many_files, NULL);
	return g_test_run();
}
