/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Real directories and a running main loop: files that come, grow, change and go. Waits for what
 * the registry shows, never for a time.
 */

#include "plugin/watcher.h"

#include "plugin-fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
	Folder folder;
	OffhookPluginRegistry *registry;
	OffhookPluginWatcher *watcher;
	/* what wait_for() waits for */
	const char *name;
	OffhookPluginStatus status;
	gboolean present;
	gboolean noted;
} Fixture;

static void
watch(Fixture *f, const char *subfolder)
{
	g_autofree char *dir = folder_path(&f->folder, subfolder);
	const char *directories[] = {dir, NULL};

	f->watcher = offhook_plugin_watcher_new(f->registry, directories);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	const char *environment[] = {"STATE_DIRECTORY=/nonexistent", "XDG_CONFIG_HOME=/nonexistent",
				     NULL};
	OffhookConfigSource source = {.environment = environment};
	g_autoptr(OffhookConfig) config = NULL;
	g_autoptr(GError) error = NULL;

	folder_set_up(&f->folder);
	source.directory = f->folder.dir;
	config = offhook_config_read(&source);
	f->registry = offhook_plugin_registry_new(config);
	offhook_plugin_registry_apply(f->registry, config, &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_plugin_watcher_free(f->watcher);
	g_assert_finalize_object(f->registry);
	folder_tear_down(&f->folder);
}

static gboolean
is_as_wanted(gpointer data)
{
	Fixture *f = data;
	OffhookPlugin *plugin =
	    offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, f->name);

	if (!f->present)
		return plugin == NULL;
	return plugin != NULL && offhook_plugin_get_status(plugin) == f->status &&
	       (!f->noted || offhook_plugin_get_reason(plugin) != NULL);
}

static void
wait_for(Fixture *f, const char *name, OffhookPluginStatus status)
{
	f->name = name;
	f->status = status;
	f->present = TRUE;
	harness_wait_until(is_as_wanted, f, name);
}

static void
wait_for_absence(Fixture *f, const char *name)
{
	f->name = name;
	f->present = FALSE;
	harness_wait_until(is_as_wanted, f, name);
}

static void
put(Fixture *f, const char *name, const char *module)
{
	g_free(folder_put_module(&f->folder, name, module));
}

static void
drop(Fixture *f, const char *name)
{
	g_autofree char *path = folder_path(&f->folder, name);

	g_assert_cmpint(g_unlink(path), ==, 0);
}

static void
test_there_at_the_start(Fixture *f, gconstpointer data)
{
	put(f, "p/drivers/sample.so", "sample");
	put(f, "p/drivers/README", "sample");
	put(f, "p/drivers/.hidden.so", "sample");
	watch(f, "p");
	f->name = "sample";
	f->status = OFFHOOK_PLUGIN_ACTIVE;
	f->present = TRUE;
	g_assert_true(is_as_wanted(f));
	{
		g_autoptr(GPtrArray) list = offhook_plugin_registry_list(f->registry);

		g_assert_cmpuint(list->len, ==, 1);
	}
}

static void
test_moved_in(Fixture *f, gconstpointer data)
{
	g_autofree char *drivers = folder_path(&f->folder, "p/drivers");

	g_assert_cmpint(g_mkdir_with_parents(drivers, 0755), ==, 0);
	watch(f, "p");
	put(f, "p/drivers/sample.so", "sample");
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
}

static void
test_wrong_folder(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) list = NULL;

	put(f, "p/engines/sample.so", "sample");
	watch(f, "p");
	list = offhook_plugin_registry_list(f->registry);
	g_assert_cmpuint(list->len, ==, 1);
	g_assert_cmpint(offhook_plugin_get_status(g_ptr_array_index(list, 0)), ==,
			OFFHOOK_PLUGIN_FAILED);
}

static void
test_flat(Fixture *f, gconstpointer data)
{
	put(f, "p/driver-sample.so", "sample");
	watch(f, "p");
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
}

/* The directory comes later, with all that is in it. */
static void
test_directory_appears(Fixture *f, gconstpointer data)
{
	watch(f, "a/b/p");
	put(f, "a/b/p/drivers/sample.so", "sample");
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	drop(f, "a/b/p/drivers/sample.so");
	wait_for(f, "sample", OFFHOOK_PLUGIN_DRAINING);
}

