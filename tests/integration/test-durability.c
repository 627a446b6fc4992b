/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A database that goes away in the middle of calls, as databases do: killed, standing still, full, left
 * half migrated; and a daemon killed meanwhile. The calls go on, and afterwards everything that /ws told
 * of them is in the database, once.
 */

#include "fixture.h"

#include "harness.h"
#include "postgres-server.h"

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

#define ALL_EVENTS "{\"type\":\"subscribe\",\"events\":[\"*\"]}"

#define CALLS   "3"
#define N_CALLS 3

#define POSTGRES_EVENTS                                                                            \
	"SELECT call_id || ' ' || seq || ' ' || type || ' ' || coalesce(data::json->>'message', "  \
	"'')"                                                                                      \
	" FROM offhook.call_events WHERE type <> 'error.occurred' ORDER BY call_id, seq"
#define POSTGRES_TURNS                                                                             \
	"SELECT call_id || ' ' || turn_index || ' ' || coalesce(user_message_id, '') || ' ' || "   \
	"coalesce(assistant_message_id, '') FROM offhook.turns ORDER BY call_id, turn_index"
#define POSTGRES_MESSAGES                                                                          \
	"SELECT call_id || ' ' || role || ' ' || count(*) FROM offhook.messages "                  \
	"GROUP BY call_id, role ORDER BY 1"
#define POSTGRES_RECORDINGS                                                                        \
	"SELECT count(*) || ' ' || count(DISTINCT call_id) || ' ' || "                             \
	"sum(CASE WHEN duration_ms > 0 THEN 1 ELSE 0 END) FROM offhook.recordings "                \
	"WHERE status = 'completed'"
#define POSTGRES_COUNTERS                                                                          \
	"SELECT count(*) FROM offhook.conversations AS c WHERE message_count <> "                  \
	"(SELECT count(*) FROM offhook.messages WHERE conversation_id = c.id)"

#define SQLITE_EVENTS                                                                              \
	"SELECT call_id || ' ' || seq || ' ' || type || ' ' || "                                   \
	"coalesce(json_extract(data, '$.message'), '') FROM call_events "                          \
	"WHERE type <> 'error.occurred' ORDER BY call_id, seq"

typedef struct {
	Fixture base;
	PostgresServer *server; /* (nullable): SQLite */
	char *database;         /* its URL */
	GPtrArray *told;        /* (element-type JsonObject): events of listeners that are gone */
	Listener *listener;
} Durability;

/* ---- what is in the database ---- */

static char *
durability_ask_sqlite(Durability *self, const char *sql)
{
	g_autofree char *path = g_build_filename(self->base.dir, "state", "offhook.db", NULL);
	const char *const argv[] = {"sqlite3", path, sql, NULL};
	g_autoptr(GSubprocess) process = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GError) error = NULL;
	char *output = NULL;

	g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	return g_strchomp(output);
}

/* (transfer full): lines. @sql is for PostgreSQL */
static char *
durability_ask(Durability *self, const char *sql)
{
	g_autoptr(GString) text = g_string_new(sql);

	if (self->server != NULL)
		return postgres_server_ask(self->server, self->database, sql);
	g_string_replace(text, "offhook.", "", 0);
	return durability_ask_sqlite(self,
				     g_str_equal(sql, POSTGRES_EVENTS) ? SQLITE_EVENTS : text->str);
}

/* ---- what was told ---- */

static void
durability_listen(Durability *self)
{
	self->listener = listener_new(&self->base, ALL_EVENTS);
}

/* Keeps what the listener has heard. */
static void
durability_stop_listening(Durability *self)
{
	for (guint i = 0; i < self->listener->events->len; i++)
		g_ptr_array_add(self->told,
				json_object_ref(g_ptr_array_index(self->listener->events, i)));
	g_clear_pointer(&self->listener, listener_free);
}

static const char *
get_text(JsonObject *data, const char *name)
{
	return json_object_has_member(data, name) && !json_object_get_null_member(data, name)
		   ? json_object_get_string_member(data, name)
		   : "";
}

