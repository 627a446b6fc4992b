/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A thread that owns one connection and does one piece of work after another with it.
 */
#pragma once

#include <gio/gio.h>

#include "store/sqlite/sqlite-connection.h"

G_BEGIN_DECLS

typedef struct _OffhookSqliteWorker OffhookSqliteWorker;

/** Runs in the worker's thread: reads @input, returns the output or sets @error. */
typedef gpointer (*OffhookSqliteFunc)(OffhookSqliteConnection *connection, gconstpointer input,
				      GError **error);

/** @connection: (transfer full): from now on only the thread's */
OffhookSqliteWorker *offhook_sqlite_worker_new(const char *name,
					       OffhookSqliteConnection *connection);

/** Finishes the work that is queued, closes the connection and ends the thread; waits for it. */
void offhook_sqlite_worker_free(OffhookSqliteWorker *self);

/**
 * offhook_sqlite_worker_run:
 * @task: (transfer full): returned in the main context of the caller, with the output of @func
 * @input: must live as long as @task
 * @destroy: frees an output that nobody takes
 */
void offhook_sqlite_worker_run(OffhookSqliteWorker *self, GTask *task, OffhookSqliteFunc func,
			       gconstpointer input, GDestroyNotify destroy);

G_END_DECLS
