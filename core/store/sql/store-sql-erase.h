/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The part of store-sql.h that finds what belongs to a caller, and what is too old. Any thread.
 */
#pragma once

#include "store/sql/store-sql.h"

G_BEGIN_DECLS

/** (nullable): for other queries */
OffhookStorePage *offhook_store_sql_make_erase_page(const OffhookStoreQuery *query);
/** (nullable): for other queries */
OffhookStorePlan *offhook_store_sql_plan_erasing(const OffhookStoreQuery *query);

/** The tables that are touched, %NULL-terminated: what has to be scrubbed. */
const char *const *offhook_store_sql_list_erased(void);

G_END_DECLS
