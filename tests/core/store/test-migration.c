/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whoever opens a store is told what its migrations are at: that one gets on, or what keeps it. In an SQLite
 * file and in a PostgreSQL server.
 */

#include "harness.h"
#include "postgres-server.h"
#include "store-sync.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>

#include <offhook/error.h>

#include "store/sql/store-migrations.h"

/* So many that it takes far longer than it takes to be told. */
#define CALLS "60000"

#define MAKE_VERSIONS                                                                              \
	"CREATE TABLE schema_version (version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, "  \
	"applied_us BIGINT NOT NULL)"
#define MAKE_CALLS                                                                                 \
	"INSERT INTO schema_version VALUES (1, '0001-calls.sql', 1);"                              \
	"INSERT INTO calls (id, driver, direction, status, created_us, node) SELECT 'c' || n, "    \
	"'loopback', 'inbound', 'completed', 1000000 + n, 'host' FROM "

typedef struct {
	char *dir;
	char *path;
	char *url;
	guint working; /* how often it was told so */
	guint kept;
	guint kept_by_one_that_moves;
	GAsyncResult *opened;
} Fixture;

static PostgresServer *server;

/* ---- opening ---- */

static void
migrating_cb(const OffhookStoreMigration *migration, gpointer user_data)
{
	Fixture *fixture = user_data;
	g_autofree char *text = offhook_store_migration_describe(migration);

	g_test_message("%s%s", text, migration->moves ? "" : " (stands still)");
	g_assert_cmpuint(migration->version, <=, migration->latest);
	fixture->working += migration->waits_for == NULL && migration->name != NULL;
	fixture->kept += migration->waits_for != NULL && !migration->moves;
	fixture->kept_by_one_that_moves += migration->waits_for != NULL && migration->moves;
}

static void
begin_opening(Fixture *fixture, guint busy_timeout_ms)
{
	const OffhookStoreOptions options = {
	    .busy_timeout_ms = busy_timeout_ms,
	    .migration = migrating_cb,
	    .migration_data = fixture,
	    .migration_ms = 1,
	};

	offhook_store_open_async(fixture->url, &options, NULL, harness_store_result_cb,
				 &fixture->opened);
}

static void
end_opening(Fixture *fixture)
{
	g_autoptr(GAsyncResult) result = harness_wait_result(&fixture->opened, "the store");
	g_autoptr(GError) error = NULL;
	OffhookStore *store = offhook_store_open_finish(result, &error);

	g_assert_no_error(error);
	offhook_store_sync_close(store);
}

static gboolean
is_kept(gpointer fixture)
{
	return ((Fixture *)fixture)->kept > 0;
}

static gboolean
is_kept_by_one_that_moves(gpointer fixture)
{
	return ((Fixture *)fixture)->kept_by_one_that_moves > 0;
}

/* ---- SQLite ---- */

static sqlite3 *
open_file(Fixture *fixture)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
	return db;
}

static void
run(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		g_error("%s: %s", sql, message);
}

/* As the first version of all left it, with many calls. */
static void
fixture_set_up_sqlite(Fixture *fixture, gconstpointer data)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) tables = offhook_store_migrations_load("sqlite", 1, &name);
	sqlite3 *db;

	fixture->dir = harness_make_dir();
	fixture->path = g_build_filename(fixture->dir, "store.db", NULL);
	fixture->url = g_strconcat("sqlite:", fixture->path, NULL);
	db = open_file(fixture);
	run(db, "PRAGMA journal_mode = WAL");
	run(db, "BEGIN; " MAKE_VERSIONS);
	run(db, g_bytes_get_data(tables, NULL));
	run(db, MAKE_CALLS "(WITH RECURSIVE ns (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ns "
			   "LIMIT " CALLS ") SELECT n FROM ns); COMMIT");
	sqlite3_close(db);
}

static void
fixture_tear_down_sqlite(Fixture *fixture, gconstpointer data)
{
	harness_remove_dir(fixture->dir);
	g_free(fixture->dir);
	g_free(fixture->path);
	g_free(fixture->url);
}

static void
test_working(Fixture *fixture, gconstpointer data)
{
	begin_opening(fixture, 0);
	end_opening(fixture);
	g_assert_cmpuint(fixture->working, >, 0);
	g_assert_cmpuint(fixture->kept + fixture->kept_by_one_that_moves, ==, 0);
	/* There is nothing more to tell. */
	fixture->working = 0;
	begin_opening(fixture, 0);
	end_opening(fixture);
	g_assert_cmpuint(fixture->working, ==, 0);
}

