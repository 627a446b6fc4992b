/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Brings an SQLite database from the version it has to the newest. In the thread of the connection.
 */

#include "store/sqlite-migrate.h"

#include <offhook/error.h>

#include "base/timestamp.h"
#include "store/store-migrations.h"

/* In the file's header, so that file(1) and we know whose it is: "Ofhk". */
#define OFFHOOK_SQLITE_APPLICATION_ID "1332111467"

/* What a single-number query gives, or -1 with @error. */
static gint64
offhook_sqlite_migrate_ask(OffhookSqliteConnection *connection, const char *sql, GError **error)
{
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(connection, sql, error);
	gint64 value = 0;
	gboolean row;

	if (statement == NULL)
		return -1;
	if (!offhook_sqlite_connection_step(connection, statement, &row, error))
		value = -1;
	else if (row)
		value = sqlite3_column_int64(statement, 0);
	offhook_sqlite_statement_done(statement);
	return value;
}

/* 0 for an empty database. */
static gint64
offhook_sqlite_migrate_get_version(OffhookSqliteConnection *connection, GError **error)
{
	gint64 tables;
	gint64 versioned;

	tables =
	    offhook_sqlite_migrate_ask(connection, "SELECT count(*) FROM sqlite_master", error);
	if (tables <= 0)
		return tables;
	versioned = offhook_sqlite_migrate_ask(
	    connection,
	    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'",
	    error);
	if (versioned < 0)
		return -1;
	if (versioned == 0) {
		g_set_error(
		    error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
		    "%s: a database of another program, expected one of Offhook",
		    sqlite3_db_filename(offhook_sqlite_connection_get_db(connection), "main"));
		return -1;
	}
	return offhook_sqlite_migrate_ask(
	    connection, "SELECT coalesce(max(version), 0) FROM schema_version", error);
}

guint
offhook_sqlite_migrate_get_latest(void)
{
	return offhook_store_migrations_get_latest("sqlite");
}

gboolean
offhook_sqlite_migrate_check(OffhookSqliteConnection *connection, GError **error)
{
	guint latest = offhook_sqlite_migrate_get_latest();
	gint64 version = offhook_sqlite_migrate_get_version(connection, error);

	if (version < 0)
		return FALSE;
	if (version <= latest)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE,
		    "%s: made by a newer version of Offhook (schema %" G_GINT64_FORMAT
		    ", this one knows up to %u)",
		    sqlite3_db_filename(offhook_sqlite_connection_get_db(connection), "main"),
		    version, latest);
	return FALSE;
}

static gboolean
offhook_sqlite_migrate_note(OffhookSqliteConnection *connection, guint version, const char *name,
			    GError **error)
{
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(
	    connection, "INSERT INTO schema_version (version, name, applied_us) VALUES (?, ?, ?)",
	    error);
	gboolean row;
	gboolean done;

	if (statement == NULL)
		return FALSE;
	sqlite3_bind_int64(statement, 1, version);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, offhook_timestamp_now());
	done = offhook_sqlite_connection_step(connection, statement, &row, error);
	offhook_sqlite_statement_done(statement);
	return done;
}

static gboolean
offhook_sqlite_migrate_apply(OffhookSqliteConnection *connection, guint version, GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) sql = offhook_store_migrations_load("sqlite", version, &name);

	g_assert(sql != NULL);
	if (version == 1 && !offhook_sqlite_connection_execute(
				connection,
				"PRAGMA application_id = " OFFHOOK_SQLITE_APPLICATION_ID ";"
				"CREATE TABLE schema_version (version INTEGER PRIMARY KEY NOT NULL,"
				" name TEXT NOT NULL, applied_us INTEGER NOT NULL) STRICT",
				error))
		return FALSE;
	/* A resource ends with a zero byte that its size does not count. */
	if (offhook_sqlite_connection_execute(connection, g_bytes_get_data(sql, NULL), error) &&
	    offhook_sqlite_migrate_note(connection, version, name, error))
		return TRUE;
	g_prefix_error(error, "migration %s: ", name);
	return FALSE;
}

/* One step in a transaction of its own; @version: the one reached. */
static gboolean
offhook_sqlite_migrate_step(OffhookSqliteConnection *connection, guint latest, gint64 *version,
			    GError **error)
{
	/* Takes the write lock first, so the version can't change between looking and acting. */
	if (!offhook_sqlite_connection_execute(connection, "BEGIN IMMEDIATE", error))
		return FALSE;
	*version = offhook_sqlite_migrate_get_version(connection, error);
	if (*version >= 0 && *version < latest) {
		if (!offhook_sqlite_migrate_apply(connection, (guint)*version + 1, error))
			*version = -1;
		else
			++*version;
	}
	if (*version >= 0 && offhook_sqlite_connection_execute(connection, "COMMIT", error))
		return TRUE;
	offhook_sqlite_connection_roll_back(connection);
	return FALSE;
}

gboolean
offhook_sqlite_migrate_run(OffhookSqliteConnection *connection, GError **error)
{
	guint latest = offhook_sqlite_migrate_get_latest();
	gint64 version = offhook_sqlite_migrate_get_version(connection, error);

	if (version < 0)
		return FALSE;
	while (version < latest) {
		if (!offhook_sqlite_migrate_step(connection, latest, &version, error))
			return FALSE;
	}
	/* What was made is put where it belongs; the journal of writes begins empty. */
	return offhook_sqlite_connection_execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)",
						 error);
}