/* Of a call, and written down. */
static gboolean
is_kept(const char *type, JsonObject *data)
{
	static const char *const passing[] = {"speech.started",
					      "transcript.partial",
					      "turn.completed",
					      "engine.used",
					      "error.occurred",
					      "call.ended",
					      NULL};

	return *get_text(data, "call_id") != '\0' && !g_strv_contains(passing, type);
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
join_sorted(GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++)
		g_strchomp(g_ptr_array_index(lines, i));
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

/* A line for each event that is kept, numbered within its call. */
static char *
durability_tell_events(Durability *self)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < self->told->len; i++) {
		JsonObject *event = g_ptr_array_index(self->told, i);
		const char *type = json_object_get_string_member(event, "type");
		JsonObject *data = json_object_get_object_member(event, "data");
		const char *call_id = get_text(data, "call_id");
		guint n;

		if (!is_kept(type, data))
			continue;
		n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, call_id)) + 1;
		g_hash_table_insert(counts, g_strdup(call_id), GUINT_TO_POINTER(n));
		g_ptr_array_add(lines, g_strdup_printf("%s %u %s %s", call_id, n, type,
						       get_text(data, "message")));
	}
	return join_sorted(lines);
}

static char *
durability_tell_turns(Durability *self)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < self->told->len; i++) {
		JsonObject *event = g_ptr_array_index(self->told, i);
		JsonObject *data = json_object_get_object_member(event, "data");

		if (g_str_equal(json_object_get_string_member(event, "type"), "turn.completed"))
			g_ptr_array_add(lines,
					g_strdup_printf("%s %" G_GINT64_FORMAT " %s %s",
							get_text(data, "call_id"),
							json_object_get_int_member(data, "turn"),
							get_text(data, "user_message_id"),
							get_text(data, "assistant_message_id")));
	}
	return join_sorted(lines);
}

static const char *
get_role(const char *type)
{
	if (g_str_equal(type, "message.received"))
		return "user";
	return g_str_equal(type, "message.sent") || g_str_equal(type, "prompt.sent") ? "assistant"
										     : NULL;
}

/* How many messages each side has said. */
static char *
durability_tell_messages(Durability *self)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer key, value;

	for (guint i = 0; i < self->told->len; i++) {
		JsonObject *event = g_ptr_array_index(self->told, i);
		const char *role = get_role(json_object_get_string_member(event, "type"));
		JsonObject *data = json_object_get_object_member(event, "data");
		char *who;
		guint n;

		if (role == NULL)
			continue;
		who = g_strdup_printf("%s %s", get_text(data, "call_id"), role);
		n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, who)) + 1;
		g_hash_table_insert(counts, who, GUINT_TO_POINTER(n));
	}
	g_hash_table_iter_init(&iter, counts);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_ptr_array_add(lines,
				g_strdup_printf("%s %u", (char *)key, GPOINTER_TO_UINT(value)));
	return join_sorted(lines);
}

/* PostgreSQL and strcmp() need not agree on what comes first. */
static char *
sort_lines(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "\n", -1);
	g_autoptr(GPtrArray) lines = g_ptr_array_new();

	for (guint i = 0; parts[i] != NULL; i++)
		g_ptr_array_add(lines, parts[i]);
	return join_sorted(lines);
}

/* (transfer full) @told. Asserts that the database has exactly that, and how many lines it is. */
static void
durability_check_lines(Durability *self, const char *what, char *told, const char *sql)
{
	g_autofree char *expected = told;
	g_autofree char *found = durability_ask(self, sql);
	g_autofree char *sorted = sort_lines(found);

	if (!g_str_equal(sorted, expected))
		g_error("%s: told\n%s\nbut written\n%s", what, expected, sorted);
	g_test_message("%s, each once:\n%s", what, expected);
}

static gboolean
durability_is_settled(gpointer data)
{
	Fixture *fixture = data;
	g_autoptr(JsonObject) health = fixture_request(fixture, "GET", "/health", NULL, 200);

	return g_str_equal(json_object_get_string_member(health, "status"), "healthy") &&
	       fixture_get_metric(fixture, "offhook_store_pending_writes") == 0;
}

/* Nothing but what was told, all of it, once. */
static void
durability_check(Durability *self)
{
	g_autofree char *wrong = NULL;

	harness_poll_until(durability_is_settled, &self->base, "the database to have all");
	durability_stop_listening(self);
	durability_check_lines(self, "events", durability_tell_events(self), POSTGRES_EVENTS);
	durability_check_lines(self, "turns", durability_tell_turns(self), POSTGRES_TURNS);
	durability_check_lines(self, "messages", durability_tell_messages(self), POSTGRES_MESSAGES);
	wrong = durability_ask(self, POSTGRES_COUNTERS);
	g_assert_cmpstr(wrong, ==, "0");
}

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
