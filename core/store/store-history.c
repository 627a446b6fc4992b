/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Looking back: checks what is wanted, asks, and tells how to go on. Main thread.
 */

#include "store/store-history.h"

#include <math.h>
#include <string.h>

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "store/store-history-query.h"
#include "store/store-ask.h"

#define OFFHOOK_HISTORY_CALLS    'c'
#define OFFHOOK_HISTORY_MESSAGES 'm'

static void
offhook_store_ask_back(OffhookStore *self, OffhookStoreQueryKind kind, OffhookHistoryQuery *history,
		       GError *bad, GCancellable *cancellable, GAsyncReadyCallback callback,
		       gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = kind;
	query->history = history;
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

/* ---- calls ---- */

/* @max: negative for any. @to: (out): what is at most looked for */
static gboolean
offhook_history_check_range(const char *low, double min, const char *high, double max,
			    GError **error)
{
	if (!isfinite(min) || min < 0)
		return offhook_json_refuse(error, low, "(negative)", "a number from 0 on");
	if (!isfinite(max) || (max >= 0 && max < min))
		return offhook_json_refuse(error, high, "(less than the least)",
					   "a number that is not less than the least");
	return TRUE;
}

static gboolean
offhook_history_check_times(gint64 from_us, gint64 to_us, GError **error)
{
	if (from_us < 0)
		return offhook_json_refuse(error, "from", "(before 1970)", "a time since 1970");
	if (to_us < 0 || (to_us != 0 && to_us < from_us))
		return offhook_json_refuse(error, "to", "(before from)",
					   "a time that is not before from");
	return TRUE;
}

static gboolean
offhook_history_check_filter(const OffhookHistoryFilter *filter, GError **error)
{
	return offhook_store_check_limit(filter->limit, OFFHOOK_STORE_MAX_LIMIT, error) &&
	       offhook_store_check_word(&offhook_call_record_type, "status", filter->status,
					error) &&
	       offhook_store_check_word(&offhook_call_record_type, "direction", filter->direction,
					error) &&
	       offhook_store_check_filter("phone_number", filter->phone_number, error) &&
	       offhook_store_check_filter("provider", filter->provider, error) &&
	       offhook_store_check_filter("assistant", filter->assistant, error) &&
	       offhook_history_check_times(filter->from_us, filter->to_us, error) &&
	       offhook_history_check_range("min_duration", filter->min_duration_s, "max_duration",
					   filter->max_duration_s, error) &&
	       offhook_history_check_range("min_cost", filter->min_cost, "max_cost",
					   filter->max_cost, error);
}

/* Seconds that no call can last become as many as there are. */
static gint64
offhook_history_get_us(double seconds)
{
	return seconds < 0 || seconds > G_MAXINT32 ? G_MAXINT64
						   : (gint64)(seconds * G_USEC_PER_SEC);
}

/* Where the page begins: at the end of the one before, or with the newest. */
static gboolean
offhook_history_set_before(OffhookHistoryQuery *query, const char *cursor, char kind, gint64 end,
			   GError **error)
{
	OffhookHistoryPlace place = {0};

	query->before.at = end;
	query->before.id = g_strdup("");
	if (cursor == NULL)
		return TRUE;
	if (!offhook_history_place_parse(cursor, kind, &place, error))
		return FALSE;
	if (place.at >= end) {
		g_free(place.id);
		return TRUE;
	}
	g_free(query->before.id);
	query->before = place;
	return TRUE;
}

static gboolean
offhook_history_set_text(OffhookHistoryQuery *query, const char *text, GError **error)
{
	query->search = offhook_search_query_new(text, error);
	return query->search != NULL;
}

void
offhook_store_list_history_async(OffhookStore *self, const OffhookHistoryFilter *filter,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer user_data)
{
	OffhookHistoryQuery *query = g_new0(OffhookHistoryQuery, 1);
	gint64 end_us = filter->to_us != 0 ? filter->to_us : G_MAXINT64;
	GError *bad = NULL;

	query->limit = filter->limit;
	query->from_us = filter->from_us;
	query->status = g_strdup(filter->status);
	query->phone_number = g_strdup(filter->phone_number);
	query->direction = g_strdup(filter->direction);
	query->provider = g_strdup(filter->provider);
	query->assistant = g_strdup(filter->assistant);
	query->min_duration_us = offhook_history_get_us(filter->min_duration_s);
	query->max_duration_us = offhook_history_get_us(filter->max_duration_s);
	query->min_cost = filter->min_cost;
	query->max_cost = filter->max_cost >= 0 ? filter->max_cost : G_MAXDOUBLE;
	query->now_us = offhook_timestamp_now();
	if (offhook_history_check_filter(filter, &bad) &&
	    offhook_history_set_before(query, filter->cursor, OFFHOOK_HISTORY_CALLS, end_us,
				       &bad) &&
	    filter->text != NULL)
		offhook_history_set_text(query, filter->text, &bad);
	offhook_store_ask_back(self, OFFHOOK_STORE_LIST_HISTORY, query, bad, cancellable, callback,
			       user_data);
}

/*
 * One row more than was wanted says that there are more; otherwise the place that was come to, when the
 * database stopped looking there.
 */
static char *
offhook_history_take_cursor(OffhookStoreResult *answer, guint limit, char kind,
			    OffhookHistoryPlace (*get_place)(gconstpointer row))
{
	OffhookHistoryPlace place;

	if (answer->rows->len <= limit)
		return answer->record != NULL
			   ? offhook_history_place_to_cursor(answer->record, kind)
			   : NULL;
	g_ptr_array_set_size(answer->rows, (gint)limit);
	place = get_place(g_ptr_array_index(answer->rows, limit - 1));
	return offhook_history_place_to_cursor(&place, kind);
}

static OffhookHistoryPlace
offhook_history_get_call_place(gconstpointer row)
{
	const OffhookCallRecord *call = row;

	return (OffhookHistoryPlace){call->created_us, call->id};
}

static OffhookHistoryPlace
offhook_history_get_hit_place(gconstpointer row)
{
	return (OffhookHistoryPlace){((const OffhookSearchHit *)row)->number, (char *)""};
}

GPtrArray *
offhook_store_list_history_finish(OffhookStore *self, GAsyncResult *result, char **cursor,
				  GError **error)
{
	guint limit = offhook_store_ask_get_query(result)->history->limit;
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	*cursor = NULL;
	if (answer == NULL)
		return NULL;
	*cursor = offhook_history_take_cursor(answer, limit, OFFHOOK_HISTORY_CALLS,
					      offhook_history_get_call_place);
	return g_steal_pointer(&answer->rows);
}

/* ---- searching ---- */

static gboolean
offhook_history_check_search(const OffhookSearchFilter *filter, GError **error)
{
	return offhook_store_check_limit(filter->limit, OFFHOOK_HISTORY_MAX_HITS, error) &&
	       offhook_store_check_word(&offhook_message_record_type, "role", filter->role,
					error) &&
	       offhook_store_check_filter("call_id", filter->call_id, error) &&
	       offhook_store_check_filter("assistant", filter->assistant, error) &&
	       offhook_history_check_times(filter->from_us, filter->to_us, error);
}

void
offhook_store_search_async(OffhookStore *self, const OffhookSearchFilter *filter,
			   GCancellable *cancellable, GAsyncReadyCallback callback,
			   gpointer user_data)
{
	OffhookHistoryQuery *query = g_new0(OffhookHistoryQuery, 1);
	GError *bad = NULL;

	query->limit = filter->limit;
	query->role = g_strdup(filter->role);
	query->call_id = g_strdup(filter->call_id);
	query->assistant = g_strdup(filter->assistant);
	query->from_us = filter->from_us;
	query->to_us = filter->to_us != 0 ? filter->to_us : G_MAXINT64;
	if (offhook_history_check_search(filter, &bad) &&
	    offhook_history_set_before(query, filter->cursor, OFFHOOK_HISTORY_MESSAGES, G_MAXINT64,
				       &bad))
		offhook_history_set_text(query, filter->text, &bad);
	offhook_store_ask_back(self, OFFHOOK_STORE_SEARCH, query, bad, cancellable, callback,
			       user_data);
}

GPtrArray *
offhook_store_search_finish(OffhookStore *self, GAsyncResult *result, char **cursor, GError **error)
{
	guint limit = offhook_store_ask_get_query(result)->history->limit;
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	*cursor = NULL;
	if (answer == NULL)
		return NULL;
	*cursor = offhook_history_take_cursor(answer, limit, OFFHOOK_HISTORY_MESSAGES,
					      offhook_history_get_hit_place);
	return g_steal_pointer(&answer->rows);
}

/* ---- statistics ---- */

static gboolean
offhook_history_check_days(gint64 first_day, gint64 last_day, GError **error)
{
	if (first_day < 0)
		return offhook_json_refuse(error, "from", "(before 1970)", "a day since 1970");
	if (last_day < first_day || last_day - first_day >= OFFHOOK_HISTORY_MAX_DAYS)
		return offhook_json_refuse(
		    error, "to", "(out of range)",
		    "a day that is not before from, and at most " G_STRINGIFY(
			OFFHOOK_HISTORY_MAX_DAYS) " days in all");
	return TRUE;
}

void
offhook_store_get_statistics_async(OffhookStore *self, const OffhookStatisticsFilter *filter,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data)
{
	OffhookHistoryQuery *query = g_new0(OffhookHistoryQuery, 1);
	GError *bad = NULL;

	query->groups = filter->groups;
	query->first_day = filter->first_day;
	query->last_day = filter->last_day;
	query->provider = g_strdup(filter->provider);
	query->assistant = g_strdup(filter->assistant);
	if (offhook_history_check_days(filter->first_day, filter->last_day, &bad) &&
	    offhook_store_check_filter("provider", filter->provider, &bad))
		offhook_store_check_filter("assistant", filter->assistant, &bad);
	offhook_store_ask_back(self, OFFHOOK_STORE_GET_STATISTICS, query, bad, cancellable,
			       callback, user_data);
}

/* Databases order texts each in its own way. */
static gint
offhook_history_compare_statistics(gconstpointer a, gconstpointer b)
{
	const OffhookStatisticsRecord *left = *(OffhookStatisticsRecord *const *)a;
	const OffhookStatisticsRecord *right = *(OffhookStatisticsRecord *const *)b;
	gint order = (left->day > right->day) - (left->day < right->day);

	if (order == 0)
		order = g_strcmp0(left->provider, right->provider);
	return order != 0 ? order : g_strcmp0(left->assistant, right->assistant);
}

GPtrArray *
offhook_store_get_statistics_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	OffhookStatisticsGroups groups = offhook_store_ask_get_query(result)->history->groups;
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	if (answer == NULL)
		return NULL;
	for (guint i = 0; i < answer->rows->len; i++) {
		OffhookStatisticsRecord *record = g_ptr_array_index(answer->rows, i);

		if ((groups & OFFHOOK_STATISTICS_BY_PROVIDER) == 0)
			g_clear_pointer(&record->provider, g_free);
		if ((groups & OFFHOOK_STATISTICS_BY_ASSISTANT) == 0)
			g_clear_pointer(&record->assistant, g_free);
	}
	g_ptr_array_sort(answer->rows, offhook_history_compare_statistics);
	return g_steal_pointer(&answer->rows);
}
