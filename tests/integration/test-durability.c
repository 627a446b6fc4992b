/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A database that goes away in the middle of calls, as databases do: killed, standing still, full, left
 * half migrated; and a daemon killed meanwhile. The calls go on, and afterwards everything that /ws told
 * of them is in the database, once.
 */

#include "durability.h"

#include "harness.h"

#include <string.h>

#define CONFIG                                                                                     \
	"[store]\nurl=%s\nanswer-timeout-ms=%u\n"                                                  \
	"[media]\nrecording=false\n"                                                               \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:line]\ndriver=twilio\nagents=dialog\ntwilio.mode=relay\n"

/* Calls with sound, each recorded; what a caller presses is a turn. */
#define AUDIO_CONFIG                                                                               \
	"[store]\nurl=%s\nanswer-timeout-ms=%u\n"                                                  \
	"[media]\nrecording=true\n"                                                                \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:line]\ndriver=twilio\nagents=dialog\n"

#define CALLS   "3"
#define N_CALLS 3

#define POSTGRES_RECORDINGS                                                                        \
	"SELECT count(*) || ' ' || count(DISTINCT call_id) || ' ' || "                             \
	"sum(CASE WHEN duration_ms > 0 THEN 1 ELSE 0 END) FROM offhook.recordings "                \
	"WHERE status = 'completed'"

/* ---- calls ---- */

static GSubprocess *
durability_call(Durability *self, const char *calls)
{
	return fixture_spawn_emulator(
	    &self->base, "--calls", calls, "--ramp", "300", "--speech-rate", "200", "--say",
	    "what are your opening hours", "--say", "where is the restaurant", "--say",
	    "do you have vegetarian dishes", "--expect", "heard", NULL);
}

static GSubprocess *
durability_call_with_sound(Durability *self)
{
	return fixture_spawn_emulator(&self->base, "--calls", CALLS, "--ramp", "300",
				      "--greeting-timeout", "0.5", "--answer-timeout", "1",
				      "--wait", "1", "--dtmf", "1#", "--wait", "1", "--dtmf", "2#",
				      "--wait", "1", NULL);
}

/* @format: of the configuration, with the database's URL and a time */
static void
durability_start_as(Durability *self, const char *format, guint answer_ms)
{
	g_autofree char *config = g_strdup_printf(
	    format, self->database != NULL ? self->database : "sqlite:@DIR@/state/offhook.db",
	    answer_ms);

	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	durability_listen(self);
}

static void
durability_start(Durability *self, guint answer_ms)
{
	durability_start_as(self, CONFIG, answer_ms);
}

/* The calls themselves notice nothing. */
static void
durability_finish(GSubprocess *emulator)
{
	g_autofree char *output = fixture_finish_emulator(emulator, 0);

	g_test_message("%s", output);
}

static void
durability_set_up(Durability *self, gconstpointer data)
{
	self->told = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
	fixture_set_up(&self->base, NULL);
	if (data == NULL)
		return;
	self->server =
	    postgres_server_new_with(g_str_equal(data, "full") ? POSTGRES_SERVER_SMALL_DISK : 0);
	if (self->server != NULL)
		self->database = postgres_server_make_database(self->server);
}

static void
durability_tear_down(Durability *self, gconstpointer data)
{
	g_clear_pointer(&self->listener, listener_free);
	fixture_tear_down(&self->base, NULL);
	g_clear_pointer(&self->server, postgres_server_free);
	g_free(self->database);
	g_ptr_array_unref(self->told);
}

static gboolean
durability_has_server(Durability *self)
{
	if (self->server == NULL)
		g_test_skip("PostgreSQL is not installed, or its disk can't be made");
	return self->server != NULL;
}

/* ---- the tests ---- */

static void
test_no_fault(Durability *self, gconstpointer data)
{
	if (!durability_has_server(self))
		return;
	durability_start(self, 10000);
	durability_finish(durability_call(self, CALLS));
	listener_wait(self->listener, "call.completed", N_CALLS);
	durability_check(self);
}

