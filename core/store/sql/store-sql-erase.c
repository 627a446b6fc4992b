/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which rows are a caller's, and how they age: the one place to name a table that has something of
 * a caller. Any thread.
 */

#include "store/sql/store-sql-erase.h"

/* A caller goes by three names, however they are used: see offhook_caller_list_names(). */
#define NAMES "(?1, ?2, ?3)"

/*
 * The far end of a call is its caller: our own number is nobody's. What was placed for the sake of his
 * calls is his as well, as his words were passed on there.
 */
#define CALLS                                                                                      \
	"(WITH RECURSIVE mine (id) AS ("                                                           \
	"SELECT id FROM calls WHERE direction = 'inbound' AND from_number IN " NAMES               \
	" UNION SELECT id FROM calls WHERE direction = 'outbound' AND to_number IN " NAMES         \
	" UNION SELECT call_id FROM conversations WHERE call_id IS NOT NULL AND user_id IN " NAMES \
	" UNION SELECT calls.id FROM calls JOIN mine ON calls.origin_call_id = mine.id"            \
	") SELECT id FROM mine)"

#define QUOTED(name) "'\"' || CAST(" name " AS TEXT) || '\"'"

#define CONVERSATIONS                                                                              \
	"(SELECT id FROM conversations WHERE user_id IN " NAMES                                    \
	" UNION SELECT id FROM conversations WHERE call_id IN " CALLS ")"

/**
 * A row per table: what in it is a caller's. Those that refer to others come before them, but
 * conversations tell whose a call is, and so outlive the calls.
 */
static const struct {
	const char *table;
	const char *mine;
} offhook_store_sql_erased[] = {
    /* An event without a call may name him: his number is a whole text in its body. */
    {"deliveries", "call_id IN " CALLS " OR replace(replace(replace(body, " QUOTED(
		       "?1") ", ''), " QUOTED("?2") ", ''), " QUOTED("?3") ", '') <> body"},
    {"scheduled_calls", "number IN " NAMES " OR origin_call_id IN " CALLS},
    {"memories", "id IN (SELECT id FROM memories WHERE user_id IN " NAMES
		 " UNION SELECT id FROM memories WHERE conversation_id IN " CONVERSATIONS ")"},
    {"turns", "call_id IN " CALLS},
    {"call_events", "call_id IN " CALLS},
    {"recordings", "call_id IN " CALLS},
    {"messages", "id IN (SELECT id FROM messages WHERE call_id IN " CALLS
		 " UNION SELECT id FROM messages WHERE conversation_id IN " CONVERSATIONS ")"},
    {"calls", "id IN " CALLS},
    {"conversations", "id IN " CONVERSATIONS},
    {"interactions", "user_id IN " NAMES},
    {"preferences", "user_id IN " NAMES},
};

/**
 * A row per table whose rows age: deletes the oldest, older than ?1 and at most ?2. What refers to
 * them goes with them.
 */
static const struct {
	const char *table;
	const char *expire;
} offhook_store_sql_ageing[] = {
    {"calls",
     "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE created_us < CAST(?1 AS BIGINT) "
     "AND ended_us IS NOT NULL ORDER BY created_us LIMIT ?2)"},
    {"conversations", "DELETE FROM conversations WHERE id IN (SELECT id FROM conversations "
		      "WHERE created_us < CAST(?1 AS BIGINT) AND call_id IS NULL "
		      "AND coalesce(last_message_us, created_us) < CAST(?1 AS BIGINT) "
		      "ORDER BY created_us LIMIT ?2)"},
    {"interactions", "DELETE FROM interactions WHERE id IN (SELECT id FROM interactions "
		     "WHERE created_us < CAST(?1 AS BIGINT) ORDER BY created_us LIMIT ?2)"},
    {"deliveries", "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries "
		   "WHERE created_us < CAST(?1 AS BIGINT) AND status = 'dead' "
		   "ORDER BY created_us LIMIT ?2)"},
    {"scheduled_calls", "DELETE FROM scheduled_calls WHERE id IN (SELECT id FROM scheduled_calls "
			"WHERE at_us < CAST(?1 AS BIGINT) AND status NOT IN ('waiting', 'calling') "
			"ORDER BY at_us LIMIT ?2)"},
    {"memories", "DELETE FROM memories WHERE id IN (SELECT id FROM memories "
		 "WHERE created_us < CAST(?1 AS BIGINT) ORDER BY created_us LIMIT ?2)"},
};

static const char *const offhook_store_sql_forget_recording[] = {
    "DELETE FROM recordings WHERE call_id = ?1 AND path = ?2",
    "UPDATE calls SET recording_path = NULL WHERE id = ?1 AND recording_path = ?2",
};

