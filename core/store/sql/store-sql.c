/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One text for each command, within what SQLite and PostgreSQL have in common. Any thread.
 */

#include "store/sql/store-sql.h"

#include <string.h>

#include <offhook/error.h>

#include "store/sql/store-sql-erase.h"

/*
 * The same event again changes nothing; another one under its number updates no row, which is how
 * it is found out. seq 0 takes the number that it has, else the next one.
 */
#define OFFHOOK_STORE_SQL_ADD_EVENT                                                                \
	"INSERT INTO call_events (call_id, seq, at_us, type, data) "                               \
	"VALUES (?1, CASE CAST(?2 AS BIGINT) WHEN 0 THEN "                                         \
	"coalesce((SELECT min(seq) FROM call_events WHERE call_id = ?1 "                           \
	"AND at_us = CAST(?3 AS BIGINT) AND type = CAST(?4 AS TEXT) "                              \
	"AND data IS NOT DISTINCT FROM CAST(?5 AS TEXT)), "                                        \
	"(SELECT coalesce(max(seq), 0) + 1 FROM call_events WHERE call_id = ?1)) "                 \
	"ELSE CAST(?2 AS BIGINT) END, ?3, ?4, ?5) "                                                \
	"ON CONFLICT (call_id, seq) DO UPDATE SET seq = call_events.seq "                          \
	"WHERE call_events.at_us = excluded.at_us AND call_events.type = excluded.type "           \
	"AND call_events.data IS NOT DISTINCT FROM excluded.data"

/* What an assistant said is changed later, so that a repetition may meet another text. */
#define OFFHOOK_STORE_SQL_ADD_MESSAGE                                                              \
	"INSERT INTO messages (id, conversation_id, call_id, role, content, at_us, confidence, "   \
	"interrupted, agent_id, seq, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "          \
	"(SELECT coalesce(max(seq), 0) + 1 FROM messages WHERE conversation_id = ?2), ?10) "       \
	"ON CONFLICT (id) DO UPDATE SET id = messages.id "                                         \
	"WHERE messages.conversation_id = excluded.conversation_id "                               \
	"AND messages.role = excluded.role AND messages.at_us = excluded.at_us "                   \
	"AND (messages.content = excluded.content OR messages.role = 'assistant')"

#define OFFHOOK_STORE_SQL_UPDATE_MESSAGE                                                           \
	"UPDATE messages SET content = ?2, interrupted = ?3, words = ?4 WHERE id = ?1"

/* A message that has changed meanwhile was folded then. */
#define OFFHOOK_STORE_SQL_FOLD_MESSAGE                                                             \
	"UPDATE messages SET words = CASE WHEN content = ?2 THEN ?3 ELSE words END WHERE id = ?1"

/* An event may be about a call that is not, or no longer, written down. */
#define OFFHOOK_STORE_SQL_ADD_DELIVERY                                                             \
	"INSERT INTO deliveries (id, endpoint, node, call_id, position, type, body, status, "      \
	"attempts, created_us, expires_us, next_us, error) VALUES (?1, ?2, ?3, "                   \
	"(SELECT id FROM calls WHERE id = ?4), ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "           \
	"ON CONFLICT (id) DO UPDATE SET id = deliveries.id"

/* ... and one that is gone stays so. */
#define OFFHOOK_STORE_SQL_UPDATE_DELIVERY                                                          \
	"UPDATE deliveries SET endpoint = ?2, node = ?3, "                                         \
	"call_id = (SELECT id FROM calls WHERE id = ?4), position = ?5, type = ?6, body = ?7, "    \
	"status = ?8, attempts = ?9, created_us = ?10, expires_us = ?11, next_us = ?12, "          \
	"error = ?13 WHERE id = ?1"

#define OFFHOOK_STORE_SQL_REMOVE_DELIVERY "DELETE FROM deliveries WHERE id = ?1"

