/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Longest a test waits for an event before it fails, in seconds; tripled under sanitizers. What is waited for
 * comes much sooner, but the machine may have other things to do.
 */
#define HARNESS_TIMEOUT_S 90

/** Another limit for this process, e.g. for plugins that may well hang. */
void harness_set_timeout(guint seconds);

/**
 * Runs the default main context until *@flag is true. Fails the test, naming @what, when that takes
 * longer than HARNESS_TIMEOUT_S.
 */
void harness_wait_for(const gboolean *flag, const char *what);

/** The same for any condition, asked again after every iteration of the context. */
void harness_wait_until(gboolean (*condition)(gpointer data), gpointer data, const char *what);

/** The same for what no source of the context tells of, a file or another process: looked at again and again. */
void harness_poll_until(gboolean (*condition)(gpointer data), gpointer data, const char *what);

/** A GAsyncReadyCallback that stores a reference to the result in the GAsyncResult ** @user_data. */
void harness_store_result_cb(GObject *source, GAsyncResult *result, gpointer user_data);

/** Waits for harness_store_result_cb() to have filled *@result. (transfer full) */
GAsyncResult *harness_wait_result(GAsyncResult **result, const char *what);

/**
 * A launcher of processes that die with the test's main thread, so that a test that fails leaves nothing
 * behind which holds on to its output. (transfer full)
 */
GSubprocessLauncher *harness_make_launcher(GSubprocessFlags flags);

/** Starts one; fails the test when that does not work. (transfer full) */
GSubprocess *harness_launch(const char *const *argv, GSubprocessFlags flags);

/** A new empty directory under the build's temporary folder. (transfer full) */
char *harness_make_dir(void);

/**
 * How many times @size bytes of @what are in the files in the folder @path and below it, each by itself;
 * told in the log, too.
 */
guint harness_count_bytes(const char *path, gconstpointer what, gsize size);

/** Removes @path and everything in it. */
void harness_remove_dir(const char *path);

G_END_DECLS
