/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /deliveries: events on their way to the user's systems, and those that were not taken. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/page.h"

#include "base/json.h"
#include "store/store-deliveries.h"

/* ---- listing ---- */

static JsonObject *
offhook_http_deliveries_view(const OffhookDeliveryRecord *record)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "delivery_id", record->id);
	json_object_set_string_member(object, "endpoint", record->endpoint);
	json_object_set_string_member(object, "status", record->status);
	json_object_set_string_member(object, "type", record->type);
	offhook_json_set_string(object, "call_id", record->call_id);
	json_object_set_int_member(object, "attempts", record->attempts);
	offhook_json_set_string(object, "error", record->error);
	offhook_view_set_time(object, "created_at", record->created_us);
	offhook_view_set_time(object, "next_attempt_at", record->next_us);
	offhook_view_set_time(object, "expires_at", record->expires_us);
	json_object_set_string_member(object, "node", record->node);
	return object;
}

static void
offhook_http_deliveries_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_deliveries_finish(OFFHOOK_STORE(source), result, &cursor, &error);

	offhook_http_page_reply(request, "deliveries", records,
				(OffhookViewFunc)offhook_http_deliveries_view, cursor, error);
}

static void
offhook_http_deliveries_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookDeliveryFilter filter = {
	    .cursor = offhook_http_request_get_query(request, "cursor"),
	    .endpoint = offhook_http_request_get_query(request, "endpoint"),
	    .status = offhook_http_request_get_query(request, "status"),
	    .call_id = offhook_http_request_get_query(request, "call_id"),
	};
	g_autoptr(GError) error = NULL;

	if (!offhook_http_page_read_limit(request, OFFHOOK_STORE_MAX_LIMIT, &filter.limit,
					  &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_list_deliveries_async(offhook_http_server_get_store(server), &filter, NULL,
					    offhook_http_deliveries_listed_cb,
					    offhook_http_request_wait(request));
}

/* ---- trying again ---- */

static void
offhook_http_deliveries_retried_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	guint64 count;
	JsonObject *reply;

	if (!offhook_outbox_retry_finish(OFFHOOK_OUTBOX(source), result, &count, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_int_member(reply, "deliveries", (gint64)count);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_deliveries_retry(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_outbox_retry_async(offhook_http_server_get_outbox(server), request->parameters[0],
				   NULL, NULL, offhook_http_deliveries_retried_cb,
				   offhook_http_request_wait(request));
}

static void
offhook_http_deliveries_retry_all(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_outbox_retry_async(offhook_http_server_get_outbox(server), NULL,
				   offhook_http_request_get_query(request, "endpoint"), NULL,
				   offhook_http_deliveries_retried_cb,
				   offhook_http_request_wait(request));
}

/* ---- deleting ---- */

static void
offhook_http_deliveries_deleted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	JsonObject *reply;

	if (!offhook_outbox_delete_finish(OFFHOOK_OUTBOX(source), result, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_deliveries_delete(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_outbox_delete_async(offhook_http_server_get_outbox(server), request->parameters[0],
				    NULL, offhook_http_deliveries_deleted_cb,
				    offhook_http_request_wait(request));
}

const OffhookRoute offhook_http_deliveries_routes[] = {
    {"GET", "/deliveries", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_deliveries_list},
    {"POST", "/deliveries/retry", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_deliveries_retry_all},
    {"POST", "/deliveries/{id}/retry", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_deliveries_retry},
    {"DELETE", "/deliveries/{id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_deliveries_delete},
    {NULL},
};