/*
 * The event is told of calls still open, once, and a call ends, at the latest, when the last thing
 * happened in it. What began after ?2 is going on. Nothing else was being recorded or talked about, so
 * this does not look whether the call of that has ended.
 */
#define OFFHOOK_STORE_SQL_OF_TURNS(column)                                                         \
	column " = (SELECT CASE WHEN sum(turns." column ") > coalesce(calls." column ", 0) "       \
	       "THEN sum(turns." column ") ELSE calls." column " END FROM turns "                  \
	       "WHERE turns.call_id = calls.id)"

static const char *const offhook_store_sql_interrupted[] = {
    "INSERT INTO call_events (call_id, seq, at_us, type, data) "
    "SELECT id, coalesce((SELECT max(seq) FROM call_events WHERE call_id = calls.id), 0) + 1, "
    "CAST(?2 AS BIGINT), 'call.interrupted', '{\"status\":\"interrupted\"}' "
    "FROM calls WHERE node = ?1 AND ended_us IS NULL AND created_us < CAST(?2 AS BIGINT) "
    "AND NOT EXISTS (SELECT 1 FROM call_events WHERE call_id = calls.id "
    "AND type = 'call.interrupted')",

    "UPDATE conversations SET status = 'interrupted' WHERE status = 'active' AND call_id IN "
    "(SELECT id FROM calls WHERE node = ?1 AND created_us < CAST(?2 AS BIGINT))",

    "UPDATE recordings SET status = 'interrupted' WHERE status = 'recording' AND call_id IN "
    "(SELECT id FROM calls WHERE node = ?1 AND created_us < CAST(?2 AS BIGINT))",

    "UPDATE calls SET status = 'interrupted', end_reason = 'interrupted', ended_us = "
    "(SELECT max(at) FROM (SELECT calls.created_us AS at UNION ALL SELECT calls.answered_us "
    "UNION ALL SELECT max(at_us) FROM call_events "
    "WHERE call_id = calls.id AND type <> 'call.interrupted' "
    "UNION ALL SELECT max(at_us) FROM messages WHERE call_id = calls.id "
    "UNION ALL SELECT max(started_us) FROM turns WHERE call_id = calls.id) AS "
    "moments), " OFFHOOK_STORE_SQL_OF_TURNS("input_tokens") ", " OFFHOOK_STORE_SQL_OF_TURNS(
	"ou"
	"tp"
	"ut"
	"_t"
	"ok"
	"en"
	"s") ", " OFFHOOK_STORE_SQL_OF_TURNS("characters") ", " OFFHOOK_STORE_SQL_OF_TURNS("audio_"
											   "us") ","
												 " " OFFHOOK_STORE_SQL_OF_TURNS(
												     "cost") " "
													     "WHERE node = ?1 AND ended_us IS NULL AND created_us < CAST(?2 AS BIGINT)",
};

/* A call's own sum is written when its state changes; its turns know more while it is going on. */
const char offhook_store_sql_sum_costs[] =
    "SELECT assistant, sum(CASE WHEN whole > parts THEN whole ELSE parts END) "
    "FROM (SELECT assistant, coalesce(cost, 0) AS whole, coalesce("
    "(SELECT sum(turns.cost) FROM turns WHERE turns.call_id = calls.id), 0) AS parts "
    "FROM calls WHERE created_us >= CAST(?1 AS BIGINT) AND created_us < CAST(?2 AS BIGINT) "
    "AND assistant IS NOT NULL) AS sums "
    "GROUP BY assistant ORDER BY assistant";

/* ---- writing ---- */

