/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plans of what is done with users' rows. On behalf of a user each looks only at his, also where the
 * database would see to that. Any thread.
 */

#include "store/sql/store-sql-interactions.h"

#define OFFHOOK_STORE_SQL_MAX_KINDS 100

/* What is %NULL stays as it is. */
#define OFFHOOK_STORE_SQL_PUT_PREFERENCES                                                          \
	"INSERT INTO preferences (user_id, preferences, updated_us, knowledge, knowledge_us) "     \
	"VALUES (?1, coalesce(CAST(?2 AS TEXT), '{}'), CAST(?4 AS BIGINT), CAST(?3 AS TEXT), "     \
	"CASE WHEN CAST(?3 AS TEXT) IS NOT NULL THEN CAST(?4 AS BIGINT) END) "                     \
	"ON CONFLICT (user_id) DO UPDATE SET "                                                     \
	"preferences = coalesce(CAST(?2 AS TEXT), preferences.preferences), "                      \
	"updated_us = CASE WHEN CAST(?2 AS TEXT) IS NOT NULL THEN excluded.updated_us "            \
	"ELSE preferences.updated_us END, "                                                        \
	"knowledge = coalesce(excluded.knowledge, preferences.knowledge), "                        \
	"knowledge_us = coalesce(excluded.knowledge_us, preferences.knowledge_us)"

/* ---- parts ---- */

static GPtrArray *
offhook_store_sql_new_values(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static void
offhook_store_sql_add_time(GPtrArray *values, gint64 time_us)
{
	g_ptr_array_add(values, g_strdup_printf("%" G_GINT64_FORMAT, time_us));
}

/* @value: (nullable): then anything will do */
static void
offhook_store_sql_where(GString *sql, GPtrArray *values, const char *column, const char *value)
{
	if (value == NULL)
		return;
	g_ptr_array_add(values, g_strdup(value));
	g_string_append_printf(sql, " AND %s = ?%u", column, values->len);
}

static void
offhook_store_sql_where_own(GString *sql, GPtrArray *values, const OffhookStoreQuery *query)
{
	if (query->user != NULL)
		offhook_store_sql_where(sql, values, "user_id", query->user->subject);
}

static GString *
offhook_store_sql_begin_select(const OffhookRecordType *type)
{
	g_autofree char *columns = offhook_record_type_list_columns(type, TRUE);
	GString *sql = g_string_new(NULL);

	g_string_printf(sql, "SELECT %s FROM %s WHERE 1 = 1", columns, type->table);
	return sql;
}

/* ---- reading ---- */

static OffhookStorePlan *
offhook_store_sql_plan_list(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_plan_new(&offhook_interaction_record_type);
	GString *sql = offhook_store_sql_begin_select(plan->type);
	GPtrArray *values = offhook_store_sql_new_values();

	offhook_store_sql_where(sql, values, "user_id", query->user_id);
	offhook_store_sql_where(sql, values, "session_id", query->session_id);
	offhook_store_sql_where_own(sql, values, query);
	g_ptr_array_add(values, g_strdup_printf("%u", query->limit));
	g_string_append_printf(sql, " ORDER BY created_us DESC, id DESC LIMIT ?%u", values->len);
	offhook_store_plan_add(plan, g_string_free(sql, FALSE), values);
	return plan;
}

static void
offhook_store_sql_add_count(OffhookStorePlan *plan, const OffhookStoreQuery *query,
			    gboolean by_kind)
{
	GString *sql = g_string_new("SELECT ");
	GPtrArray *values = offhook_store_sql_new_values();

	g_string_append(sql, by_kind ? "agent_type" : "CAST(NULL AS TEXT)");
	g_string_append(sql,
			", count(*), count(DISTINCT user_id), count(DISTINCT session_id), "
			"max(created_us) FROM interactions WHERE created_us >= CAST(?1 AS BIGINT)");
	offhook_store_sql_add_time(values, query->since_us);
	offhook_store_sql_where(sql, values, "user_id", query->user_id);
	offhook_store_sql_where_own(sql, values, query);
	if (by_kind)
		g_string_append(sql, " GROUP BY agent_type ORDER BY count(*) DESC, agent_type "
				     "LIMIT " G_STRINGIFY(OFFHOOK_STORE_SQL_MAX_KINDS));
	offhook_store_plan_add(plan, g_string_free(sql, FALSE), values);
}

static OffhookStorePlan *
offhook_store_sql_plan_count(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_plan_new(&offhook_interaction_count_record_type);

	offhook_store_sql_add_count(plan, query, FALSE);
	offhook_store_sql_add_count(plan, query, TRUE);
	return plan;
}

static OffhookStorePlan *
offhook_store_sql_plan_get(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_plan_new(&offhook_preferences_record_type);
	GString *sql = offhook_store_sql_begin_select(plan->type);
	GPtrArray *values = offhook_store_sql_new_values();

	plan->single = "user_id";
	offhook_store_sql_where(sql, values, "user_id", query->key);
	offhook_store_sql_where_own(sql, values, query);
	offhook_store_plan_add(plan, g_string_free(sql, FALSE), values);
	return plan;
}

/* ---- writing ---- */

static OffhookStorePlan *
offhook_store_sql_plan_write(void)
{
	OffhookStorePlan *plan = offhook_store_plan_new(NULL);

	plan->writes = TRUE;
	return plan;
}

static OffhookStorePlan *
offhook_store_sql_plan_add(const OffhookStoreQuery *query)
{
	const OffhookInteractionRecord *record = query->record;
	const char *const texts[] = {record->id,         record->user_id, record->session_id,
				     record->agent_type, record->input,   record->response,
				     record->metadata};
	OffhookStorePlan *plan = offhook_store_sql_plan_write();
	GPtrArray *values = offhook_store_sql_new_values();

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_ptr_array_add(values, g_strdup(texts[i]));
	offhook_store_sql_add_time(values, record->created_us);
	offhook_store_plan_add(
	    plan,
	    g_strdup("INSERT INTO interactions (id, user_id, session_id, agent_type, input, "
		     "response, metadata, created_us) "
		     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING"),
	    values);
	return plan;
}

static OffhookStorePlan *
offhook_store_sql_plan_put(const OffhookStoreQuery *query)
{
	const OffhookPreferencesRecord *record = query->record;
	OffhookStorePlan *plan = offhook_store_sql_plan_write();
	GPtrArray *values = offhook_store_sql_new_values();

	g_ptr_array_add(values, g_strdup(record->user_id));
	g_ptr_array_add(values, g_strdup(record->preferences));
	g_ptr_array_add(values, g_strdup(record->knowledge));
	offhook_store_sql_add_time(values, query->now_us);
	offhook_store_plan_add(plan, g_strdup(OFFHOOK_STORE_SQL_PUT_PREFERENCES), values);
	return plan;
}

OffhookStorePlan *
offhook_store_sql_plan_interactions(const OffhookStoreQuery *query)
{
	switch (query->kind) {
	case OFFHOOK_STORE_LIST_INTERACTIONS:
		return offhook_store_sql_plan_list(query);
	case OFFHOOK_STORE_COUNT_INTERACTIONS:
		return offhook_store_sql_plan_count(query);
	case OFFHOOK_STORE_GET_PREFERENCES:
		return offhook_store_sql_plan_get(query);
	case OFFHOOK_STORE_ADD_INTERACTION:
		return offhook_store_sql_plan_add(query);
	case OFFHOOK_STORE_PUT_PREFERENCES:
		return offhook_store_sql_plan_put(query);
	default:
		return NULL;
	}
}
