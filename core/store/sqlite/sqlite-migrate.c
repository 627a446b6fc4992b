/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Brings an SQLite database from the version it has to the newest. In the thread of the connection.
 */

#include "store/sqlite/sqlite-migrate.h"

#include <sys/stat.h>

#include <offhook/error.h>

#include "base/timestamp.h"
#include "store/sql/store-migrations.h"

/* In the file's header, so that file(1) and we know whose it is: "Ofhk". */
#define OFFHOOK_SQLITE_APPLICATION_ID "1332111467"

/* How long another program may be at it without getting on, for who would wait so long for a write. */
#define OFFHOOK_SQLITE_MIGRATE_BUSY_MS    (10 * 60 * 1000)
#define OFFHOOK_SQLITE_MIGRATE_PATIENT_MS 5000

#define OFFHOOK_SQLITE_MIGRATE_LOOK_MS 20 /* whether it has finished */

/* Steps of SQLite's machine between two looks at the clock: some milliseconds. */
#define OFFHOOK_SQLITE_MIGRATE_STEPS 100000

/* Waiting for another program that migrates the same file. */
typedef struct {
	OffhookMigrationWatch *watch; /* (nullable) */
	const char *log;              /* what is written to it goes there first */
	guint patience_ms;
	gint64 until_us;  /* 0: it has not waited yet */
	struct stat seen; /* of the log, at the last look */
	gboolean moved;   /* since it was told last */
} OffhookSqliteTurn;

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
	if (offhook_sqlite_connection_get_watch(connection) != NULL)
		offhook_migration_watch_begin(offhook_sqlite_connection_get_watch(connection),
					      version, offhook_sqlite_migrate_get_latest(), name);
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

static gboolean
offhook_sqlite_migrate_steps(OffhookSqliteConnection *connection, gint64 version, GError **error)
{
	guint latest = offhook_sqlite_migrate_get_latest();

	while (version < latest) {
		if (!offhook_sqlite_migrate_step(connection, latest, &version, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- telling, and waiting ---- */

static int
offhook_sqlite_migrate_working_cb(void *data)
{
	OffhookMigrationWatch *watch = data;

	if (offhook_migration_watch_is_due(watch))
		offhook_migration_watch_tell(watch, NULL, TRUE);
	return 0;
}

/* Whether the other program has written something since the last look. */
static gboolean
offhook_sqlite_turn_has_moved(OffhookSqliteTurn *self)
{
	struct stat now = {0};
	gboolean moved;

	if (self->log == NULL || stat(self->log, &now) != 0)
		return FALSE;
	moved = self->seen.st_ino != 0 && (now.st_size != self->seen.st_size ||
					   now.st_mtim.tv_sec != self->seen.st_mtim.tv_sec ||
					   now.st_mtim.tv_nsec != self->seen.st_mtim.tv_nsec);
	self->seen = now;
	return moved;
}

/* Minutes, with millions of calls: as long as the other program gets on. Returns: 0 to give up */
static int
offhook_sqlite_migrate_busy_cb(void *data, int n)
{
	OffhookSqliteTurn *self = data;
	gint64 now_us = g_get_monotonic_time();
	gboolean moved = offhook_sqlite_turn_has_moved(self);

	if (moved || n == 0)
		self->until_us = now_us + (gint64)self->patience_ms * 1000;
	if (now_us >= self->until_us)
		return 0;
	self->moved = self->moved || moved;
	if (self->watch != NULL && offhook_migration_watch_is_due(self->watch)) {
		offhook_migration_watch_tell(self->watch, "another program that writes to it",
					     self->moved);
		self->moved = FALSE;
	}
	g_usleep(OFFHOOK_SQLITE_MIGRATE_LOOK_MS * 1000);
	return 1;
}

gboolean
offhook_sqlite_migrate_run(OffhookSqliteConnection *connection, GError **error)
{
	sqlite3 *db = offhook_sqlite_connection_get_db(connection);
	guint busy_timeout_ms = offhook_sqlite_connection_get_busy_timeout_ms(connection);
	gint64 version = offhook_sqlite_migrate_get_version(connection, error);
	OffhookSqliteTurn turn = {
	    .watch = offhook_sqlite_connection_get_watch(connection),
	    .log = sqlite3_filename_wal(sqlite3_db_filename(db, "main")),
	    .patience_ms = busy_timeout_ms >= OFFHOOK_SQLITE_MIGRATE_PATIENT_MS
			       ? OFFHOOK_SQLITE_MIGRATE_BUSY_MS
			       : busy_timeout_ms,
	};
	gboolean migrated;

	if (version < 0)
		return FALSE;
	sqlite3_busy_handler(db, offhook_sqlite_migrate_busy_cb, &turn);
	if (turn.watch != NULL) {
		offhook_migration_watch_begin(turn.watch, 0, 0, NULL);
		sqlite3_progress_handler(db, OFFHOOK_SQLITE_MIGRATE_STEPS,
					 offhook_sqlite_migrate_working_cb, turn.watch);
	}
	migrated = offhook_sqlite_migrate_steps(connection, version, error);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	sqlite3_busy_timeout(db, (int)busy_timeout_ms);
	if (!migrated)
		return FALSE;
	/* What was made is put where it belongs; the journal of writes begins empty. */
	return offhook_sqlite_connection_execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)",
						 error);
}