/* "INSERT ... ON CONFLICT (key) DO UPDATE SET the rest". (transfer full) */
static char *
offhook_store_sql_make_put(const OffhookRecordType *type)
{
	g_autofree char *columns = offhook_record_type_list_columns(type, FALSE);
	GString *sql = g_string_new(NULL);
	guint n = 0;

	g_string_printf(sql, "INSERT INTO %s (%s) VALUES (", type->table, columns);
	for (guint i = 0; i < type->n_fields; i++) {
		if ((type->fields[i].flags & OFFHOOK_FIELD_KEPT) != 0)
			continue;
		g_string_append_printf(sql, "%s?%u", n > 0 ? ", " : "", n + 1);
		n++;
	}
	g_string_append(sql, ") ON CONFLICT (");
	for (guint i = 0; i < type->n_key; i++)
		g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", type->fields[i].column);
	g_string_append(sql, ") DO UPDATE SET ");
	n = 0;
	for (guint i = type->n_key; i < type->n_fields; i++) {
		if ((type->fields[i].flags & OFFHOOK_FIELD_KEPT) == 0)
			g_string_append_printf(sql, "%s%s = excluded.%s", n++ > 0 ? ", " : "",
					       type->fields[i].column, type->fields[i].column);
	}
	return g_string_free(sql, FALSE);
}

/*
 * "UPDATE ... SET all but the key WHERE key": does not bring back what is gone. (transfer full)
 */
static char *
offhook_store_sql_make_update(const OffhookRecordType *type)
{
	GString *sql = g_string_new(NULL);

	g_string_printf(sql, "UPDATE %s SET ", type->table);
	for (guint i = type->n_key; i < type->n_fields; i++)
		g_string_append_printf(sql, "%s%s = ?%u", i > type->n_key ? ", " : "",
				       type->fields[i].column, i + 1);
	g_string_append_printf(sql, " WHERE %s = ?1", type->fields[0].column);
	return g_string_free(sql, FALSE);
}

const char *
offhook_store_sql_get_write(OffhookStoreWriteKind kind)
{
	static const char *puts[OFFHOOK_STORE_WRITE_LAST];
	const OffhookRecordType *type = offhook_store_write_kind_get_type(kind);

	if (kind == OFFHOOK_STORE_ADD_DELIVERY)
		return OFFHOOK_STORE_SQL_ADD_DELIVERY;
	if (kind == OFFHOOK_STORE_UPDATE_DELIVERY)
		return OFFHOOK_STORE_SQL_UPDATE_DELIVERY;
	if (kind == OFFHOOK_STORE_REMOVE_DELIVERY)
		return OFFHOOK_STORE_SQL_REMOVE_DELIVERY;
	if (kind == OFFHOOK_STORE_ADD_EVENT)
		return OFFHOOK_STORE_SQL_ADD_EVENT;
	if (kind == OFFHOOK_STORE_ADD_MESSAGE)
		return OFFHOOK_STORE_SQL_ADD_MESSAGE;
	if (kind == OFFHOOK_STORE_UPDATE_MESSAGE)
		return OFFHOOK_STORE_SQL_UPDATE_MESSAGE;
	if (kind == OFFHOOK_STORE_FOLD_MESSAGE)
		return OFFHOOK_STORE_SQL_FOLD_MESSAGE;
	if (g_once_init_enter(&puts[kind]))
		g_once_init_leave(&puts[kind], offhook_store_write_kind_may_miss(kind)
						   ? offhook_store_sql_make_update(type)
						   : offhook_store_sql_make_put(type));
	return puts[kind];
}

void
offhook_store_sql_set_missed(const OffhookStoreWrite *write, GError **error)
{
	const char *id = ((const OffhookMessageRecord *)write->record)->id;
	const OffhookCallEventRecord *event = write->record;

	if (write->kind == OFFHOOK_STORE_UPDATE_MESSAGE ||
	    write->kind == OFFHOOK_STORE_FOLD_MESSAGE)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "message.id: \"%s\" is not there", id);
	else if (write->kind == OFFHOOK_STORE_ADD_MESSAGE)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "message.id: \"%s\" is another message's", id);
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "event.seq: %u of call \"%s\" is another event's", event->seq,
			    event->call_id);
}

/* ---- looking something up ---- */

