/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store with a journal whose database is away: an SQLite file that another program has locked.
 */

#include "journal-fixture.h"

#include "harness.h"
#include "store-sample.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>
#include <offhook/error.h>
#include <sqlite3.h>

#include "store/journal/journal-directory.h"

#define WRITER "--writer"

static const char *program;

static void
lock(JournalFixture *fixture)
{
	g_assert_cmpint(sqlite3_open(fixture->path, &fixture->lock), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(fixture->lock, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==,
			SQLITE_OK);
}

static void
unlock(JournalFixture *fixture)
{
	sqlite3_close(fixture->lock);
}

static void
fail(JournalFixture *fixture)
{
	lock(fixture);
	journal_fixture_say(fixture, 1, 50);
	harness_wait_until(journal_fixture_has_failed, fixture, "the failure");
	journal_fixture_say(fixture, 51, 100);
}

/* In good times nothing is written there. */
static void
test_unused(JournalFixture *fixture, gconstpointer data)
{
	OffhookJournalSurvey survey;

	journal_fixture_reopen(fixture,
			       (OffhookStoreOptions){.busy_timeout_ms = STORE_SAMPLE_PATIENT_MS,
						     .slow_ms = STORE_SAMPLE_PATIENT_MS});
	journal_fixture_say(fixture, 1, 100);
	offhook_store_sync_flush(fixture->store);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).outages, ==, 0);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).journal_bytes, ==, 0);
	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &survey, NULL));
	g_assert_cmpuint(survey.n_files + survey.n_damaged, ==, 0);
	g_assert_true(journal_fixture_get_stats(fixture).safe);
}

/* Before it is known that a commit fails, what it has is on disk. */
static void
test_slow(JournalFixture *fixture, gconstpointer data)
{
	journal_fixture_reopen(
	    fixture,
	    (OffhookStoreOptions){.busy_timeout_ms = STORE_SAMPLE_PATIENT_MS, .slow_ms = 1});
	lock(fixture);
	journal_fixture_say(fixture, 1, 50);
	harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	g_assert_cmpuint(journal_fixture_get_stats(fixture).journal, ==, 50);
	unlock(fixture);
	journal_fixture_check_all(fixture, 50);
	g_assert_cmpuint(fixture->failed, ==, 0);
}

static void
test_outage(JournalFixture *fixture, gconstpointer data)
{
	fail(fixture);
	harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	g_assert_cmpuint(journal_fixture_get_stats(fixture).journal, ==, 100);
	unlock(fixture);
	harness_wait_until(journal_fixture_has_recovered, fixture, "the recovery");
	/* While it is made up for more comes in. */
	journal_fixture_say(fixture, 101, 120);
	journal_fixture_check_all(fixture, 120);
	g_assert_cmpuint(fixture->failed, ==, 1);
	g_assert_cmpuint(fixture->journal_errors->len, ==, 0);
}

/* More than a file holds, and more than may wait in memory. */
static void
test_long_outage(JournalFixture *fixture, gconstpointer data)
{
	guint count = 0;

	journal_fixture_reopen(fixture, (OffhookStoreOptions){.max_pending = 2000});
	fail(fixture);
	for (count = 100; count < 20000; count += 1000) {
		journal_fixture_say(fixture, count + 1, count + 1000);
		harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	}
	g_assert_cmpuint(journal_fixture_get_stats(fixture).journal_bytes, >, 4 * 1024 * 1024);
	unlock(fixture);
	harness_wait_until(journal_fixture_has_recovered, fixture, "the recovery");
	for (guint i = 0; i < 20; i++) {
		journal_fixture_say(fixture, count + 1, count + 50);
		count += 50;
		g_main_context_iteration(NULL, FALSE);
	}
	journal_fixture_check_all(fixture, count);
	g_assert_cmpuint(fixture->refused, ==, 0);
}

