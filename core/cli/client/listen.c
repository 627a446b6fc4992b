/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Listens to the control WebSocket.
 */

#include "cli/client/listen.h"

#include <offhook/error.h>

#include "base/json.h"
#include "cli/client/answer.h"
#include "cli/print/clean.h"

#define OFFHOOK_LISTEN_KEEPALIVE_S 30

typedef struct {
	OffhookClient *client;
	const char *const *types;
	GMainLoop *loop;
	OffhookListenFunc func;
	gpointer user_data;
	SoupWebsocketConnection *connection; /* (nullable): not yet */
	gboolean subscribed;
	GError *error;
} OffhookListen;

/* The first thing that the server says is whether it took our subscription. */
static gboolean
offhook_listen_begin(OffhookListen *self, const char *type, JsonObject *event)
{
	JsonNode *node = json_object_get_member(event, "data");

	self->subscribed = g_str_equal(type, "subscribed");
	if (self->subscribed || !g_str_equal(type, "error.occurred"))
		return self->subscribed;
	g_set_error(&self->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "%s",
		    node != NULL && JSON_NODE_HOLDS_OBJECT(node)
			? offhook_client_get(json_node_get_object(node), "message")
			: "refused");
	g_main_loop_quit(self->loop);
	return FALSE;
}

static void
offhook_listen_message_cb(SoupWebsocketConnection *connection, int type, GBytes *bytes,
			  gpointer user_data)
{
	OffhookListen *self = user_data;
	gsize size;
	const char *text = g_bytes_get_data(bytes, &size);
	g_autoptr(JsonObject) raw = NULL;
	g_autoptr(JsonObject) event = NULL;
	const char *name;

	if (self->error != NULL)
		return;
	raw = offhook_json_parse_object(text, size, "the event", &self->error);
	if (raw == NULL || !offhook_answer_check_event(raw, &self->error)) {
		g_main_loop_quit(self->loop);
		return;
	}
	event = self->client->json ? g_steal_pointer(&raw) : offhook_clean_object(raw);
	name = offhook_client_get(event, "type");
	if (self->subscribed || offhook_listen_begin(self, name, event))
		self->func(name, event, self->user_data);
}

static void
offhook_listen_closed_cb(SoupWebsocketConnection *connection, gpointer user_data)
{
	OffhookListen *self = user_data;

	if (self->error == NULL)
		g_set_error(&self->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the server closed the connection");
	g_main_loop_quit(self->loop);
}

/* {"type":"subscribe","events":[...]}. (transfer full) */
static char *
offhook_listen_make_subscription(const char *const *types)
{
	static const char *const all[] = {"*", NULL};
	g_autoptr(JsonObject) message = json_object_new();
	JsonArray *events = json_array_new();

	for (const char *const *each = types != NULL ? types : all; *each != NULL; each++)
		json_array_add_string_element(events, *each);
	json_object_set_string_member(message, "type", "subscribe");
	json_object_set_array_member(message, "events", events);
	return offhook_json_to_string(message);
}

static void
offhook_listen_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookListen *self = user_data;
	g_autofree char *subscription = offhook_listen_make_subscription(self->types);

	self->connection =
	    soup_session_websocket_connect_finish(SOUP_SESSION(source), result, &self->error);
	if (self->connection == NULL) {
		g_main_loop_quit(self->loop);
		return;
	}
	soup_websocket_connection_set_keepalive_interval(self->connection,
							 OFFHOOK_LISTEN_KEEPALIVE_S);
	g_signal_connect(self->connection, "message", G_CALLBACK(offhook_listen_message_cb), self);
	g_signal_connect(self->connection, "closed", G_CALLBACK(offhook_listen_closed_cb), self);
	soup_websocket_connection_send_text(self->connection, subscription);
}

gboolean
offhook_listen(OffhookClient *client, const char *const *types, GMainLoop *loop,
	       OffhookListenFunc func, gpointer user_data, GError **error)
{
	g_autoptr(SoupMessage) msg = offhook_client_make_message(client, "GET", "/ws", error);
	OffhookListen self = {
	    .client = client,
	    .types = types,
	    .loop = loop,
	    .func = func,
	    .user_data = user_data,
	};
	gboolean connected;

	if (msg == NULL)
		return FALSE;
	soup_session_websocket_connect_async(client->session, msg, NULL, NULL, G_PRIORITY_DEFAULT,
					     NULL, offhook_listen_connected_cb, &self);
	g_main_loop_run(loop);
	connected = self.connection != NULL;
	if (connected)
		g_signal_handlers_disconnect_by_data(self.connection, &self);
	g_clear_object(&self.connection);
	if (self.error == NULL)
		return TRUE;
	if (connected)
		g_propagate_error(error, self.error);
	else
		offhook_client_set_unreachable(client, self.error, error);
	return FALSE;
}
