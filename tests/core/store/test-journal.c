/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store with a journal whose database is away: an SQLite file that another program has locked, a
 * PostgreSQL server that was killed or stands still.
 */

#include "harness.h"
#include "postgres-server.h"
#include "store-sample.h"
#include "store-sync.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>
#include <offhook/error.h>
#include <sqlite3.h>

#include "store/journal/journal-directory.h"

#define WRITER "--writer"

/* How long a lock is waited for that is there to stay. */
#define BUSY_MS 20

typedef struct {
	char *dir;
	char *path;
	char *url;
	char *journal_dir;
	OffhookStore *store;
	sqlite3 *lock;
	guint failed;
	guint recovered;
	guint refused;
	GPtrArray *journal_errors; /* (element-type GError) */
	guint rejected;
} Fixture;

static const char *program;
static PostgresServer *server;

/* ---- the store ---- */

static void
fixture_failed_cb(OffhookStore *store, const GError *error, Fixture *fixture)
{
	g_test_message("write failed: %s", error->message);
	fixture->failed++;
}

static void
fixture_count_cb(OffhookStore *store, const GError *error, guint *count)
{
	g_test_message("%s", error->message);
	++*count;
}

static void
fixture_journal_failed_cb(OffhookStore *store, const GError *error, Fixture *fixture)
{
	g_test_message("journal: %s", error->message);
	g_ptr_array_add(fixture->journal_errors, g_error_copy(error));
}

static void
fixture_recovered_cb(OffhookStore *store, Fixture *fixture)
{
	fixture->recovered++;
}

static void
fixture_open(Fixture *fixture, OffhookStoreOptions options)
{
	g_autoptr(GError) error = NULL;

	options.journal_dir = fixture->journal_dir;
	if (options.busy_timeout_ms == 0)
		options.busy_timeout_ms = BUSY_MS;
	/* A server that was killed says so; one that stands still is waited for. */
	options.connect_ms = options.answer_ms = STORE_SAMPLE_PATIENT_MS;
	fixture->store = offhook_store_sync_open(fixture->url, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(fixture->store, "write-failed", G_CALLBACK(fixture_failed_cb), fixture);
	g_signal_connect(fixture->store, "recovered", G_CALLBACK(fixture_recovered_cb), fixture);
	g_signal_connect(fixture->store, "write-refused", G_CALLBACK(fixture_count_cb),
			 &fixture->refused);
	g_signal_connect(fixture->store, "write-rejected", G_CALLBACK(fixture_count_cb),
			 &fixture->rejected);
	g_signal_connect(fixture->store, "journal-failed", G_CALLBACK(fixture_journal_failed_cb),
			 fixture);
}

static void
fixture_close(Fixture *fixture)
{
	offhook_store_sync_try_flush(fixture->store, NULL);
	g_assert_finalize_object(fixture->store);
}

static void
fixture_begin(Fixture *fixture)
{
	store_sample_begin(fixture->store, "c1");
	offhook_store_sync_flush(fixture->store);
}

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->dir = harness_make_dir();
	fixture->journal_dir = g_build_filename(fixture->dir, "journal", NULL);
	fixture->path = g_build_filename(fixture->dir, "store.db", NULL);
	fixture->url = data != NULL ? postgres_server_make_database(server)
				    : g_strconcat("sqlite:", fixture->path, NULL);
	fixture->journal_errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
	fixture_open(fixture, (OffhookStoreOptions){0});
	fixture_begin(fixture);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_store_sync_close(fixture->store);
	if (data != NULL)
		postgres_server_drop_database(server, fixture->url);
	harness_remove_dir(fixture->dir);
	g_free(fixture->dir);
	g_free(fixture->path);
	g_free(fixture->journal_dir);
	g_free(fixture->url);
	g_ptr_array_unref(fixture->journal_errors);
}

static void
fixture_reopen(Fixture *fixture, OffhookStoreOptions options)
{
	fixture_close(fixture);
	fixture_open(fixture, options);
}

