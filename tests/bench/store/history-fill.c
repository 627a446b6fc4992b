/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes rows and copies them in: into SQLite in one transaction, into PostgreSQL with COPY. Indexes are taken
 * away before and made anew afterwards, as the tables had them. SQLite's triggers do what they do; those of
 * PostgreSQL would take too long row by row, so keys are not checked there and days are counted afterwards.
 */

#include "history-fill.h"

#include <libpq-fe.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "store/sql/search-text.h"
#include "store/sql/store-migrations.h"

#define WORDS_SAID 8
#define TURN_EVERY 10 /* calls */

const char *const history_fill_assistants[8] = {"reception", "sales",   "support", "billing",
						"bookings",  "returns", "events",  "pilot"};
const char history_fill_own_number[] = "+15559990001";

/* ---- rows ---- */

/* Puts one row into @table, whose columns are known; fields are texts or NULL. */
typedef void (*Put)(gpointer sink, const char *const *fields, guint n);

static const char call_columns[] =
    "id, driver, assistant, direction, from_number, to_number, status, created_us, answered_us, "
    "ended_us, node, cost";
static const char message_columns[] =
    "id, conversation_id, call_id, role, content, at_us, interrupted, seq, words";
static const char turn_columns[] = "call_id, turn_index, started_us, interrupted, answer_delay_ms";

void
history_fill_get_word(guint rank, char word[16])
{
	static const char consonants[] = "bdfgklmnprst";
	static const char vowels[] = "aeiou";
	guint n = 0;

	/* Syllables are digits to the base of 60; the last one is closed, so that none begins another. */
	for (guint rest = rank + 60; rest > 0; rest /= 60) {
		word[n++] = consonants[rest % 60 / 5];
		word[n++] = vowels[rest % 5];
	}
	word[n++] = 'x';
	word[n] = '\0';
}

char *
history_fill_make_number(guint i)
{
	return g_strdup_printf("+1555%07u", i % HISTORY_FILL_NUMBERS);
}

typedef char Word[16];

typedef struct {
	guint calls;
	GRand *random;
	Word *vocabulary;
} Maker;

static gint64
get_begin(const Maker *maker, guint i)
{
	return HISTORY_FILL_BEGIN_US +
	       (gint64)((double)i / maker->calls * HISTORY_FILL_DAYS * HISTORY_FILL_DAY_US);
}

static void
print_id(char id[40], gint64 at_us, guint kind, guint i)
{
	g_snprintf(id, 40, "%08x-%04x-7%03x-8000-%012x", (guint)(at_us / 1000 >> 16),
		   (guint)(at_us / 1000 & 0xffff), kind, i);
}

static void
make_call(const Maker *maker, guint i, Put put, gpointer sink)
{
	static const char *const drivers[] = {"twilio", "vonage", "generic-http"};
	static const char *const failures[] = {"no-answer", "busy", "failed"};
	gint64 begin = get_begin(maker, i);
	gboolean answered = i % 100 >= 11;
	gboolean inbound = i % 5 != 0;
	g_autofree char *number = history_fill_make_number(i * 7919);
	double seconds = g_rand_double(maker->random) * 600;
	char id[40], created[24], answer[24], end[24], cost[16];

	print_id(id, begin, 0, i);
	g_snprintf(created, sizeof created, "%" G_GINT64_FORMAT, begin);
	g_snprintf(answer, sizeof answer, "%" G_GINT64_FORMAT, begin + 2 * G_USEC_PER_SEC);
	g_snprintf(end, sizeof end, "%" G_GINT64_FORMAT,
		   begin + (gint64)((2 + seconds) * G_USEC_PER_SEC));
	g_snprintf(cost, sizeof cost, "%.4f", seconds / 1000);
	put(sink,
	    (const char *[]){id, drivers[i % 3],
			     /* One in ten thousand is the pilot's. */
			     i % 10000 == 0 ? "pilot" : history_fill_assistants[i / 3 % 7],
			     inbound ? "inbound" : "outbound",
			     inbound ? number : history_fill_own_number,
			     inbound ? history_fill_own_number : number,
			     answered ? "completed" : failures[i % 3], created,
			     answered ? answer : NULL, end, "bench", answered ? cost : NULL},
	    12);
}

