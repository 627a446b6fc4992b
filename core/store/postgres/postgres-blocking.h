/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A connection to a PostgreSQL server with libpq's blocking calls: for a thread that has nothing
 * else to do.
 */
#pragma once

#include <libpq-fe.h>

#include "store/postgres/postgres-settings.h"

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
/**
 * The same, for what takes its time: @idle is called again and again while there is no answer.
 * @every_ms: how often
 */
PGresult *offhook_postgres_blocking_ask_patiently(PGconn *conn, const char *sql, guint every_ms,
						  void (*idle)(gpointer data), gpointer data,
						  GError **error);
gboolean offhook_postgres_blocking_execute(PGconn *conn, const char *sql, GError **error);

G_END_DECLS
