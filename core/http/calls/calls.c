/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /voice/calls: placing, ending and looking at calls. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/page.h"

#include <offhook/error.h>

#include "call/manager/call-request.h"
#include "call/conversation/turn-view.h"

#define OFFHOOK_HTTP_ESTIMATED_CALL_S 180
#define OFFHOOK_HTTP_END_WAIT_S       5

/* ---- initiate ---- */

static void
offhook_http_calls_initiated_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCall) call =
	    offhook_call_manager_initiate_finish(OFFHOOK_CALL_MANAGER(source), result, &error);
	JsonObject *reply;

	if (call == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "call_id", offhook_call_get_id(call));
	json_object_set_string_member(reply, "status", "initiating");
	json_object_set_string_member(reply, "phone_number", offhook_call_get_phone_number(call));
	json_object_set_string_member(reply, "provider",
				      offhook_driver_get_name(offhook_call_get_driver(call)));
	json_object_set_int_member(reply, "estimated_duration", OFFHOOK_HTTP_ESTIMATED_CALL_S);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_calls_initiate(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookInitiateRequest wanted = {0};

	if (body == NULL || !offhook_call_request_read(body, &wanted, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_call_manager_initiate_async(offhook_http_server_get_calls(server), &wanted, NULL,
					    offhook_http_calls_initiated_cb,
					    offhook_http_request_wait(request));
}

/* ---- end ---- */

static void
offhook_http_calls_reply_ended(OffhookHttpRequest *request, const OffhookCallRecord *record)
{
	JsonObject *reply = offhook_view_call(record);

	json_object_set_boolean_member(reply, "success", TRUE);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_calls_ended_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCallRecord) record =
	    offhook_store_get_call_finish(OFFHOOK_STORE(source), result, &error);

	/* Of a process that died, or of one that an upgrade has left behind and that can't be reached just now. */
	if (record != NULL && record->ended_us == 0)
		g_set_error_literal(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				    "the call is not this process's, and not over: its own ends "
				    "just now, or has died; ask again");
	if (error != NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_calls_reply_ended(request, record);
}

/** Waits for a call to have ended. */
typedef struct {
	OffhookHttpRequest *request;
	OffhookStore *store;
	OffhookCall *call;
	guint timeout_id;
	guint ended_id;
} OffhookHttpCallsEnd;

static void
offhook_http_calls_end_free(OffhookHttpCallsEnd *end)
{
	g_signal_handlers_disconnect_by_data(end->call, end);
	g_clear_handle_id(&end->timeout_id, g_source_remove);
	g_clear_handle_id(&end->ended_id, g_source_remove);
	offhook_http_request_unref(end->request);
	g_object_unref(end->store);
	g_object_unref(end->call);
	g_free(end);
}

/* As far as the call itself knows. */
static void
offhook_http_calls_end_reply_without(OffhookHttpCallsEnd *end)
{
	OffhookCall *call = end->call;
	const OffhookCallRecord record = {
	    .id = (char *)offhook_call_get_id(call),
	    .driver = (char *)offhook_driver_get_name(offhook_call_get_driver(call)),
	    .direction = (char *)offhook_call_direction_to_string(offhook_call_get_direction(call)),
	    .from = (char *)offhook_call_get_from(call),
	    .to = (char *)offhook_call_get_to(call),
	    .status = (char *)offhook_call_get_status(call),
	    .created_us = offhook_call_get_created(call),
	    .answered_us = offhook_call_get_answered(call),
	    .ended_us = offhook_call_get_ended(call),
	};

	offhook_http_calls_reply_ended(end->request, &record);
}

/* That the database is away just now does not make it a failure. */
static void
offhook_http_calls_end_read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookHttpCallsEnd *end = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCallRecord) record =
	    offhook_store_get_call_finish(OFFHOOK_STORE(source), result, &error);

	if (record != NULL)
		offhook_http_calls_reply_ended(end->request, record);
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE))
		offhook_http_calls_end_reply_without(end);
	else
		offhook_http_request_reply_error(end->request, error);
	offhook_http_calls_end_free(end);
}

static void
offhook_http_calls_end_reply(OffhookHttpCallsEnd *end)
{
	g_signal_handlers_disconnect_by_data(end->call, end);
	g_clear_handle_id(&end->timeout_id, g_source_remove);
	g_clear_handle_id(&end->ended_id, g_source_remove);
	offhook_store_get_call_async(end->store, offhook_call_get_id(end->call), NULL,
				     offhook_http_calls_end_read_cb, end);
}

static gboolean
offhook_http_calls_end_expired_cb(gpointer user_data)
{
	OffhookHttpCallsEnd *end = user_data;

	end->timeout_id = 0;
	offhook_http_calls_end_reply(end);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_http_calls_end_over_cb(gpointer user_data)
{
	OffhookHttpCallsEnd *end = user_data;

	end->ended_id = 0;
	offhook_http_calls_end_reply(end);
	return G_SOURCE_REMOVE;
}

/* Its last record is written right after this; the store answers in order. */
static void
offhook_http_calls_end_changed_cb(OffhookCall *call, guint from, guint to, gpointer user_data)
{
	OffhookHttpCallsEnd *end = user_data;

	if (to == OFFHOOK_CALL_ENDED && end->ended_id == 0)
		end->ended_id =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_http_calls_end_over_cb, end, NULL);
}