static const OffhookStoreLookup offhook_store_sql_lookups[OFFHOOK_STORE_QUERY_LAST] = {
    [OFFHOOK_STORE_GET_CALL] = {&offhook_call_record_type, "WHERE id = ?1", TRUE, "call_id"},
    [OFFHOOK_STORE_LIST_LEGS] = {&offhook_call_record_type,
				 "WHERE origin_call_id = ?1 ORDER BY created_us, id", FALSE, NULL},
    [OFFHOOK_STORE_GET_CONVERSATION] = {&offhook_conversation_record_type, "WHERE id = ?1", TRUE,
					"conversation_id"},
    [OFFHOOK_STORE_LIST_MESSAGES] = {&offhook_message_record_type,
				     "WHERE call_id = ?1 ORDER BY number", FALSE, NULL},
    [OFFHOOK_STORE_LIST_TURNS] = {&offhook_turn_record_type,
				  "WHERE call_id = ?1 ORDER BY turn_index", FALSE, NULL},
    [OFFHOOK_STORE_LIST_EVENTS] = {&offhook_call_event_record_type,
				   "WHERE call_id = ?1 ORDER BY seq", FALSE, NULL},
    [OFFHOOK_STORE_GET_RECEIPT] = {&offhook_receipt_record_type, "WHERE id = ?1", TRUE,
				   "receipt_id"},
    [OFFHOOK_STORE_LIST_RECORDINGS] = {&offhook_recording_record_type,
				       "WHERE call_id = ?1 ORDER BY started_us, id", FALSE, NULL},
    /* By way of the calls, of which there is an index by their status. */
    [OFFHOOK_STORE_LIST_UNMEASURED] = {&offhook_recording_record_type,
				       "WHERE status = 'interrupted' AND duration_ms IS NULL AND "
				       "call_id IN (SELECT id FROM calls WHERE status = "
				       "'interrupted' AND node = ?1) "
				       "ORDER BY started_us DESC, id LIMIT 1000",
				       FALSE, NULL},
    [OFFHOOK_STORE_GET_RECORDING] = {&offhook_recording_record_type,
				     "WHERE call_id = ?1 ORDER BY started_us DESC, id DESC LIMIT 1",
				     TRUE, "call_id"},
};

const OffhookStoreLookup offhook_store_sql_conversation_messages = {
    &offhook_message_record_type, "WHERE conversation_id = ?1 ORDER BY seq", FALSE, NULL};

const OffhookStoreLookup *
offhook_store_sql_get_lookup(OffhookStoreQueryKind kind)
{
	return offhook_store_sql_lookups[kind].type != NULL ? &offhook_store_sql_lookups[kind]
							    : NULL;
}

const char *
offhook_store_sql_intern(char *sql)
{
	const char *interned = g_intern_string(sql);

	g_free(sql);
	return interned;
}

const char *
offhook_store_sql_make_select(const OffhookRecordType *type, const char *rest)
{
	g_autofree char *columns = offhook_record_type_list_columns(type, TRUE);

	return offhook_store_sql_intern(
	    g_strdup_printf("SELECT %s FROM %s %s", columns, type->table, rest));
}

const char *
offhook_store_sql_get_select(const OffhookStoreLookup *lookup)
{
	return offhook_store_sql_make_select(lookup->type, lookup->rest);
}

void
offhook_store_sql_set_not_found(const OffhookStoreLookup *lookup, const OffhookStoreQuery *query,
				GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "%s: \"%s\" is not there",
		    lookup->key_name, query->key);
}

/* ---- pages ---- */

/* " AND column = ?n", the value added to @values. */
static void
offhook_store_sql_add_term(GString *where, GPtrArray *values, const char *column, const char *value)
{
	if (value == NULL)
		return;
	g_ptr_array_add(values, g_strdup(value));
	g_string_append_printf(where, "%s%s = ?%u", where->len > 0 ? " AND " : "WHERE ", column,
			       values->len);
}

