/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns writes into statements and commits them in batches. A write that was committed already is
 * recognised, so a batch may be tried again after an error that left open whether it arrived. In
 * the thread of the connection.
 */

#include "store/sqlite/sqlite-write.h"

#include <offhook/error.h>

#include "store/sql/store-sql.h"

static void
offhook_sqlite_write_bind(sqlite3_stmt *statement, const OffhookStoreWrite *write)
{
	const OffhookMessageRecord *message = write->record;

	if (write->kind == OFFHOOK_STORE_UPDATE_MESSAGE ||
	    write->kind == OFFHOOK_STORE_FOLD_MESSAGE) {
		sqlite3_bind_text(statement, 1, message->id, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, message->content, -1, SQLITE_STATIC);
		if (write->kind == OFFHOOK_STORE_UPDATE_MESSAGE)
			sqlite3_bind_int(statement, 3, message->interrupted ? 1 : 0);
	} else {
		offhook_sqlite_statement_bind_record(
		    statement, offhook_store_write_kind_get_type(write->kind), write->record,
		    offhook_store_write_kind_count_fields(write->kind));
	}
	if (write->words != NULL)
		sqlite3_bind_text(statement, sqlite3_bind_parameter_count(statement), write->words,
				  -1, SQLITE_STATIC);
}

static gboolean
offhook_sqlite_write_check_hit(OffhookSqliteConnection *connection, const OffhookStoreWrite *write,
			       GError **error)
{
	if (sqlite3_changes(offhook_sqlite_connection_get_db(connection)) > 0 ||
	    offhook_store_write_kind_may_miss(write->kind))
		return TRUE;
	offhook_store_sql_set_missed(write, error);
	return FALSE;
}

static gboolean
offhook_sqlite_write_one(OffhookSqliteConnection *connection, const OffhookStoreWrite *write,
			 GError **error)
{
	sqlite3_stmt *statement = offhook_sqlite_connection_prepare(
	    connection, offhook_store_sql_get_write(write->kind), error);
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
void
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
