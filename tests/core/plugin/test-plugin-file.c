/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which files are trusted, and that what is exposed is what was read.
 */

#include "plugin/plugin-file.h"

#include "plugin-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void
set_up(Folder *f, gconstpointer data)
{
	folder_set_up(f);
	folder_put(f, "x.so", "content", 7);
}

static void
tear_down(Folder *f, gconstpointer data)
{
	folder_tear_down(f);
}

static void
assert_refused(const char *path, int code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookPluginFile) file = offhook_plugin_file_read(path, &error);

	g_assert_null(file);
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_read(Folder *f, gconstpointer data)
{
	g_autofree char *path = folder_path(f, "x.so");
	g_autoptr(OffhookPluginFile) file = offhook_plugin_file_read(path, NULL);

	g_assert_nonnull(file);
	g_assert_cmpstr(file->path, ==, path);
	g_assert_cmpmem(g_bytes_get_data(file->data, NULL), g_bytes_get_size(file->data), "content",
			7);
}

static void
test_modes(Folder *f, gconstpointer data)
{
	g_autofree char *path = folder_path(f, "x.so");

	g_assert_cmpint(g_chmod(path, 0646), ==, 0);
	assert_refused(path, OFFHOOK_ERROR_PERMISSION);
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
	g_assert_cmpint(g_chmod(f->dir, 0777), ==, 0);
	assert_refused(path, OFFHOOK_ERROR_PERMISSION);
}

static void
test_other_owner(Folder *f, gconstpointer data)
{
	g_autofree char *path = folder_path(f, "x.so");

	if (chown(path, 12345, -1) != 0) {
		g_test_skip("only root can give files away");
		return;
	}
	assert_refused(path, OFFHOOK_ERROR_PERMISSION);
}

static void
test_link_into_open_folder(Folder *f, gconstpointer data)
{
	g_autofree char *open_dir = folder_path(f, "open");
	g_autofree char *target = folder_path(f, "open/y.so");
	g_autofree char *link_path = folder_path(f, "link.so");

	folder_put(f, "open/y.so", "content", 7);
	g_assert_cmpint(symlink(target, link_path), ==, 0);
	{
		g_autoptr(OffhookPluginFile) file = offhook_plugin_file_read(link_path, NULL);

		g_assert_nonnull(file);
	}
	g_assert_cmpint(g_chmod(open_dir, 0777), ==, 0);
	assert_refused(link_path, OFFHOOK_ERROR_PERMISSION);
}

static void
test_not_a_file(Folder *f, gconstpointer data)
{
	g_autofree char *fifo = folder_path(f, "fifo.so");
	g_autofree char *folder = folder_path(f, "folder.so");

	g_assert_cmpint(g_mkdir(folder, 0755), ==, 0);
	assert_refused(folder, OFFHOOK_ERROR_FORMAT);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	assert_refused(fifo, OFFHOOK_ERROR_FORMAT);
	assert_refused("/nonexistent/x.so", OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_too_large(Folder *f, gconstpointer data)
{
	g_autofree char *path = folder_path(f, "x.so");

	g_assert_cmpint(truncate(path, OFFHOOK_PLUGIN_FILE_MAX + 1L), ==, 0);
	assert_refused(path, OFFHOOK_ERROR_LIMIT);
}

static void
test_exposed_content_is_sealed(Folder *f, gconstpointer data)
{
	g_autofree char *path = folder_path(f, "x.so");
	g_autoptr(OffhookPluginFile) file = offhook_plugin_file_read(path, NULL);
	g_autofree char *exposed = NULL;
	g_autofree char *content = NULL;
	int fd;

	folder_put(f, "x.so", "other", 5);
	exposed = offhook_plugin_file_expose(file, NULL);
	g_assert_nonnull(exposed);
	g_assert_true(g_file_get_contents(exposed, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "content");
	fd = open(exposed, O_RDWR | O_CLOEXEC);
	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, "x", 1), ==, -1);
	g_assert_cmpint(errno, ==, EPERM);
	g_assert_cmpint(ftruncate(fd, 0), ==, -1);
	close(fd);
}

#define ADD(name, function)                                                                        \
	g_test_add("/plugin-file/" name, Folder, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("read", test_read);
	ADD("modes", test_modes);
	ADD("other-owner", test_other_owner);
	ADD("link-into-open-folder", test_link_into_open_folder);
	ADD("not-a-file", test_not_a_file);
	ADD("too-large", test_too_large);
	ADD("exposed-content-is-sealed", test_exposed_content_is_sealed);
	return g_test_run();
}
