/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Plans as scripts: a transaction, in one round trip, as the user on whose behalf it is done. Main
 * thread.
 */
#pragma once

#include "store/postgres/postgres-connection.h"
#include "store/sql/store-plan.h"

G_BEGIN_DECLS

/** (transfer full) */
OffhookPostgresScript *offhook_postgres_plan_make_script(const OffhookStoreQuery *query,
							 const OffhookStorePlan *plan);
/** @results: of that script. (transfer full) (nullable) */
OffhookStoreResult *offhook_postgres_plan_take(const OffhookStoreQuery *query,
					       const OffhookStorePlan *plan, GPtrArray *results,
					       GError **error);

G_END_DECLS
