/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /voice/calls/scheduled: calls to be placed later. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/page.h"

#include "base/json.h"
#include "base/timestamp.h"

static JsonObject *
offhook_http_scheduled_view(const OffhookScheduledCallRecord *record)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "scheduled_call_id", record->id);
	json_object_set_string_member(object, "status", record->status);
	json_object_set_string_member(object, "phone_number", record->number);
	offhook_json_set_string(object, "assistant", record->assistant);
	offhook_json_set_string(object, "reason", record->reason);
	offhook_view_set_time(object, "at", record->at_us);
	offhook_view_set_time(object, "next_attempt_at", record->next_us);
	json_object_set_int_member(object, "attempts", record->attempts);
	json_object_set_int_member(object, "max_attempts", record->max_attempts);
	json_object_set_int_member(object, "retry_seconds", record->retry_s);
	offhook_json_set_string(object, "call_id", record->call_id);
	offhook_json_set_string(object, "origin_call_id", record->origin_call_id);
	offhook_json_set_string(object, "error", record->error);
	offhook_view_set_time(object, "created_at", record->created_us);
	return object;
}

static OffhookScheduledCalls *
offhook_http_scheduled_get(OffhookHttpServer *server)
{
	return offhook_call_manager_get_scheduled(offhook_http_server_get_calls(server));
}

/* ---- adding ---- */

static void
offhook_http_scheduled_added_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookScheduledCallRecord) record =
	    offhook_scheduled_calls_add_finish(OFFHOOK_SCHEDULED_CALLS(source), result, &error);

	if (record == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_request_reply_json(request, 201, offhook_http_scheduled_view(record));
}

static gboolean
offhook_http_scheduled_read(JsonObject *body, OffhookScheduledCall *wanted, GError **error)
{
	const char *at = NULL;
	gint64 attempts = 0;
	gint64 retry_s = 0;

	if (!offhook_json_read_string(body, "phone_number", &wanted->number, error) ||
	    !offhook_json_read_string(body, "assistant", &wanted->assistant, error) ||
	    !offhook_json_read_string(body, "reason", &wanted->reason, error) ||
	    !offhook_json_read_string(body, "at", &at, error) ||
	    !offhook_json_read_integer(body, "max_attempts", 1, OFFHOOK_SCHEDULED_CALL_MAX_ATTEMPTS,
				       &attempts, error) ||
	    !offhook_json_read_integer(body, "retry_seconds", OFFHOOK_SCHEDULED_CALL_MIN_RETRY_S,
				       OFFHOOK_SCHEDULED_CALL_MAX_RETRY_S, &retry_s, error))
		return FALSE;
	wanted->max_attempts = (guint)attempts;
	wanted->retry_s = (guint)retry_s;
	if (at == NULL || !offhook_timestamp_parse(at, &wanted->at_us, NULL))
		return offhook_json_refuse(error, "at", at,
					   "an RFC 3339 time like 2024-05-01T12:00:00Z");
	return TRUE;
}

static void
offhook_http_scheduled_add(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookScheduledCall wanted = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);

	if (body == NULL || !offhook_http_scheduled_read(body, &wanted, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_scheduled_calls_add_async(offhook_http_scheduled_get(server), &wanted, NULL,
					  offhook_http_scheduled_added_cb,
					  offhook_http_request_wait(request));
}

/* ---- listing ---- */

static void
offhook_http_scheduled_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autoptr(GPtrArray) records = offhook_store_list_scheduled_calls_finish(
	    OFFHOOK_STORE(source), result, &cursor, &error);

	offhook_http_page_reply(request, "scheduled_calls", records,
				(OffhookViewFunc)offhook_http_scheduled_view, cursor, error);
}

static void
offhook_http_scheduled_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookScheduledCallFilter filter = {
	    .cursor = offhook_http_request_get_query(request, "cursor"),
	    .status = offhook_http_request_get_query(request, "status"),
	    .number = offhook_http_request_get_query(request, "phone_number"),
	};
	g_autoptr(GError) error = NULL;

	if (!offhook_http_page_read_limit(request, OFFHOOK_STORE_MAX_LIMIT, &filter.limit,
					  &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_list_scheduled_calls_async(offhook_http_server_get_store(server), &filter,
						 NULL, offhook_http_scheduled_listed_cb,
						 offhook_http_request_wait(request));
}

static void
offhook_http_scheduled_got_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookScheduledCallRecord) record =
	    offhook_store_get_scheduled_call_finish(OFFHOOK_STORE(source), result, &error);

	if (record == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_request_reply_json(request, 200, offhook_http_scheduled_view(record));
}

static void
offhook_http_scheduled_get_one(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_store_get_scheduled_call_async(
	    offhook_http_server_get_store(server), request->parameters[0], NULL,
	    offhook_http_scheduled_got_cb, offhook_http_request_wait(request));
}

static void
offhook_http_scheduled_cancel(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookScheduledCallRecord) record = offhook_scheduled_calls_cancel(
	    offhook_http_scheduled_get(server), request->parameters[0], &error);

	if (record == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_request_reply_json(request, 200, offhook_http_scheduled_view(record));
}

const OffhookRoute offhook_http_scheduled_routes[] = {
    {"POST", "/voice/calls/scheduled", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE,
     offhook_http_scheduled_add},
    {"GET", "/voice/calls/scheduled", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE,
     offhook_http_scheduled_list},
    {"GET", "/voice/calls/scheduled/{id}", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE,
     offhook_http_scheduled_get_one},
    {"DELETE", "/voice/calls/scheduled/{id}", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE,
     offhook_http_scheduled_cancel},
    {NULL},
};
