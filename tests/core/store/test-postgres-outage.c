/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a PostgreSQL store does while its server is away, with real causes: killed, standing still, a
 * connection that somebody ended.
 */

#include "harness.h"
#include "postgres-server.h"
#include "store-sample.h"
#include "store-sync.h"

#include <offhook/error.h>

/* Of a server that stands still. */
#define STALLED_MS 3000

typedef struct {
	char *url;
	OffhookStore *store;
	guint failed;
	guint recovered;
} Fixture;

static PostgresServer *server;

static void
fixture_failed_cb(OffhookStore *store, const GError *error, Fixture *fixture)
{
	g_test_message("write failed: %s", error->message);
	fixture->failed++;
}

static void
fixture_recovered_cb(OffhookStore *store, Fixture *fixture)
{
	fixture->recovered++;
}

static void
fixture_open(Fixture *fixture, guint answer_ms)
{
	OffhookStoreOptions options = {.answer_ms = answer_ms,
				       .connect_ms = STORE_SAMPLE_PATIENT_MS};
	g_autoptr(GError) error = NULL;

	fixture->store = offhook_store_sync_open(fixture->url, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(fixture->store, "write-failed", G_CALLBACK(fixture_failed_cb), fixture);
	g_signal_connect(fixture->store, "recovered", G_CALLBACK(fixture_recovered_cb), fixture);
}

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->url = postgres_server_make_database(server);
	fixture_open(fixture, STORE_SAMPLE_PATIENT_MS);
	store_sample_begin(fixture->store, "c1");
	offhook_store_sync_flush(fixture->store);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_store_sync_close(fixture->store);
	postgres_server_drop_database(server, fixture->url);
	g_free(fixture->url);
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

static void
say(Fixture *fixture, guint from, guint to)
{
	for (guint i = from; i <= to; i++)
		store_sample_say(fixture->store, "c1", i);
}

/* Asserts that it came back by itself, with each of @count messages once. */
static void
check_recovers(Fixture *fixture, guint count)
{
	OffhookStoreStats stats;
	g_autofree char *expected = g_strdup_printf("%u|%u", count, count);
	g_autofree char *counted = NULL;

	harness_wait_until(has_recovered, fixture, "the recovery");
	offhook_store_sync_flush(fixture->store);
	g_assert_cmpuint(fixture->failed, ==, 1);
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.outages, ==, 1);
	g_assert_cmpuint(stats.rejected, ==, 0);
	g_assert_cmpuint(stats.pending, ==, 0);
	store_sample_check_said(fixture->store, "c1", count);
	counted = postgres_server_ask(server, fixture->url,
				      "SELECT count(*), max(seq) FROM offhook.messages");
	g_assert_cmpstr(counted, ==, expected);
}

static void
test_killed(Fixture *fixture, gconstpointer data)
{
	say(fixture, 1, 50);
	postgres_server_kill(server);
	say(fixture, 51, 100);
	harness_wait_until(has_failed, fixture, "the failure");
	say(fixture, 101, 150);
	postgres_server_start(server);
	check_recovers(fixture, 150);
}

static void
test_stalled(Fixture *fixture, gconstpointer data)
{
	offhook_store_sync_close(fixture->store);
	fixture_open(fixture, STALLED_MS);
	say(fixture, 1, 50);
	offhook_store_sync_flush(fixture->store);
	postgres_server_pause(server, TRUE);
	say(fixture, 51, 100);
	harness_wait_until(has_failed, fixture, "the failure");
	postgres_server_pause(server, FALSE);
	check_recovers(fixture, 100);
}

/* What takes its time, but gets on, is not given up: it would never be written. */
static void
test_slow(Fixture *fixture, gconstpointer data)
{
	offhook_store_sync_close(fixture->store);
	g_free(postgres_server_ask(
	    server, fixture->url,
	    "CREATE FUNCTION offhook.dawdle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM "
	    "pg_sleep(0.02); RETURN NULL; END$$; CREATE TRIGGER dawdle AFTER INSERT ON "
	    "offhook.messages FOR EACH ROW EXECUTE FUNCTION offhook.dawdle()"));
	fixture_open(fixture, STALLED_MS);
	say(fixture, 1, 250);
	offhook_store_sync_flush(fixture->store);
	g_assert_cmpuint(fixture->failed, ==, 0);
	store_sample_check_said(fixture->store, "c1", 250);
}

