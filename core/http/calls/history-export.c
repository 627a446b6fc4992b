/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * GET /history/export: all calls that a filter lets through, a page at a time: the next is read when the
 * client has taken the one before, so that neither their number nor a slow client costs memory. Main
 * thread.
 */

#include "http/calls/history-csv.h"
#include "http/calls/history-filter.h"
#include "http/server/resources.h"
#include "http/calls/views.h"

#include <offhook/error.h>

#include "base/json.h"
#include "http/server/listener.h"

/* Each keeps the database busy for as long as it takes. */
#define OFFHOOK_HTTP_MAX_EXPORTS 4

typedef struct {
	OffhookHttpRequest *request;
	OffhookStore *store;
	OffhookHistoryFilter filter; /* borrows from the request */
	char *cursor;                /* (nullable): after the last page */
	gboolean csv;
	gboolean begun;
	gboolean asking;
	gboolean finished; /* the message is; to be freed when it is not asking */
} OffhookHttpExport;

static guint offhook_http_exports;

static void offhook_http_export_ask(OffhookHttpExport *self);

static void
offhook_http_export_free(OffhookHttpExport *self)
{
	offhook_http_exports--;
	g_signal_handlers_disconnect_by_data(self->request->msg, self);
	offhook_http_request_unref(self->request);
	g_object_unref(self->store);
	g_free(self->cursor);
	g_free(self);
}

static void
offhook_http_export_finished_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookHttpExport *self = user_data;

	self->finished = TRUE;
	if (!self->asking)
		offhook_http_export_free(self);
}

/* The client has taken the page. */
static void
offhook_http_export_wrote_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookHttpExport *self = user_data;

	if (self->asking || self->finished)
		return;
	if (self->cursor != NULL)
		offhook_http_export_ask(self);
	else
		offhook_http_request_end_stream(self->request);
}

static GString *
offhook_http_export_print(OffhookHttpExport *self, GPtrArray *records)
{
	GString *text = g_string_new(NULL);

	if (self->csv && !self->begun)
		offhook_csv_add_header(text);
	for (guint i = 0; i < records->len; i++) {
		g_autoptr(JsonObject) call = offhook_view_call(g_ptr_array_index(records, i));
		g_autofree char *line = NULL;

		if (self->csv) {
			offhook_csv_add_call(text, call);
			continue;
		}
		line = offhook_json_to_string(call);
		g_string_append(text, line);
		g_string_append_c(text, '\n');
	}
	return text;
}

static void
offhook_http_export_begin(OffhookHttpExport *self)
{
	self->begun = TRUE;
	soup_message_headers_replace(soup_server_message_get_response_headers(self->request->msg),
				     "Content-Disposition",
				     self->csv ? "attachment; filename=\"calls.csv\""
					       : "attachment; filename=\"calls.jsonl\"");
	offhook_http_request_begin_stream(self->request, self->csv ? "text/csv; charset=utf-8"
								   : "application/x-ndjson");
}

static void
offhook_http_export_fail(OffhookHttpExport *self, const GError *error)
{
	/* Half of it is there: that it is not all shows in how the connection ends. */
	if (self->begun)
		offhook_http_listener_cut(self->request->msg);
	else
		offhook_http_request_reply_error(self->request, error);
}

static void
offhook_http_export_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookHttpExport *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_history_finish(self->store, result, &cursor, &error);
	GString *text;

	self->asking = FALSE;
	if (self->finished || self->request->gone) {
		offhook_http_export_free(self);
		return;
	}
	if (records == NULL) {
		offhook_http_export_fail(self, error);
		return;
	}
	g_free(self->cursor);
	self->cursor = g_steal_pointer(&cursor);
	text = offhook_http_export_print(self, records);
	if (!self->begun)
		offhook_http_export_begin(self);
	if (text->len > 0) {
		offhook_http_request_send_piece(self->request, text);
		return;
	}
	g_string_free(text, TRUE);
	offhook_http_export_wrote_cb(self->request->msg, self);
}

static void
offhook_http_export_ask(OffhookHttpExport *self)
{
	self->asking = TRUE;
	self->filter.cursor = self->cursor;
	offhook_store_list_history_async(self->store, &self->filter, NULL,
					 offhook_http_export_listed_cb, self);
}

static gboolean
offhook_http_export_read(OffhookHttpRequest *request, OffhookHistoryFilter *filter, gboolean *csv,
			 GError **error)
{
	const char *format = offhook_http_request_get_query(request, "format");

	*csv = g_strcmp0(format, "csv") == 0;
	if (format != NULL && !*csv && !g_str_equal(format, "jsonl"))
		return offhook_json_refuse(error, "format", format, "jsonl or csv");
	if (!offhook_http_history_read_filter(request, filter, error))
		return FALSE;
	if (offhook_http_exports < OFFHOOK_HTTP_MAX_EXPORTS)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY, "%u exports are under way already",
		    offhook_http_exports);
	return FALSE;
}

static void
offhook_http_export_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookHistoryFilter filter = OFFHOOK_HISTORY_FILTER_INIT;
	g_autoptr(GError) error = NULL;
	OffhookHttpExport *self;
	gboolean csv;

	if (!offhook_http_export_read(request, &filter, &csv, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	self = g_new0(OffhookHttpExport, 1);
	offhook_http_exports++;
	self->request = offhook_http_request_wait(request);
	self->store = g_object_ref(offhook_http_server_get_store(server));
	self->filter = filter;
	self->filter.limit = OFFHOOK_STORE_MAX_LIMIT;
	self->csv = csv;
	g_signal_connect(request->msg, "wrote-chunk", G_CALLBACK(offhook_http_export_wrote_cb),
			 self);
	g_signal_connect(request->msg, "finished", G_CALLBACK(offhook_http_export_finished_cb),
			 self);
	offhook_http_export_ask(self);
}

const OffhookRoute offhook_http_history_export_routes[] = {
    {"GET", "/history/export", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_export_get},
    {NULL},
};
