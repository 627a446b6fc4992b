/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook tail: the transcripts of calls as they are spoken, over the control WebSocket.
 */

#include <stdio.h>
#include <stdlib.h>

#include <offhook/error.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/describe.h"

#define OFFHOOK_TAIL_KEEPALIVE_S 30

typedef struct {
	OffhookClient *client;
	GMainLoop *loop;
	char *call_id; /* (nullable): all */
	gboolean once;
	OffhookTailPlace place; /* (nullable): once we listen, begins what is to be followed */
	gpointer place_data;
	char *status; /* (nullable): how the call ended */
	gboolean connected;
	gboolean subscribed;
	GError *error;
} OffhookTail;

static const char *const offhook_tail_events[] = {
    "call.started",        "call.ringing",    "call.transferred", "call.completed",
    "call.transferring",   "call.returned",   "message.received", "message.sent",
    "message.interrupted", "message.unclear", "prompt.sent",      "dtmf.received",
    "turn.completed",      "error.occurred",  "call.answered_by", "call.held",
    "call.resumed",        "call.muted",      "call.unmuted",     "call.details",
    "recording.changed",   "limit.reached",
};

/* "2026-01-02T12:34:56.789Z" -> "12:34:56.789", in local time */
static char *
offhook_tail_format_time(const char *timestamp)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_iso8601(timestamp, NULL);
	g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_local(utc) : NULL;
	g_autofree char *text = local != NULL ? g_date_time_format(local, "%H:%M:%S") : NULL;

	if (text == NULL)
		return g_strdup(timestamp);
	return g_strdup_printf("%s.%03d", text, g_date_time_get_microsecond(local) / 1000);
}

/* In the parentheses of what is no word of anybody. (nullable) */
static char *
offhook_tail_describe_turn(JsonObject *data)
{
	g_autofree char *times = offhook_describe_turn(data);

	return times != NULL ? g_strdup_printf("         (%s)", times) : NULL;
}

static char *
offhook_tail_describe_end(JsonObject *data)
{
	g_autofree char *usage = offhook_describe_usage(data);

	return g_strdup_printf("call     %s after %.1f s%s", offhook_client_get(data, "status"),
			       json_object_get_double_member(data, "duration"), usage);
}

/* One line for an event, or NULL when there is nothing to show. */
static char *
offhook_tail_describe(const char *type, JsonObject *data)
{
	const char *message = offhook_client_get(data, "message");

	if (g_str_equal(type, "message.received"))
		return g_strdup_printf(
		    "caller   %s  (confidence %.2f)", message,
		    json_object_get_double_member_with_default(data, "confidence", 0));
	if (g_str_equal(type, "message.sent") || g_str_equal(type, "prompt.sent"))
		return g_strdup_printf("agent    %s", message);
	if (g_str_equal(type, "message.interrupted"))
		return g_strdup_printf("         (interrupted after: \"%s\")", message);
	if (g_str_equal(type, "message.unclear"))
		return g_strdup("caller   (not understood)");
	if (g_str_equal(type, "dtmf.received"))
		return g_strdup_printf("caller   [key %s]", offhook_client_get(data, "digit"));
	if (g_str_equal(type, "turn.completed"))
		return offhook_tail_describe_turn(data);
	if (g_str_equal(type, "call.started"))
		return g_strdup_printf(
		    "call     %s %s through %s", offhook_client_get(data, "direction"),
		    offhook_client_get(data, "phone_number"), offhook_client_get(data, "provider"));
	if (g_str_equal(type, "call.completed"))
		return offhook_tail_describe_end(data);
	if (g_str_equal(type, "limit.reached"))
		return g_strdup_printf("call     has reached its %s",
				       offhook_client_get(data, "limit"));
	if (g_str_equal(type, "error.occurred"))
		return g_strdup_printf("error    %s: %s", offhook_client_get(data, "error_code"),
				       message);
	if (g_str_equal(type, "call.answered_by"))
		return g_strdup_printf("call     answered by: %s",
				       offhook_client_get(data, "answered_by"));
	if (g_str_equal(type, "call.returned"))
		return g_strdup_printf("call     back from the transfer: %s",
				       offhook_client_get(data, "reason"));
	if (g_str_equal(type, "recording.changed"))
		return g_strdup_printf("record   %s", offhook_client_get(data, "status"));
	if (g_str_has_prefix(type, "call."))
		return g_strdup_printf("call     %s", type + strlen("call."));
	return NULL;
}