static void
test_sqlite_kept(Fixture *fixture, gconstpointer data)
{
	sqlite3 *other = open_file(fixture);

	/* What it changes goes to disk before it has finished. */
	run(other, "PRAGMA cache_size = 1; BEGIN IMMEDIATE");
	begin_opening(fixture, 0);
	harness_wait_until(is_kept, fixture, "word of what keeps it");
	g_assert_null(fixture->opened);
	run(other, "UPDATE calls SET node = 'elsewhere'");
	harness_wait_until(is_kept_by_one_that_moves, fixture, "word that the other one moves");
	g_assert_null(fixture->opened);
	run(other, "COMMIT");
	sqlite3_close(other);
	end_opening(fixture);
}

/* Who has no patience for a write has none for this, either. */
static void
test_sqlite_given_up(Fixture *fixture, gconstpointer data)
{
	sqlite3 *other = open_file(fixture);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	run(other, "BEGIN IMMEDIATE");
	begin_opening(fixture, 20);
	result = harness_wait_result(&fixture->opened, "the failure");
	g_assert_null(offhook_store_open_finish(result, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	sqlite3_close(other);
}

/* ---- PostgreSQL ---- */

static PGconn *
open_database(Fixture *fixture)
{
	PGconn *conn = PQconnectdb(fixture->url);

	if (PQstatus(conn) != CONNECTION_OK)
		g_error("%s", PQerrorMessage(conn));
	return conn;
}

static void
run_postgres(PGconn *conn, const char *sql)
{
	PGresult *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		g_error("%s: %s", sql, PQerrorMessage(conn));
	PQclear(result);
}

static void
fixture_set_up_postgres(Fixture *fixture, gconstpointer data)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) tables = offhook_store_migrations_load("postgres", 1, &name);
	PGconn *conn;

	fixture->url = postgres_server_make_database(server);
	conn = open_database(fixture);
	run_postgres(conn, "CREATE SCHEMA offhook; SET search_path = offhook; " MAKE_VERSIONS);
	run_postgres(conn, g_bytes_get_data(tables, NULL));
	run_postgres(conn, MAKE_CALLS "generate_series(1, " CALLS ") AS n");
	PQfinish(conn);
}

static void
fixture_tear_down_postgres(Fixture *fixture, gconstpointer data)
{
	postgres_server_drop_database(server, fixture->url);
	g_free(fixture->url);
}

static void
test_postgres_kept(Fixture *fixture, gconstpointer data)
{
	PGconn *other = open_database(fixture);
	PGcancel *cancel = PQgetCancel(other);
	PGresult *result;
	char complaint[256];

	run_postgres(other, "BEGIN; LOCK TABLE offhook.calls");
	begin_opening(fixture, 0);
	harness_wait_until(is_kept, fixture, "word of what keeps it");
	g_assert_null(fixture->opened);
	g_assert_cmpint(PQsendQuery(other, "SELECT pg_sleep(3600)"), ==, 1);
	harness_wait_until(is_kept_by_one_that_moves, fixture, "word that the other one moves");
	g_assert_null(fixture->opened);
	g_assert_cmpint(PQcancel(cancel, complaint, sizeof complaint), ==, 1);
	PQfreeCancel(cancel);
	while ((result = PQgetResult(other)) != NULL)
		PQclear(result);
	PQfinish(other);
	end_opening(fixture);
}

static void
test_not_installed(void)
{
	g_test_skip("PostgreSQL is not installed");
}

#define ADD(database, path, func)                                                                  \
	g_test_add("/store/" #database "/migration/" path, Fixture, NULL,                          \
		   fixture_set_up_##database, func, fixture_tear_down_##database)

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	ADD(sqlite, "working", test_working);
	ADD(sqlite, "kept", test_sqlite_kept);
	ADD(sqlite, "given-up", test_sqlite_given_up);
	server = postgres_server_new();
	if (server == NULL) {
		g_test_add_func("/store/postgres/migration", test_not_installed);
		return g_test_run();
	}
	ADD(postgres, "working", test_working);
	ADD(postgres, "kept", test_postgres_kept);
	status = g_test_run();
	postgres_server_free(server);
	return status;
}
