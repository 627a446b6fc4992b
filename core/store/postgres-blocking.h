/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A connection to a PostgreSQL server with libpq's blocking calls: for a thread that has nothing
 * else to do.
 */
#pragma once

#include "store/postgres-connection.h"

G_BEGIN_DECLS

typedef PGresult OffhookPostgresResult;
typedef PGconn OffhookPostgresBlocking;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPostgresResult, PQclear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPostgresBlocking, PQfinish)

/* All fail with %OFFHOOK_ERROR_STORAGE. */

/** (transfer full) */
PGconn *offhook_postgres_blocking_connect(const OffhookPostgresSettings *settings, GError **error);
/** (transfer full) (nullable) */
PGresult *offhook_postgres_blocking_ask(PGconn *conn, const char *sql, GError **error);
gboolean offhook_postgres_blocking_execute(PGconn *conn, const char *sql, GError **error);

G_END_DECLS
