/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /history: calls of the past by what they were, what was said in them, and statistics. Main thread.
 */

#include "http/calls/history-filter.h"
#include "http/calls/history-views.h"
#include "http/server/resources.h"
#include "http/calls/page.h"

#include "base/json.h"

/* ---- calls ---- */

static void
offhook_http_history_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_history_finish(OFFHOOK_STORE(source), result, &cursor, &error);

	offhook_http_page_reply(request, "calls", records, (OffhookViewFunc)offhook_view_call,
				cursor, error);
}

static void
offhook_http_history_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookHistoryFilter filter = OFFHOOK_HISTORY_FILTER_INIT;
	g_autoptr(GError) error = NULL;

	filter.cursor = offhook_http_request_get_query(request, "cursor");
	if (!offhook_http_history_read_filter(request, &filter, &error) ||
	    !offhook_http_page_read_limit(request, OFFHOOK_STORE_MAX_LIMIT, &filter.limit,
					  &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_list_history_async(offhook_http_server_get_store(server), &filter, NULL,
					 offhook_http_history_listed_cb,
					 offhook_http_request_wait(request));
}

/* ---- searching ---- */

static void
offhook_http_history_found_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autoptr(GPtrArray) hits =
	    offhook_store_search_finish(OFFHOOK_STORE(source), result, &cursor, &error);
	g_autoptr(OffhookSearchQuery) query = NULL;
	JsonObject *reply;
	JsonArray *array;

	if (hits != NULL)
		query = offhook_search_query_new(offhook_http_request_get_query(request, "text"),
						 &error);
	if (error != NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	array = json_array_new();
	for (guint i = 0; i < hits->len; i++)
		json_array_add_object_element(array,
					      offhook_view_hit(g_ptr_array_index(hits, i), query));
	reply = json_object_new();
	json_object_set_array_member(reply, "hits", array);
	offhook_json_set_string(reply, "next_cursor", cursor);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_history_search(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookSearchFilter filter = {0};
	g_autoptr(GError) error = NULL;

	if (!offhook_http_history_read_search(request, &filter, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_search_async(offhook_http_server_get_store(server), &filter, NULL,
				   offhook_http_history_found_cb,
				   offhook_http_request_wait(request));
}

/* ---- statistics ---- */

/** The groups are asked for, then the sum of all: a median is no sum of medians. */
typedef struct {
	OffhookHttpRequest *request;
	OffhookStatisticsFilter filter; /* borrows from the request */
	JsonObject *reply;
} OffhookHttpStatistics;

static void
offhook_http_statistics_free(OffhookHttpStatistics *self)
{
	offhook_http_request_unref(self->request);
	g_clear_pointer(&self->reply, json_object_unref);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpStatistics, offhook_http_statistics_free)

static void
offhook_http_statistics_summed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	static const OffhookStatisticsRecord none = {.answer_delay_ms = -1};
	g_autoptr(OffhookHttpStatistics) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_get_statistics_finish(OFFHOOK_STORE(source), result, &error);

	if (records == NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	json_object_set_object_member(
	    self->reply, "total",
	    offhook_view_statistics(records->len > 0 ? g_ptr_array_index(records, 0) : &none, 0));
	offhook_http_request_reply_json(self->request, 200, g_steal_pointer(&self->reply));
}

static void
offhook_http_statistics_grouped_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpStatistics) self = user_data;
	OffhookStore *store = OFFHOOK_STORE(source);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records = offhook_store_get_statistics_finish(store, result, &error);
	g_autofree char *from = offhook_view_day(self->filter.first_day);
	g_autofree char *to = offhook_view_day(self->filter.last_day);
	JsonArray *array;

	if (records == NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	array = json_array_new();
	for (guint i = 0; i < records->len; i++)
		json_array_add_object_element(
		    array,
		    offhook_view_statistics(g_ptr_array_index(records, i), self->filter.groups));
	self->reply = json_object_new();
	offhook_json_set_string(self->reply, "from", from);
	offhook_json_set_string(self->reply, "to", to);
	json_object_set_array_member(self->reply, "stats", array);
	self->filter.groups = 0;
	offhook_store_get_statistics_async(store, &self->filter, NULL,
					   offhook_http_statistics_summed_cb, self);
	g_steal_pointer(&self);
}

static void
offhook_http_history_get_statistics(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookStatisticsFilter filter = {0};
	g_autoptr(GError) error = NULL;
	OffhookHttpStatistics *self;

	if (!offhook_http_history_read_statistics(request, &filter, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	self = g_new0(OffhookHttpStatistics, 1);
	self->request = offhook_http_request_wait(request);
	self->filter = filter;
	offhook_store_get_statistics_async(offhook_http_server_get_store(server), &self->filter,
					   NULL, offhook_http_statistics_grouped_cb, self);
}

const OffhookRoute offhook_http_history_routes[] = {
    {"GET", "/history/calls", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_history_list},
    {"GET", "/history/search", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_history_search},
    {"GET", "/history/stats", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_history_get_statistics},
    {NULL},
};
