/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Waiting for events in tests, with a watchdog, never with a sleep; processes and folders of a test.
 * Main thread of the test.
 */

#include "harness.h"

#include <string.h>

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#define POLL_MS 20

static guint harness_timeout_s = HARNESS_TIMEOUT_S;

static gboolean
harness_expired_cb(gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
	return G_SOURCE_CONTINUE;
}

static gboolean
harness_flag_is_set(gpointer data)
{
	return *(const volatile gboolean *)data;
}

void
harness_set_timeout(guint seconds)
{
	harness_timeout_s = seconds;
}

void
harness_wait_for(const gboolean *flag, const char *what)
{
	harness_wait_until(harness_flag_is_set, (gpointer)flag, what);
}

void
harness_wait_until(gboolean (*condition)(gpointer data), gpointer data, const char *what)
{
	gboolean expired = FALSE;
	gboolean met;
	guint timeout = harness_timeout_s;
	guint id;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	timeout *= 3;
#endif
	id = g_timeout_add_seconds(timeout, harness_expired_cb, &expired);
	while (!(met = condition(data)) && !expired)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(id);
	if (!met)
		g_error("waited %u s in vain for: %s", timeout, what);
}

typedef struct {
	gboolean (*condition)(gpointer data);
	gpointer data;
	gboolean due;
} HarnessPoll;

static gboolean
harness_due_cb(gpointer user_data)
{
	((HarnessPoll *)user_data)->due = TRUE;
	return G_SOURCE_CONTINUE;
}

/* Not after every iteration: what is asked may make the context busy itself. */
static gboolean
harness_poll(gpointer user_data)
{
	HarnessPoll *self = user_data;

	if (!self->due)
		return FALSE;
	self->due = FALSE;
	return self->condition(self->data);
}

void
harness_poll_until(gboolean (*condition)(gpointer data), gpointer data, const char *what)
{
	HarnessPoll poll = {condition, data, TRUE};
	guint id = g_timeout_add(POLL_MS, harness_due_cb, &poll);

	harness_wait_until(harness_poll, &poll, what);
	g_source_remove(id);
}

void
harness_store_result_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GAsyncResult **stored = user_data;

	g_assert_null(*stored);
	*stored = g_object_ref(result);
}

static gboolean
harness_pointer_is_set(gpointer data)
{
	return *(gpointer *)data != NULL;
}

GAsyncResult *
harness_wait_result(GAsyncResult **result, const char *what)
{
	harness_wait_until(harness_pointer_is_set, result, what);
	return g_steal_pointer(result);
}

/* In the child. */
static void
harness_die_with_parent_cb(gpointer user_data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

GSubprocessLauncher *
harness_make_launcher(GSubprocessFlags flags)
{
	GSubprocessLauncher *launcher = g_subprocess_launcher_new(flags);

	g_subprocess_launcher_set_child_setup(launcher, harness_die_with_parent_cb, NULL, NULL);
	return launcher;
}

GSubprocess *
harness_launch(const char *const *argv, GSubprocessFlags flags)
{
	g_autoptr(GSubprocessLauncher) launcher = harness_make_launcher(flags);
	g_autoptr(GError) error = NULL;
	GSubprocess *process = g_subprocess_launcher_spawnv(launcher, argv, &error);

	g_assert_no_error(error);
	return process;
}

char *
harness_make_dir(void)
{
	g_autoptr(GError) error = NULL;
	char *path = g_dir_make_tmp("offhook-test-XXXXXX", &error);

	g_assert_no_error(error);
	return path;
}

void
harness_remove_dir(const char *path)
{
	g_autoptr(GDir) dir = NULL;
	const char *name;

	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		dir = g_dir_open(path, 0, NULL);
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		harness_remove_dir(child);
	}
	g_assert_cmpint(g_remove(path), ==, 0);
}

static guint
harness_count_bytes_in_file(const char *path, gconstpointer what, gsize size)
{
	g_autofree char *data = NULL;
	gsize length = 0;
	guint n = 0;

	/* Whoever writes there may have replaced it meanwhile. */
	if (!g_file_get_contents(path, &data, &length, NULL))
		return 0;
	for (const char *at = data; (at = memmem(at, data + length - at, what, size)) != NULL;
	     at += size)
		n++;
	if (n > 0)
		g_test_message("%s: %u times", path, n);
	return n;
}

guint
harness_count_bytes(const char *path, gconstpointer what, gsize size)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;
	guint n = 0;

	g_assert_nonnull(folder);
	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		n += g_file_test(child, G_FILE_TEST_IS_DIR)
			 ? harness_count_bytes(child, what, size)
			 : harness_count_bytes_in_file(child, what, size);
	}
	return n;
}
