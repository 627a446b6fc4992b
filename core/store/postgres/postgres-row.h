/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Records as parameters and rows of PostgreSQL, in its text format. Any thread.
 */
#pragma once

#include <libpq-fe.h>

#include "store/store-backend.h"

G_BEGIN_DECLS

/** The parameters of offhook_store_sql_get_write(). (transfer full) (element-type utf8) */
GPtrArray *offhook_postgres_row_make_values(const OffhookStoreWrite *write);

/** All rows of @result. (transfer full) */
GPtrArray *offhook_postgres_row_read_all(const PGresult *result, const OffhookRecordType *type);

G_END_DECLS
