/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plans of what is done with memories: always those of one user. On behalf of a user nobody else's are
 * looked at, also where the database would see to that. Any thread.
 */

#include "store/sql/store-sql-memories.h"

/* ?1 is whose; ?2, on whose behalf, NULL for nobody's. */
#define OFFHOOK_STORE_SQL_OWN "user_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR user_id = ?2)"

/* A vector is long: only those that are of use. */
#define OFFHOOK_STORE_SQL_LIST                                                                     \
	"SELECT id, user_id, kind, topic, content, conversation_id, created_us, model, "           \
	"CASE WHEN model = CAST(?3 AS TEXT) THEN vector END FROM memories "                        \
	"WHERE " OFFHOOK_STORE_SQL_OWN " ORDER BY created_us DESC, id DESC"

#define OFFHOOK_STORE_SQL_FETCH                                                                    \
	"SELECT id, vector, NULL FROM memories WHERE " OFFHOOK_STORE_SQL_OWN                       \
	" AND model = ?3 AND vector IS NOT NULL"

/* Migration 0010 of PostgreSQL. */
#define OFFHOOK_STORE_SQL_COMPARE                                                                  \
	"WITH wanted AS MATERIALIZED (SELECT memory_meaning(?4) AS meaning) "                      \
	"SELECT id, NULL, memory_distance(memories.meaning, wanted.meaning) "                      \
	"FROM memories, wanted WHERE " OFFHOOK_STORE_SQL_OWN " AND model = ?3"

#define OFFHOOK_STORE_SQL_FORGET                                                                   \
	"DELETE FROM memories WHERE " OFFHOOK_STORE_SQL_OWN                                        \
	" AND (CAST(?3 AS TEXT) IS NULL OR id = ?3)"

#define OFFHOOK_STORE_SQL_SET_VECTOR                                                               \
	"UPDATE memories SET model = ?4, vector = ?5 WHERE " OFFHOOK_STORE_SQL_OWN                 \
	" AND id = ?3 AND content = ?6"

#define OFFHOOK_STORE_SQL_MARK                                                                     \
	"UPDATE memories SET collection = ?4 WHERE " OFFHOOK_STORE_SQL_OWN                         \
	" AND id = ?3 AND content = ?5"

#define OFFHOOK_STORE_SQL_LIST_REMOVALS                                                            \
	"SELECT id, collection FROM memory_removals ORDER BY collection, id LIMIT CAST(?1 AS "     \
	"INTEGER)"

#define OFFHOOK_STORE_SQL_DROP_REMOVAL                                                             \
	"DELETE FROM memory_removals WHERE collection = ?1 AND id = ?2"

/* One step whose first values are the user's, and who asks. */
static OffhookStorePlan *
offhook_store_sql_plan_of_user(const OffhookStoreQuery *query, const OffhookRecordType *type,
			       const char *sql, const char *const *more, guint n_more)
{
	OffhookStorePlan *plan = offhook_store_plan_new(type);
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

	plan->writes = type == NULL;
	g_ptr_array_add(values, g_strdup(query->user_id));
	g_ptr_array_add(values, g_strdup(query->user != NULL ? query->user->subject : NULL));
	for (guint i = 0; i < n_more; i++)
		g_ptr_array_add(values, g_strdup(more[i]));
	offhook_store_plan_add(plan, g_strdup(sql), values);
	return plan;
}

static void
offhook_store_sql_add_step(OffhookStorePlan *plan, const char *sql, const char *one,
			   const char *other)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(values, g_strdup(one));
	if (other != NULL)
		g_ptr_array_add(values, g_strdup(other));
	offhook_store_plan_add(plan, g_strdup(sql), values);
}

static OffhookStorePlan *
offhook_store_sql_plan_removals(const OffhookStoreQuery *query)
{
	gboolean lists = query->kind == OFFHOOK_STORE_LIST_MEMORY_REMOVALS;
	OffhookStorePlan *plan =
	    offhook_store_plan_new(lists ? &offhook_memory_removal_record_type : NULL);
	g_autofree char *limit = g_strdup_printf("%u", query->limit);

	plan->writes = !lists;
	if (lists)
		offhook_store_sql_add_step(plan, OFFHOOK_STORE_SQL_LIST_REMOVALS, limit, NULL);
	for (char **id = lists ? NULL : query->names; id != NULL && *id != NULL; id++)
		offhook_store_sql_add_step(plan, OFFHOOK_STORE_SQL_DROP_REMOVAL, query->key, *id);
	return plan;
}

OffhookStorePlan *
offhook_store_sql_plan_memories(const OffhookStoreQuery *query)
{
	const OffhookMemoryRecord *record = query->record;

	switch (query->kind) {
	case OFFHOOK_STORE_LIST_MEMORIES:
		return offhook_store_sql_plan_of_user(query, &offhook_memory_record_type,
						      OFFHOOK_STORE_SQL_LIST,
						      (const char *const[]){query->model}, 1);
	case OFFHOOK_STORE_COMPARE_MEMORIES:
		return offhook_store_sql_plan_of_user(
		    query, &offhook_memory_distance_record_type,
		    query->by_database ? OFFHOOK_STORE_SQL_COMPARE : OFFHOOK_STORE_SQL_FETCH,
		    (const char *const[]){query->model, query->vector}, query->by_database ? 2 : 1);
	case OFFHOOK_STORE_MARK_MEMORY:
		return offhook_store_sql_plan_of_user(
		    query, NULL, OFFHOOK_STORE_SQL_MARK,
		    (const char *const[]){record->id, query->key, record->text}, 3);
	case OFFHOOK_STORE_LIST_MEMORY_REMOVALS:
	case OFFHOOK_STORE_DROP_MEMORY_REMOVALS:
		return offhook_store_sql_plan_removals(query);
	case OFFHOOK_STORE_FORGET_MEMORIES:
		return offhook_store_sql_plan_of_user(query, NULL, OFFHOOK_STORE_SQL_FORGET,
						      (const char *const[]){query->key}, 1);
	case OFFHOOK_STORE_SET_VECTOR:
		return offhook_store_sql_plan_of_user(
		    query, NULL, OFFHOOK_STORE_SQL_SET_VECTOR,
		    (const char *const[]){record->id, record->model, record->vector, record->text},
		    4);
	default:
		return NULL;
	}
}
