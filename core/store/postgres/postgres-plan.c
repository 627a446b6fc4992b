/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Becomes a user for the length of a transaction, as PostgREST does: the claims of his token are a
 * setting that policies read, and the role is one that policies bind. Main thread.
 */

#include "store/postgres/postgres-plan.h"

#include "store/postgres/postgres-row.h"
#include "store/sql/store-sql.h"

#define OFFHOOK_POSTGRES_SET_CLAIMS "SELECT set_config('request.jwt.claims', $1, true)"

/*
 * The name is ours, never a token's. Where the role is not there, may not be taken or has not got the
 * tables, this does nothing: then the plan's own conditions keep the user to his rows, as in SQLite.
 */
#define OFFHOOK_POSTGRES_SET_ROLE                                                                  \
	"SELECT set_config('role', rolname, true) FROM pg_roles WHERE rolname = 'authenticated' "  \
	"AND pg_has_role(current_user, oid, 'MEMBER') "                                            \
	"AND has_table_privilege(oid, 'interactions', 'INSERT') "                                  \
	"AND has_table_privilege(oid, 'memories', 'DELETE')"

static void
offhook_postgres_plan_become(OffhookPostgresScript *script, const OffhookStoreUser *user)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(values, g_strdup(user->claims));
	offhook_postgres_script_add(script, OFFHOOK_POSTGRES_SET_CLAIMS, values);
	offhook_postgres_script_add(script, OFFHOOK_POSTGRES_SET_ROLE, NULL);
}

OffhookPostgresScript *
offhook_postgres_plan_make_script(const OffhookStoreQuery *query, const OffhookStorePlan *plan)
{
	OffhookPostgresScript *script = offhook_postgres_script_new();

	offhook_postgres_script_add(
	    script, plan->writes ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	    NULL);
	if (query->user != NULL)
		offhook_postgres_plan_become(script, query->user);
	for (guint i = 0; i < plan->steps->len; i++) {
		const OffhookStoreStep *step = g_ptr_array_index(plan->steps, i);

		offhook_postgres_script_add(script, offhook_store_sql_for_dollars(step->sql),
					    g_ptr_array_ref(step->values));
	}
	offhook_postgres_script_add(script, "COMMIT", NULL);
	return script;
}

OffhookStoreResult *
offhook_postgres_plan_take(const OffhookStoreQuery *query, const OffhookStorePlan *plan,
			   GPtrArray *results, GError **error)
{
	guint before = query->user != NULL ? 3 : 1;
	GPtrArray *rows = plan->type != NULL ? offhook_store_result_new_rows(plan->type) : NULL;
	guint64 changes = 0;

	for (guint i = 0; i < plan->steps->len; i++) {
		PGresult *result = g_ptr_array_index(results, before + i);

		if (rows != NULL && PQnfields(result) > 0)
			g_ptr_array_extend_and_steal(
			    rows, offhook_postgres_row_read_all(result, plan->type));
		if (plan->writes && i >= plan->first_counted && PQnfields(result) == 0)
			changes += g_ascii_strtoull(PQcmdTuples(result), NULL, 10);
	}
	return offhook_store_plan_finish(plan, query, rows, changes, error);
}
