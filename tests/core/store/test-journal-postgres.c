/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A store with a journal whose PostgreSQL server was killed, stands still, or was never there.
 */

#include "journal-fixture.h"

#include "harness.h"

#include <offhook/error.h>

static void
check_counted(JournalFixture *fixture, guint count)
{
	g_autofree char *expected = g_strdup_printf("%u|%u", count, count);
	g_autofree char *counted = NULL;

	journal_fixture_check_all(fixture, count);
	counted = postgres_server_ask(fixture->server, fixture->url,
				      "SELECT count(*), max(seq) FROM offhook.messages");
	g_assert_cmpstr(counted, ==, expected);
}

static void
test_killed(JournalFixture *fixture, gconstpointer data)
{
	journal_fixture_say(fixture, 1, 50);
	postgres_server_kill(fixture->server);
	journal_fixture_say(fixture, 51, 100);
	harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	journal_fixture_close(fixture);
	postgres_server_start(fixture->server);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
	check_counted(fixture, 100);
}

static gboolean
is_connected(gpointer data)
{
	return offhook_store_get_failure(((JournalFixture *)data)->store) == NULL;
}

/* The server starts while its database is away, and is killed before it is back. */
static void
test_started_without(JournalFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	postgres_server_kill(fixture->server);
	journal_fixture_reopen(fixture, (OffhookStoreOptions){0});
	g_assert_nonnull(offhook_store_get_failure(fixture->store));
	g_assert_null(offhook_store_sync_get_call(fixture->store, "c1", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	journal_fixture_say(fixture, 1, 20);
	harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	journal_fixture_reopen(fixture, (OffhookStoreOptions){0});
	journal_fixture_say(fixture, 21, 30);
	postgres_server_start(fixture->server);
	harness_wait_until(is_connected, fixture, "the database");
	check_counted(fixture, 30);
}

/* Nobody has been there yet: that is a mistake, not an outage. */
static void
test_never_seen(JournalFixture *fixture, gconstpointer data)
{
	g_autofree char *url = fixture->url;

	journal_fixture_close(fixture);
	fixture->url = g_strdup("postgresql://me@127.0.0.1:1/db");
	journal_fixture_check_open_refused(fixture, OFFHOOK_ERROR_STORAGE);
	g_free(fixture->url);
	fixture->url = g_steal_pointer(&url);
	journal_fixture_open(fixture, (OffhookStoreOptions){0});
}

/* Before it is known that nothing will come any more, it is on disk. */
static void
test_stalled(JournalFixture *fixture, gconstpointer data)
{
	journal_fixture_say(fixture, 1, 1);
	offhook_store_sync_flush(fixture->store);
	postgres_server_pause(fixture->server, TRUE);
	journal_fixture_say(fixture, 2, 50);
	harness_wait_until(journal_fixture_is_all_on_disk, fixture, "the journal");
	g_assert_cmpuint(fixture->failed, ==, 0);
	journal_fixture_say(fixture, 51, 60);
	postgres_server_pause(fixture->server, FALSE);
	check_counted(fixture, 60);
	g_assert_cmpuint(fixture->failed, ==, 0);
}

static void
test_not_installed(void)
{
	g_test_skip("PostgreSQL is not installed");
}

int
main(int argc, char **argv)
{
	PostgresServer *server;
	int status;

	g_test_init(&argc, &argv, NULL);
	server = postgres_server_new();
	if (server == NULL) {
		g_test_add_func("/store/journal-postgres", test_not_installed);
		return g_test_run();
	}
#define ADD(path, func)                                                                            \
	g_test_add("/store/journal-postgres/" path, JournalFixture, server,                        \
		   journal_fixture_set_up, func, journal_fixture_tear_down)
	ADD("killed", test_killed);
	ADD("started-without", test_started_without);
	ADD("never-seen", test_never_seen);
	ADD("stalled", test_stalled);
	status = g_test_run();
	postgres_server_free(server);
	return status;
}