/* ---- outages ---- */

static void
lock(Fixture *fixture)
{
	g_assert_cmpint(sqlite3_open(fixture->path, &fixture->lock), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(fixture->lock, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==,
			SQLITE_OK);
}

static void
unlock(Fixture *fixture)
{
	sqlite3_close(fixture->lock);
}

static gboolean
has_failed(gpointer fixture)
{
	return ((Fixture *)fixture)->failed > 0;
}

static gboolean
has_recovered(gpointer fixture)
{
	return ((Fixture *)fixture)->recovered > 0;
}

static gboolean
has_journal_error(gpointer fixture)
{
	return ((Fixture *)fixture)->journal_errors->len > 0;
}

static OffhookStoreStats
get_stats(Fixture *fixture)
{
	OffhookStoreStats stats;

	offhook_store_get_stats(fixture->store, &stats);
	return stats;
}

static gboolean
is_all_on_disk(gpointer data)
{
	OffhookStoreStats stats = get_stats(data);

	return stats.journal > 0 && stats.pending_bytes == 0;
}

static void
say(Fixture *fixture, guint from, guint to)
{
	for (guint i = from; i <= to; i++)
		store_sample_say(fixture->store, "c1", i);
}

static void
fail(Fixture *fixture)
{
	lock(fixture);
	say(fixture, 1, 50);
	harness_wait_until(has_failed, fixture, "the failure");
	say(fixture, 51, 100);
}

/* Asserts that each of @count messages is there once, and nothing in the journal. */
static void
check_all(Fixture *fixture, guint count)
{
	OffhookJournalSurvey survey;

	offhook_store_sync_flush(fixture->store);
	store_sample_check_said(fixture->store, "c1", count);
	g_assert_cmpuint(get_stats(fixture).pending, ==, 0);
	g_assert_cmpuint(get_stats(fixture).journal, ==, 0);
	g_assert_cmpuint(get_stats(fixture).pending_bytes, ==, 0);
	g_assert_cmpuint(fixture->rejected, ==, 0);
	fixture_close(fixture);
	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &survey, NULL));
	g_assert_cmpuint(survey.n_files, ==, 0);
	fixture_open(fixture, (OffhookStoreOptions){0});
}

/* In good times nothing is written there. */
static void
test_unused(Fixture *fixture, gconstpointer data)
{
	OffhookJournalSurvey survey;

	fixture_reopen(fixture, (OffhookStoreOptions){.busy_timeout_ms = STORE_SAMPLE_PATIENT_MS,
						      .slow_ms = STORE_SAMPLE_PATIENT_MS});
	say(fixture, 1, 100);
	offhook_store_sync_flush(fixture->store);
	g_assert_cmpuint(get_stats(fixture).outages, ==, 0);
	g_assert_cmpuint(get_stats(fixture).journal_bytes, ==, 0);
	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &survey, NULL));
	g_assert_cmpuint(survey.n_files + survey.n_damaged, ==, 0);
	g_assert_true(get_stats(fixture).safe);
}

/* Before it is known that a commit fails, what it has is on disk. */
static void
test_slow(Fixture *fixture, gconstpointer data)
{
	fixture_reopen(fixture, (OffhookStoreOptions){.busy_timeout_ms = STORE_SAMPLE_PATIENT_MS,
						      .slow_ms = 1});
	lock(fixture);
	say(fixture, 1, 50);
	harness_wait_until(is_all_on_disk, fixture, "the journal");
	g_assert_cmpuint(get_stats(fixture).journal, ==, 50);
	unlock(fixture);
	check_all(fixture, 50);
	g_assert_cmpuint(fixture->failed, ==, 0);
}

