/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The part of store-sql.h that finds what belongs to a caller, and what is too old. Any thread.
 */
#pragma once

#include "store/store-sql.h"

G_BEGIN_DECLS

/** (nullable): for other queries */
OffhookStorePage *offhook_store_sql_make_erase_page(const OffhookStoreQuery *query);
/** (nullable): for other queries */
OffhookStoreTransaction *offhook_store_sql_make_erasing(const OffhookStoreQuery *query);

/** The tables that are touched, %NULL-terminated: what has to be scrubbed. */
const char *const *offhook_store_sql_list_erased(void);

/* store-sql.c */
/** One without values. @commands: borrowed */
OffhookStoreTransaction *offhook_store_transaction_new(const char *const *commands, guint n);
/** @sql: (transfer full) */
const char *offhook_store_sql_intern(char *sql);

G_END_DECLS