/* Few words are said often and most seldom. @words: (out) (transfer full): as they are searched */
static char *
make_content(const Maker *maker, char **words)
{
	GString *content = g_string_sized_new(WORDS_SAID * 16);

	for (guint i = 0; i < WORDS_SAID; i++) {
		double u = g_rand_double(maker->random);

		if (i > 0)
			g_string_append_c(content, ' ');
		g_string_append(content,
				maker->vocabulary[(guint)exp(u * log(HISTORY_FILL_WORDS)) - 1]);
	}
	*words = g_strdup(content->str);
	content->str[0] = g_ascii_toupper(content->str[0]);
	g_string_append_c(content, '.');
	return g_string_free(content, FALSE);
}

static void
make_messages(const Maker *maker, guint i, Put put, gpointer sink)
{
	gint64 begin = get_begin(maker, i);
	char call_id[40];

	print_id(call_id, begin, 0, i);
	for (guint m = 0; m < HISTORY_FILL_MESSAGES; m++) {
		gint64 at_us = begin + (m + 1) * G_USEC_PER_SEC;
		g_autofree char *words = NULL;
		g_autofree char *content = make_content(maker, &words);
		char id[40], at[24], seq[12];

		if (i == 0) {
			g_autofree char *folded = offhook_search_fold(content);

			g_assert_cmpstr(folded, ==, words);
		}
		print_id(id, at_us, m + 1, i);
		g_snprintf(at, sizeof at, "%" G_GINT64_FORMAT, at_us);
		g_snprintf(seq, sizeof seq, "%u", m + 1);
		put(sink,
		    (const char *[]){id, call_id, call_id, m % 2 == 0 ? "assistant" : "user",
				     content, at, "0", seq, words},
		    9);
	}
}

static void
make_turn(const Maker *maker, guint i, Put put, gpointer sink)
{
	gint64 begin = get_begin(maker, i);
	char call_id[40], at[24], delay[16];

	if (i % TURN_EVERY != 0)
		return;
	print_id(call_id, begin, 0, i);
	g_snprintf(at, sizeof at, "%" G_GINT64_FORMAT, begin);
	g_snprintf(delay, sizeof delay, "%.1f", 300 + g_rand_double(maker->random) * 900);
	put(sink, (const char *[]){call_id, "0", at, "0", delay}, 5);
}

typedef struct {
	const char *table;
	const char *columns;
	guint n;
	void (*make)(const Maker *maker, guint i, Put put, gpointer sink);
} Table;

static const Table tables[] = {
    {"calls", call_columns, 12, make_call},
    {"messages", message_columns, 9, make_messages},
    {"turns", turn_columns, 5, make_turn},
};

static void
make_all(const Table *table, guint calls, Put put, gpointer sink)
{
	Maker maker = {calls, g_rand_new_with_seed(1), g_new0(Word, HISTORY_FILL_WORDS)};

	for (guint i = 0; i < HISTORY_FILL_WORDS; i++)
		history_fill_get_word(i, maker.vocabulary[i]);
	for (guint i = 0; i < calls; i++)
		table->make(&maker, i, put, sink);
	g_rand_free(maker.random);
	g_free(maker.vocabulary);
}

/* ---- SQLite ---- */

static void
run_sqlite(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		g_error("%s: %s", sql, message);
}

/* The first column of all rows. (transfer full) (element-type utf8) */
static GPtrArray *
ask_sqlite(sqlite3 *db, const char *sql)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		g_error("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(statement) == SQLITE_ROW)
		g_ptr_array_add(rows, g_strdup((const char *)sqlite3_column_text(statement, 0)));
	sqlite3_finalize(statement);
	return rows;
}

