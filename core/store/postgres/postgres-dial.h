/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A connection to a PostgreSQL server while it is being made: the host's name is looked up, then libpq does the
 * rest, and nothing of it blocks. Main thread.
 */
#pragma once

#include <gio/gio.h>
#include <libpq-fe.h>

#include "store/postgres/postgres-settings.h"

G_BEGIN_DECLS

typedef struct _OffhookPostgresDial OffhookPostgresDial;

/**
 * @conn: (transfer full) (nullable): in pipeline mode, not blocking; or @error, %OFFHOOK_ERROR_STORAGE. May free
 * the dial, which has nothing more to do.
 */
typedef void (*OffhookPostgresDialFunc)(PGconn *conn, const GError *error, gpointer user_data);

/** @settings: borrowed; outlives the dial. @func is never called from inside this. */
OffhookPostgresDial *offhook_postgres_dial_new(const OffhookPostgresSettings *settings,
					       OffhookPostgresDialFunc func, gpointer user_data);
/** Also while it is at it. */
void offhook_postgres_dial_free(OffhookPostgresDial *self);

G_END_DECLS