static OffhookStorePage *
offhook_store_page_new(const OffhookRecordType *type)
{
	OffhookStorePage *self = g_new0(OffhookStorePage, 1);

	self->type = type;
	self->values = g_ptr_array_new_with_free_func(g_free);
	return self;
}

/*
 * The rows that are skipped are skipped in an index; only those shown are fetched. The total is told with each of
 * them, and where there are none in a row of its own: what both have to be worked out from is so once.
 * @with: "" or "WITH ..."; @total: selects one number of that name; @ids: those of the page
 */
static void
offhook_store_page_set_rows(OffhookStorePage *self, const OffhookStoreQuery *query,
			    const char *with, const char *total, const char *ids)
{
	g_autofree char *columns = offhook_record_type_list_columns(self->type, TRUE);

	g_ptr_array_add(self->values, g_strdup_printf("%u", query->limit));
	g_ptr_array_add(self->values, g_strdup_printf("%u", query->offset));
	self->counted = TRUE;
	self->rows = offhook_store_sql_intern(
	    g_strdup_printf("%s SELECT %s, total FROM (%s) AS counted LEFT JOIN %s ON id IN (%s) "
			    "ORDER BY created_us DESC, id DESC",
			    with, columns, total, self->type->table, ids));
}

static OffhookStorePage *
offhook_store_sql_make_conversations_page(const OffhookStoreQuery *query)
{
	OffhookStorePage *self = offhook_store_page_new(&offhook_conversation_record_type);
	g_autoptr(GString) where = g_string_new(NULL);
	g_autofree char *total = NULL;
	g_autofree char *ids = NULL;

	offhook_store_sql_add_term(where, self->values, "status", query->status);
	offhook_store_sql_add_term(where, self->values, "user_id", query->user_id);
	total = g_strdup_printf("SELECT count(*) AS total FROM conversations %s", where->str);
	ids = g_strdup_printf("SELECT id FROM conversations %s ORDER BY created_us DESC, id DESC "
			      "LIMIT ?%u OFFSET ?%u",
			      where->str, self->values->len + 1, self->values->len + 2);
	offhook_store_page_set_rows(self, query, "", total, ids);
	return self;
}

/*
 * Calls are counted by day as they are written, so neither the total nor the way to a far page goes
 * through all of them: days are skipped whole, and of the day in which the page begins its calls.
 */
static OffhookStorePage *
offhook_store_sql_make_calls_page(const OffhookStoreQuery *query)
{
	OffhookStorePage *self = offhook_store_page_new(&offhook_call_record_type);
	g_autoptr(GString) where = g_string_new(NULL);
	g_autofree char *with = NULL;
	g_autofree char *ids = NULL;
	guint n;

	offhook_store_sql_add_term(where, self->values, "status", query->status);
	n = self->values->len;
	with = g_strdup_printf(
	    "WITH days AS (SELECT day, sum(calls) AS n FROM call_days %s GROUP BY day), "
	    "skips AS (SELECT day, sum(n) OVER (ORDER BY day DESC) - n AS skipped FROM days), "
	    "start AS (SELECT day, skipped FROM skips WHERE skipped <= CAST(?%u AS BIGINT) "
	    "ORDER BY skipped DESC, day LIMIT 1)",
	    where->str, n + 2);
	ids = g_strdup_printf(
	    "SELECT id FROM calls %s created_us < (SELECT (day + 1) * 86400000000 FROM start) "
	    "ORDER BY created_us DESC, id DESC LIMIT CAST(?%u AS BIGINT) OFFSET "
	    "CAST(?%u AS BIGINT) - coalesce((SELECT CAST(skipped AS BIGINT) FROM start), 0)",
	    n > 0 ? "WHERE status = ?1 AND" : "WHERE", n + 1, n + 2);
	offhook_store_page_set_rows(self, query, with,
				    "SELECT coalesce(sum(n), 0) AS total FROM days", ids);
	return self;
}

/* Of a number that very many calls have, the total is not told beyond this after the page. */
#define OFFHOOK_STORE_SQL_COUNT_AHEAD "1000"