static const char offhook_store_sql_holdings[] =
    "SELECT calls.id, calls.driver, recordings.path, NULL FROM calls "
    "JOIN recordings ON recordings.call_id = calls.id WHERE calls.id IN " CALLS
    " UNION ALL SELECT calls.id, calls.driver, NULL, call_events.data FROM calls "
    "JOIN call_events ON call_events.call_id = calls.id "
    "WHERE call_events.type = 'recording.changed' AND calls.id IN " CALLS;

static const char offhook_store_sql_claim_removals[] =
    "INSERT INTO receipt_removals (receipt_id, collection, id) "
    "SELECT CAST(?1 AS TEXT), collection, id FROM memory_removals";

/* ?1 is when; ?2 a receipt that is looked at for the first time, or NULL. */
static const char *const offhook_store_sql_settle_receipts[] = {
    "DELETE FROM receipt_removals WHERE NOT EXISTS (SELECT 1 FROM memory_removals "
    "WHERE memory_removals.collection = receipt_removals.collection "
    "AND memory_removals.id = receipt_removals.id)",

    "UPDATE receipts SET removals_left = "
    "(SELECT count(*) FROM receipt_removals WHERE receipt_id = receipts.id), "
    "removals_done_us = CASE WHEN EXISTS "
    "(SELECT 1 FROM receipt_removals WHERE receipt_id = receipts.id) "
    "THEN NULL ELSE CAST(?1 AS BIGINT) END "
    "WHERE removals_done_us IS NULL AND (id = ?2 OR removals_left > 0 OR EXISTS "
    "(SELECT 1 FROM receipt_removals WHERE receipt_id = receipts.id))",
};

const char *const *
offhook_store_list_ageing(void)
{
	static const char *names[G_N_ELEMENTS(offhook_store_sql_ageing) + 1];

	for (guint i = 0; i < G_N_ELEMENTS(offhook_store_sql_ageing); i++)
		names[i] = offhook_store_sql_ageing[i].table;
	return names;
}

const char *const *
offhook_store_sql_list_erased(void)
{
	static const char *names[G_N_ELEMENTS(offhook_store_sql_erased) + 1];

	for (guint i = 0; i < G_N_ELEMENTS(offhook_store_sql_erased); i++)
		names[i] = offhook_store_sql_erased[i].table;
	return names;
}

static const char *
offhook_store_sql_make_counts(void)
{
	GString *sql = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(offhook_store_sql_erased); i++)
		g_string_append_printf(
		    sql, "%sSELECT '%s', count(*) FROM %s WHERE %s", i > 0 ? " UNION ALL " : "",
		    offhook_store_sql_erased[i].table, offhook_store_sql_erased[i].table,
		    offhook_store_sql_erased[i].mine);
	return offhook_store_sql_intern(g_string_free(sql, FALSE));
}

static void
offhook_store_sql_add_names(GPtrArray *values, const OffhookStoreQuery *query)
{
	for (guint i = 0; query->names[i] != NULL; i++)
		g_ptr_array_add(values, g_strdup(query->names[i]));
}

/* ---- pages ---- */

static OffhookStorePage *
offhook_store_sql_make_list(const OffhookRecordType *type, const char *rows)
{
	OffhookStorePage *page = g_new0(OffhookStorePage, 1);

	page->type = type;
	page->rows = rows;
	page->values = g_ptr_array_new_with_free_func(g_free);
	return page;
}

static OffhookStorePage *
offhook_store_sql_make_receipts(const OffhookStoreQuery *query)
{
	g_autofree char *columns =
	    offhook_record_type_list_columns(&offhook_receipt_record_type, TRUE);
	const char *sql = offhook_store_sql_intern(
	    g_strdup_printf("SELECT %s FROM receipts %s ORDER BY at_us DESC, id DESC LIMIT ?1",
			    columns, query->key != NULL ? "WHERE subject = ?2" : ""));
	OffhookStorePage *page = offhook_store_sql_make_list(&offhook_receipt_record_type, sql);

	g_ptr_array_add(page->values, g_strdup_printf("%u", query->limit));
	if (query->key != NULL)
		g_ptr_array_add(page->values, g_strdup(query->key));
	return page;
}

/* Those that have ended are looked for among a caller's alone: there is no index by the end. */
static OffhookStorePage *
offhook_store_sql_make_open_calls(const OffhookStoreQuery *query)
{
	const char *rest =
	    query->names != NULL
		? "WHERE id IN " CALLS " AND (ended_us IS NULL OR ended_us >= CAST(?4 AS BIGINT))"
		: "WHERE ended_us IS NULL";
	OffhookStorePage *page = offhook_store_sql_make_list(
	    &offhook_call_record_type,
	    offhook_store_sql_make_select(&offhook_call_record_type, rest));

	if (query->names == NULL)
		return page;
	offhook_store_sql_add_names(page->values, query);
	g_ptr_array_add(page->values, g_strdup_printf("%" G_GINT64_FORMAT, query->since_us));
	return page;
}

