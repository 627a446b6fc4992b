/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Migrations with libpq's blocking calls, in a thread of its own.
 */

#include "store/postgres-migrate.h"

#include <offhook/error.h>

#include "base/timestamp.h"
#include "store/postgres-blocking.h"
#include "store/store-migrations.h"

/* Of pg_advisory_xact_lock(), the same for all versions of Offhook: "Ofhk". */
#define OFFHOOK_POSTGRES_LOCK "1332111467"

/* 0 before the first migration, -1 with @error. */
static gint64
offhook_postgres_migrate_get_version(PGconn *conn, GError **error)
{
	g_autoptr(OffhookPostgresResult) result = offhook_postgres_blocking_ask(
	    conn, "SELECT coalesce(max(version), 0) FROM schema_version", error);

	return result != NULL ? g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10) : -1;
}

static gboolean
offhook_postgres_migrate_note(PGconn *conn, guint version, const char *name, GError **error)
{
	g_autofree char *sql =
	    g_strdup_printf("INSERT INTO schema_version (version, name, applied_us) "
			    "VALUES (%u, '%s', %" G_GINT64_FORMAT ")",
			    version, name, offhook_timestamp_now());

	return offhook_postgres_blocking_execute(conn, sql, error);
}

static gboolean
offhook_postgres_migrate_apply(PGconn *conn, guint version, GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) sql = offhook_store_migrations_load("postgres", version, &name);

	g_assert(sql != NULL);
	if (offhook_postgres_blocking_execute(conn, g_bytes_get_data(sql, NULL), error) &&
	    offhook_postgres_migrate_note(conn, version, name, error))
		return TRUE;
	g_prefix_error(error, "migration %s: ", name);
	return FALSE;
}

/* One step in a transaction of its own; @version: the one reached. */
static gboolean
offhook_postgres_migrate_step(PGconn *conn, guint latest, gint64 *version, GError **error)
{
	/* The lock first, so that the version can't change between looking and acting. */
	if (!offhook_postgres_blocking_execute(
		conn, "BEGIN; SELECT pg_advisory_xact_lock(" OFFHOOK_POSTGRES_LOCK ")", error))
		return FALSE;
	*version = offhook_postgres_migrate_get_version(conn, error);
	if (*version >= 0 && *version < latest) {
		if (!offhook_postgres_migrate_apply(conn, (guint)*version + 1, error))
			*version = -1;
		else
			++*version;
	}
	if (*version >= 0 && offhook_postgres_blocking_execute(conn, "COMMIT", error))
		return TRUE;
	offhook_postgres_blocking_execute(conn, "ROLLBACK", NULL);
	return FALSE;
}

/* "IF NOT EXISTS" does not help two who look at the same moment: the lock does. */
static gboolean
offhook_postgres_migrate_make_schema(PGconn *conn, const char *schema, GError **error)
{
	g_autofree char *name = offhook_postgres_quote_identifier(schema);
	g_autofree char *sql = g_strdup_printf(
	    "BEGIN; SELECT pg_advisory_xact_lock(" OFFHOOK_POSTGRES_LOCK ");"
	    "CREATE SCHEMA IF NOT EXISTS %s; SET LOCAL search_path = %s;"
	    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY,"
	    " name TEXT NOT NULL, applied_us BIGINT NOT NULL);"
	    "COMMIT; SET search_path = %s",
	    name, name, name);

	return offhook_postgres_blocking_execute(conn, "SET client_min_messages = warning",
						 error) &&
	       offhook_postgres_blocking_execute(conn, sql, error);
}

/* Of several daemons that start at once, one does it. */
static gboolean
offhook_postgres_migrate_admit(PGconn *conn, GError **error)
{
	return offhook_postgres_blocking_execute(
	    conn,
	    "BEGIN; SELECT pg_advisory_xact_lock(" OFFHOOK_POSTGRES_LOCK ");"
	    "SELECT admit_authenticated(); COMMIT",
	    error);
}

gboolean
offhook_postgres_migrate_run(const OffhookPostgresSettings *settings, GError **error)
{
	g_autoptr(OffhookPostgresBlocking) conn =
	    offhook_postgres_blocking_connect(settings, error);
	guint latest = offhook_store_migrations_get_latest("postgres");
	gint64 version = 0;

	if (conn == NULL || !offhook_postgres_migrate_make_schema(conn, settings->schema, error))
		return FALSE;
	do {
		if (!offhook_postgres_migrate_step(conn, latest, &version, error))
			return FALSE;
	} while (version < latest);
	if (version == latest)
		return offhook_postgres_migrate_admit(conn, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE,
		    "PostgreSQL: schema %s: made by a newer version of Offhook (%" G_GINT64_FORMAT
		    ", this one knows up to %u)",
		    settings->schema, version, latest);
	return FALSE;
}