static gboolean
offhook_tail_is_wanted(OffhookTail *self, JsonObject *data)
{
	return self->call_id == NULL ||
	       g_str_equal(offhook_client_get(data, "call_id"), self->call_id);
}

/* A call may have ended before we listened; then nothing more comes. */
static void
offhook_tail_check_end(OffhookTail *self)
{
	static const char *const live[] = {"initiating", "ringing", "in-progress", NULL};
	g_autofree char *path =
	    offhook_client_make_call_path(self->client, self->call_id, "status", &self->error);
	g_autoptr(JsonObject) call =
	    path != NULL ? offhook_client_request(self->client, "GET", path, NULL, &self->error)
			 : NULL;
	const char *status = call != NULL ? offhook_client_get(call, "status") : NULL;

	if (status != NULL && g_strv_contains(live, status))
		return;
	if (status != NULL && !offhook_client_print_json(self->client, call))
		g_print("call     %s\n", status);
	g_main_loop_quit(self->loop);
}

/* The call begins when we listen, so that nothing of it is missed. */
static void
offhook_tail_place(OffhookTail *self)
{
	self->call_id = self->place(self->client, self->place_data, &self->error);
	if (self->call_id == NULL)
		g_main_loop_quit(self->loop);
}

/* The first thing that the server says is whether it took our subscription. */
static void
offhook_tail_begin(OffhookTail *self, const char *type, JsonObject *data)
{
	self->subscribed = g_str_equal(type, "subscribed");
	if (self->subscribed && self->place != NULL)
		offhook_tail_place(self);
	else if (self->subscribed && self->call_id != NULL)
		offhook_tail_check_end(self);
	if (self->subscribed || self->error != NULL || !g_str_equal(type, "error.occurred"))
		return;
	g_set_error(&self->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "%s",
		    data != NULL ? offhook_client_get(data, "message") : "refused");
	g_main_loop_quit(self->loop);
}

static void
offhook_tail_show(OffhookTail *self, JsonObject *event)
{
	const char *type = offhook_client_get(event, "type");
	JsonNode *node = json_object_get_member(event, "data");
	JsonObject *data =
	    node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *call_id = data != NULL ? offhook_client_get(data, "call_id") : "-";
	g_autofree char *time = offhook_tail_format_time(offhook_client_get(event, "timestamp"));
	g_autofree char *line = NULL;

	if (!self->subscribed) {
		offhook_tail_begin(self, type, data);
		return;
	}
	if (data == NULL || !offhook_tail_is_wanted(self, data))
		return;
	if (self->client->json) {
		g_autofree char *text = offhook_json_to_string(event);

		g_print("%s\n", text);
	} else if ((line = offhook_tail_describe(type, data)) != NULL) {
		/* The end of an id tells calls apart; its beginning is a time. */
		gsize length = strlen(call_id);

		g_print("%s  %s  %s\n", time, length > 6 ? call_id + length - 6 : "      ", line);
	}
	if (self->once && g_str_equal(type, "call.completed"))
		self->status = g_strdup(offhook_client_get(data, "status"));
	/* Whoever was reading has gone, or what we wait for has come. */
	if (ferror(stdout) || self->status != NULL)
		g_main_loop_quit(self->loop);
}

static void
offhook_tail_message_cb(SoupWebsocketConnection *connection, int type, GBytes *bytes,
			gpointer user_data)
{
	gsize size;
	const char *text = g_bytes_get_data(bytes, &size);
	g_autoptr(JsonObject) event = offhook_json_parse_object(text, size, "event", NULL);

	if (event != NULL)
		offhook_tail_show(user_data, event);
}