OffhookStorePage *
offhook_store_sql_make_erase_page(const OffhookStoreQuery *query)
{
	OffhookStorePage *page;

	switch (query->kind) {
	case OFFHOOK_STORE_COUNT_CALLER:
		page = offhook_store_sql_make_list(&offhook_row_count_record_type,
						   offhook_store_sql_make_counts());
		break;
	case OFFHOOK_STORE_LIST_HOLDINGS:
		page = offhook_store_sql_make_list(&offhook_holding_record_type,
						   offhook_store_sql_holdings);
		break;
	case OFFHOOK_STORE_LIST_RECEIPTS:
		return offhook_store_sql_make_receipts(query);
	case OFFHOOK_STORE_LIST_OPEN_CALLS:
		return offhook_store_sql_make_open_calls(query);
	default:
		return NULL;
	}
	offhook_store_sql_add_names(page->values, query);
	return page;
}

/* ---- what is written ---- */

static OffhookStorePlan *
offhook_store_sql_begin_erasing(const OffhookRecordType *type)
{
	OffhookStorePlan *plan = offhook_store_plan_new(type);

	plan->writes = TRUE;
	return plan;
}

/* Counts before it deletes, as what refers to a row goes with it uncounted. */
static OffhookStorePlan *
offhook_store_sql_plan_erase(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_sql_begin_erasing(&offhook_row_count_record_type);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	offhook_store_sql_add_names(names, query);
	offhook_store_plan_share(plan, offhook_store_sql_make_counts(), names);
	for (guint i = 0; i < G_N_ELEMENTS(offhook_store_sql_erased); i++) {
		g_autofree char *sql =
		    g_strdup_printf("DELETE FROM %s WHERE %s", offhook_store_sql_erased[i].table,
				    offhook_store_sql_erased[i].mine);

		offhook_store_plan_share(plan, sql, names);
	}
	return plan;
}

static OffhookStorePlan *
offhook_store_sql_plan_expire(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_sql_begin_erasing(NULL);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	guint i = 0;

	while (!g_str_equal(offhook_store_sql_ageing[i].table, query->key))
		i++;
	g_ptr_array_add(values, g_strdup_printf("%" G_GINT64_FORMAT, query->since_us));
	g_ptr_array_add(values, g_strdup_printf("%u", query->limit));
	offhook_store_plan_share(plan, offhook_store_sql_ageing[i].expire, values);
	return plan;
}

static OffhookStorePlan *
offhook_store_sql_plan_forget(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_sql_begin_erasing(NULL);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(values, g_strdup(query->key));
	g_ptr_array_add(values, g_strdup(query->path));
	for (guint i = 0; i < G_N_ELEMENTS(offhook_store_sql_forget_recording); i++)
		offhook_store_plan_share(plan, offhook_store_sql_forget_recording[i], values);
	return plan;
}

static OffhookStorePlan *
offhook_store_sql_plan_claim(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_sql_begin_erasing(NULL);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(values, g_strdup(query->key));
	offhook_store_plan_share(plan, offhook_store_sql_claim_removals, values);
	return plan;
}

static OffhookStorePlan *
offhook_store_sql_plan_settle(const OffhookStoreQuery *query)
{
	OffhookStorePlan *plan = offhook_store_sql_begin_erasing(NULL);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(values, g_strdup_printf("%" G_GINT64_FORMAT, query->now_us));
	g_ptr_array_add(values, g_strdup(query->key));
	for (guint i = 0; i < G_N_ELEMENTS(offhook_store_sql_settle_receipts); i++)
		offhook_store_plan_share(plan, offhook_store_sql_settle_receipts[i], values);
	return plan;
}

OffhookStorePlan *
offhook_store_sql_plan_erasing(const OffhookStoreQuery *query)
{
	switch (query->kind) {
	case OFFHOOK_STORE_ERASE_CALLER:
		return offhook_store_sql_plan_erase(query);
	case OFFHOOK_STORE_EXPIRE:
		return offhook_store_sql_plan_expire(query);
	case OFFHOOK_STORE_FORGET_RECORDING:
		return offhook_store_sql_plan_forget(query);
	case OFFHOOK_STORE_CLAIM_REMOVALS:
		return offhook_store_sql_plan_claim(query);
	case OFFHOOK_STORE_SETTLE_RECEIPTS:
		return offhook_store_sql_plan_settle(query);
	default:
		return NULL;
	}
}