static void
test_outage(Fixture *fixture, gconstpointer data)
{
	fail(fixture);
	harness_wait_until(is_all_on_disk, fixture, "the journal");
	g_assert_cmpuint(get_stats(fixture).journal, ==, 100);
	unlock(fixture);
	harness_wait_until(has_recovered, fixture, "the recovery");
	/* While it is made up for more comes in. */
	say(fixture, 101, 120);
	check_all(fixture, 120);
	g_assert_cmpuint(fixture->failed, ==, 1);
	g_assert_cmpuint(fixture->journal_errors->len, ==, 0);
}

/* More than a file holds, and more than may wait in memory. */
static void
test_long_outage(Fixture *fixture, gconstpointer data)
{
	guint count = 0;

	fixture_reopen(fixture, (OffhookStoreOptions){.max_pending = 2000});
	fail(fixture);
	for (count = 100; count < 20000; count += 1000) {
		say(fixture, count + 1, count + 1000);
		harness_wait_until(is_all_on_disk, fixture, "the journal");
	}
	g_assert_cmpuint(get_stats(fixture).journal_bytes, >, 4 * 1024 * 1024);
	unlock(fixture);
	harness_wait_until(has_recovered, fixture, "the recovery");
	for (guint i = 0; i < 20; i++) {
		say(fixture, count + 1, count + 50);
		count += 50;
		g_main_context_iteration(NULL, FALSE);
	}
	check_all(fixture, count);
	g_assert_cmpuint(fixture->refused, ==, 0);
}

static void
test_closed(Fixture *fixture, gconstpointer data)
{
	fail(fixture);
	fixture_close(fixture);
	unlock(fixture);
	fixture_open(fixture, (OffhookStoreOptions){0});
	g_assert_cmpuint(get_stats(fixture).pending, ==, 100);
	say(fixture, 101, 101);
	check_all(fixture, 101);
}

/* Says things while the database is locked, and prints how many are on disk, for ever. */
static int
run_writer(const char *url, const char *journal_dir)
{
	OffhookStoreOptions options = {.journal_dir = journal_dir, .busy_timeout_ms = BUSY_MS};
	g_autoptr(GError) error = NULL;
	Fixture fixture = {.store = offhook_store_sync_open(url, &options, &error)};

	g_assert_no_error(error);
	g_signal_connect(fixture.store, "write-failed", G_CALLBACK(fixture_failed_cb), &fixture);
	say(&fixture, 1, 1);
	harness_wait_until(has_failed, &fixture, "the failure");
	for (guint i = 2;; i++) {
		say(&fixture, i, i);
		g_main_context_iteration(NULL, FALSE);
		if (i % 50 != 0)
			continue;
		harness_wait_until(is_all_on_disk, &fixture, "the journal");
		if (printf("%u\n", i) < 0 || fflush(stdout) != 0)
			return 1;
	}
}

static guint
kill_after(Fixture *fixture, guint enough)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) writer =
	    g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, WRITER, fixture->url,
			     fixture->journal_dir, NULL);
	g_autoptr(GDataInputStream) lines = NULL;
	guint saved = 0;

	g_assert_no_error(error);
	lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(writer));
	while (saved < enough) {
		g_autofree char *line = g_data_input_stream_read_line(lines, NULL, NULL, &error);

		g_assert_no_error(error);
		g_assert_nonnull(line);
		saved = (guint)g_ascii_strtoull(line, NULL, 10);
	}
	g_subprocess_force_exit(writer);
	g_assert_true(g_subprocess_wait(writer, NULL, &error));
	return saved;
}

static void
test_killed(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookConversationRecord) talk = NULL;
	guint saved;

	fixture_close(fixture);
	lock(fixture);
	saved = kill_after(fixture, 1000);
	unlock(fixture);
	fixture_open(fixture, (OffhookStoreOptions){0});
	offhook_store_sync_flush(fixture->store);
	talk = offhook_store_sync_get_conversation(fixture->store, "c1-talk", NULL, NULL);
	g_assert_cmpuint(talk->message_count, >=, saved);
	check_all(fixture, talk->message_count);
}

