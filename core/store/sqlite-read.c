/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns queries into statements and their rows into records. In the thread of the connection.
 */

#include "store/sqlite-read.h"

#include <string.h>

#include <offhook/error.h>

/* A query's place to look, its order, and what it is called when it is not there. */
typedef struct {
	const OffhookRecordType *type;
	const char *rest; /* after "SELECT columns FROM table"; ?1 is the key */
	gboolean single;
	const char *key_name;
} OffhookSqliteLookup;

static const OffhookSqliteLookup offhook_sqlite_lookups[OFFHOOK_STORE_QUERY_LAST] = {
    [OFFHOOK_STORE_GET_CALL] = {&offhook_call_record_type, "WHERE id = ?1", TRUE, "call_id"},
    [OFFHOOK_STORE_GET_CONVERSATION] = {&offhook_conversation_record_type, "WHERE id = ?1", TRUE,
					"conversation_id"},
    [OFFHOOK_STORE_LIST_MESSAGES] = {&offhook_message_record_type,
				     "WHERE call_id = ?1 ORDER BY number", FALSE, NULL},
    [OFFHOOK_STORE_LIST_TURNS] = {&offhook_turn_record_type,
				  "WHERE call_id = ?1 ORDER BY turn_index", FALSE, NULL},
    [OFFHOOK_STORE_LIST_EVENTS] = {&offhook_call_event_record_type,
				   "WHERE call_id = ?1 ORDER BY seq", FALSE, NULL},
    [OFFHOOK_STORE_GET_RECORDING] = {&offhook_recording_record_type,
				     "WHERE call_id = ?1 ORDER BY started_us DESC, id DESC LIMIT 1",
				     TRUE, "call_id"},
};

static const OffhookSqliteLookup offhook_sqlite_conversation_messages = {
    &offhook_message_record_type, "WHERE conversation_id = ?1 ORDER BY seq", FALSE, NULL};

static char *
offhook_sqlite_read_make_select(const OffhookRecordType *type, const char *rest)
{
	g_autofree char *columns = offhook_record_type_list_columns(type, TRUE);

	return g_strdup_printf("SELECT %s FROM %s %s", columns, type->table, rest);
}

/* Reads all rows of a bound statement into @rows, and is done with it. */
static gboolean
offhook_sqlite_read_rows(OffhookSqliteConnection *connection, sqlite3_stmt *statement,
			 const OffhookRecordType *type, GPtrArray *rows, GError **error)
{
	gboolean row;
	gboolean good;

	while ((good = offhook_sqlite_connection_step(connection, statement, &row, error)) && row)
		g_ptr_array_add(rows, offhook_sqlite_statement_read_record(statement, type));
	offhook_sqlite_statement_done(statement);
	return good;
}

/* (transfer full) (nullable) */
static GPtrArray *
offhook_sqlite_read_lookup(OffhookSqliteConnection *connection, const OffhookSqliteLookup *lookup,
			   const char *key, GError **error)
{
	g_autoptr(GPtrArray) rows = offhook_store_result_new_rows(lookup->type);
	g_autofree char *sql = offhook_sqlite_read_make_select(lookup->type, lookup->rest);
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(connection, sql, error);

	if (statement == NULL)
		return NULL;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	if (!offhook_sqlite_read_rows(connection, statement, lookup->type, rows, error))
		return NULL;
	return g_steal_pointer(&rows);
}

static OffhookStoreResult *
offhook_sqlite_read_by_key(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			   GError **error)
{
	const OffhookSqliteLookup *lookup = &offhook_sqlite_lookups[query->kind];
	g_autoptr(OffhookStoreResult) result = g_new0(OffhookStoreResult, 1);

	result->record_type = lookup->type;
	result->rows = offhook_sqlite_read_lookup(connection, lookup, query->key, error);
	if (result->rows == NULL)
		return NULL;
	if (lookup->single && result->rows->len == 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "%s: \"%s\" is not there", lookup->key_name, query->key);
		return NULL;
	}
	if (lookup->single)
		result->record = g_ptr_array_steal_index(result->rows, 0);
	if (query->kind != OFFHOOK_STORE_GET_CONVERSATION)
		return g_steal_pointer(&result);
	g_ptr_array_unref(result->rows);
	result->rows = offhook_sqlite_read_lookup(connection, &offhook_sqlite_conversation_messages,
						  query->key, error);
	return result->rows != NULL ? g_steal_pointer(&result) : NULL;
}