/* A number may be on either side: two indexes. @ahead: how many more than the page. (transfer full) */
static char *
offhook_store_sql_make_sides(gboolean by_status, const char *ahead)
{
	const char *status = by_status ? "AND status = ?4" : "";

	return g_strdup_printf(
	    "SELECT * FROM (SELECT created_us, id FROM calls WHERE from_number = ?3 %s ORDER BY "
	    "created_us DESC, id DESC LIMIT CAST(?1 AS BIGINT) + CAST(?2 AS BIGINT) + %s) AS a "
	    "UNION SELECT * FROM (SELECT created_us, id FROM calls WHERE to_number = ?3 %s ORDER "
	    "BY "
	    "created_us DESC, id DESC LIMIT CAST(?1 AS BIGINT) + CAST(?2 AS BIGINT) + %s) AS b",
	    status, ahead, status, ahead);
}

static OffhookStorePage *
offhook_store_sql_make_number_page(const OffhookStoreQuery *query)
{
	OffhookStorePage *self = offhook_store_page_new(&offhook_call_record_type);
	gboolean by_status = query->status != NULL;
	g_autofree char *counted =
	    offhook_store_sql_make_sides(by_status, OFFHOOK_STORE_SQL_COUNT_AHEAD);
	g_autofree char *shown = offhook_store_sql_make_sides(by_status, "0");
	g_autofree char *total = NULL;
	g_autofree char *ids = NULL;

	total = g_strdup_printf("SELECT count(*) AS total FROM (%s) AS seen", counted);
	ids = g_strdup_printf("SELECT id FROM (%s) AS seen ORDER BY created_us DESC, id DESC "
			      "LIMIT CAST(?1 AS BIGINT) OFFSET CAST(?2 AS BIGINT)",
			      shown);
	offhook_store_page_set_rows(self, query, "", total, ids);
	g_ptr_array_add(self->values, g_strdup(query->phone_number));
	if (by_status)
		g_ptr_array_add(self->values, g_strdup(query->status));
	return self;
}

OffhookStorePage *
offhook_store_sql_make_page(const OffhookStoreQuery *query, OffhookStoreDialect dialect)
{
	OffhookStorePage *page;

	if (query->kind == OFFHOOK_STORE_LIST_CONVERSATIONS)
		return offhook_store_sql_make_conversations_page(query);
	if (query->kind != OFFHOOK_STORE_LIST_CALLS) {
		page = offhook_store_sql_make_erase_page(query);
		return page != NULL ? page : offhook_store_sql_make_history_page(query, dialect);
	}
	return query->phone_number != NULL ? offhook_store_sql_make_number_page(query)
					   : offhook_store_sql_make_calls_page(query);
}

void
offhook_store_page_free(OffhookStorePage *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->values);
	g_free(self);
}

/* ---- what is written ---- */

OffhookStorePlan *
offhook_store_sql_plan_interrupted(const OffhookStoreQuery *query)
{
	g_autoptr(GPtrArray) values = NULL;
	OffhookStorePlan *plan;

	if (query->kind != OFFHOOK_STORE_MARK_INTERRUPTED)
		return NULL;
	plan = offhook_store_plan_new(NULL);
	plan->writes = TRUE;
	plan->first_counted = G_N_ELEMENTS(offhook_store_sql_interrupted) - 1;
	values = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(values, g_strdup(query->key));
	g_ptr_array_add(values, g_strdup_printf("%" G_GINT64_FORMAT, query->until_us));
	for (guint i = 0; i < G_N_ELEMENTS(offhook_store_sql_interrupted); i++)
		offhook_store_plan_share(plan, offhook_store_sql_interrupted[i], values);
	return plan;
}

const char *
offhook_store_sql_for_dollars(const char *sql)
{
	return offhook_store_sql_intern(g_strdelimit(g_strdup(sql), "?", '$'));
}