/* The whole journal again, as after kill -9 between the commit and the removal of the file. */
static void
test_written_twice(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->journal_dir, "0000000001.journal", NULL);
	g_autofree char *kept = NULL;
	OffhookCallEventRecord event = store_sample_event("c1", 0, "recording.changed");
	gsize size;

	fail(fixture);
	store_sample_add_event(fixture->store, &event);
	g_assert_true(offhook_store_update_message(fixture->store, "c1-1", "word 1", FALSE, NULL));
	harness_wait_until(is_all_on_disk, fixture, "the journal");
	g_assert_true(g_file_get_contents(file, &kept, &size, NULL));
	unlock(fixture);
	harness_wait_until(has_recovered, fixture, "the recovery");
	check_all(fixture, 100);
	fixture_close(fixture);
	g_assert_true(g_file_set_contents(file, kept, (gssize)size, NULL));
	fixture_open(fixture, (OffhookStoreOptions){0});
	g_assert_cmpuint(get_stats(fixture).pending, >, 0);
	check_all(fixture, 100);
	{
		g_autoptr(GPtrArray) events = offhook_store_sync_list_events(fixture->store, "c1");

		g_assert_cmpuint(events->len, ==, 1);
	}
}

/* Erasing a caller takes it away, and nothing else. */
static void
check_clear_damaged(Fixture *fixture)
{
	OffhookJournalSurvey before, after;
	g_autoptr(GError) error = NULL;
	guint64 bytes;
	guint n;

	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &before, &error));
	g_assert_no_error(error);
	g_assert_true(
	    offhook_journal_directory_clear_damaged(fixture->journal_dir, &n, &bytes, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(n, ==, before.n_damaged);
	g_assert_cmpuint(bytes, >, 0);
	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &after, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(after.n_damaged, ==, 0);
	g_assert_cmpuint(after.n_files, ==, before.n_files);
	g_assert_true(
	    offhook_journal_directory_clear_damaged(fixture->journal_dir, &n, &bytes, &error));
	g_assert_cmpuint(n, ==, 0);
	g_assert_true(offhook_journal_directory_clear_damaged("/nonexistent", &n, &bytes, &error));
	g_assert_no_error(error);
}

static void
test_damaged(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->journal_dir, "0000000001.journal", NULL);
	g_autofree char *kept = NULL;
	g_autoptr(GPtrArray) messages = NULL;
	OffhookJournalSurvey survey;
	gsize size;

	fail(fixture);
	fixture_close(fixture);
	unlock(fixture);
	g_assert_true(g_file_get_contents(file, &kept, &size, NULL));
	kept[size / 2] ^= 1;
	/* And a write that kill -9 cut off. */
	g_assert_true(g_file_set_contents(file, kept, (gssize)size - 10, NULL));
	fixture_open(fixture, (OffhookStoreOptions){0});
	harness_wait_until(has_journal_error, fixture, "the report");
	g_assert_error((GError *)g_ptr_array_index(fixture->journal_errors, 0), OFFHOOK_ERROR,
		       OFFHOOK_ERROR_FORMAT);
	offhook_store_sync_flush(fixture->store);
	messages = offhook_store_sync_list_messages(fixture->store, "c1");
	g_assert_cmpuint(messages->len, ==, 98);
	g_assert_cmpuint(get_stats(fixture).pending, ==, 0);
	fixture_close(fixture);
	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &survey, NULL));
	g_assert_cmpuint(survey.n_files, ==, 0);
	g_assert_cmpuint(survey.n_damaged, ==, 1);
	check_clear_damaged(fixture);
	fixture_open(fixture, (OffhookStoreOptions){0});
}

