/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The SQL of store-interactions.h. Any thread.
 */
#pragma once

#include "store/sql/store-plan.h"

G_BEGIN_DECLS

/** (nullable): for other queries */
OffhookStorePlan *offhook_store_sql_plan_interactions(const OffhookStoreQuery *query);

G_END_DECLS
