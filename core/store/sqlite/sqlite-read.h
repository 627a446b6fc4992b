/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Answers from SQLite. In the thread of the connection.
 */
#pragma once

#include "store/sqlite/sqlite-connection.h"
#include "store/store-backend.h"

G_BEGIN_DECLS

/** Every query that has no plan. (transfer full) */
OffhookStoreResult *offhook_sqlite_read(OffhookSqliteConnection *connection,
					const OffhookStoreQuery *query, GError **error);

G_END_DECLS
