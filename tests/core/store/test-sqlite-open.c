/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening an SQLite store: URLs, files that are not ours, versions, modes, the text index.
 */

#include "harness.h"
#include "store-sample.h"
#include "store-sync.h"

#include <string.h>

#include <glib/gstdio.h>
#include <offhook/error.h>
#include <sqlite3.h>

#include "store/sqlite/sqlite-migrate.h"
#include "store/sql/store-migrations.h"

typedef struct {
	char *dir;
	char *path;
	char *url;
} Fixture;

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->dir = harness_make_dir();
	fixture->path = g_build_filename(fixture->dir, "store.db", NULL);
	fixture->url = g_strconcat("sqlite:", fixture->path, NULL);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	harness_remove_dir(fixture->dir);
	g_free(fixture->dir);
	g_free(fixture->path);
	g_free(fixture->url);
}

static void
check_open_fails(const char *url, gint code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_open(url, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static OffhookStore *
open_store(const char *url)
{
	g_autoptr(GError) error = NULL;
	OffhookStore *store = offhook_store_sync_open(url, NULL, &error);

	g_assert_no_error(error);
	return store;
}

/* What the first column of the first row says, by a connection of our own. (transfer full) */
static char *
ask(const char *path, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	char *answer = NULL;

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), ==, SQLITE_OK);
	if (sqlite3_step(statement) == SQLITE_ROW)
		answer = g_strdup((const char *)sqlite3_column_text(statement, 0));
	g_assert_cmpint(sqlite3_finalize(statement), ==, SQLITE_OK);
	sqlite3_close(db);
	return answer;
}

static void
run(const char *path, const char *sql)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
}

static void
check_answer(const char *path, const char *sql, const char *expected)
{
	g_autofree char *answer = ask(path, sql);

	g_assert_cmpstr(answer, ==, expected);
}

static void
test_urls(void)
{
	check_open_fails("", OFFHOOK_ERROR_CONFIG);
	check_open_fails("/var/lib/store.db", OFFHOOK_ERROR_CONFIG);
	check_open_fails("mysql://localhost/x", OFFHOOK_ERROR_CONFIG);
	check_open_fails("sqlite:", OFFHOOK_ERROR_CONFIG);
	check_open_fails("sqlite:relative.db", OFFHOOK_ERROR_CONFIG);
	check_open_fails("sqlite://host/path.db", OFFHOOK_ERROR_CONFIG);
	check_open_fails("sqlite:/tmp/", OFFHOOK_ERROR_CONFIG);
	check_open_fails("sqlite:/tmp/\xff.db", OFFHOOK_ERROR_CONFIG);
	check_open_fails("postgresql://u:%zz@localhost/x", OFFHOOK_ERROR_CONFIG);
}

static void
test_password_is_not_repeated(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_open("mysql://u:secret@localhost/x", NULL, &error));
	g_assert_null(strstr(error->message, "secret"));
}

static void
test_memory(void)
{
	OffhookStore *store = open_store("sqlite::memory:");

	store_sample_begin(store, "c1");
	store_sample_say(store, "c1", 1);
	store_sample_check_said(store, "c1", 1);
	g_assert_cmpuint(offhook_store_sync_mark_interrupted(store, "here"), ==, 1);
	offhook_store_sync_close(store);
}

static void
test_three_slashes(Fixture *fixture, gconstpointer data)
{
	g_autofree char *url = g_strconcat("sqlite://", fixture->path, NULL);

	offhook_store_sync_close(open_store(url));
	g_assert_true(g_file_test(fixture->path, G_FILE_TEST_IS_REGULAR));
}

static guint
get_mode(const char *path)
{
	GStatBuf info;

	g_assert_cmpint(g_stat(path, &info), ==, 0);
	return info.st_mode & 0777;
}

static void
test_modes(Fixture *fixture, gconstpointer data)
{
	g_autofree char *dir = g_build_filename(fixture->dir, "a", "b", NULL);
	g_autofree char *path = g_build_filename(dir, "store.db", NULL);
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	g_autofree char *index = g_strconcat(path, "-shm", NULL);
	g_autofree char *url = g_strconcat("sqlite:", path, NULL);
	OffhookStore *store = open_store(url);

	store_sample_begin(store, "c1");
	offhook_store_sync_flush(store);
	g_assert_cmpuint(get_mode(dir), ==, 0700);
	g_assert_cmpuint(get_mode(path), ==, 0600);
	g_assert_cmpuint(get_mode(log), ==, 0600);
	g_assert_cmpuint(get_mode(index), ==, 0600);
	offhook_store_sync_close(store);
}

