/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The migrations built into the program: numbered files of SQL, a folder for each kind of database. Any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** @backend: "sqlite", "postgres" */
guint offhook_store_migrations_get_latest(const char *backend);
/**
 * @name: (out) (transfer full): the file's
 * Returns: (transfer full) (nullable): the SQL, ending in a zero byte that its size does not count
 */
GBytes *offhook_store_migrations_load(const char *backend, guint version, char **name);

G_END_DECLS
