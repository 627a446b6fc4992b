/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The SQL of looking back. A page of calls goes along one index, the one that leaves fewest calls, and
 * judges a bounded number of them by all the rest; it tells the place it came to when it did not find
 * enough. So no page takes longer than that, whatever it is asked for. Any thread.
 */

#include "store/sql/store-sql.h"

/* Calls that a page looks at: in the index by time all that is judged is there, elsewhere it is fetched. */
#define OFFHOOK_STORE_SQL_WIDE_WINDOW 2000
#define OFFHOOK_STORE_SQL_WINDOW      500

/* Messages that match which a search looks at, and of which the calls are found. */
#define OFFHOOK_STORE_SQL_HIT_WINDOW 1000
#define OFFHOOK_STORE_SQL_CALL_HITS  "5000"

#define OFFHOOK_STORE_SQL_NEWEST " ORDER BY created_us DESC, id DESC LIMIT "

/* Adds a parameter. Returns: its number */
static guint
offhook_store_page_add(OffhookStorePage *self, const char *value)
{
	g_ptr_array_add(self->values, g_strdup(value));
	return self->values->len;
}

static guint
offhook_store_page_add_integer(OffhookStorePage *self, gint64 value)
{
	g_ptr_array_add(self->values, g_strdup_printf("%" G_GINT64_FORMAT, value));
	return self->values->len;
}

static guint
offhook_store_page_add_figure(OffhookStorePage *self, double value)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	return offhook_store_page_add(self, g_ascii_dtostr(digits, sizeof digits, value));
}

/* ---- messages that match ---- */

/*
 * The numbers of the newest messages that match, as a query; adds a parameter. The index of PostgreSQL knows
 * which words are there, not where: whether they are side by side is a judgement of its own, below.
 * (transfer full)
 */
static char *
offhook_store_sql_make_hits(OffhookStorePage *self, const OffhookHistoryQuery *query,
			    OffhookStoreDialect dialect, const char *before, const char *limit)
{
	g_autofree char *match = NULL;

	if (dialect == OFFHOOK_STORE_SQLITE) {
		match = offhook_search_query_to_fts5(query->search);
		return g_strdup_printf(
		    "SELECT rowid AS number FROM messages_text WHERE messages_text "
		    "MATCH ?%u AND rowid < %s ORDER BY rowid DESC LIMIT %s",
		    offhook_store_page_add(self, match), before, limit);
	}
	match = offhook_search_query_to_tsquery(query->search);
	return g_strdup_printf("SELECT number FROM messages WHERE search @@ CAST(?%u AS tsquery) "
			       "AND number < %s ORDER BY number DESC LIMIT %s",
			       offhook_store_page_add(self, match), before, limit);
}

/* Whether the index leaves open what a message has to be. */
static gboolean
offhook_store_sql_leaves_order(const OffhookHistoryQuery *query, OffhookStoreDialect dialect)
{
	g_autofree char *patterns = dialect == OFFHOOK_STORE_POSTGRES
					? offhook_search_query_to_patterns(query->search)
					: NULL;

	return patterns != NULL;
}

/* That words are side by side, where the index does not know it; adds a parameter there. (transfer full) */
static char *
offhook_store_sql_make_order(OffhookStorePage *self, const OffhookHistoryQuery *query,
			     OffhookStoreDialect dialect)
{
	g_autofree char *patterns = NULL;
	guint n;

	if (dialect == OFFHOOK_STORE_SQLITE)
		return g_strdup("");
	patterns = offhook_search_query_to_patterns(query->search);
	n = offhook_store_page_add(self, patterns);
	return g_strdup_printf("AND (CAST(?%u AS TEXT) IS NULL OR ' ' || m.words || ' ' LIKE ALL "
			       "(string_to_array(?%u, '|')))",
			       n, n);
}

/* ---- calls ---- */

/* What a call is judged by, when it is not what the index is by. */
typedef struct {
	const char *status;
	const char *direction;
	const char *provider;
	const char *assistant;
	const char *phone_number;
	gboolean any; /* one of them, or a figure, matters */
} OffhookHistoryRest;

