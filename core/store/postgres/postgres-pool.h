/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Connections to a PostgreSQL server: as many as are needed at once, up to a limit; those that nobody
 * needs for a while are closed. Main thread.
 */
#pragma once

#include "store/postgres/postgres-connection.h"

G_BEGIN_DECLS

typedef struct _OffhookPostgresPool OffhookPostgresPool;

/**
 * @settings: (transfer full)
 * @size: connections at most
 * @idle_ms: how long one that nobody needs is kept
 */
OffhookPostgresPool *offhook_postgres_pool_new(OffhookPostgresSettings *settings, guint size,
					       guint idle_ms);
/** Scripts under way or waiting are not answered any more. */
void offhook_postgres_pool_free(OffhookPostgresPool *self);

/**
 * offhook_postgres_pool_run:
 * @script: (transfer full)
 * @func: called once, never from inside this
 *
 * Runs @script on a connection that is free, or a new one, or the next that becomes free. It has to bear
 * being run twice: whether the last COMMIT of a connection that was lost arrived, nobody knows.
 */
void offhook_postgres_pool_run(OffhookPostgresPool *self, OffhookPostgresScript *script,
			       OffhookPostgresReplyFunc func, gpointer user_data);

G_END_DECLS
