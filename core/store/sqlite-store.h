/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The store in an SQLite file: one thread writes, another reads, each with its own connection.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_SQLITE_STORE (offhook_sqlite_store_get_type())
G_DECLARE_FINAL_TYPE(OffhookSqliteStore, offhook_sqlite_store, OFFHOOK, SQLITE_STORE, OffhookStore)

/**
 * offhook_sqlite_store_open_async:
 * @path: what follows "sqlite:" in the URL: an absolute path (also as "///path"), or ":memory:"
 */
void offhook_sqlite_store_open_async(const char *path, const OffhookStoreOptions *options,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data);
/** (transfer full) */
OffhookStore *offhook_sqlite_store_open_finish(GAsyncResult *result, GError **error);

G_END_DECLS