static void
test_schema(Fixture *fixture, gconstpointer data)
{
	g_autofree char *latest = g_strdup_printf("%u", offhook_sqlite_migrate_get_latest());

	offhook_store_sync_close(open_store(fixture->url));
	check_answer(fixture->path, "SELECT max(version) FROM schema_version", latest);
	check_answer(fixture->path, "SELECT count(*) FROM schema_version", latest);
	check_answer(fixture->path, "PRAGMA journal_mode", "wal");
	check_answer(fixture->path, "PRAGMA application_id", "1332111467");
	offhook_store_sync_close(open_store(fixture->url));
	check_answer(fixture->path, "SELECT count(*) FROM schema_version", latest);
}

static void
test_newer_refused(Fixture *fixture, gconstpointer data)
{
	offhook_store_sync_close(open_store(fixture->url));
	check_answer(fixture->path,
		     "INSERT INTO schema_version (version, name, applied_us) "
		     "VALUES (9000, 'later', 1) RETURNING version",
		     "9000");
	check_open_fails(fixture->url, OFFHOOK_ERROR_INCOMPATIBLE);
	check_answer(fixture->path, "SELECT max(version) FROM schema_version", "9000");
}

static void
test_other_program_refused(Fixture *fixture, gconstpointer data)
{
	check_answer(fixture->path, "CREATE TABLE songs (title)", NULL);
	check_open_fails(fixture->url, OFFHOOK_ERROR_FORMAT);
	check_answer(fixture->path, "SELECT count(*) FROM sqlite_master", "1");
	check_answer(fixture->path, "PRAGMA journal_mode", "delete");
}

static void
test_other_file_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = g_strnfill(10000, 'x');
	g_autofree char *after = NULL;

	g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
	check_open_fails(fixture->url, OFFHOOK_ERROR_FORMAT);
	g_assert_true(g_file_get_contents(fixture->path, &after, NULL, NULL));
	g_assert_cmpstr(after, ==, text);
}

static void
test_directory_refused(Fixture *fixture, gconstpointer data)
{
	g_assert_cmpint(g_mkdir(fixture->path, 0700), ==, 0);
	check_open_fails(fixture->url, OFFHOOK_ERROR_STORAGE);
}

static void
test_below_a_file_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree char *url = g_strconcat(fixture->url, "/deeper/store.db", NULL);

	g_assert_true(g_file_set_contents(fixture->path, "x", -1, NULL));
	check_open_fails(url, OFFHOOK_ERROR_STORAGE);
}

/* A migration that could not finish leaves nothing behind. */
static void
test_half_migrated(Fixture *fixture, gconstpointer data)
{
	check_answer(fixture->path,
		     "CREATE TABLE schema_version (version INTEGER PRIMARY KEY NOT NULL,"
		     " name TEXT NOT NULL, applied_us INTEGER NOT NULL)",
		     NULL);
	check_answer(fixture->path, "CREATE TABLE turns (x)", NULL);
	check_open_fails(fixture->url, OFFHOOK_ERROR_FAILED);
	check_answer(fixture->path, "SELECT count(*) FROM sqlite_master WHERE name = 'calls'", "0");
	check_answer(fixture->path, "SELECT count(*) FROM schema_version", "0");
}

/* A database as the first version of all left it, with a call in it. */
static void
make_first_version(const char *path)
{
	g_autofree char *name = NULL;
	g_autoptr(GBytes) tables = offhook_store_migrations_load("sqlite", 1, &name);

	run(path, "CREATE TABLE schema_version (version INTEGER PRIMARY KEY NOT NULL,"
		  " name TEXT NOT NULL, applied_us INTEGER NOT NULL) STRICT");
	run(path, g_bytes_get_data(tables, NULL));
	run(path,
	    "INSERT INTO schema_version VALUES (1, '0001-calls.sql', 1);"
	    "INSERT INTO calls (id, driver, direction, status, created_us, answered_us, ended_us, "
	    "node)"
	    " VALUES ('c1', 'loopback', 'inbound', 'completed', 1000000, 2000000, 5000000, 'host');"
	    "INSERT INTO turns (call_id, turn_index, started_us, answer_delay_ms, interrupted)"
	    " VALUES ('c1', 0, 3000000, 640, 0)");
}

