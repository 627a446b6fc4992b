/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The store in a PostgreSQL database. Main thread.
 */
#pragma once

#include "store/postgres/postgres-connection.h"
#include "store/store-backend.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_POSTGRES_STORE (offhook_postgres_store_get_type())
G_DECLARE_FINAL_TYPE(OffhookPostgresStore, offhook_postgres_store, OFFHOOK, POSTGRES_STORE,
		     OffhookStore)

/** Could @url name a database? %OFFHOOK_ERROR_CONFIG says why not, without repeating it. */
gboolean offhook_postgres_store_check_url(const char *url, GError **error);

/** Not connected yet; @url has been checked. (transfer full) */
OffhookStore *offhook_postgres_store_new(const char *url, const OffhookStoreOptions *options);

/** What connections are made with. (transfer full) */
OffhookPostgresSettings *offhook_postgres_store_make_settings(const char *url,
							      const OffhookStoreOptions *options);

G_END_DECLS