static void
run_all_sqlite(sqlite3 *db, GPtrArray *commands)
{
	for (guint i = 0; i < commands->len; i++)
		run_sqlite(db, g_ptr_array_index(commands, i));
}

static void
put_sqlite(gpointer sink, const char *const *fields, guint n)
{
	sqlite3_stmt *statement = sink;

	for (guint i = 0; i < n; i++)
		sqlite3_bind_text(statement, (int)i + 1, fields[i], -1, SQLITE_STATIC);
	if (sqlite3_step(statement) != SQLITE_DONE)
		g_error("%s", sqlite3_errmsg(sqlite3_db_handle(statement)));
	sqlite3_reset(statement);
}

static void
copy_sqlite(sqlite3 *db, const Table *table, guint calls)
{
	g_autoptr(GString) marks = g_string_new("?");
	g_autofree char *sql = NULL;
	sqlite3_stmt *statement = NULL;

	for (guint i = 1; i < table->n; i++)
		g_string_append(marks, ", ?");
	sql = g_strdup_printf("INSERT INTO %s (%s) VALUES (%s)", table->table, table->columns,
			      marks->str);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		g_error("%s", sqlite3_errmsg(db));
	make_all(table, calls, put_sqlite, statement);
	sqlite3_finalize(statement);
}

#define SQLITE_INDEXES                                                                             \
	"FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND "                         \
	"tbl_name IN ('calls', 'messages', 'turns')"

static void
fill_sqlite(const char *path, guint calls)
{
	g_autoptr(GPtrArray) drops = NULL;
	g_autoptr(GPtrArray) indexes = NULL;
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		g_error("%s: %s", path, sqlite3_errmsg(db));
	run_sqlite(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = "
		       "-400000; BEGIN");
	drops = ask_sqlite(db, "SELECT 'DROP INDEX ' || name " SQLITE_INDEXES);
	indexes = ask_sqlite(db, "SELECT sql " SQLITE_INDEXES);
	run_all_sqlite(db, drops);
	for (guint t = 0; t < G_N_ELEMENTS(tables); t++)
		copy_sqlite(db, &tables[t], calls);
	run_all_sqlite(db, indexes);
	run_sqlite(db, "COMMIT; PRAGMA journal_mode = WAL");
	sqlite3_close(db);
}

/* ---- PostgreSQL ---- */

static void
check_postgres(PGconn *conn, PGresult *result, ExecStatusType expected, const char *sql)
{
	if (PQresultStatus(result) != expected)
		g_error("%s: %s", sql, PQerrorMessage(conn));
}

static void
run_postgres(PGconn *conn, const char *sql, ExecStatusType expected)
{
	PGresult *result = PQexec(conn, sql);

	check_postgres(conn, result, expected, sql);
	PQclear(result);
}

/* The first column of all rows. (transfer full) (element-type utf8) */
static GPtrArray *
ask_postgres(PGconn *conn, const char *sql)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
	PGresult *result = PQexec(conn, sql);

	check_postgres(conn, result, PGRES_TUPLES_OK, sql);
	for (int i = 0; i < PQntuples(result); i++)
		g_ptr_array_add(rows, g_strdup(PQgetvalue(result, i, 0)));
	PQclear(result);
	return rows;
}

static void
run_all_postgres(PGconn *conn, GPtrArray *commands)
{
	for (guint i = 0; i < commands->len; i++)
		run_postgres(conn, g_ptr_array_index(commands, i), PGRES_COMMAND_OK);
}

static void
put_postgres(gpointer sink, const char *const *fields, guint n)
{
	g_autoptr(GString) line = g_string_sized_new(256);

	for (guint i = 0; i < n; i++) {
		g_string_append(line, fields[i] != NULL ? fields[i] : "\\N");
		g_string_append_c(line, i + 1 < n ? '\t' : '\n');
	}
	if (PQputCopyData(sink, line->str, (int)line->len) != 1)
		g_error("%s", PQerrorMessage(sink));
}

