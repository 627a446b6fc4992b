/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What PostgreSQL and libpq say, as our errors. Any thread.
 */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * %OFFHOOK_ERROR_STORAGE. @what: (nullable): what did not work; @message: (nullable): what libpq says of it.
 * (transfer full)
 */
GError *offhook_postgres_error_new(const char *what, const char *message);

/**
 * offhook_postgres_error_new_from_result:
 * @hopeless: (out): the same command would fail again, whenever it is tried
 *
 * %OFFHOOK_ERROR_INVALID_ARGUMENT for one that is hopeless, %OFFHOOK_ERROR_PERMISSION, else
 * %OFFHOOK_ERROR_STORAGE. (transfer full)
 */
GError *offhook_postgres_error_new_from_result(const PGresult *result, gboolean *hopeless);

G_END_DECLS