static OffhookHistoryRest
offhook_history_rest_init(const OffhookHistoryQuery *query)
{
	return (OffhookHistoryRest){query->status, query->direction, query->provider,
				    query->assistant, query->phone_number};
}

static void
offhook_history_rest_settle(OffhookHistoryRest *self, const OffhookHistoryQuery *query)
{
	self->any = self->status != NULL || self->direction != NULL || self->provider != NULL ||
		    self->assistant != NULL || self->phone_number != NULL ||
		    query->min_duration_us > 0 || query->max_duration_us < G_MAXINT64 ||
		    query->min_cost > 0 || query->max_cost < G_MAXDOUBLE;
}

#define OFFHOOK_STORE_SQL_JUDGED                                                                   \
	"id, created_us, status, direction, driver, assistant, from_number, to_number, "           \
	"answered_us, ended_us, cost"
#define OFFHOOK_STORE_SQL_PLACE "created_us, id"

/* ?1 to ?3 are the bounds of every page. @condition: "status = ?4 AND " (transfer full) */
static char *
offhook_store_sql_make_window(const char *columns, const char *condition, const char *limit)
{
	return g_strdup_printf("SELECT %s FROM calls WHERE %s created_us >= CAST(?1 AS BIGINT) AND "
			       "(created_us, id) < (CAST(?2 AS BIGINT), "
			       "?3)" OFFHOOK_STORE_SQL_NEWEST "%s",
			       columns, condition, limit);
}

/* The number ?4 may be on either side: two indexes. (transfer full) */
static char *
offhook_store_sql_make_number_window(const char *limit)
{
	g_autofree char *from =
	    offhook_store_sql_make_window(OFFHOOK_STORE_SQL_PLACE, "from_number = ?4 AND", limit);
	g_autofree char *to =
	    offhook_store_sql_make_window(OFFHOOK_STORE_SQL_PLACE, "to_number = ?4 AND", limit);

	return g_strdup_printf("SELECT * FROM (SELECT * FROM (%s) AS f UNION SELECT * FROM (%s) AS "
			       "t) AS sides" OFFHOOK_STORE_SQL_NEWEST "%s",
			       from, to, limit);
}

/* The column whose index leaves fewest calls, taken out of @rest; %NULL: only time is left. */
static const char *
offhook_history_rest_take(OffhookHistoryRest *rest, const char **value)
{
	struct {
		const char *column;
		const char **value;
	} leads[] = {{"number", &rest->phone_number},
		     {"assistant", &rest->assistant},
		     {"status", &rest->status},
		     {"driver", &rest->provider}};

	for (guint i = 0; i < G_N_ELEMENTS(leads); i++) {
		if (*leads[i].value == NULL)
			continue;
		*value = *leads[i].value;
		*leads[i].value = NULL;
		return leads[i].column;
	}
	return NULL;
}

/* The calls of the page where nothing is left to be judged. (transfer full) */
static char *
offhook_store_sql_make_found(OffhookStorePage *self, const OffhookHistoryQuery *query,
			     const char *column, const char *condition)
{
	g_autofree char *limit = g_strdup_printf(
	    "CAST(?%u AS BIGINT)", offhook_store_page_add_integer(self, (gint64)query->limit + 1));

	return g_strcmp0(column, "number") == 0
		   ? offhook_store_sql_make_number_window(limit)
		   : offhook_store_sql_make_window(OFFHOOK_STORE_SQL_PLACE, condition, limit);
}

/* The calls to be judged, and the place of the last of them when there may be more. (transfer full) */
static char *
offhook_store_sql_make_candidates(OffhookStorePage *self, const char *column, const char *condition)
{
	guint window = column != NULL ? OFFHOOK_STORE_SQL_WINDOW : OFFHOOK_STORE_SQL_WIDE_WINDOW;
	g_autofree char *limit = g_strdup_printf("%u", window);
	g_autofree char *last = g_strdup_printf("1 OFFSET %u", window - 1);
	g_autofree char *keys = NULL;

	if (g_strcmp0(column, "number") != 0) {
		self->place = offhook_store_sql_intern(
		    offhook_store_sql_make_window(OFFHOOK_STORE_SQL_PLACE, condition, last));
		return offhook_store_sql_make_window(OFFHOOK_STORE_SQL_JUDGED, condition, limit);
	}
	keys = offhook_store_sql_make_number_window(limit);
	self->place = offhook_store_sql_intern(g_strdup_printf(
	    "SELECT * FROM (%s) AS seen" OFFHOOK_STORE_SQL_NEWEST "%s", keys, last));
	/* SQLite takes a cross join in the order in which it is written. */
	return g_strdup_printf("SELECT " OFFHOOK_STORE_SQL_JUDGED
			       " FROM (SELECT id AS key FROM (%s) AS both_sides) AS keys "
			       "CROSS JOIN calls WHERE id = key",
			       keys);
}

