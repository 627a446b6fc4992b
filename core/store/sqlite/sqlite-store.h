/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The store in an SQLite file: one thread writes, another reads, each with its own connection.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_SQLITE_STORE (offhook_sqlite_store_get_type())
G_DECLARE_FINAL_TYPE(OffhookSqliteStore, offhook_sqlite_store, OFFHOOK, SQLITE_STORE, OffhookStore)

/** The path that @path, what follows "sqlite:" in a URL, stands for: %OFFHOOK_ERROR_CONFIG. (transfer full) */
char *offhook_sqlite_store_parse_path(const char *path, GError **error);

/**
 * offhook_sqlite_store_new:
 * @path: what follows "sqlite:" in the URL: an absolute path (also as "///path"), or ":memory:"
 *
 * Not connected yet. (transfer full); %OFFHOOK_ERROR_CONFIG
 */
OffhookStore *offhook_sqlite_store_new(const char *path, const OffhookStoreOptions *options,
				       GError **error);

G_END_DECLS