static void
test_closed(JournalFixture *fixture, gconstpointer data)
{
	fail(fixture);
	journal_fixture_close(fixture);
	unlock(fixture);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
	g_assert_cmpuint(journal_fixture_get_stats(fixture).pending, ==, 100);
	journal_fixture_say(fixture, 101, 101);
	journal_fixture_check_all(fixture, 101);
}

/* Says things while the database is locked, and prints how many are on disk, for ever. */
static int
run_writer(const char *url, const char *journal_dir)
{
	OffhookStoreOptions options = {.journal_dir = journal_dir,
				       .busy_timeout_ms = JOURNAL_FIXTURE_BUSY_MS};
	g_autoptr(GError) error = NULL;
	JournalFixture fixture = {.store = offhook_store_sync_open(url, &options, &error)};

	g_assert_no_error(error);
	g_signal_connect(fixture.store, "write-failed", G_CALLBACK(journal_fixture_failed_cb),
			 &fixture);
	journal_fixture_say(&fixture, 1, 1);
	harness_wait_until(journal_fixture_has_failed, &fixture, "the failure");
	for (guint i = 2;; i++) {
		journal_fixture_say(&fixture, i, i);
		g_main_context_iteration(NULL, FALSE);
		if (i % 50 != 0)
			continue;
		harness_wait_until(journal_fixture_is_all_on_disk, &fixture, "the journal");
		if (printf("%u\n", i) < 0 || fflush(stdout) != 0)
			return 1;
	}
}

static guint
kill_after(JournalFixture *fixture, guint enough)
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
test_killed(JournalFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookConversationRecord) talk = NULL;
	guint saved;

	journal_fixture_close(fixture);
	lock(fixture);
	saved = kill_after(fixture, 1000);
	unlock(fixture);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
	offhook_store_sync_flush(fixture->store);
	talk = offhook_store_sync_get_conversation(fixture->store, "c1-talk", NULL, NULL);
	g_assert_cmpuint(talk->message_count, >=, saved);
	journal_fixture_check_all(fixture, talk->message_count);
}

/* The whole journal again, as after kill -9 between the commit and the removal of the file. */
static void
test_written_twice(JournalFixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->journal_dir, "0000000001.journal", NULL);
	g_autofree char *kept = NULL;
	OffhookCallEventRecord event = store_sample_event("c1", 0, "recording.changed");
	gsize size;

	fail(fixture);
	store_sample_add_event(fixture->store, &event);
	g_assert_true(offhook_store_update_message(fixture->store, "c1-1", "word 1", FALSE, NULL));
	harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	g_assert_true(g_file_get_contents(file, &kept, &size, NULL));
	unlock(fixture);
	harness_wait_until(journal_fixture_has_recovered, fixture, "the recovery");
	journal_fixture_check_all(fixture, 100);
	journal_fixture_close(fixture);
	g_assert_true(g_file_set_contents(file, kept, (gssize)size, NULL));
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
	g_assert_cmpuint(journal_fixture_get_stats(fixture).pending, >, 0);
	journal_fixture_check_all(fixture, 100);
	{
		g_autoptr(GPtrArray) events = offhook_store_sync_list_events(fixture->store, "c1");

		g_assert_cmpuint(events->len, ==, 1);
	}
}

/* Erasing a caller takes it away, and nothing else. */
static void
check_clear_damaged(JournalFixture *fixture)
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
test_damaged(JournalFixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->journal_dir, "0000000001.journal", NULL);
	g_autofree char *kept = NULL;
	g_autoptr(GPtrArray) messages = NULL;
	OffhookJournalSurvey survey;
	gsize size;

	fail(fixture);
	journal_fixture_close(fixture);
	unlock(fixture);
	g_assert_true(g_file_get_contents(file, &kept, &size, NULL));
	kept[size / 2] ^= 1;
	/* And a write that kill -9 cut off. */
	g_assert_true(g_file_set_contents(file, kept, (gssize)size - 10, NULL));
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
	harness_wait_until(journal_fixture_has_journal_error, fixture, "the report");
	g_assert_error((GError *)g_ptr_array_index(fixture->journal_errors, 0), OFFHOOK_ERROR,
		       OFFHOOK_ERROR_FORMAT);
	offhook_store_sync_flush(fixture->store);
	messages = offhook_store_sync_list_messages(fixture->store, "c1");
	g_assert_cmpuint(messages->len, ==, 98);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).pending, ==, 0);
	journal_fixture_close(fixture);
	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &survey, NULL));
	g_assert_cmpuint(survey.n_files, ==, 0);
	g_assert_cmpuint(survey.n_damaged, ==, 1);
	check_clear_damaged(fixture);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
}

