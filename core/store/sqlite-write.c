/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns writes into statements and commits them in batches. A write that was committed already is
 * recognised, so a batch may be tried again after an error that left open whether it arrived. In
 * the thread of the connection.
 */

#include "store/sqlite-write.h"

#include <offhook/error.h>

/*
 * The same event again changes nothing; another one under its number updates no row, which is how
 * it is found out. seq 0 takes the next number.
 */
#define OFFHOOK_SQLITE_ADD_EVENT                                                                   \
	"INSERT INTO call_events (call_id, seq, at_us, type, data) "                               \
	"VALUES (?1, CASE ?2 WHEN 0 THEN (SELECT coalesce(max(seq), 0) + 1 FROM call_events "      \
	"WHERE call_id = ?1) ELSE ?2 END, ?3, ?4, ?5) "                                            \
	"ON CONFLICT (call_id, seq) DO UPDATE SET seq = seq "                                      \
	"WHERE at_us = excluded.at_us AND type = excluded.type AND data IS excluded.data"

#define OFFHOOK_SQLITE_ADD_MESSAGE                                                                 \
	"INSERT INTO messages (id, conversation_id, call_id, role, content, at_us, confidence, "   \
	"interrupted, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "                               \
	"(SELECT coalesce(max(seq), 0) + 1 FROM messages WHERE conversation_id = ?2)) "            \
	"ON CONFLICT (id) DO UPDATE SET id = id "                                                  \
	"WHERE conversation_id = excluded.conversation_id AND role = excluded.role "               \
	"AND at_us = excluded.at_us AND content = excluded.content"

#define OFFHOOK_SQLITE_UPDATE_MESSAGE                                                              \
	"UPDATE messages SET content = ?2, interrupted = ?3 WHERE id = ?1"

/* "INSERT ... ON CONFLICT (key) DO UPDATE SET the rest". (transfer full) */
static char *
offhook_sqlite_write_make_put(const OffhookRecordType *type)
{
	g_autofree char *columns = offhook_record_type_list_columns(type, FALSE);
	GString *sql = g_string_new(NULL);
	guint n_columns = 0;

	g_string_printf(sql, "INSERT INTO %s (%s) VALUES (", type->table, columns);
	for (guint i = 0; i < type->n_fields; i++) {
		if ((type->fields[i].flags & OFFHOOK_FIELD_KEPT) == 0)
			g_string_append(sql, n_columns++ > 0 ? ", ?" : "?");
	}
	g_string_append(sql, ") ON CONFLICT (");
	for (guint i = 0; i < type->n_key; i++)
		g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", type->fields[i].column);
	g_string_append(sql, ") DO UPDATE SET ");
	n_columns = 0;
	for (guint i = type->n_key; i < type->n_fields; i++) {
		if ((type->fields[i].flags & OFFHOOK_FIELD_KEPT) == 0)
			g_string_append_printf(sql, "%s%s = excluded.%s",
					       n_columns++ > 0 ? ", " : "", type->fields[i].column,
					       type->fields[i].column);
	}
	return g_string_free(sql, FALSE);
}

static const char *
offhook_sqlite_write_get_sql(OffhookStoreWriteKind kind)
{
	static const char *puts[OFFHOOK_STORE_WRITE_LAST];

	if (kind == OFFHOOK_STORE_ADD_EVENT)
		return OFFHOOK_SQLITE_ADD_EVENT;
	if (kind == OFFHOOK_STORE_ADD_MESSAGE)
		return OFFHOOK_SQLITE_ADD_MESSAGE;
	if (kind == OFFHOOK_STORE_UPDATE_MESSAGE)
		return OFFHOOK_SQLITE_UPDATE_MESSAGE;
	if (g_once_init_enter(&puts[kind]))
		g_once_init_leave(&puts[kind], offhook_sqlite_write_make_put(
						   offhook_store_write_kind_get_type(kind)));
	return puts[kind];
}

static void
offhook_sqlite_write_bind(sqlite3_stmt *statement, const OffhookStoreWrite *write)
{
	const OffhookMessageRecord *message = write->record;

	if (write->kind != OFFHOOK_STORE_UPDATE_MESSAGE) {
		offhook_sqlite_statement_bind_record(
		    statement, offhook_store_write_kind_get_type(write->kind), write->record);
		return;
	}
	sqlite3_bind_text(statement, 1, message->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, message->content, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 3, message->interrupted ? 1 : 0);
}

/* A statement that went through without touching a row did not find what it was meant for. */
static gboolean
offhook_sqlite_write_check_hit(OffhookSqliteConnection *connection, const OffhookStoreWrite *write,
			       GError **error)
{
	const char *id = ((const OffhookMessageRecord *)write->record)->id;

	if (sqlite3_changes(offhook_sqlite_connection_get_db(connection)) > 0)
		return TRUE;
	if (write->kind == OFFHOOK_STORE_UPDATE_MESSAGE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "message.id: \"%s\" is not there", id);
	} else if (write->kind == OFFHOOK_STORE_ADD_MESSAGE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "message.id: \"%s\" is another message's", id);
	} else {
		const OffhookCallEventRecord *event = write->record;

		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "event.seq: %u of call \"%s\" is another event's", event->seq,
			    event->call_id);
	}
	return FALSE;
}