static void
copy_postgres(PGconn *conn, const Table *table, guint calls)
{
	g_autofree char *sql =
	    g_strdup_printf("COPY %s (%s) FROM STDIN", table->table, table->columns);
	PGresult *result;

	run_postgres(conn, sql, PGRES_COPY_IN);
	make_all(table, calls, put_postgres, conn);
	if (PQputCopyEnd(conn, NULL) != 1)
		g_error("%s", PQerrorMessage(conn));
	while ((result = PQgetResult(conn)) != NULL) {
		check_postgres(conn, result, PGRES_COMMAND_OK, sql);
		PQclear(result);
	}
}

/* Those that no constraint needs. */
#define POSTGRES_INDEXES                                                                           \
	"FROM pg_indexes WHERE schemaname = 'offhook' AND tablename IN ('calls', 'messages', "     \
	"'turns') AND indexname NOT IN (SELECT conname FROM pg_constraint)"

/* What is counted by day, as the migration counted what was there before it. */
static void
count_postgres(PGconn *conn)
{
	static const char *const begins[] = {"INSERT INTO call_days", "INSERT INTO turn_days"};
	g_autofree char *name = NULL;
	g_autoptr(GBytes) migration = offhook_store_migrations_load("postgres", 4, &name);
	const char *sql = g_bytes_get_data(migration, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(begins); i++) {
		const char *begin = strstr(sql, begins[i]);
		g_autofree char *insert = g_strndup(begin, strcspn(begin, ";"));

		run_postgres(conn, insert, PGRES_COMMAND_OK);
	}
}

static void
set_postgres_triggers(PGconn *conn, const char *state)
{
	for (guint t = 0; t < G_N_ELEMENTS(tables); t++) {
		g_autofree char *sql =
		    g_strdup_printf("ALTER TABLE %s %s TRIGGER ALL", tables[t].table, state);

		run_postgres(conn, sql, PGRES_COMMAND_OK);
	}
}

static void
fill_postgres(const char *url, guint calls)
{
	PGconn *conn = PQconnectdb(url);
	g_autoptr(GPtrArray) drops = NULL;
	g_autoptr(GPtrArray) indexes = NULL;

	if (PQstatus(conn) != CONNECTION_OK)
		g_error("%s", PQerrorMessage(conn));
	run_postgres(conn, "SET search_path = offhook; SET maintenance_work_mem = '512MB'",
		     PGRES_COMMAND_OK);
	drops = ask_postgres(conn, "SELECT 'DROP INDEX ' || indexname " POSTGRES_INDEXES);
	indexes = ask_postgres(conn, "SELECT indexdef " POSTGRES_INDEXES);
	run_postgres(conn, "BEGIN", PGRES_COMMAND_OK);
	set_postgres_triggers(conn, "DISABLE");
	run_all_postgres(conn, drops);
	for (guint t = 0; t < G_N_ELEMENTS(tables); t++)
		copy_postgres(conn, &tables[t], calls);
	set_postgres_triggers(conn, "ENABLE");
	count_postgres(conn);
	run_all_postgres(conn, indexes);
	run_postgres(conn, "COMMIT", PGRES_COMMAND_OK);
	/* As its own housekeeping does some time after. */
	run_postgres(conn, "VACUUM ANALYZE", PGRES_COMMAND_OK);
	run_postgres(conn, "CHECKPOINT", PGRES_COMMAND_OK);
	PQfinish(conn);
}

void
history_fill(const char *url, guint calls)
{
	if (g_str_has_prefix(url, "sqlite:"))
		fill_sqlite(url + strlen("sqlite:"), calls);
	else
		fill_postgres(url, calls);
}
