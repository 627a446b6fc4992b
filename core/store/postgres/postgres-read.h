/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A query as a script, and the script's results as the query's. Main thread.
 */
#pragma once

#include "store/postgres/postgres-connection.h"
#include "store/store-backend.h"

G_BEGIN_DECLS

/** (transfer full) */
OffhookPostgresScript *offhook_postgres_read_make_script(const OffhookStoreQuery *query);
/** @results: of that script. (transfer full) (nullable): %OFFHOOK_ERROR_NOT_FOUND */
OffhookStoreResult *offhook_postgres_read_take(const OffhookStoreQuery *query, GPtrArray *results,
					       GError **error);

G_END_DECLS