static void
test_directory_goes_and_returns(Fixture *f, gconstpointer data)
{
	g_autofree char *dir = folder_path(&f->folder, "p");

	put(f, "p/driver-sample.so", "sample");
	watch(f, "p");
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	harness_remove_dir(dir);
	wait_for(f, "sample", OFFHOOK_PLUGIN_DRAINING);
	put(f, "p/driver-sample.so", "sample");
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	put(f, "p/driver-bad.so", "wrong-magic");
	wait_for(f, "bad", OFFHOOK_PLUGIN_FAILED);
}

/* Written in two pieces, with a look in between, as a slow copy is. */
static void
test_slow_copy(Fixture *f, gconstpointer data)
{
	g_autoptr(GBytes) content = module_content("sample");
	const char *bytes = g_bytes_get_data(content, NULL);
	gsize size = g_bytes_get_size(content);
	g_autofree char *path = folder_path(&f->folder, "p/driver-sample.so");
	int fd;

	put(f, "p/driver-mark.so", "wrong-magic");
	watch(f, "p");
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	g_assert_cmpint(write(fd, bytes, size / 2), ==, size / 2);
	/* Events come in order: when this one has been seen, so has the half. */
	drop(f, "p/driver-mark.so");
	wait_for_absence(f, "mark");
	g_assert_null(offhook_plugin_registry_find(f->registry, OFFHOOK_PLUGIN_DRIVER, "sample"));
	g_assert_cmpint(write(fd, bytes + size / 2, size - size / 2), ==, size - size / 2);
	close(fd);
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
}

/* Found half at the start, refused, complete later. */
static void
test_half_at_the_start(Fixture *f, gconstpointer data)
{
	g_autoptr(GBytes) content = module_content("sample");
	const char *bytes = g_bytes_get_data(content, NULL);
	gsize size = g_bytes_get_size(content);
	g_autofree char *path = folder_path(&f->folder, "p/driver-sample.so");
	int fd;

	folder_put(&f->folder, "p/driver-sample.so", bytes, size / 2);
	watch(f, "p");
	wait_for(f, "sample", OFFHOOK_PLUGIN_FAILED);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	g_assert_cmpint(write(fd, bytes + size / 2, size - size / 2), ==, size - size / 2);
	close(fd);
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
}

static void
test_removed_and_renamed(Fixture *f, gconstpointer data)
{
	g_autofree char *from = folder_path(&f->folder, "p/driver-a.so");
	g_autofree char *to = folder_path(&f->folder, "p/driver-b.so");
	g_autofree char *away = folder_path(&f->folder, "away.so");

	put(f, "p/driver-a.so", "sample");
	watch(f, "p");
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpint(g_rename(from, away), ==, 0);
	wait_for(f, "sample", OFFHOOK_PLUGIN_DRAINING);
	g_assert_cmpint(g_rename(away, from), ==, 0);
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpint(g_rename(from, to), ==, 0);
	drop(f, "p/driver-b.so");
	wait_for(f, "sample", OFFHOOK_PLUGIN_DRAINING);
}

/* Cut short in place under a running plugin: the one case that would have killed the daemon. */
static void
test_overwritten_in_place(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "p/driver-sample.so");
	OffhookDriver *driver;
	int fd;

	put(f, "p/driver-sample.so", "sample");
	watch(f, "p");
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	driver = offhook_plugin_registry_get_driver(f->registry, "sample", NULL);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	g_assert_cmpint(write(fd, "rubbish", 7), ==, 7);
	close(fd);
	f->noted = TRUE;
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	g_assert_cmpstr(offhook_driver_get_phone_number(driver), ==, "1");
}

static void
test_linked(Fixture *f, gconstpointer data)
{
	g_autofree char *target = folder_path(&f->folder, "elsewhere.so");
	g_autofree char *path = folder_path(&f->folder, "p/driver-sample.so");

	put(f, "elsewhere.so", "sample");
	put(f, "p/README", "sample");
	watch(f, "p");
	g_assert_cmpint(symlink(target, path), ==, 0);
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
	drop(f, "p/driver-sample.so");
	wait_for(f, "sample", OFFHOOK_PLUGIN_DRAINING);
	g_assert_cmpint(link(target, path), ==, 0);
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
}

