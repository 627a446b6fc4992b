/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opens and closes a store with a journal, notes what it tells, and looks at what became of what was said.
 */

#include "journal-fixture.h"

#include "harness.h"
#include "store-sample.h"

#include <offhook/error.h>

#include "store/journal/journal-directory.h"

void
journal_fixture_failed_cb(OffhookStore *store, const GError *error, JournalFixture *fixture)
{
	g_test_message("write failed: %s", error->message);
	fixture->failed++;
}

static void
journal_fixture_count_cb(OffhookStore *store, const GError *error, guint *count)
{
	g_test_message("%s", error->message);
	++*count;
}

static void
journal_fixture_journal_failed_cb(OffhookStore *store, const GError *error, JournalFixture *fixture)
{
	g_test_message("journal: %s", error->message);
	g_ptr_array_add(fixture->journal_errors, g_error_copy(error));
}

static void
journal_fixture_recovered_cb(OffhookStore *store, JournalFixture *fixture)
{
	fixture->recovered++;
}

void
journal_fixture_open(JournalFixture *fixture, OffhookStoreOptions options)
{
	g_autoptr(GError) error = NULL;

	options.journal_dir = fixture->journal_dir;
	if (options.busy_timeout_ms == 0)
		options.busy_timeout_ms = JOURNAL_FIXTURE_BUSY_MS;
	/* A server that was killed says so; one that stands still is waited for. */
	options.connect_ms = options.answer_ms = STORE_SAMPLE_PATIENT_MS;
	fixture->store = offhook_store_sync_open(fixture->url, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(fixture->store, "write-failed", G_CALLBACK(journal_fixture_failed_cb),
			 fixture);
	g_signal_connect(fixture->store, "recovered", G_CALLBACK(journal_fixture_recovered_cb),
			 fixture);
	g_signal_connect(fixture->store, "write-refused", G_CALLBACK(journal_fixture_count_cb),
			 &fixture->refused);
	g_signal_connect(fixture->store, "write-rejected", G_CALLBACK(journal_fixture_count_cb),
			 &fixture->rejected);
	g_signal_connect(fixture->store, "journal-failed",
			 G_CALLBACK(journal_fixture_journal_failed_cb), fixture);
}

void
journal_fixture_close(JournalFixture *fixture)
{
	offhook_store_sync_try_flush(fixture->store, NULL);
	g_assert_finalize_object(fixture->store);
}

static void
journal_fixture_begin(JournalFixture *fixture)
{
	store_sample_begin(fixture->store, "c1");
	offhook_store_sync_flush(fixture->store);
}

void
journal_fixture_set_up(JournalFixture *fixture, gconstpointer server)
{
	fixture->dir = harness_make_dir();
	fixture->journal_dir = g_build_filename(fixture->dir, "journal", NULL);
	fixture->path = g_build_filename(fixture->dir, "store.db", NULL);
	fixture->server = (PostgresServer *)server;
	fixture->url = fixture->server != NULL ? postgres_server_make_database(fixture->server)
					       : g_strconcat("sqlite:", fixture->path, NULL);
	fixture->journal_errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
	journal_fixture_begin(fixture);
}

void
journal_fixture_tear_down(JournalFixture *fixture, gconstpointer server)
{
	offhook_store_sync_close(fixture->store);
	if (fixture->server != NULL)
		postgres_server_drop_database(fixture->server, fixture->url);
	harness_remove_dir(fixture->dir);
	g_free(fixture->dir);
	g_free(fixture->path);
	g_free(fixture->journal_dir);
	g_free(fixture->url);
	g_ptr_array_unref(fixture->journal_errors);
}

void
journal_fixture_reopen(JournalFixture *fixture, OffhookStoreOptions options)
{
	journal_fixture_close(fixture);
	journal_fixture_open(fixture, options);
}

gboolean
journal_fixture_has_failed(gpointer fixture)
{
	return ((JournalFixture *)fixture)->failed > 0;
}

gboolean
journal_fixture_has_recovered(gpointer fixture)
{
	return ((JournalFixture *)fixture)->recovered > 0;
}

gboolean
journal_fixture_has_journal_error(gpointer fixture)
{
	return ((JournalFixture *)fixture)->journal_errors->len > 0;
}

OffhookStoreStats
journal_fixture_get_stats(JournalFixture *fixture)
{
	OffhookStoreStats stats;

	offhook_store_get_stats(fixture->store, &stats);
	return stats;
}

gboolean
journal_fixture_is_all_on_disk(gpointer data)
{
	OffhookStoreStats stats = journal_fixture_get_stats(data);

	return stats.journal > 0 && stats.pending_bytes == 0;
}

void
journal_fixture_say(JournalFixture *fixture, guint from, guint to)
{
	for (guint i = from; i <= to; i++)
		store_sample_say(fixture->store, "c1", i);
}

void
journal_fixture_check_all(JournalFixture *fixture, guint count)
{
	OffhookJournalSurvey survey;

	offhook_store_sync_flush(fixture->store);
	store_sample_check_said(fixture->store, "c1", count);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).pending, ==, 0);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).journal, ==, 0);
	g_assert_cmpuint(journal_fixture_get_stats(fixture).pending_bytes, ==, 0);
	g_assert_cmpuint(fixture->rejected, ==, 0);
	journal_fixture_close(fixture);
	g_assert_true(offhook_journal_directory_survey(fixture->journal_dir, &survey, NULL));
	g_assert_cmpuint(survey.n_files, ==, 0);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
}

void
journal_fixture_check_open_refused(JournalFixture *fixture, gint code)
{
	OffhookStoreOptions options = {.journal_dir = fixture->journal_dir};
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_open(fixture->url, &options, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, OFFHOOK_ERROR, code);
}
