/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Migrations with libpq's blocking calls, in a thread of its own.
 */

#include "store/postgres/postgres-migrate.h"

#include <stdlib.h>

#include <offhook/error.h>

#include "base/timestamp.h"
#include "store/postgres/postgres-blocking.h"
#include "store/sql/store-migrations.h"

/* Of pg_advisory_xact_lock(), the same for all versions of Offhook: "Ofhk". */
#define OFFHOOK_POSTGRES_LOCK "1332111467"

/*
 * Who keeps process %d, if anybody does, and whether it or one of those is at work. Of other people's
 * processes one may not be told: they count as not.
 */
#define OFFHOOK_POSTGRES_LOOK                                                                      \
	"SELECT coalesce(string_agg(DISTINCT b.pid::text, ', '), ''), coalesce(bool_or("           \
	"CASE WHEN b.pid IS NULL THEN a.state ELSE b.state END = 'active' AND (b.pid IS NULL OR "  \
	"b.wait_event_type IS DISTINCT FROM 'Lock')), false) FROM pg_stat_activity AS a LEFT "     \
	"JOIN pg_stat_activity "                                                                   \
	"AS b ON b.pid = ANY (pg_blocking_pids(a.pid)) WHERE a.pid = %d"

typedef struct {
	const OffhookPostgresSettings *settings;
	OffhookMigrationWatch *watch;
	PGconn *conn;
	PGconn *beside; /* (nullable): to look at the other one, when that takes its time */
	int pid;        /* of the server's process for it */
} OffhookPostgresMigration;

/* ---- telling ---- */

static void
offhook_postgres_migrate_tell(OffhookPostgresMigration *self, PGresult *look)
{
	const char *keepers = PQgetvalue(look, 0, 0);
	gboolean moves = g_str_equal(PQgetvalue(look, 0, 1), "t");
	g_autofree char *waits_for = NULL;

	if (*keepers != '\0')
		waits_for = g_strdup_printf("what PostgreSQL's process %s has locked", keepers);
	offhook_migration_watch_tell(self->watch, waits_for, moves);
}

/* A server that does not even answer this is not known to be at work. */
static void
offhook_postgres_migrate_look_cb(gpointer data)
{
	OffhookPostgresMigration *self = data;
	g_autofree char *sql = g_strdup_printf(OFFHOOK_POSTGRES_LOOK, self->pid);
	g_autoptr(OffhookPostgresResult) look = NULL;

	if (!offhook_migration_watch_is_due(self->watch))
		return;
	if (self->beside == NULL)
		self->beside = offhook_postgres_blocking_connect(self->settings, NULL);
	if (self->beside != NULL)
		look = offhook_postgres_blocking_ask(self->beside, sql, NULL);
	if (look != NULL && PQntuples(look) == 1)
		offhook_postgres_migrate_tell(self, look);
	else
		g_clear_pointer(&self->beside, PQfinish);
}

static PGresult *
offhook_postgres_migrate_ask(OffhookPostgresMigration *self, const char *sql, GError **error)
{
	return offhook_postgres_blocking_ask_patiently(
	    self->conn, sql, offhook_migration_watch_get_ms(self->watch),
	    offhook_postgres_migrate_look_cb, self, error);
}

static gboolean
offhook_postgres_migrate_execute(OffhookPostgresMigration *self, const char *sql, GError **error)
{
	g_autoptr(OffhookPostgresResult) result = offhook_postgres_migrate_ask(self, sql, error);

	return result != NULL;
}

/* ---- migrating ---- */

/* 0 before the first migration, -1 with @error. */
static gint64
offhook_postgres_migrate_get_version(OffhookPostgresMigration *self, GError **error)
{
	g_autoptr(OffhookPostgresResult) result = offhook_postgres_migrate_ask(
	    self, "SELECT coalesce(max(version), 0) FROM schema_version", error);

	return result != NULL ? g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10) : -1;
}

static gboolean
offhook_postgres_migrate_note(OffhookPostgresMigration *self, guint version, const char *name,
			      GError **error)
{
	g_autofree char *sql =
	    g_strdup_printf("INSERT INTO schema_version (version, name, applied_us) "
			    "VALUES (%u, '%s', %" G_GINT64_FORMAT ")",
			    version, name, offhook_timestamp_now());

	return offhook_postgres_migrate_execute(self, sql, error);
}

static gboolean
offhook_postgres_migrate_apply(OffhookPostgresMigration *self, guint version, guint latest,
			       GError **error)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) sql = offhook_store_migrations_load("postgres", version, &name);

	g_assert(sql != NULL);
	offhook_migration_watch_begin(self->watch, version, latest, name);
	if (offhook_postgres_migrate_execute(self, g_bytes_get_data(sql, NULL), error) &&
	    offhook_postgres_migrate_note(self, version, name, error))
		return TRUE;
	g_prefix_error(error, "migration %s: ", name);
	return FALSE;
}