static char *
offhook_store_sql_make_calls(OffhookStorePage *self, const OffhookHistoryQuery *query,
			     OffhookHistoryRest *rest)
{
	const char *value = NULL;
	const char *column = offhook_history_rest_take(rest, &value);
	g_autofree char *condition =
	    column != NULL ? g_strdup_printf("%s = ?4 AND", column) : g_strdup("");

	offhook_history_rest_settle(rest, query);
	if (column != NULL)
		offhook_store_page_add(self, value);
	self->n_place_values = self->values->len;
	return rest->any ? offhook_store_sql_make_candidates(self, column, condition)
			 : offhook_store_sql_make_found(self, query, column, condition);
}

static char *
offhook_store_sql_make_text_calls(OffhookStorePage *self, const OffhookHistoryQuery *query,
				  OffhookHistoryRest *rest, OffhookStoreDialect dialect)
{
	g_autofree char *hits = NULL;
	g_autofree char *order = NULL;
	g_autofree char *condition = NULL;

	offhook_history_rest_settle(rest, query);
	hits = offhook_store_sql_make_hits(self, query, dialect, "9223372036854775807",
					   OFFHOOK_STORE_SQL_CALL_HITS);
	order = offhook_store_sql_make_order(self, query, dialect);
	condition = g_strdup_printf(
	    "id IN (SELECT m.call_id FROM messages AS m WHERE m.number IN (%s) %s) AND", hits,
	    order);
	return offhook_store_sql_make_window(OFFHOOK_STORE_SQL_JUDGED, condition,
					     OFFHOOK_STORE_SQL_CALL_HITS);
}

/* The same text whatever matters, so that there are few of them to be prepared. (transfer full) */
static char *
offhook_store_sql_make_judgement(OffhookStorePage *self, const OffhookHistoryQuery *query,
				 const OffhookHistoryRest *rest)
{
	static const char *const columns[] = {"status", "direction", "driver", "assistant"};
	const char *const values[] = {rest->status, rest->direction, rest->provider,
				      rest->assistant};
	GString *where = g_string_new("WHERE ");
	guint n;

	for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
		n = offhook_store_page_add(self, values[i]);
		g_string_append_printf(where, "(CAST(?%u AS TEXT) IS NULL OR %s = ?%u) AND ", n,
				       columns[i], n);
	}
	n = offhook_store_page_add(self, rest->phone_number);
	g_string_append_printf(
	    where, "(CAST(?%u AS TEXT) IS NULL OR from_number = ?%u OR to_number = ?%u) AND ", n, n,
	    n);
	n = offhook_store_page_add_integer(self, query->now_us);
	offhook_store_page_add_integer(self, query->min_duration_us);
	offhook_store_page_add_integer(self, query->max_duration_us);
	g_string_append_printf(
	    where,
	    "CASE WHEN answered_us IS NULL THEN 0 ELSE coalesce(ended_us, CAST(?%u AS BIGINT)) - "
	    "answered_us END BETWEEN CAST(?%u AS BIGINT) AND CAST(?%u AS BIGINT) AND ",
	    n, n + 1, n + 2);
	n = offhook_store_page_add_figure(self, query->min_cost);
	offhook_store_page_add_figure(self, query->max_cost);
	g_string_append_printf(where,
			       "coalesce(cost, 0) BETWEEN CAST(?%u AS DOUBLE PRECISION) AND "
			       "CAST(?%u AS DOUBLE PRECISION)",
			       n, n + 1);
	return g_string_free(where, FALSE);
}

/*
 * One more than is wanted, which tells whether there are more. SQLite would sort what is in order already,
 * and look at the whole window for that.
 */
