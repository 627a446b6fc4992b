/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Waiting for what is asynchronous: at the daemon's start and stop only. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** A GAsyncReadyCallback. @user_data: GAsyncResult **, where to put it */
static inline void
offhook_daemon_keep_result_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GAsyncResult **kept = user_data;

	*kept = g_object_ref(result);
}

static inline GAsyncResult *
offhook_daemon_wait(GAsyncResult **result)
{
	while (*result == NULL)
		g_main_context_iteration(NULL, TRUE);
	return *result;
}

G_END_DECLS
