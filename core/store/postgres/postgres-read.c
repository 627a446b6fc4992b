/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads go in one round trip. What has to agree, rows with their place or a conversation with its
 * messages, is read in a transaction that sees one state of the database. Main thread.
 */

#include "store/postgres/postgres-read.h"

#include "store/postgres/postgres-plan.h"
#include "store/postgres/postgres-row.h"
#include "store/sql/store-sql.h"

#define OFFHOOK_POSTGRES_BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

/* (transfer full) */
static GPtrArray *
offhook_postgres_read_copy(const char *const *values, guint n)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(copies, g_strdup(values[i]));
	return copies;
}

static void
offhook_postgres_read_add(OffhookPostgresScript *script, const char *sql, const char *const *values,
			  guint n)
{
	offhook_postgres_script_add(script, offhook_store_sql_for_dollars(sql),
				    offhook_postgres_read_copy(values, n));
}

/* What is searched for decides how. */
static void
offhook_postgres_read_add_part(OffhookPostgresScript *script, const char *sql,
			       const OffhookStorePage *page, guint n)
{
	offhook_postgres_script_add_planned(
	    script, offhook_store_sql_for_dollars(sql),
	    offhook_postgres_read_copy((const char *const *)page->values->pdata, n));
}

static void
offhook_postgres_read_add_lookup(OffhookPostgresScript *script, const OffhookStoreLookup *lookup,
				 const OffhookStoreQuery *query)
{
	const char *const key[] = {query->key};

	offhook_postgres_read_add(script, offhook_store_sql_get_select(lookup), key, 1);
}

static void
offhook_postgres_read_add_page(OffhookPostgresScript *script, const OffhookStorePage *page)
{
	if (page->place != NULL) {
		offhook_postgres_script_add(script, OFFHOOK_POSTGRES_BEGIN_READ, NULL);
		offhook_postgres_read_add_part(script, page->place, page, page->n_place_values);
	}
	offhook_postgres_read_add_part(script, page->rows, page, page->values->len);
	if (page->place != NULL)
		offhook_postgres_script_add(script, "COMMIT", NULL);
}

static void
offhook_postgres_read_add_costs(OffhookPostgresScript *script, const OffhookStoreQuery *query)
{
	g_autofree char *since = g_strdup_printf("%" G_GINT64_FORMAT, query->since_us);
	g_autofree char *until = g_strdup_printf("%" G_GINT64_FORMAT, query->until_us);
	const char *const values[] = {since, until};

	offhook_postgres_read_add(script, offhook_store_sql_sum_costs, values, 2);
}

OffhookPostgresScript *
offhook_postgres_read_make_script(const OffhookStoreQuery *query)
{
	const OffhookStoreLookup *lookup = offhook_store_sql_get_lookup(query->kind);
	g_autoptr(OffhookStorePage) page =
	    offhook_store_sql_make_page(query, OFFHOOK_STORE_POSTGRES);
	g_autoptr(OffhookStorePlan) plan = offhook_store_plan_make(query);
	OffhookPostgresScript *script;

	if (plan != NULL)
		return offhook_postgres_plan_make_script(query, plan);
	script = offhook_postgres_script_new();
	if (page != NULL) {
		offhook_postgres_read_add_page(script, page);
	} else if (query->kind == OFFHOOK_STORE_SUM_COSTS) {
		offhook_postgres_read_add_costs(script, query);
	} else if (query->kind == OFFHOOK_STORE_GET_CONVERSATION) {
		offhook_postgres_script_add(script, OFFHOOK_POSTGRES_BEGIN_READ, NULL);
		offhook_postgres_read_add_lookup(script, lookup, query);
		offhook_postgres_read_add_lookup(script, &offhook_store_sql_conversation_messages,
						 query);
		offhook_postgres_script_add(script, "COMMIT", NULL);
	} else {
		offhook_postgres_read_add_lookup(script, lookup, query);
	}
	return script;
}

static OffhookStoreResult *
offhook_postgres_read_take_page(const OffhookStorePage *page, GPtrArray *results)
{
	OffhookStoreResult *result = g_new0(OffhookStoreResult, 1);
	/* Behind BEGIN and the place. */
	const PGresult *rows = g_ptr_array_index(results, page->place != NULL ? 2 : 0);

	if (page->place != NULL) {
		g_autoptr(GPtrArray) places = offhook_postgres_row_read_all(
		    g_ptr_array_index(results, 1), &offhook_history_place_type);

		offhook_store_result_take_place(result, places);
	}
	if (page->counted)
		result->total =
		    g_ascii_strtoull(PQgetvalue(rows, 0, (int)page->type->n_fields), NULL, 10);
	result->rows = page->counted && PQgetisnull(rows, 0, 0)
			   ? offhook_store_result_new_rows(page->type)
			   : offhook_postgres_row_read_all(rows, page->type);
	return result;
}

OffhookStoreResult *
offhook_postgres_read_take(const OffhookStoreQuery *query, GPtrArray *results, GError **error)
{
	const OffhookStoreLookup *lookup = offhook_store_sql_get_lookup(query->kind);
	g_autoptr(OffhookStorePage) page =
	    offhook_store_sql_make_page(query, OFFHOOK_STORE_POSTGRES);
	g_autoptr(OffhookStorePlan) plan = offhook_store_plan_make(query);
	gboolean with_messages = query->kind == OFFHOOK_STORE_GET_CONVERSATION;
	g_autoptr(OffhookStoreResult) result = NULL;

	if (page != NULL)
		return offhook_postgres_read_take_page(page, results);
	if (plan != NULL)
		return offhook_postgres_plan_take(query, plan, results, error);
	result = g_new0(OffhookStoreResult, 1);
	if (query->kind == OFFHOOK_STORE_SUM_COSTS) {
		result->rows = offhook_postgres_row_read_all(g_ptr_array_index(results, 0),
							     &offhook_cost_record_type);
		return g_steal_pointer(&result);
	}
	result->record_type = lookup->type;
	result->rows = offhook_postgres_row_read_all(
	    g_ptr_array_index(results, with_messages ? 1 : 0), lookup->type);
	if (lookup->single && result->rows->len == 0) {
		offhook_store_sql_set_not_found(lookup, query, error);
		return NULL;
	}
	if (lookup->single)
		result->record = g_ptr_array_steal_index(result->rows, 0);
	if (with_messages) {
		g_ptr_array_unref(result->rows);
		result->rows = offhook_postgres_row_read_all(g_ptr_array_index(results, 2),
							     &offhook_message_record_type);
	}
	return g_steal_pointer(&result);
}