static gboolean
offhook_sqlite_write_one(OffhookSqliteConnection *connection, const OffhookStoreWrite *write,
			 GError **error)
{
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(
	    connection, offhook_sqlite_write_get_sql(write->kind), error);
	gboolean row;
	gboolean done;

	if (statement == NULL)
		return FALSE;
	offhook_sqlite_write_bind(statement, write);
	done = offhook_sqlite_connection_step(connection, statement, &row, error) &&
	       offhook_sqlite_write_check_hit(connection, write, error);
	offhook_sqlite_statement_done(statement);
	return done;
}

/* Whether @error is about this one write, and not about the database. */
static gboolean
offhook_sqlite_write_is_hopeless(const GError *error)
{
	return !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE) &&
	       !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

static gboolean
offhook_sqlite_write_all(OffhookSqliteConnection *connection, GPtrArray *writes,
			 GPtrArray *rejected, GError **error)
{
	for (guint i = 0; i < writes->len; i++) {
		const OffhookStoreWrite *write = g_ptr_array_index(writes, i);
		GError *local = NULL;

		if (offhook_sqlite_write_one(connection, write, &local))
			continue;
		if (!offhook_sqlite_write_is_hopeless(local)) {
			g_propagate_error(error, local);
			return FALSE;
		}
		g_prefix_error(&local, "%s not written: ",
			       offhook_store_write_kind_get_type(write->kind)->name);
		g_ptr_array_add(rejected, local);
	}
	return TRUE;
}

/* What the connection has in memory may be wrong after these. */
static void
offhook_sqlite_write_recover(OffhookSqliteConnection *connection)
{
	sqlite3 *db = offhook_sqlite_connection_get_db(connection);
	int code = db != NULL ? sqlite3_errcode(db) & 0xff : SQLITE_OK;

	offhook_sqlite_connection_roll_back(connection);
	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_IOERR ||
	    code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_PROTOCOL)
		offhook_sqlite_connection_close(connection);
}

GPtrArray *
offhook_sqlite_write_batch(OffhookSqliteConnection *connection, GPtrArray *writes, GError **error)
{
	g_autoptr(GPtrArray) rejected =
	    g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

	if (offhook_sqlite_connection_ensure(connection, error) &&
	    offhook_sqlite_connection_execute(connection, "BEGIN IMMEDIATE", error) &&
	    offhook_sqlite_write_all(connection, writes, rejected, error) &&
	    offhook_sqlite_connection_execute(connection, "COMMIT", error))
		return g_steal_pointer(&rejected);
	offhook_sqlite_write_recover(connection);
	return NULL;
}

/*
 * In this order: the event is told of calls still open, and a call ends, at the latest, when the
 * last thing happened in it. Nothing is being recorded or talked about when a daemon starts, so
 * this does not look at the call for those.
 */
static const char *const offhook_sqlite_write_interrupted_sql[] = {
    "INSERT INTO call_events (call_id, seq, at_us, type, data) "
    "SELECT id, coalesce((SELECT max(seq) FROM call_events WHERE call_id = calls.id), 0) + 1, "
    "?2, 'call.interrupted', '{\"status\":\"interrupted\"}' "
    "FROM calls WHERE node = ?1 AND ended_us IS NULL",

    "UPDATE conversations SET status = 'interrupted' WHERE status = 'active' "
    "AND call_id IN (SELECT id FROM calls WHERE node = ?1)",

    "UPDATE recordings SET status = 'interrupted' WHERE status = 'recording' "
    "AND call_id IN (SELECT id FROM calls WHERE node = ?1)",

    "UPDATE calls SET status = 'interrupted', end_reason = 'interrupted', ended_us = max("
    "created_us, coalesce(answered_us, 0), "
    "coalesce((SELECT max(at_us) FROM call_events "
    "WHERE call_id = calls.id AND type <> 'call.interrupted'), 0), "
    "coalesce((SELECT max(at_us) FROM messages WHERE call_id = calls.id), 0)) "
    "WHERE node = ?1 AND ended_us IS NULL",
};

static gboolean
offhook_sqlite_write_interrupted_all(OffhookSqliteConnection *connection,
				     const OffhookStoreQuery *query, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_sqlite_write_interrupted_sql); i++) {
		sqlite3_stmt *statement = offhook_sqlite_connection_prepare(
		    connection, offhook_sqlite_write_interrupted_sql[i], error);
		gboolean row;
		gboolean done;

		if (statement == NULL)
			return FALSE;
		sqlite3_bind_text(statement, 1, query->key, -1, SQLITE_STATIC);
		if (sqlite3_bind_parameter_count(statement) > 1)
			sqlite3_bind_int64(statement, 2, query->now_us);
		done = offhook_sqlite_connection_step(connection, statement, &row, error);
		offhook_sqlite_statement_done(statement);
		if (!done)
			return FALSE;
	}
	return TRUE;
}

OffhookStoreResult *
offhook_sqlite_write_interrupted(OffhookSqliteConnection *connection,
				 const OffhookStoreQuery *query, GError **error)
{
	OffhookStoreResult *result;
	int count;

	if (!offhook_sqlite_connection_ensure(connection, error))
		return NULL;
	if (!offhook_sqlite_connection_execute(connection, "BEGIN IMMEDIATE", error) ||
	    !offhook_sqlite_write_interrupted_all(connection, query, error)) {
		offhook_sqlite_write_recover(connection);
		return NULL;
	}
	count = sqlite3_changes(offhook_sqlite_connection_get_db(connection));
	if (!offhook_sqlite_connection_execute(connection, "COMMIT", error)) {
		offhook_sqlite_write_recover(connection);
		return NULL;
	}
	result = g_new0(OffhookStoreResult, 1);
	result->total = (guint64)count;
	return result;
}
