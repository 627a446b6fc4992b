/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A PostgreSQL database, with libpq's blocking calls.
 */

#include "store/postgres/postgres-blocking.h"
#include "store/postgres/postgres-migrate.h"
#include "store/postgres/postgres-store.h"
#include "store/sql/store-admin-backend.h"

static const OffhookStoreCheck offhook_postgres_admin_checks[] = {
    {"SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid "
     "WHERE c.relnamespace = current_schema()::regnamespace AND NOT (indisvalid AND indisready) "
     "ORDER BY 1",
     "index %s is not valid: REINDEX INDEX makes it so"},
    {"SELECT conrelid::regclass || '.' || conname FROM pg_constraint "
     "WHERE connamespace = current_schema()::regnamespace AND NOT convalidated ORDER BY 1",
     "constraint %s was never checked: ALTER TABLE ... VALIDATE CONSTRAINT does it"},
    {"SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger AS t JOIN pg_class AS c "
     "ON c.oid = t.tgrelid WHERE c.relnamespace = current_schema()::regnamespace "
     "AND tgenabled = 'D' ORDER BY 1",
     "trigger %s is switched off"},
    {"SELECT max(number) FROM messages HAVING max(number) > "
     "(SELECT last_value FROM messages_number_seq)",
     "messages: the number %s is given, but will be given again"},
};

static void
offhook_postgres_admin_close(gpointer session)
{
	PQfinish(session);
}

static gpointer
offhook_postgres_admin_open(const char *url, const OffhookStoreOptions *options, GError **error)
{
	g_autoptr(OffhookPostgresSettings) settings =
	    offhook_postgres_store_make_settings(url, options);
	g_autoptr(OffhookPostgresBlocking) conn =
	    offhook_postgres_blocking_connect(settings, error);
	g_autofree char *name = offhook_postgres_quote_identifier(settings->schema);
	g_autofree char *sql =
	    g_strdup_printf("SET search_path = %s; SET default_transaction_read_only = on", name);

	if (conn == NULL || !offhook_postgres_blocking_execute(conn, sql, error))
		return NULL;
	return g_steal_pointer(&conn);
}

static GPtrArray *
offhook_postgres_admin_ask(gpointer session, const char *sql, GError **error)
{
	g_autoptr(OffhookPostgresResult) result =
	    offhook_postgres_blocking_ask(session, sql, error);
	GPtrArray *rows;

	if (result == NULL)
		return NULL;
	rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	for (int r = 0; r < PQntuples(result); r++) {
		char **values = g_new0(char *, PQnfields(result) + 1);

		for (int i = 0; i < PQnfields(result); i++)
			values[i] = g_strdup(PQgetvalue(result, r, i));
		g_ptr_array_add(rows, values);
	}
	return rows;
}

static gboolean
offhook_postgres_admin_migrate(const char *url, const OffhookStoreOptions *options, GError **error)
{
	g_autoptr(OffhookPostgresSettings) settings =
	    offhook_postgres_store_make_settings(url, options);

	g_autoptr(OffhookMigrationWatch) watch = offhook_migration_watch_new_direct(options);
	gboolean vectors;

	return offhook_postgres_migrate_run(settings, watch, &vectors, error);
}

const OffhookStoreAdminBackend offhook_postgres_admin = {
    .name = "postgresql",
    .migrations = "postgres",
    .open = offhook_postgres_admin_open,
    .close = offhook_postgres_admin_close,
    .ask = offhook_postgres_admin_ask,
    .migrate = offhook_postgres_admin_migrate,
    .server_sql = "SELECT 'PostgreSQL ' || current_setting('server_version')",
    .versioned_sql = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() "
		     "AND tablename = 'schema_version'",
    .bytes_sql =
	"SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class AS c "
	"WHERE relnamespace = to_regnamespace(current_schema()) AND relkind = 'r'",
    .tables_sql = "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
		  "WHERE relnamespace = to_regnamespace(current_schema()) AND relkind = 'r' "
		  "ORDER BY relname",
    .checks = offhook_postgres_admin_checks,
    .n_checks = G_N_ELEMENTS(offhook_postgres_admin_checks),
};