/* What an older version wrote is kept, and has nothing of what that did not know. */
static void
test_upgraded(Fixture *fixture, gconstpointer data)
{
	g_autofree char *latest = g_strdup_printf("%u", offhook_sqlite_migrate_get_latest());
	OffhookStore *store;
	g_autoptr(OffhookCallRecord) call = NULL;
	g_autoptr(GPtrArray) turns = NULL;

	make_first_version(fixture->path);
	store = open_store(fixture->url);
	call = offhook_store_sync_get_call(store, "c1", NULL);
	g_assert_nonnull(call);
	g_assert_cmpint(call->usage.input_tokens, ==, -1);
	g_assert_cmpfloat(call->usage.cost, ==, -1);
	turns = offhook_store_sync_list_turns(store, "c1");
	g_assert_cmpuint(turns->len, ==, 1);
	offhook_store_sync_close(store);
	check_answer(fixture->path, "SELECT max(version) FROM schema_version", latest);
}

static void
test_two_at_once(Fixture *fixture, gconstpointer data)
{
	g_autofree char *latest = g_strdup_printf("%u", offhook_sqlite_migrate_get_latest());
	GAsyncResult *stored[8] = {NULL};
	OffhookStore *stores[8];

	for (guint i = 0; i < G_N_ELEMENTS(stored); i++)
		offhook_store_open_async(fixture->url, NULL, NULL, harness_store_result_cb,
					 &stored[i]);
	for (guint i = 0; i < G_N_ELEMENTS(stored); i++) {
		g_autoptr(GAsyncResult) result = harness_wait_result(&stored[i], "the opening");
		g_autoptr(GError) error = NULL;

		stores[i] = offhook_store_open_finish(result, &error);
		g_assert_no_error(error);
	}
	for (guint i = 0; i < G_N_ELEMENTS(stores); i++)
		offhook_store_sync_close(stores[i]);
	check_answer(fixture->path, "SELECT count(*) FROM schema_version", latest);
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	offhook_store_open_async(fixture->url, NULL, cancellable, harness_store_result_cb, &stored);
	g_cancellable_cancel(cancellable);
	result = harness_wait_result(&stored, "the cancelled opening");
	g_assert_null(offhook_store_open_finish(result, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_text_index(Fixture *fixture, gconstpointer data)
{
	OffhookStore *store = open_store(fixture->url);
	OffhookMessageRecord message =
	    store_sample_message("m1", "c1-talk", "c1", "A caf\xc3\xa9 with terrace");

	store_sample_begin(store, "c1");
	store_sample_add_message(store, &message);
	offhook_store_sync_flush(store);
	check_answer(fixture->path,
		     "SELECT count(*) FROM messages_text WHERE messages_text MATCH 'cafe terrace'",
		     "1");
	g_assert_true(offhook_store_update_message(store, "m1", "A caf\xc3\xa9", TRUE, NULL));
	offhook_store_sync_close(store);
	check_answer(fixture->path,
		     "SELECT count(*) FROM messages_text WHERE messages_text MATCH 'terrace'", "0");
	check_answer(fixture->path,
		     "SELECT count(*) FROM messages_text WHERE messages_text MATCH 'cafe'", "1");
	check_answer(fixture->path,
		     "INSERT INTO messages_text (messages_text) VALUES ('integrity-check')", NULL);
	check_answer(fixture->path, "PRAGMA integrity_check", "ok");
}

#define ADD(path, func)                                                                            \
	g_test_add("/store/sqlite/open/" path, Fixture, NULL, fixture_set_up, func,                \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/sqlite/open/urls", test_urls);
	g_test_add_func("/store/sqlite/open/password-is-not-repeated",
			test_password_is_not_repeated);
	g_test_add_func("/store/sqlite/open/memory", test_memory);
	ADD("three-slashes", test_three_slashes);
	ADD("modes", test_modes);
	ADD("schema", test_schema);
	ADD("newer-refused", test_newer_refused);
	ADD("other-program-refused", test_other_program_refused);
	ADD("other-file-refused", test_other_file_refused);
	ADD("directory-refused", test_directory_refused);
	ADD("below-a-file-refused", test_below_a_file_refused);
	ADD("half-migrated", test_half_migrated);
	ADD("upgraded", test_upgraded);
	ADD("two-at-once", test_two_at_once);
	ADD("cancelled", test_cancelled);
	ADD("text-index", test_text_index);
	return g_test_run();
}
