/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The versions of the schema. Migrations are the files migrations/sqlite/NNNN-name.sql, built into
 * the program; which of them a database has is in its table schema_version. The connection's
 * thread.
 */
#pragma once

#include "store/sqlite/sqlite-connection.h"

G_BEGIN_DECLS

/**
 * Whether the database is empty or ours, and not newer than this program: %OFFHOOK_ERROR_FORMAT,
 * %OFFHOOK_ERROR_INCOMPATIBLE. Changes nothing.
 */
gboolean offhook_sqlite_migrate_check(OffhookSqliteConnection *connection, GError **error);

/** Brings the schema up to date, each step in a transaction. Two programs may do it at once. */
gboolean offhook_sqlite_migrate_run(OffhookSqliteConnection *connection, GError **error);

/** The newest version that this program knows. */
guint offhook_sqlite_migrate_get_latest(void);

G_END_DECLS
