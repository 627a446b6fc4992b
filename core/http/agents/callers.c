/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /callers: how much there is of somebody, and erasing him; /erasures: the receipts. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/page.h"

#include <offhook/error.h>

#include "base/json.h"

/* ---- whom ---- */

/* The path's last part: a number, or behind "user" an id. (transfer full) (nullable) */
static char *
offhook_http_callers_read_number(OffhookHttpRequest *request, GError **error)
{
	char *number = offhook_caller_normalise_number(request->parameters[0]);

	if (number == NULL)
		offhook_json_refuse(error, "phone_number", request->parameters[0],
				    "a number with its country, like +15550100001");
	return number;
}

/* ---- how much ---- */

static void
offhook_http_callers_counted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) counts =
	    offhook_store_count_caller_finish(OFFHOOK_STORE(source), result, &error);
	JsonObject *reply;
	JsonObject *rows;

	if (counts == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	rows = json_object_new();
	for (guint i = 0; i < counts->len; i++) {
		const OffhookRowCountRecord *count = g_ptr_array_index(counts, i);

		json_object_set_int_member(rows, count->table, count->rows);
	}
	reply = json_object_new();
	json_object_set_object_member(reply, "rows", rows);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_callers_count(OffhookHttpServer *server, OffhookHttpRequest *request,
			   const OffhookCaller *caller)
{
	offhook_store_count_caller_async(offhook_http_server_get_store(server), caller, NULL,
					 offhook_http_callers_counted_cb,
					 offhook_http_request_wait(request));
}

static void
offhook_http_callers_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *number = offhook_http_callers_read_number(request, &error);

	if (number == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_callers_count(server, request, &(OffhookCaller){.number = number});
}

static void
offhook_http_callers_get_user(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_callers_count(server, request,
				   &(OffhookCaller){.user_id = request->parameters[0]});
}

/* ---- erasing ---- */

static void
offhook_http_callers_erased_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	JsonObject *receipt = offhook_eraser_erase_finish(OFFHOOK_ERASER(source), result, &error);

	if (receipt == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_request_reply_json(request, 200, receipt);
}

static void
offhook_http_callers_erase(OffhookHttpServer *server, OffhookHttpRequest *request,
			   const OffhookCaller *caller)
{
	offhook_eraser_erase_async(offhook_http_server_get_eraser(server), caller,
				   offhook_http_callers_erased_cb,
				   offhook_http_request_wait(request));
}

static void
offhook_http_callers_delete(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *number = offhook_http_callers_read_number(request, &error);

	if (number == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_callers_erase(server, request, &(OffhookCaller){.number = number});
}

static void
offhook_http_callers_delete_user(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_callers_erase(server, request,
				   &(OffhookCaller){.user_id = request->parameters[0]});
}

/* ---- receipts ---- */

typedef struct {
	OffhookHttpRequest *request;
	OffhookEraser *eraser;
} OffhookHttpErasures;

static void
offhook_http_erasures_free(OffhookHttpErasures *self)
{
	offhook_http_request_unref(self->request);
	g_object_unref(self->eraser);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpErasures, offhook_http_erasures_free)

static OffhookHttpErasures *
offhook_http_erasures_new(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookHttpErasures *self = g_new0(OffhookHttpErasures, 1);

	self->request = offhook_http_request_wait(request);
	self->eraser = g_object_ref(offhook_http_server_get_eraser(server));
	return self;
}

static void
offhook_http_erasures_got_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpErasures) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookReceiptRecord) record =
	    offhook_store_get_receipt_finish(OFFHOOK_STORE(source), result, &error);
	JsonObject *receipt = NULL;

	if (record != NULL)
		receipt = offhook_eraser_view_receipt(self->eraser, record, &error);
	if (receipt == NULL)
		offhook_http_request_reply_error(self->request, error);
	else
		offhook_http_request_reply_json(self->request, 200, receipt);
}

static void
offhook_http_erasures_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_store_get_receipt_async(offhook_http_server_get_store(server),
					request->parameters[0], NULL, offhook_http_erasures_got_cb,
					offhook_http_erasures_new(server, request));
}

static void
offhook_http_erasures_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpErasures) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_receipts_finish(OFFHOOK_STORE(source), result, &error);
	g_autoptr(JsonArray) array = json_array_new();
	JsonObject *reply;

	for (guint i = 0; records != NULL && i < records->len; i++) {
		JsonObject *receipt = offhook_eraser_view_receipt(
		    self->eraser, g_ptr_array_index(records, i), &error);

		if (receipt == NULL)
			break;
		json_array_add_object_element(array, receipt);
	}
	if (error != NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_array_member(reply, "erasures", g_steal_pointer(&array));
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_erasures_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	guint limit;

	if (!offhook_http_page_read_limit(request, OFFHOOK_STORE_MAX_LIMIT, &limit, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_list_receipts_async(offhook_http_server_get_store(server), NULL, limit, NULL,
					  offhook_http_erasures_listed_cb,
					  offhook_http_erasures_new(server, request));
}

const OffhookRoute offhook_http_callers_routes[] = {
    {"GET", "/callers/{number}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_callers_get},
    {"DELETE", "/callers/{number}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_callers_delete},
    {"GET", "/callers/user/{user_id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_callers_get_user},
    {"DELETE", "/callers/user/{user_id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_callers_delete_user},
    {"GET", "/erasures", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_erasures_list},
    {"GET", "/erasures/{receipt_id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_erasures_get},
    {NULL},
};
