/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Brings the tables in a PostgreSQL database up to date. Blocks: for a thread of its own.
 */
#pragma once

#include "store/postgres/postgres-settings.h"
#include "store/sql/migration-watch.h"

G_BEGIN_DECLS

/**
 * offhook_postgres_migrate_run:
 * @watch: is told how far it is
 * @vectors: (out): whether the database compares vectors
 *
 * Connects, makes the schema where it is missing, and applies what is new, each step in a transaction.
 * Whoever else does the same meanwhile waits. Fails with %OFFHOOK_ERROR_STORAGE, or
 * %OFFHOOK_ERROR_INCOMPATIBLE when a newer version made the tables.
 */
gboolean offhook_postgres_migrate_run(const OffhookPostgresSettings *settings,
				      OffhookMigrationWatch *watch, gboolean *vectors,
				      GError **error);

G_END_DECLS