static void
test_killed(Durability *self, gconstpointer data)
{
	GSubprocess *emulator;

	if (!durability_has_server(self))
		return;
	durability_start(self, 10000);
	emulator = durability_call(self, CALLS);
	listener_wait(self->listener, "turn.completed", 2);
	postgres_server_kill(self->server);
	listener_wait(self->listener, "turn.completed", 6);
	fixture_wait_log(&self->base, "store: PostgreSQL");
	postgres_server_start(self->server);
	durability_finish(emulator);
	listener_wait(self->listener, "call.completed", N_CALLS);
	durability_check(self);
}

static void
test_stalled(Durability *self, gconstpointer data)
{
	GSubprocess *emulator;

	if (!durability_has_server(self))
		return;
	durability_start(self, 1500);
	emulator = durability_call(self, CALLS);
	listener_wait(self->listener, "turn.completed", 2);
	postgres_server_pause(self->server, TRUE);
	fixture_wait_log(&self->base, "store: PostgreSQL");
	listener_wait(self->listener, "turn.completed", 6);
	postgres_server_pause(self->server, FALSE);
	durability_finish(emulator);
	listener_wait(self->listener, "call.completed", N_CALLS);
	durability_check(self);
}

/* Calls that began and ended while the database was away, across a restart of the daemon. */
static void
test_stopped(Durability *self, gconstpointer data)
{
	if (!durability_has_server(self))
		return;
	durability_start(self, 10000);
	postgres_server_kill(self->server);
	durability_finish(durability_call(self, "2"));
	listener_wait(self->listener, "call.completed", 2);
	durability_stop_listening(self);
	fixture_stop(&self->base);
	fixture_wait_log(&self->base, "wait in the journal for the next start");

	fixture_start(&self->base);
	durability_listen(self);
	fixture_wait_log(&self->base, "calls go on");
	{
		g_autoptr(JsonObject) error =
		    fixture_request(&self->base, "GET", "/voice/calls", NULL, 503);
		g_autoptr(JsonObject) ready =
		    fixture_request(&self->base, "GET", "/ready", NULL, 200);
	}
	durability_finish(durability_call(self, "1"));
	listener_wait(self->listener, "call.completed", 1);
	postgres_server_start(self->server);
	fixture_wait_log(&self->base, "works again, nothing was lost");
	durability_check(self);
}

static gboolean
durability_is_on_disk(gpointer data)
{
	return fixture_get_metric(data, "offhook_store_pending_bytes") == 0;
}