/* What is not answered is not asked again, which would take as long once more. */
static void
test_stalled_read(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookCallRecord) call = NULL;
	g_autoptr(GError) error = NULL;

	offhook_store_sync_close(fixture->store);
	fixture_open(fixture, STALLED_MS);
	call = offhook_store_sync_get_call(fixture->store, "c1", &error);
	g_assert_no_error(error);
	postgres_server_pause(server, TRUE);
	/* Another connection would be waited for longer than this test. */
	g_assert_null(offhook_store_sync_get_call(fixture->store, "c1", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	postgres_server_pause(server, FALSE);
}

/* Nobody needs to notice that. */
static void
test_connection_ended(Fixture *fixture, gconstpointer data)
{
	g_free(postgres_server_ask(server, fixture->url,
				   "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
				   "WHERE application_name = 'offhookd'"));
	say(fixture, 1, 50);
	offhook_store_sync_flush(fixture->store);
	g_assert_cmpuint(fixture->failed, ==, 0);
	store_sample_check_said(fixture->store, "c1", 50);
}

/* A batch is tried once more, not once for each. */
static void
test_rejected(Fixture *fixture, gconstpointer data)
{
	OffhookCallEventRecord event = store_sample_event("nobody", 1, "a");
	g_autofree char *undone = NULL;
	OffhookStoreStats stats;

	for (guint i = 1; i <= 100; i++) {
		store_sample_add_event(fixture->store, &event);
		say(fixture, i, i);
	}
	offhook_store_sync_flush(fixture->store);
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.rejected, ==, 100);
	store_sample_check_said(fixture->store, "c1", 100);
	/* A session's figures are there when it has ended. */
	offhook_store_sync_close(fixture->store);
	undone = postgres_server_ask(server, fixture->url,
				     "SELECT xact_rollback <= 1 FROM pg_stat_database "
				     "WHERE datname = current_database()");
	g_assert_cmpstr(undone, ==, "t");
	fixture_open(fixture, STORE_SAMPLE_PATIENT_MS);
}

/* Two daemons that start at the same moment. */
static void
test_opened_twice(void)
{
	g_autofree char *url = postgres_server_make_database(server);
	GAsyncResult *results[4] = {NULL};
	OffhookStore *stores[4];

	for (guint i = 0; i < G_N_ELEMENTS(results); i++)
		offhook_store_open_async(url, NULL, NULL, harness_store_result_cb, &results[i]);
	for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
		g_autoptr(GAsyncResult) result = harness_wait_result(&results[i], "the store");
		g_autoptr(GError) error = NULL;

		stores[i] = offhook_store_open_finish(result, &error);
		g_assert_no_error(error);
	}
	for (guint i = 0; i < G_N_ELEMENTS(results); i++)
		offhook_store_sync_close(stores[i]);
	postgres_server_drop_database(server, url);
}

static void
check_refused(const char *url, GQuark domain, gint code, const char *secret)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_open(url, NULL, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, domain, code);
	g_assert_null(g_strrstr(error->message, secret));
}

static void
test_refused(void)
{
	g_autofree char *url = postgres_server_make_database(server);

	check_refused("postgresql://me:wh%zzy@h/db", OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "wh%");
	check_refused("postgresql://me:secret@127.0.0.1:1/db", OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
		      "secret");
	check_refused("postgresql://me:secret@no-such-host.invalid/db", OFFHOOK_ERROR,
		      OFFHOOK_ERROR_STORAGE, "secret");
	g_free(postgres_server_ask(server, url,
				   "CREATE SCHEMA offhook; CREATE TABLE offhook.schema_version "
				   "(version INTEGER, name TEXT, applied_us BIGINT); "
				   "INSERT INTO offhook.schema_version VALUES (9999, 'later', 1)"));
	check_refused(url, OFFHOOK_ERROR, OFFHOOK_ERROR_INCOMPATIBLE, "secret");
	postgres_server_drop_database(server, url);
}

static void
test_not_installed(void)
{
	g_test_skip("PostgreSQL is not installed");
}

#define ADD(path, func)                                                                            \
	g_test_add("/store/postgresql/outage/" path, Fixture, NULL, fixture_set_up, func,          \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	server = postgres_server_new();
	if (server == NULL) {
		g_test_add_func("/store/postgresql/outage", test_not_installed);
		return g_test_run();
	}
	ADD("killed", test_killed);
	ADD("stalled", test_stalled);
	ADD("slow", test_slow);
	ADD("stalled-read", test_stalled_read);
	ADD("connection-ended", test_connection_ended);
	ADD("rejected", test_rejected);
	g_test_add_func("/store/postgresql/opened-twice", test_opened_twice);
	g_test_add_func("/store/postgresql/refused", test_refused);
	status = g_test_run();
	postgres_server_free(server);
	return status;
}
