/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Runs plans in SQLite. In the thread of the connection.
 */
#pragma once

#include "store/sqlite/sqlite-connection.h"
#include "store/sql/store-plan.h"

G_BEGIN_DECLS

/** In a transaction of its own. (transfer full) */
OffhookStoreResult *offhook_sqlite_plan_run(OffhookSqliteConnection *connection,
					    const OffhookStoreQuery *query,
					    const OffhookStorePlan *plan, GError **error);

G_END_DECLS