static void
check_open_refused(Fixture *fixture, gint code)
{
	OffhookStoreOptions options = {.journal_dir = fixture->journal_dir};
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_open(fixture->url, &options, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_shared(Fixture *fixture, gconstpointer data)
{
	check_open_refused(fixture, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
test_newer(Fixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->journal_dir, "0000000007.journal", NULL);

	fixture_close(fixture);
	g_assert_true(g_file_set_contents(file, "offhook-journal 2\nnews\n", -1, NULL));
	check_open_refused(fixture, OFFHOOK_ERROR_INCOMPATIBLE);
	g_assert_cmpint(g_unlink(file), ==, 0);
	fixture_open(fixture, (OffhookStoreOptions){0});
}

/* No more room in the journal: what comes waits in memory, as much as may. */
static void
test_bounded(Fixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("c1");
	guint accepted = 100;
	g_autoptr(GError) error = NULL;

	fixture_reopen(fixture, (OffhookStoreOptions){.journal_bytes = 30000, .max_pending = 200});
	fail(fixture);
	harness_wait_until(is_all_on_disk, fixture, "the journal");
	while (offhook_store_put_call(fixture->store, &call, &error)) {
		g_main_context_iteration(NULL, FALSE);
		g_assert_cmpuint(accepted++, <, 1000);
	}
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	g_assert_cmpuint(fixture->refused, ==, 1);
	harness_wait_until(has_journal_error, fixture, "the report");
	g_assert_error((GError *)g_ptr_array_index(fixture->journal_errors, 0), OFFHOOK_ERROR,
		       OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(fixture->journal_errors->len, ==, 1);
	g_assert_cmpuint(get_stats(fixture).journal_bytes, <=, 30000);
	g_assert_false(get_stats(fixture).safe);
	unlock(fixture);
	harness_wait_until(has_recovered, fixture, "the recovery");
	check_all(fixture, 100);
	g_assert_cmpuint(get_stats(fixture).refused, ==, 0); /* of the new store */
}

static void
limit_files(rlim_t bytes)
{
	struct rlimit limit;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	limit.rlim_cur = MIN(bytes, limit.rlim_max);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
}

/* A disk that takes the database's writes no more, then not the journal's either, then all again. */
static void
run_full_disk(void)
{
	Fixture fixture = {NULL};
	guint count = 0;

	signal(SIGXFSZ, SIG_IGN);
	fixture_set_up(&fixture, NULL);
	limit_files(512 * 1024);
	while (fixture.failed == 0) {
		say(&fixture, count + 1, count + 100);
		count += 100;
		offhook_store_sync_try_flush(fixture.store, NULL);
		g_assert_cmpuint(count, <, 40000);
	}
	harness_wait_until(is_all_on_disk, &fixture, "the journal");
	limit_files(100);
	say(&fixture, count + 1, count + 100);
	count += 100;
	harness_wait_until(has_journal_error, &fixture, "the journal's failure");
	g_assert_error((GError *)g_ptr_array_index(fixture.journal_errors, 0), OFFHOOK_ERROR,
		       OFFHOOK_ERROR_STORAGE);
	g_assert_cmpuint(get_stats(&fixture).pending_bytes, >, 0);
	g_assert_false(get_stats(&fixture).safe);
	limit_files(RLIM_INFINITY);
	harness_wait_until(has_recovered, &fixture, "the recovery");
	check_all(&fixture, count);
	g_assert_cmpuint(fixture.refused, ==, 0);
	fixture_tear_down(&fixture, NULL);
}

static void
test_full_disk(void)
{
	if (g_test_subprocess()) {
		run_full_disk();
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

/* ---- PostgreSQL ---- */

static void
check_counted(Fixture *fixture, guint count)
{
	g_autofree char *expected = g_strdup_printf("%u|%u", count, count);
	g_autofree char *counted = NULL;

	check_all(fixture, count);
	counted = postgres_server_ask(server, fixture->url,
				      "SELECT count(*), max(seq) FROM offhook.messages");
	g_assert_cmpstr(counted, ==, expected);
}

static void
test_postgres_killed(Fixture *fixture, gconstpointer data)
{
	say(fixture, 1, 50);
	postgres_server_kill(server);
	say(fixture, 51, 100);
	harness_wait_until(is_all_on_disk, fixture, "the journal");
	fixture_close(fixture);
	postgres_server_start(server);
	fixture_open(fixture, (OffhookStoreOptions){0});
	check_counted(fixture, 100);
}

static gboolean
is_connected(gpointer data)
{
	return offhook_store_get_failure(((Fixture *)data)->store) == NULL;
}

/* The server starts while its database is away, and is killed before it is back. */
static void
test_postgres_started_without(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	postgres_server_kill(server);
	fixture_reopen(fixture, (OffhookStoreOptions){0});
	g_assert_nonnull(offhook_store_get_failure(fixture->store));
	g_assert_null(offhook_store_sync_get_call(fixture->store, "c1", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	say(fixture, 1, 20);
	harness_wait_until(is_all_on_disk, fixture, "the journal");
	fixture_reopen(fixture, (OffhookStoreOptions){0});
	say(fixture, 21, 30);
	postgres_server_start(server);
	harness_wait_until(is_connected, fixture, "the database");
	check_counted(fixture, 30);
}

/* Nobody has been there yet: that is a mistake, not an outage. */
static void
test_postgres_never_seen(Fixture *fixture, gconstpointer data)
{
	g_autofree char *url = fixture->url;

	fixture_close(fixture);
	fixture->url = g_strdup("postgresql://me@127.0.0.1:1/db");
	check_open_refused(fixture, OFFHOOK_ERROR_STORAGE);
	g_free(fixture->url);
	fixture->url = g_steal_pointer(&url);
	fixture_open(fixture, (OffhookStoreOptions){0});
}

/* Before it is known that nothing will come any more, it is on disk. */
static void
test_postgres_stalled(Fixture *fixture, gconstpointer data)
{
	say(fixture, 1, 1);
	offhook_store_sync_flush(fixture->store);
	postgres_server_pause(server, TRUE);
	say(fixture, 2, 50);
	harness_wait_until(is_all_on_disk, fixture, "the journal");
	g_assert_cmpuint(fixture->failed, ==, 0);
	say(fixture, 51, 60);
	postgres_server_pause(server, FALSE);
	check_counted(fixture, 60);
	g_assert_cmpuint(fixture->failed, ==, 0);
}

static void
test_not_installed(void)
{
	g_test_skip("PostgreSQL is not installed");
}

#define ADD(path, func)                                                                            \
	g_test_add("/store/journal/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
#define ADD_POSTGRES(path, func)                                                                   \
	g_test_add("/store/journal/postgresql/" path, Fixture, "postgresql", fixture_set_up, func, \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	int status;

	if (argc == 4 && strcmp(argv[1], WRITER) == 0)
		return run_writer(argv[2], argv[3]);
	program = argv[0];
	g_test_init(&argc, &argv, NULL);
	ADD("unused", test_unused);
	ADD("slow", test_slow);
	ADD("outage", test_outage);
	ADD("long-outage", test_long_outage);
	ADD("closed", test_closed);
	ADD("killed", test_killed);
	ADD("written-twice", test_written_twice);
	ADD("damaged", test_damaged);
	ADD("shared", test_shared);
	ADD("newer", test_newer);
	ADD("bounded", test_bounded);
	g_test_add_func("/store/journal/full-disk", test_full_disk);
	if (g_test_subprocess())
		return g_test_run();
	server = postgres_server_new();
	if (server == NULL) {
		g_test_add_func("/store/journal/postgresql", test_not_installed);
		return g_test_run();
	}
	ADD_POSTGRES("killed", test_postgres_killed);
	ADD_POSTGRES("started-without", test_postgres_started_without);
	ADD_POSTGRES("never-seen", test_postgres_never_seen);
	ADD_POSTGRES("stalled", test_postgres_stalled);
	status = g_test_run();
	postgres_server_free(server);
	return status;
}
