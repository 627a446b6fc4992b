/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Asks databases for what they have of calls, and listeners for what they were told.
 */

#include "durability.h"

#include "harness.h"

#include <string.h>

#define ALL_EVENTS "{\"type\":\"subscribe\",\"events\":[\"*\"]}"

#define POSTGRES_MESSAGES                                                                          \
	"SELECT call_id || ' ' || role || ' ' || count(*) FROM offhook.messages "                  \
	"GROUP BY call_id, role ORDER BY 1"
#define POSTGRES_COUNTERS                                                                          \
	"SELECT count(*) FROM offhook.conversations AS c WHERE message_count <> "                  \
	"(SELECT count(*) FROM offhook.messages WHERE conversation_id = c.id)"

#define SQLITE_EVENTS                                                                              \
	"SELECT call_id || ' ' || seq || ' ' || type || ' ' || "                                   \
	"coalesce(json_extract(data, '$.message'), '') FROM call_events "                          \
	"WHERE type <> 'error.occurred' ORDER BY call_id, seq"

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

char *
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

void
durability_listen(Durability *self)
{
	self->listener = listener_new(&self->base, ALL_EVENTS);
}

void
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

char *
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

char *
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

gboolean
durability_is_settled(gpointer data)
{
	Fixture *fixture = data;
	g_autoptr(JsonObject) health = fixture_request(fixture, "GET", "/health", NULL, 200);

	return g_str_equal(json_object_get_string_member(health, "status"), "healthy") &&
	       fixture_get_metric(fixture, "offhook_store_pending_writes") == 0;
}

void
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