static void
offhook_tail_closed_cb(SoupWebsocketConnection *connection, gpointer user_data)
{
	OffhookTail *self = user_data;

	if (self->error == NULL)
		g_set_error(&self->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the server closed the connection");
	g_main_loop_quit(self->loop);
}

static char *
offhook_tail_make_subscription(void)
{
	g_autoptr(JsonObject) message = json_object_new();
	JsonArray *events = json_array_new();

	for (guint i = 0; i < G_N_ELEMENTS(offhook_tail_events); i++)
		json_array_add_string_element(events, offhook_tail_events[i]);
	json_object_set_string_member(message, "type", "subscribe");
	json_object_set_array_member(message, "events", events);
	return offhook_json_to_string(message);
}

static void
offhook_tail_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookTail *self = user_data;
	SoupWebsocketConnection *connection =
	    soup_session_websocket_connect_finish(SOUP_SESSION(source), result, &self->error);
	g_autofree char *subscription = offhook_tail_make_subscription();

	if (connection == NULL) {
		g_main_loop_quit(self->loop);
		return;
	}
	self->connected = TRUE;
	soup_websocket_connection_set_keepalive_interval(connection, OFFHOOK_TAIL_KEEPALIVE_S);
	g_signal_connect(connection, "message", G_CALLBACK(offhook_tail_message_cb), self);
	g_signal_connect(connection, "closed", G_CALLBACK(offhook_tail_closed_cb), self);
	g_object_set_data_full(G_OBJECT(source), "offhook-tail", connection, g_object_unref);
	soup_websocket_connection_send_text(connection, subscription);
}

static void
offhook_tail_clear(OffhookTail *self)
{
	g_free(self->call_id);
	g_free(self->status);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookTail, offhook_tail_clear)

/* Listens until there is nothing more to come. */
static gboolean
offhook_tail_run(OffhookTail *self, GError **error)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(SoupMessage) msg = offhook_client_make_message(self->client, "GET", "/ws", error);

	if (msg == NULL)
		return FALSE;
	self->loop = loop;
	setvbuf(stdout, NULL, _IOLBF, 0);
	soup_session_websocket_connect_async(self->client->session, msg, NULL, NULL,
					     G_PRIORITY_DEFAULT, NULL, offhook_tail_connected_cb,
					     self);
	g_main_loop_run(loop);
	if (self->error == NULL)
		return TRUE;
	if (self->connected)
		g_propagate_error(error, self->error);
	else
		offhook_client_set_unreachable(self->client, self->error, error);
	return FALSE;
}

int
offhook_tail_follow(OffhookClient *client, OffhookTailPlace place, gpointer user_data,
		    GError **error)
{
	static const char *const well[] = {"completed", "transferred", NULL};
	g_auto(OffhookTail)
	    tail = {.client = client, .once = TRUE, .place = place, .place_data = user_data};

	if (!offhook_tail_run(&tail, error))
		return EXIT_FAILURE;
	return tail.status != NULL && g_strv_contains(well, tail.status) ? EXIT_SUCCESS
									 : EXIT_FAILURE;
}

int
offhook_command_tail(OffhookClient *client, char ***argv, GError **error)
{
	g_auto(OffhookTail) tail = {.client = client};
	const GOptionEntry entries[] = {
	    {"once", '1', 0, G_OPTION_ARG_NONE, &tail.once, NULL, NULL},
	    {NULL},
	};

	if (!offhook_command_parse(argv, entries, 0, 1, "tail [CALL] [--once]", error))
		return EXIT_FAILURE;
	if ((*argv)[1] != NULL) {
		tail.call_id = offhook_client_find_call(client, (*argv)[1], error);
		if (tail.call_id == NULL)
			return EXIT_FAILURE;
	}
	return offhook_tail_run(&tail, error) ? EXIT_SUCCESS : EXIT_FAILURE;
}