static void
offhook_store_sql_fill_history(OffhookStorePage *self, const OffhookHistoryQuery *query,
			       OffhookStoreDialect dialect)
{
	OffhookHistoryRest rest = offhook_history_rest_init(query);
	g_autofree char *calls = NULL;
	g_autofree char *judgement = NULL;
	g_autofree char *rows = NULL;
	guint n;

	offhook_store_page_add_integer(self, query->from_us);
	offhook_store_page_add_integer(self, query->before.at);
	offhook_store_page_add(self, query->before.id);
	calls = query->search != NULL
		    ? offhook_store_sql_make_text_calls(self, query, &rest, dialect)
		    : offhook_store_sql_make_calls(self, query, &rest);
	judgement = rest.any ? offhook_store_sql_make_judgement(self, query, &rest) : g_strdup("");
	n = offhook_store_page_add_integer(self, (gint64)query->limit + 1);
	rows =
	    g_strdup_printf("WHERE id IN (SELECT id FROM (%s) AS seen %s" OFFHOOK_STORE_SQL_NEWEST
			    "CAST(?%u AS BIGINT)) ORDER BY created_us DESC, id DESC",
			    calls, judgement, n);
	self->full = query->limit + 1;
	self->type = &offhook_call_record_type;
	self->rows = offhook_store_sql_make_select(self->type, rows);
}

/* ---- searching ---- */

#define OFFHOOK_STORE_SQL_HIT                                                                      \
	"SELECT m.number, m.id, m.conversation_id, m.call_id, m.role, m.content, m.at_us, "        \
	"m.interrupted, c.created_us, c.direction, CASE c.direction WHEN 'inbound' THEN "          \
	"c.from_number ELSE c.to_number END, c.driver, c.assistant "

static void
offhook_store_sql_fill_search(OffhookStorePage *self, const OffhookHistoryQuery *query,
			      OffhookStoreDialect dialect)
{
	gboolean judged = query->role != NULL || query->call_id != NULL ||
			  query->assistant != NULL || query->from_us > 0 ||
			  query->to_us < G_MAXINT64 ||
			  offhook_store_sql_leaves_order(query, dialect);
	guint window = judged ? OFFHOOK_STORE_SQL_HIT_WINDOW : OFFHOOK_HISTORY_MAX_HITS + 1;
	g_autofree char *limit = g_strdup_printf("%u", window);
	g_autofree char *hits = NULL;
	g_autofree char *order = NULL;
	guint n;

	offhook_store_page_add_integer(self, query->before.at);
	hits = offhook_store_sql_make_hits(self, query, dialect, "CAST(?1 AS BIGINT)", limit);
	self->n_place_values = self->values->len;
	if (judged)
		self->place = offhook_store_sql_intern(
		    g_strdup_printf("SELECT number, '' FROM (%s) AS seen ORDER BY number DESC "
				    "LIMIT 1 OFFSET %u",
				    hits, window - 1));
	order = offhook_store_sql_make_order(self, query, dialect);
	n = offhook_store_page_add(self, query->role);
	offhook_store_page_add(self, query->call_id);
	offhook_store_page_add(self, query->assistant);
	offhook_store_page_add_integer(self, query->from_us);
	offhook_store_page_add_integer(self, query->to_us);
	offhook_store_page_add_integer(self, (gint64)query->limit + 1);
	self->full = query->limit + 1;
	self->type = &offhook_search_hit_type;
	self->rows = offhook_store_sql_intern(
	    g_strdup_printf(OFFHOOK_STORE_SQL_HIT
			    "FROM (%s) AS seen JOIN messages AS m ON m.number = seen.number "
			    "LEFT JOIN calls AS c ON c.id = m.call_id "
			    "WHERE (CAST(?%u AS TEXT) IS NULL OR m.role = ?%u) %s "
			    "AND (CAST(?%u AS TEXT) IS NULL OR m.call_id = ?%u) "
			    "AND (CAST(?%u AS TEXT) IS NULL OR c.assistant = ?%u) "
			    "AND m.at_us >= CAST(?%u AS BIGINT) AND m.at_us < CAST(?%u AS BIGINT) "
			    "ORDER BY m.number DESC LIMIT CAST(?%u AS BIGINT)",
			    hits, n, n, order, n + 1, n + 1, n + 2, n + 2, n + 3, n + 4, n + 5));
}

