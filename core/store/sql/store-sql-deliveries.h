/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plans of what is still to be done: deliveries and scheduled calls. Any thread.
 */
#pragma once

#include "store/sql/store-plan.h"

G_BEGIN_DECLS

/** (nullable): for other queries */
OffhookStorePlan *offhook_store_sql_plan_deliveries(const OffhookStoreQuery *query);

G_END_DECLS