/* kill -9 of the daemon while its database is away: what it had told of before the last flush is there. */
static void
test_daemon_killed(Durability *self, gconstpointer data)
{
	g_autofree char *told = NULL;
	g_autofree char *turns = NULL;
	g_autofree char *found = NULL;
	g_autofree char *open = NULL;
	g_auto(GStrv) lines = NULL;
	GSubprocess *emulator;

	if (!durability_has_server(self))
		return;
	durability_start(self, 10000);
	emulator = durability_call(self, CALLS);
	listener_wait(self->listener, "turn.completed", 2);
	postgres_server_kill(self->server);
	listener_wait(self->listener, "turn.completed", 6);
	harness_poll_until(durability_is_on_disk, &self->base, "the journal");
	durability_stop_listening(self);
	told = durability_tell_events(self);
	turns = durability_tell_turns(self);
	fixture_kill(&self->base);
	g_free(fixture_finish_emulator(emulator, 1));

	fixture_start(&self->base);
	durability_listen(self);
	postgres_server_start(self->server);
	fixture_wait_log(&self->base, "3 calls were interrupted");
	harness_poll_until(durability_is_settled, &self->base, "the database to have all");
	found = durability_ask(self, POSTGRES_EVENTS);
	lines = g_strsplit(told, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		if (strstr(found, lines[i]) == NULL)
			g_error("told, but not written: %s\n%s", lines[i], found);
	g_strfreev(lines);
	g_free(found);
	found = durability_ask(self, POSTGRES_TURNS);
	lines = g_strsplit(turns, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		if (strstr(found, lines[i]) == NULL)
			g_error("told, but not written: %s\n%s", lines[i], found);
	open = durability_ask(self, "SELECT count(*) || ' ' || count(ended_us) FROM offhook.calls "
				    "WHERE status = 'interrupted'");
	g_assert_cmpstr(open, ==, "3 3");
}

/* A new version whose migration fails: the phones are not stopped by that either. */
static void
test_failing_migration(Durability *self, gconstpointer data)
{
	if (!durability_has_server(self))
		return;
	durability_start(self, 10000);
	durability_finish(durability_call(self, "1"));
	listener_wait(self->listener, "call.completed", 1);
	durability_stop_listening(self);
	fixture_stop(&self->base);
	/* The columns are there, but not the note of it. */
	g_free(durability_ask(self, "CREATE TABLE offhook.kept AS "
				    "SELECT * FROM offhook.schema_version WHERE version > 1; "
				    "DELETE FROM offhook.schema_version WHERE version > 1"));
	fixture_start(&self->base);
	durability_listen(self);
	fixture_wait_log(&self->base, "migration 0002");
	durability_finish(durability_call(self, CALLS));
	listener_wait(self->listener, "call.completed", N_CALLS);
	g_free(durability_ask(self,
			      "INSERT INTO offhook.schema_version SELECT * FROM offhook.kept; "
			      "DROP TABLE offhook.kept"));
	fixture_wait_log(&self->base, "works again, nothing was lost");
	durability_check(self);
}

/* A disk that takes neither the database's writes nor the journal's: memory is left. */
static void
test_disk_full(Durability *self, gconstpointer data)
{
	GSubprocess *emulator;

	durability_start(self, 10000);
	emulator = durability_call(self, CALLS);
	listener_wait(self->listener, "turn.completed", 2);
	fixture_limit_files(&self->base, 4096);
	listener_wait(self->listener, "error.occurred", 1);
	listener_wait(self->listener, "turn.completed", 6);
	g_assert_cmpfloat(fixture_get_metric(&self->base, "offhook_store_failing"), ==, 1);
	fixture_limit_files(&self->base, G_MAXUINT64);
	durability_finish(emulator);
	listener_wait(self->listener, "call.completed", N_CALLS);
	durability_check(self);
	g_assert_cmpfloat(fixture_get_metric(&self->base, "offhook_store_outages_total"), >=, 1);
}

/* The disk of the database's tables: it answers, but takes nothing. */
static void
test_database_full(Durability *self, gconstpointer data)
{
	GSubprocess *emulator;

	if (!durability_has_server(self))
		return;
	durability_start(self, 10000);
	postgres_server_fill_disk(self->server, TRUE);
	emulator = durability_call(self, CALLS);
	listener_wait(self->listener, "error.occurred", 1);
	fixture_wait_log(&self->base, "No space left on device");
	listener_wait(self->listener, "turn.completed", 6);
	g_assert_cmpfloat(fixture_get_metric(&self->base, "offhook_store_failing"), ==, 1);
	postgres_server_fill_disk(self->server, FALSE);
	durability_finish(emulator);
	listener_wait(self->listener, "call.completed", N_CALLS);
	durability_check(self);
}

/* Recordings' rows and files, too, one for each call. */
static void
durability_check_recordings(Durability *self)
{
	g_autofree char *path = g_build_filename(self->base.dir, "state", "recordings", NULL);
	g_autofree char *rows = durability_ask(self, POSTGRES_RECORDINGS);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	guint n = 0;

	g_assert_cmpstr(rows, ==, "3 3 3");
	while (g_dir_read_name(folder) != NULL)
		n++;
	g_assert_cmpuint(n, ==, N_CALLS);
}

/* Killed while sound flows, keys are pressed and recordings grow. */
static void
test_killed_with_sound(Durability *self, gconstpointer data)
{
	GSubprocess *emulator;

	if (!durability_has_server(self))
		return;
	durability_start_as(self, AUDIO_CONFIG, 10000);
	emulator = durability_call_with_sound(self);
	listener_wait(self->listener, "turn.completed", 1);
	postgres_server_kill(self->server);
	listener_wait(self->listener, "turn.completed", 4);
	fixture_wait_log(&self->base, "store: PostgreSQL");
	postgres_server_start(self->server);
	durability_finish(emulator);
	listener_wait(self->listener, "call.completed", N_CALLS);
	durability_check(self);
	durability_check_recordings(self);
}

/* Calls with sound that end while the database stands still. */
static void
test_stalled_with_sound(Durability *self, gconstpointer data)
{
	if (!durability_has_server(self))
		return;
	durability_start_as(self, AUDIO_CONFIG, 1500);
	postgres_server_pause(self->server, TRUE);
	durability_finish(durability_call_with_sound(self));
	listener_wait(self->listener, "call.completed", N_CALLS);
	postgres_server_pause(self->server, FALSE);
	durability_check(self);
	durability_check_recordings(self);
}

/* Erasing while the database stands still fails in time, and keeps nobody else from trying. */
static void
test_erase_stalled(Durability *self, gconstpointer data)
{
	JsonObject *body;

	if (!durability_has_server(self))
		return;
	durability_start(self, 1000);
	durability_finish(durability_call(self, "1"));
	listener_wait(self->listener, "call.completed", 1);
	harness_poll_until(durability_is_settled, &self->base, "the database to have all");
	postgres_server_pause(self->server, TRUE);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *path = g_strdup_printf("/callers/%%2B1555010000%u", i + 1);

		body = fixture_request(&self->base, "DELETE", path, NULL, 503);
		json_object_unref(body);
	}
	postgres_server_pause(self->server, FALSE);
	harness_poll_until(durability_is_settled, &self->base, "the database to be back");
	body = fixture_request(&self->base, "DELETE", "/callers/%2B15550100002", NULL, 200);
	g_assert_true(json_object_get_boolean_member(body, "complete"));
	json_object_unref(body);
}

/* `offhook db`, beside a server and without one. */
static void
test_commands(Durability *self, gconstpointer data)
{
	g_autofree char *config = NULL;

	if (!durability_has_server(self))
		return;
	config = g_strdup_printf(CONFIG, self->database, 10000);
	fixture_configure(&self->base, config);
	fixture_expect_cli(&self->base, "db status", 0, "migrations pending");
	fixture_expect_cli(&self->base, "db migrate", 0, ", was 0");
	fixture_expect_cli(&self->base, "db migrate", 0, "nothing to do");
	fixture_expect_cli(&self->base, "db check", 0, "ok");

	fixture_start(&self->base);
	durability_listen(self);
	durability_finish(durability_call(self, "1"));
	listener_wait(self->listener, "call.completed", 1);
	harness_poll_until(durability_is_settled, &self->base, "the database to have all");
	fixture_expect_cli(&self->base, "db status --json", 0, "\"pending_migrations\" : 0");
	fixture_expect_cli(&self->base, "db status", 0, "PostgreSQL");
	fixture_expect_cli(&self->base, "db check", 0, "ok");

	g_free(durability_ask(self, "UPDATE offhook.conversations SET message_count = 99"));
	fixture_expect_cli(&self->base, "db check", 1, "conversations");
	postgres_server_kill(self->server);
	fixture_expect_cli(&self->base, "db status", 69, "PostgreSQL");
	fixture_expect_cli(&self->base, "db check", 69, "PostgreSQL");
	postgres_server_start(self->server);
	harness_poll_until(durability_is_settled, &self->base, "the database to be back");
}

#define ADD(path, func, backend)                                                                   \
	g_test_add("/integration/durability/" path, Durability, backend, durability_set_up, func,  \
		   durability_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("no-fault", test_no_fault, "postgresql");
	ADD("killed", test_killed, "postgresql");
	ADD("stalled", test_stalled, "postgresql");
	ADD("stopped", test_stopped, "postgresql");
	ADD("daemon-killed", test_daemon_killed, "postgresql");
	ADD("failing-migration", test_failing_migration, "postgresql");
	ADD("disk-full", test_disk_full, NULL);
	ADD("database-full", test_database_full, "full");
	ADD("killed-with-sound", test_killed_with_sound, "postgresql");
	ADD("stalled-with-sound", test_stalled_with_sound, "postgresql");
	ADD("erase-stalled", test_erase_stalled, "postgresql");
	ADD("commands", test_commands, "postgresql");
	return g_test_run();
}