/* "WHERE ..." of a list, or "". Every filter has its fixed parameter. (transfer full) */
static char *
offhook_sqlite_read_make_where(const OffhookStoreQuery *query)
{
	g_autoptr(GPtrArray) terms = g_ptr_array_new();
	g_autofree char *joined = NULL;

	if (query->status != NULL)
		g_ptr_array_add(terms, (gpointer) "status = ?1");
	if (query->user_id != NULL)
		g_ptr_array_add(terms, (gpointer) "user_id = ?2");
	if (query->phone_number != NULL)
		g_ptr_array_add(terms, (gpointer) "(from_number = ?3 OR to_number = ?3)");
	if (terms->len == 0)
		return g_strdup("");
	g_ptr_array_add(terms, NULL);
	joined = g_strjoinv(" AND ", (char **)terms->pdata);
	return g_strconcat("WHERE ", joined, NULL);
}

/* A statement has as many parameters as the highest number in it. */
static void
offhook_sqlite_read_bind_filters(sqlite3_stmt *statement, const OffhookStoreQuery *query)
{
	const char *const filters[] = {query->status, query->user_id, query->phone_number};

	for (guint i = 0; i < G_N_ELEMENTS(filters); i++) {
		if (filters[i] != NULL)
			sqlite3_bind_text(statement, (int)i + 1, filters[i], -1, SQLITE_STATIC);
	}
}

static gboolean
offhook_sqlite_read_total(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			  const OffhookRecordType *type, const char *where, guint64 *total,
			  GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s %s", type->table, where);
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(connection, sql, error);
	gboolean row;
	gboolean good;

	if (statement == NULL)
		return FALSE;
	offhook_sqlite_read_bind_filters(statement, query);
	good = offhook_sqlite_connection_step(connection, statement, &row, error);
	if (good)
		*total = (guint64)sqlite3_column_int64(statement, 0);
	offhook_sqlite_statement_done(statement);
	return good;
}

static OffhookStoreResult *
offhook_sqlite_read_page(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			 const OffhookRecordType *type, GError **error)
{
	g_autoptr(OffhookStoreResult) result = g_new0(OffhookStoreResult, 1);
	g_autofree char *where = offhook_sqlite_read_make_where(query);
	/* The rows that are skipped are skipped in an index; only those shown are fetched. */
	g_autofree char *rest = g_strdup_printf("WHERE id IN (SELECT id FROM %s %s "
						"ORDER BY created_us DESC, id DESC "
						"LIMIT ?4 OFFSET ?5) "
						"ORDER BY created_us DESC, id DESC",
						type->table, where);
	g_autofree char *sql = offhook_sqlite_read_make_select(type, rest);
	sqlite3_stmt *statement;

	if (!offhook_sqlite_read_total(connection, query, type, where, &result->total, error))
		return NULL;
	statement = offhook_sqlite_connection_prepare(connection, sql, error);
	if (statement == NULL)
		return NULL;
	offhook_sqlite_read_bind_filters(statement, query);
	sqlite3_bind_int64(statement, 4, query->limit);
	sqlite3_bind_int64(statement, 5, query->offset);
	result->rows = offhook_store_result_new_rows(type);
	if (!offhook_sqlite_read_rows(connection, statement, type, result->rows, error))
		return NULL;
	return g_steal_pointer(&result);
}

static OffhookStoreResult *
offhook_sqlite_read_kind(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			 GError **error)
{
	if (query->kind == OFFHOOK_STORE_LIST_CALLS)
		return offhook_sqlite_read_page(connection, query, &offhook_call_record_type,
						error);
	if (query->kind == OFFHOOK_STORE_LIST_CONVERSATIONS)
		return offhook_sqlite_read_page(connection, query,
						&offhook_conversation_record_type, error);
	return offhook_sqlite_read_by_key(connection, query, error);
}

OffhookStoreResult *
offhook_sqlite_read(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
		    GError **error)
{
	OffhookStoreResult *result;

	/* A transaction, so that rows and total, or a conversation and its messages, agree. */
	if (!offhook_sqlite_connection_ensure(connection, error) ||
	    !offhook_sqlite_connection_execute(connection, "BEGIN", error))
		return NULL;
	result = offhook_sqlite_read_kind(connection, query, error);
	offhook_sqlite_connection_roll_back(connection);
	return result;
}