/* ---- statistics ---- */

/* A group that is not asked for is one value of all. */
static const char *
offhook_store_sql_group(const OffhookHistoryQuery *query, OffhookStatisticsGroups group,
			const char *column, const char *none)
{
	return (query->groups & group) != 0 ? column : none;
}

static void
offhook_store_sql_fill_statistics(OffhookStorePage *self, const OffhookHistoryQuery *query)
{
	const char *day =
	    offhook_store_sql_group(query, OFFHOOK_STATISTICS_BY_DAY, "day", "CAST(-1 AS BIGINT)");
	const char *provider =
	    offhook_store_sql_group(query, OFFHOOK_STATISTICS_BY_PROVIDER, "driver", "'*'");
	const char *assistant =
	    offhook_store_sql_group(query, OFFHOOK_STATISTICS_BY_ASSISTANT, "assistant", "'*'");
	static const char where[] =
	    "WHERE day BETWEEN CAST(?1 AS BIGINT) AND CAST(?2 AS BIGINT) AND (CAST(?3 AS TEXT) IS "
	    "NULL OR driver = ?3) AND (CAST(?4 AS TEXT) IS NULL OR assistant = ?4)";

	offhook_store_page_add_integer(self, query->first_day);
	offhook_store_page_add_integer(self, query->last_day);
	offhook_store_page_add(self, query->provider);
	offhook_store_page_add(self, query->assistant);
	self->type = &offhook_statistics_record_type;
	/* The median is in the first step with which half of the turns are counted. */
	self->rows = offhook_store_sql_intern(g_strdup_printf(
	    "WITH sums AS (SELECT %s AS d, %s AS p, %s AS a, sum(calls) AS calls, sum(answered) AS "
	    "answered, sum(talk_us) AS talk_us, sum(cost) AS cost FROM call_days %s GROUP BY 1, 2, "
	    "3 HAVING sum(calls) > 0), "
	    "steps AS (SELECT %s AS d, %s AS p, %s AS a, step, sum(turns) AS turns FROM turn_days "
	    "%s GROUP BY 1, 2, 3, 4), "
	    "counted AS (SELECT d, p, a, step, sum(turns) OVER (PARTITION BY d, p, a ORDER BY "
	    "step) "
	    "AS so_far, sum(turns) OVER (PARTITION BY d, p, a) AS whole FROM steps), "
	    "medians AS (SELECT d, p, a, min(step) * 10 + 5 AS median FROM counted WHERE so_far * "
	    "2 "
	    ">= whole AND whole > 0 GROUP BY d, p, a) "
	    "SELECT d, p, a, calls, answered, talk_us, CASE WHEN cost > 0 THEN cost ELSE 0 END, "
	    "median FROM sums LEFT JOIN medians USING (d, p, a) ORDER BY d, p, a",
	    day, provider, assistant, where, day, provider, assistant, where));
}

OffhookStorePage *
offhook_store_sql_make_history_page(const OffhookStoreQuery *query, OffhookStoreDialect dialect)
{
	OffhookStorePage *self;

	if (query->kind != OFFHOOK_STORE_LIST_UNFOLDED && query->history == NULL)
		return NULL;
	self = g_new0(OffhookStorePage, 1);
	self->values = g_ptr_array_new_with_free_func(g_free);
	if (query->kind == OFFHOOK_STORE_LIST_HISTORY) {
		offhook_store_sql_fill_history(self, query->history, dialect);
	} else if (query->kind == OFFHOOK_STORE_SEARCH) {
		offhook_store_sql_fill_search(self, query->history, dialect);
	} else if (query->kind == OFFHOOK_STORE_GET_STATISTICS) {
		offhook_store_sql_fill_statistics(self, query->history);
	} else {
		offhook_store_page_add_integer(self, query->limit);
		self->type = &offhook_message_record_type;
		self->rows = offhook_store_sql_make_select(
		    self->type, "WHERE words IS NULL ORDER BY number LIMIT CAST(?1 AS BIGINT)");
	}
	return self;
}