/* One step in a transaction of its own; @version: the one reached. */
static gboolean
offhook_postgres_migrate_step(OffhookPostgresMigration *self, guint latest, gint64 *version,
			      GError **error)
{
	/* The lock first, so that the version can't change between looking and acting. */
	if (!offhook_postgres_migrate_execute(
		self, "BEGIN; SELECT pg_advisory_xact_lock(" OFFHOOK_POSTGRES_LOCK ")", error))
		return FALSE;
	*version = offhook_postgres_migrate_get_version(self, error);
	if (*version >= 0 && *version < latest) {
		if (!offhook_postgres_migrate_apply(self, (guint)*version + 1, latest, error))
			*version = -1;
		else
			++*version;
	}
	if (*version >= 0 && offhook_postgres_migrate_execute(self, "COMMIT", error))
		return TRUE;
	offhook_postgres_migrate_execute(self, "ROLLBACK", NULL);
	return FALSE;
}

/* "IF NOT EXISTS" does not help two who look at the same moment: the lock does. */
static gboolean
offhook_postgres_migrate_make_schema(OffhookPostgresMigration *self, const char *schema,
				     GError **error)
{
	g_autofree char *name = offhook_postgres_quote_identifier(schema);
	g_autofree char *sql = g_strdup_printf(
	    "BEGIN; SELECT pg_advisory_xact_lock(" OFFHOOK_POSTGRES_LOCK ");"
	    "CREATE SCHEMA IF NOT EXISTS %s; SET LOCAL search_path = %s;"
	    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY,"
	    " name TEXT NOT NULL, applied_us BIGINT NOT NULL);"
	    "COMMIT; SET search_path = %s",
	    name, name, name);

	return offhook_postgres_migrate_execute(self, sql, error);
}

/* Of several daemons that start at once, one does it. @vectors: (out): the database compares them */
static gboolean
offhook_postgres_migrate_admit(OffhookPostgresMigration *self, gboolean *vectors, GError **error)
{
	g_autoptr(OffhookPostgresResult) result = NULL;

	if (!offhook_postgres_migrate_execute(
		self, "BEGIN; SELECT pg_advisory_xact_lock(" OFFHOOK_POSTGRES_LOCK ")", error))
		return FALSE;
	result = offhook_postgres_migrate_ask(
	    self, "SELECT admit_vectors() FROM (SELECT admit_authenticated()) AS admitted", error);
	*vectors = result != NULL && g_str_equal(PQgetvalue(result, 0, 0), "t");
	return offhook_postgres_migrate_execute(self, result != NULL ? "COMMIT" : "ROLLBACK",
						result != NULL ? error : NULL) &&
	       result != NULL;
}

static gboolean
offhook_postgres_migrate_begin(OffhookPostgresMigration *self, GError **error)
{
	g_autoptr(OffhookPostgresResult) pid = NULL;

	self->conn = offhook_postgres_blocking_connect(self->settings, error);
	if (self->conn == NULL)
		return FALSE;
	/* A role may have limits that are meant for questions. */
	pid = offhook_postgres_blocking_ask(
	    self->conn,
	    "SET client_min_messages = warning; SET statement_timeout = 0; SET lock_timeout = 0; "
	    "SELECT pg_backend_pid()",
	    error);
	if (pid == NULL)
		return FALSE;
	self->pid = atoi(PQgetvalue(pid, 0, 0));
	offhook_migration_watch_begin(self->watch, 0, 0, NULL);
	return offhook_postgres_migrate_make_schema(self, self->settings->schema, error);
}

static gboolean
offhook_postgres_migrate_all(OffhookPostgresMigration *self, gboolean *vectors, GError **error)
{
	guint latest = offhook_store_migrations_get_latest("postgres");
	gint64 version = 0;

	if (!offhook_postgres_migrate_begin(self, error))
		return FALSE;
	do {
		if (!offhook_postgres_migrate_step(self, latest, &version, error))
			return FALSE;
	} while (version < latest);
	if (version == latest)
		return offhook_postgres_migrate_admit(self, vectors, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE,
		    "PostgreSQL: schema %s: made by a newer version of Offhook (%" G_GINT64_FORMAT
		    ", this one knows up to %u)",
		    self->settings->schema, version, latest);
	return FALSE;
}

gboolean
offhook_postgres_migrate_run(const OffhookPostgresSettings *settings, OffhookMigrationWatch *watch,
			     gboolean *vectors, GError **error)
{
	OffhookPostgresMigration migration = {.settings = settings, .watch = watch};
	gboolean migrated = offhook_postgres_migrate_all(&migration, vectors, error);

	PQfinish(migration.conn);
	PQfinish(migration.beside);
	return migrated;
}
