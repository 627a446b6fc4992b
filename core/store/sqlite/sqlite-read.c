/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns queries into statements and their rows into records. In the thread of the connection.
 */

#include "store/sqlite/sqlite-read.h"

#include "store/sql/store-sql.h"

/* Reads all rows of a bound statement into @rows, and is done with it. @total: (nullable): of a counted page */
static gboolean
offhook_sqlite_read_rows(OffhookSqliteConnection *connection, sqlite3_stmt *statement,
			 const OffhookRecordType *type, GPtrArray *rows, guint64 *total,
			 GError **error)
{
	gboolean row;
	gboolean good;

	while ((good = offhook_sqlite_connection_step(connection, statement, &row, error)) && row) {
		if (total != NULL)
			*total = (guint64)sqlite3_column_int64(statement, (int)type->n_fields);
		if (total == NULL || sqlite3_column_type(statement, 0) != SQLITE_NULL)
			g_ptr_array_add(rows,
					offhook_sqlite_statement_read_record(statement, type));
	}
	offhook_sqlite_statement_done(statement);
	return good;
}

/* (transfer full) (nullable) */
static GPtrArray *
offhook_sqlite_read_lookup(OffhookSqliteConnection *connection, const OffhookStoreLookup *lookup,
			   const char *key, GError **error)
{
	g_autoptr(GPtrArray) rows = offhook_store_result_new_rows(lookup->type);
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(
	    connection, offhook_store_sql_get_select(lookup), error);

	if (statement == NULL)
		return NULL;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	if (!offhook_sqlite_read_rows(connection, statement, lookup->type, rows, NULL, error))
		return NULL;
	return g_steal_pointer(&rows);
}

static OffhookStoreResult *
offhook_sqlite_read_by_key(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			   GError **error)
{
	const OffhookStoreLookup *lookup = offhook_store_sql_get_lookup(query->kind);
	g_autoptr(OffhookStoreResult) result = g_new0(OffhookStoreResult, 1);

	result->record_type = lookup->type;
	result->rows = offhook_sqlite_read_lookup(connection, lookup, query->key, error);
	if (result->rows == NULL)
		return NULL;
	if (lookup->single && result->rows->len == 0) {
		offhook_store_sql_set_not_found(lookup, query, error);
		return NULL;
	}
	if (lookup->single)
		result->record = g_ptr_array_steal_index(result->rows, 0);
	if (query->kind != OFFHOOK_STORE_GET_CONVERSATION)
		return g_steal_pointer(&result);
	g_ptr_array_unref(result->rows);
	result->rows = offhook_sqlite_read_lookup(
	    connection, &offhook_store_sql_conversation_messages, query->key, error);
	return result->rows != NULL ? g_steal_pointer(&result) : NULL;
}

static void
offhook_sqlite_read_bind_page(sqlite3_stmt *statement, const OffhookStorePage *page, guint n)
{
	for (guint i = 0; i < n; i++)
		sqlite3_bind_text(statement, (int)i + 1, g_ptr_array_index(page->values, i), -1,
				  SQLITE_STATIC);
}

/* (transfer full) (nullable): the rows of @sql, with the first @n of the page's values */
static GPtrArray *
offhook_sqlite_read_page_rows(OffhookSqliteConnection *connection, const OffhookStorePage *page,
			      const char *sql, guint n, const OffhookRecordType *type,
			      guint64 *total, GError **error)
{
	g_autoptr(GPtrArray) rows = offhook_store_result_new_rows(type);
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(connection, sql, error);

	if (statement == NULL)
		return NULL;
	offhook_sqlite_read_bind_page(statement, page, n);
	if (!offhook_sqlite_read_rows(connection, statement, type, rows, total, error))
		return NULL;
	return g_steal_pointer(&rows);
}

static gboolean
offhook_sqlite_read_place(OffhookSqliteConnection *connection, const OffhookStorePage *page,
			  OffhookStoreResult *result, GError **error)
{
	g_autoptr(GPtrArray) places =
	    offhook_sqlite_read_page_rows(connection, page, page->place, page->n_place_values,
					  &offhook_history_place_type, NULL, error);

	if (places != NULL)
		offhook_store_result_take_place(result, places);
	return places != NULL;
}

static OffhookStoreResult *
offhook_sqlite_read_page(OffhookSqliteConnection *connection, const OffhookStorePage *page,
			 GError **error)
{
	g_autoptr(OffhookStoreResult) result = g_new0(OffhookStoreResult, 1);

	result->rows =
	    offhook_sqlite_read_page_rows(connection, page, page->rows, page->values->len,
					  page->type, page->counted ? &result->total : NULL, error);
	if (result->rows == NULL)
		return NULL;
	/* A page that is full tells by itself where it ends. */
	if (page->place != NULL && result->rows->len < page->full &&
	    !offhook_sqlite_read_place(connection, page, result, error))
		return NULL;
	return g_steal_pointer(&result);
}

static OffhookStoreResult *
offhook_sqlite_read_costs(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			  GError **error)
{
	g_autoptr(OffhookStoreResult) result = g_new0(OffhookStoreResult, 1);
	sqlite3_stmt *statement =
	    offhook_sqlite_connection_prepare(connection, offhook_store_sql_sum_costs, error);

	if (statement == NULL)
		return NULL;
	sqlite3_bind_int64(statement, 1, query->since_us);
	sqlite3_bind_int64(statement, 2, query->until_us);
	result->rows = offhook_store_result_new_rows(&offhook_cost_record_type);
	if (!offhook_sqlite_read_rows(connection, statement, &offhook_cost_record_type,
				      result->rows, NULL, error))
		return NULL;
	return g_steal_pointer(&result);
}

static OffhookStoreResult *
offhook_sqlite_read_kind(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			 GError **error)
{
	g_autoptr(OffhookStorePage) page = offhook_store_sql_make_page(query, OFFHOOK_STORE_SQLITE);

	if (page != NULL)
		return offhook_sqlite_read_page(connection, page, error);
	if (query->kind == OFFHOOK_STORE_SUM_COSTS)
		return offhook_sqlite_read_costs(connection, query, error);
	return offhook_sqlite_read_by_key(connection, query, error);
}

OffhookStoreResult *
offhook_sqlite_read(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
		    GError **error)
{
	OffhookStoreResult *result;

	/* A transaction, so that rows and place, or a conversation and its messages, agree. */
	if (!offhook_sqlite_connection_ensure(connection, error) ||
	    !offhook_sqlite_connection_execute(connection, "BEGIN", error))
		return NULL;
	result = offhook_sqlite_read_kind(connection, query, error);
	offhook_sqlite_connection_roll_back(connection);
	return result;
}