static void
test_mode_mended(Fixture *f, gconstpointer data)
{
	g_autofree char *path = folder_path(&f->folder, "p/driver-sample.so");

	put(f, "p/driver-sample.so", "sample");
	g_assert_cmpint(g_chmod(path, 0666), ==, 0);
	watch(f, "p");
	wait_for(f, "sample", OFFHOOK_PLUGIN_FAILED);
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
	wait_for(f, "sample", OFFHOOK_PLUGIN_ACTIVE);
}

static void
test_earlier_directory_wins(Fixture *f, gconstpointer data)
{
	g_autofree char *one = folder_path(&f->folder, "one");
	g_autofree char *two = folder_path(&f->folder, "two");
	const char *directories[] = {one, two, NULL};

	put(f, "one/z.so", "sample");
	put(f, "two/drivers/a.so", "sample-again");
	f->watcher = offhook_plugin_watcher_new(f->registry, directories);
	g_assert_true(g_str_has_prefix(offhook_plugin_get_path(offhook_plugin_registry_find(
					   f->registry, OFFHOOK_PLUGIN_DRIVER, "sample")),
				       one));
}

static void
test_rescan(Fixture *f, gconstpointer data)
{
	put(f, "p/driver-sample.so", "sample");
	watch(f, "p");
	put(f, "p/driver-bad.so", "wrong-magic");
	drop(f, "p/driver-sample.so");
	offhook_plugin_watcher_rescan(f->watcher);
	f->present = TRUE;
	f->name = "bad";
	f->status = OFFHOOK_PLUGIN_FAILED;
	g_assert_true(is_as_wanted(f));
	f->name = "sample";
	f->status = OFFHOOK_PLUGIN_DRAINING;
	g_assert_true(is_as_wanted(f));
}

static void
test_directories(Fixture *f, gconstpointer data)
{
	g_autofree char *executable = folder_path(&f->folder, "build/core/offhookd");
	g_autofree char *plugins = folder_path(&f->folder, "build/plugins");
	g_auto(GStrv) installed = NULL;
	g_auto(GStrv) built = NULL;

	put(f, "build/plugins/driver-sample.so", "sample");
	installed = offhook_plugin_watcher_get_directories(executable, "/x::/y");
	g_assert_cmpstr(installed[0], ==, OFFHOOK_PLUGIN_DIR);
	g_assert_true(g_strv_contains((const char *const *)installed, "/x"));
	g_assert_true(g_strv_contains((const char *const *)installed, "/y"));
	g_assert_false(g_strv_contains((const char *const *)installed, ""));
	put(f, "build/build.ninja", "sample");
	built = offhook_plugin_watcher_get_directories(executable, "/x");
	g_assert_cmpuint(g_strv_length(built), ==, 2);
	g_assert_cmpstr(built[0], ==, plugins);
	g_assert_cmpstr(built[1], ==, "/x");
}

#define ADD(name, function) g_test_add("/watcher/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* A refused plugin is a warning in the log, here the point of the test. */
	g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
	ADD("there-at-the-start", test_there_at_the_start);
	ADD("moved-in", test_moved_in);
	ADD("wrong-folder", test_wrong_folder);
	ADD("flat", test_flat);
	ADD("directory-appears", test_directory_appears);
	ADD("directory-goes-and-returns", test_directory_goes_and_returns);
	ADD("slow-copy", test_slow_copy);
	ADD("half-at-the-start", test_half_at_the_start);
	ADD("removed-and-renamed", test_removed_and_renamed);
	ADD("overwritten-in-place", test_overwritten_in_place);
	ADD("linked", test_linked);
	ADD("mode-mended", test_mode_mended);
	ADD("earlier-directory-wins", test_earlier_directory_wins);
	ADD("rescan", test_rescan);
	ADD("directories", test_directories);
	return g_test_run();
}
