/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * GET /voice/calls/{id}/events: what was told of a call, from its first moment on. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/views.h"

#include <offhook/error.h>

static void
offhook_http_call_events_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) events =
	    offhook_store_list_events_finish(OFFHOOK_STORE(source), result, &error);
	const char *id = request->parameters[0];
	JsonObject *reply;

	/* That it began is told of every call. */
	if (events != NULL && events->len == 0)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no call %s",
			    id);
	if (error != NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_string_member(reply, "call_id", id);
	json_object_set_array_member(
	    reply, "events", offhook_view_list(events, (OffhookViewFunc)offhook_view_event));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_call_events_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_store_list_events_async(offhook_http_server_get_store(server),
					request->parameters[0], NULL, offhook_http_call_events_cb,
					offhook_http_request_wait(request));
}

const OffhookRoute offhook_http_call_events_routes[] = {
    {"GET", "/voice/calls/{id}/events", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_events_get},
    {NULL},
};