static void
test_shared(JournalFixture *fixture, gconstpointer data)
{
	journal_fixture_check_open_refused(fixture, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
test_newer(JournalFixture *fixture, gconstpointer data)
{
	g_autofree char *file = g_build_filename(fixture->journal_dir, "0000000007.journal", NULL);

	journal_fixture_close(fixture);
	g_assert_true(g_file_set_contents(file, "offhook-journal 2\nnews\n", -1, NULL));
	journal_fixture_check_open_refused(fixture, OFFHOOK_ERROR_INCOMPATIBLE);
	g_assert_cmpint(g_unlink(file), ==, 0);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
}

/* No more room in the journal: what comes waits in memory, as much as may. */
static void
test_bounded(JournalFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("c1");
	guint accepted = 100;
	g_autoptr(GError) error = NULL;

	journal_fixture_reopen(fixture,
			       (OffhookStoreOptions){.journal_bytes = 30000, .max_pending = 200});
	fail(fixture);
	harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	while (offhook_store_put_call(fixture->store, &call, &error)) {
		g_main_context_iteration(NULL, FALSE);
		g_assert_cmpuint(accepted++, <, 1000);
	}
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	g_assert_cmpuint(fixture->refused, ==, 1);
	harness_wait_until(journal_fixture_has_journal_error, fixture, "the report");
	g_assert_error((GError *)g_ptr_array_index(fixture->journal_errors, 0), OFFHOOK_ERROR,
		       OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(fixture->journal_errors->len, ==, 1);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).journal_bytes, <=, 30000);
	g_assert_false(journal_fixture_get_stats(fixture).safe);
	unlock(fixture);
	harness_wait_until(journal_fixture_has_recovered, fixture, "the recovery");
	journal_fixture_check_all(fixture, 100);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).refused, ==, 0); /* of the new store */
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
	JournalFixture fixture = {NULL};
	guint count = 0;

	signal(SIGXFSZ, SIG_IGN);
	journal_fixture_set_up(&fixture, NULL);
	limit_files(512 * 1024);
	while (fixture.failed == 0) {
		journal_fixture_say(&fixture, count + 1, count + 100);
		count += 100;
		offhook_store_sync_try_flush(fixture.store, NULL);
		g_assert_cmpuint(count, <, 40000);
	}
	harness_wait_until(journal_fixture_is_all_on_disk, &fixture, "the journal");
	limit_files(100);
	journal_fixture_say(&fixture, count + 1, count + 100);
	count += 100;
	harness_wait_until(journal_fixture_has_journal_error, &fixture, "the journal's failure");
	g_assert_error((GError *)g_ptr_array_index(fixture.journal_errors, 0), OFFHOOK_ERROR,
		       OFFHOOK_ERROR_STORAGE);
	g_assert_cmpuint(journal_fixture_get_stats(&fixture).pending_bytes, >, 0);
	g_assert_false(journal_fixture_get_stats(&fixture).safe);
	limit_files(RLIM_INFINITY);
	harness_wait_until(journal_fixture_has_recovered, &fixture, "the recovery");
	journal_fixture_check_all(&fixture, count);
	g_assert_cmpuint(fixture.refused, ==, 0);
	journal_fixture_tear_down(&fixture, NULL);
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

#define ADD(path, func)                                                                            \
	g_test_add("/store/journal/" path, JournalFixture, NULL, journal_fixture_set_up, func,     \
		   journal_fixture_tear_down)

int
main(int argc, char **argv)
{
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
	return g_test_run();
}
