/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The steps of a plan as statements. In the thread of the connection.
 */

#include "store/sqlite/sqlite-plan.h"

#include "store/sqlite/sqlite-write.h"

typedef struct {
	OffhookSqliteConnection *connection;
	const OffhookStorePlan *plan;
	GPtrArray *rows; /* (nullable) */
	guint64 changes;
} OffhookSqliteRun;

static gboolean
offhook_sqlite_plan_run_step(OffhookSqliteRun *run, guint i, GError **error)
{
	const OffhookStoreStep *step = g_ptr_array_index(run->plan->steps, i);
	sqlite3_stmt *statement =
	    offhook_sqlite_connection_prepare(run->connection, step->sql, error);
	gboolean counts;
	gboolean row;
	gboolean good;

	if (statement == NULL)
		return FALSE;
	counts = i >= run->plan->first_counted && !sqlite3_stmt_readonly(statement);
	for (guint v = 0; v < step->values->len; v++)
		sqlite3_bind_text(statement, (int)v + 1, g_ptr_array_index(step->values, v), -1,
				  SQLITE_STATIC);
	while ((good = offhook_sqlite_connection_step(run->connection, statement, &row, error)) &&
	       row)
		g_ptr_array_add(run->rows,
				offhook_sqlite_statement_read_record(statement, run->plan->type));
	offhook_sqlite_statement_done(statement);
	if (counts)
		run->changes +=
		    (guint64)sqlite3_changes(offhook_sqlite_connection_get_db(run->connection));
	return good;
}

static gboolean
offhook_sqlite_plan_run_all(OffhookSqliteRun *run, GError **error)
{
	if (!offhook_sqlite_connection_execute(
		run->connection, run->plan->writes ? "BEGIN IMMEDIATE" : "BEGIN", error))
		return FALSE;
	for (guint i = 0; i < run->plan->steps->len; i++)
		if (!offhook_sqlite_plan_run_step(run, i, error))
			return FALSE;
	return offhook_sqlite_connection_execute(run->connection, "COMMIT", error);
}

OffhookStoreResult *
offhook_sqlite_plan_run(OffhookSqliteConnection *connection, const OffhookStoreQuery *query,
			const OffhookStorePlan *plan, GError **error)
{
	g_autoptr(GPtrArray) rows =
	    plan->type != NULL ? offhook_store_result_new_rows(plan->type) : NULL;
	OffhookSqliteRun run = {.connection = connection, .plan = plan, .rows = rows};

	if (!offhook_sqlite_connection_ensure(connection, error))
		return NULL;
	if (offhook_sqlite_plan_run_all(&run, error))
		return offhook_store_plan_finish(plan, query, g_steal_pointer(&rows), run.changes,
						 error);
	if (plan->writes)
		offhook_sqlite_write_recover(connection);
	else
		offhook_sqlite_connection_roll_back(connection);
	return NULL;
}
