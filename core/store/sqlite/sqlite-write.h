/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Writes into SQLite. In the thread of the connection.
 */
#pragma once

#include "store/sqlite/sqlite-connection.h"
#include "store/store-backend.h"

G_BEGIN_DECLS

/**
 * Commits all of @writes (element-type OffhookStoreWrite) in one transaction. Those that can never
 * be taken are left out.
 *
 * Returns: (transfer full) (element-type GError): why, for each left out; %NULL with @error when
 *   nothing is committed
 */
GPtrArray *offhook_sqlite_write_batch(OffhookSqliteConnection *connection, GPtrArray *writes,
				      GError **error);

/** Rolls back after an error, and closes a connection that may be spoilt. */
void offhook_sqlite_write_recover(OffhookSqliteConnection *connection);

G_END_DECLS