static void
offhook_http_calls_end(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookCallManager *calls = offhook_http_server_get_calls(server);
	const char *id = request->parameters[0];
	OffhookCall *call = offhook_call_manager_find(calls, id, NULL);
	OffhookHttpCallsEnd *end;

	if (call == NULL || offhook_call_get_state(call) == OFFHOOK_CALL_ENDED) {
		/* It has ended already, which is a success, or the store knows none. */
		offhook_store_get_call_async(offhook_http_server_get_store(server), id, NULL,
					     offhook_http_calls_ended_cb,
					     offhook_http_request_wait(request));
		return;
	}
	end = g_new0(OffhookHttpCallsEnd, 1);
	end->request = offhook_http_request_wait(request);
	end->store = g_object_ref(offhook_http_server_get_store(server));
	end->call = g_object_ref(call);
	end->timeout_id =
	    g_timeout_add_seconds(OFFHOOK_HTTP_END_WAIT_S, offhook_http_calls_end_expired_cb, end);
	g_signal_connect(call, "state-changed", G_CALLBACK(offhook_http_calls_end_changed_cb), end);
	offhook_call_manager_end(calls, id, NULL);
}

/* ---- one call: status, transcript ---- */

/** A call is put together from several reads, one after another. */
typedef struct {
	OffhookHttpRequest *request;
	OffhookStore *store;
	JsonObject *reply;
	char *id;
} OffhookHttpCallsView;

static void
offhook_http_calls_view_free(OffhookHttpCallsView *view)
{
	offhook_http_request_unref(view->request);
	g_object_unref(view->store);
	g_clear_pointer(&view->reply, json_object_unref);
	g_free(view->id);
	g_free(view);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpCallsView, offhook_http_calls_view_free)

static void
offhook_http_calls_legs_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpCallsView) view = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) legs = offhook_store_list_legs_finish(view->store, result, &error);
	JsonArray *ids;

	if (legs == NULL) {
		offhook_http_request_reply_error(view->request, error);
		return;
	}
	ids = json_array_new();
	for (guint i = 0; i < legs->len; i++) {
		const OffhookCallRecord *leg = g_ptr_array_index(legs, i);

		json_array_add_string_element(ids, leg->id);
	}
	json_object_set_array_member(view->reply, "legs", ids);
	offhook_http_request_reply_json(view->request, 200, g_steal_pointer(&view->reply));
}

static void
offhook_http_calls_turns_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpCallsView) view = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) turns = offhook_store_list_turns_finish(view->store, result, &error);

	if (turns == NULL) {
		offhook_http_request_reply_error(view->request, error);
		return;
	}
	json_object_set_array_member(
	    view->reply, "turns", offhook_view_list(turns, (OffhookViewFunc)offhook_turn_view_new));
	offhook_store_list_legs_async(view->store, view->id, NULL, offhook_http_calls_legs_cb,
				      view);
	g_steal_pointer(&view);
}

static void
offhook_http_calls_messages_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpCallsView) view = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) messages =
	    offhook_store_list_messages_finish(view->store, result, &error);

	if (messages == NULL) {
		offhook_http_request_reply_error(view->request, error);
		return;
	}
	json_object_set_array_member(
	    view->reply, "transcription",
	    offhook_view_list(messages, (OffhookViewFunc)offhook_view_message));
	offhook_store_list_turns_async(view->store, view->id, NULL, offhook_http_calls_turns_cb,
				       view);
	g_steal_pointer(&view);
}

static void
offhook_http_calls_got_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpCallsView) view = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCallRecord) record =
	    offhook_store_get_call_finish(view->store, result, &error);

	if (record == NULL) {
		offhook_http_request_reply_error(view->request, error);
		return;
	}
	view->reply = offhook_view_call(record);
	offhook_store_list_messages_async(view->store, view->id, NULL,
					  offhook_http_calls_messages_cb, view);
	g_steal_pointer(&view);
}

static void
offhook_http_calls_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookHttpCallsView *view = g_new0(OffhookHttpCallsView, 1);

	view->request = offhook_http_request_wait(request);
	view->store = g_object_ref(offhook_http_server_get_store(server));
	view->id = g_strdup(request->parameters[0]);
	offhook_store_get_call_async(view->store, view->id, NULL, offhook_http_calls_got_cb, view);
}

/* ---- list ---- */

static void
offhook_http_calls_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	guint64 total = 0;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_calls_finish(OFFHOOK_STORE(source), result, &total, &error);

	offhook_http_counted_page_reply(user_data, "calls", records,
					(OffhookViewFunc)offhook_view_call, total, error);
}

static void
offhook_http_calls_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookHttpCountedPage *page = offhook_http_counted_page_new(request);
	OffhookCallFilter filter = {
	    .status = offhook_http_request_get_query(request, "status"),
	    .phone_number = offhook_http_request_get_query(request, "phone_number"),
	};

	if (page == NULL)
		return;
	filter.limit = page->limit;
	filter.offset = page->offset;
	offhook_store_list_calls_async(offhook_http_server_get_store(server), &filter, NULL,
				       offhook_http_calls_listed_cb, page);
}

const OffhookRoute offhook_http_calls_routes[] = {
    {"POST", "/voice/calls/initiate", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE,
     offhook_http_calls_initiate},
    {"GET", "/voice/calls", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE, offhook_http_calls_list},
    {"GET", "/voice/calls/{id}/status", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_calls_get},
    {"POST", "/voice/calls/{id}/end", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_calls_end},
    {NULL},
};
