/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An SQLite file, which is looked at beside a daemon that writes to it.
 */

#include "store/sqlite/sqlite-connection.h"
#include "store/sqlite/sqlite-store.h"
#include "store/sql/store-admin-backend.h"

#include <string.h>

#define OFFHOOK_SQLITE_ADMIN_BUSY_MS 10000

static const OffhookStoreCheck offhook_sqlite_admin_checks[] = {
    {"SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
     "integrity: %s"},
    {"SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' names no row of ' || parent "
     "FROM pragma_foreign_key_check LIMIT 20",
     "foreign keys: %s"},
};

static OffhookSqliteConnection *
offhook_sqlite_admin_connect(const char *url, OffhookSqliteMode mode, GError **error)
{
	g_autofree char *path = offhook_sqlite_store_parse_path(url + strlen("sqlite:"), error);

	return path != NULL
		   ? offhook_sqlite_connection_new(path, mode, OFFHOOK_SQLITE_ADMIN_BUSY_MS)
		   : NULL;
}

static void
offhook_sqlite_admin_close(gpointer session)
{
	offhook_sqlite_connection_free(session);
}

static gpointer
offhook_sqlite_admin_open(const char *url, const OffhookStoreOptions *options, GError **error)
{
	g_autoptr(OffhookSqliteConnection) connection =
	    offhook_sqlite_admin_connect(url, OFFHOOK_SQLITE_READ, error);

	if (connection == NULL || !offhook_sqlite_connection_ensure(connection, error))
		return NULL;
	return g_steal_pointer(&connection);
}

static GPtrArray *
offhook_sqlite_admin_ask(gpointer session, const char *sql, GError **error)
{
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(session, sql, error);
	g_autoptr(GPtrArray) rows = NULL;
	gboolean row;
	gboolean good;

	if (statement == NULL)
		return NULL;
	rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	while ((good = offhook_sqlite_connection_step(session, statement, &row, error)) && row) {
		int n = sqlite3_column_count(statement);
		char **values = g_new0(char *, n + 1);

		for (int i = 0; i < n; i++) {
			const char *text = (const char *)sqlite3_column_text(statement, i);

			values[i] = g_strdup(text != NULL ? text : "");
		}
		g_ptr_array_add(rows, values);
	}
	offhook_sqlite_statement_done(statement);
	return good ? g_steal_pointer(&rows) : NULL;
}

static gboolean
offhook_sqlite_admin_migrate(const char *url, const OffhookStoreOptions *options, GError **error)
{
	g_autoptr(OffhookMigrationWatch) watch = offhook_migration_watch_new_direct(options);
	g_autoptr(OffhookSqliteConnection) connection =
	    offhook_sqlite_admin_connect(url, OFFHOOK_SQLITE_WRITE, error);

	if (connection == NULL)
		return FALSE;
	offhook_sqlite_connection_set_watch(connection, watch);
	return offhook_sqlite_connection_create(connection, error);
}

const OffhookStoreAdminBackend offhook_sqlite_admin = {
    .name = "sqlite",
    .migrations = "sqlite",
    .open = offhook_sqlite_admin_open,
    .close = offhook_sqlite_admin_close,
    .ask = offhook_sqlite_admin_ask,
    .migrate = offhook_sqlite_admin_migrate,
    .server_sql = "SELECT 'SQLite ' || sqlite_version()",
    .versioned_sql = "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'",
    .bytes_sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    /* How much each takes only a build with dbstat knows. */
    .tables_sql = "SELECT name, 0 FROM sqlite_master WHERE type = 'table' "
		  "AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'messages\\_%' ESCAPE '\\' "
		  "ORDER BY name",
    .checks = offhook_sqlite_admin_checks,
    .n_checks = G_N_ELEMENTS(offhook_sqlite_admin_checks),
};
