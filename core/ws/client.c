/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A client's messages are checked, answered with an event each, and end in the call manager. A
 * client that does not read is dropped: what waits for it is bounded. Main thread.
 */

#include "ws/client.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "ws/socket.h"

#include <string.h>

#define OFFHOOK_CONTROL_MAX_EVENTS 64
#define OFFHOOK_CONTROL_MAX_NAME   64 /* bytes of an event type */
#define OFFHOOK_CONTROL_AUTH_S     10

struct _OffhookControlClient {
	gatomicrefcount ref_count;
	OffhookHttpServer *server;
	OffhookControlSocket *socket; /* NULL once the client is gone */
	void (*gone)(OffhookControlClient *client, gpointer user_data);
	gpointer user_data;
	char *id;
	gint64 connected_us;
	gint64 active_us;
	gboolean authenticated;
	GHashTable *events; /* set of types; empty: the default ones */
	guint auth_id;
};

/* What a client hears that has not subscribed to anything: the story of the calls. */
static const char *const offhook_control_default_events[] = {
    OFFHOOK_EVENT_CALL_STARTED, OFFHOOK_EVENT_MESSAGE_RECEIVED,
    OFFHOOK_EVENT_MESSAGE_SENT, OFFHOOK_EVENT_CALL_COMPLETED,
    OFFHOOK_EVENT_ERROR,        NULL,
};

#define OFFHOOK_CONTROL_CALL_ENDED "call.ended" /* the other name of call.completed */

static OffhookControlClient *
offhook_control_client_ref(OffhookControlClient *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

static void
offhook_control_client_unref(OffhookControlClient *self)
{
	if (!g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_hash_table_unref(self->events);
	g_free(self->id);
	g_free(self);
}

static void
offhook_control_client_send(OffhookControlClient *self, const char *type, gint64 at_us,
			    JsonObject *data)
{
	g_autoptr(JsonObject) message = NULL;
	g_autofree char *text = NULL;

	if (self->socket == NULL)
		return;
	message = offhook_event_make_message(type, at_us, json_object_ref(data));
	text = offhook_json_to_string(message);
	offhook_control_socket_send_text(self->socket, text);
}

/* @data: (transfer full) */
static void
offhook_control_client_reply(OffhookControlClient *self, const char *type, JsonObject *data)
{
	offhook_control_client_send(self, type, offhook_timestamp_now(), data);
	json_object_unref(data);
}

static void
offhook_control_client_reply_error(OffhookControlClient *self, const GError *error)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "error_code", offhook_error_get_api_code(error));
	json_object_set_string_member(data, "message", error->message);
	json_object_set_null_member(data, "call_id");
	offhook_control_client_reply(self, OFFHOOK_EVENT_ERROR, data);
}

/* ---- what clients ask for ---- */

static gboolean
offhook_control_client_do_auth(OffhookControlClient *self, JsonObject *message, GError **error)
{
	const char *token = NULL;

	if (!offhook_json_read_string(message, "token", &token, error))
		return FALSE;
	if (!offhook_http_server_check_token(self->server, token)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION,
			    "the API token is not right");
		return FALSE;
	}
	self->authenticated = TRUE;
	g_clear_handle_id(&self->auth_id, g_source_remove);
	offhook_control_client_reply(self, "auth.ok", json_object_new());
	return TRUE;
}

static gboolean
offhook_control_client_read_events(JsonObject *message, GPtrArray *names, GError **error)
{
	JsonNode *node = json_object_get_member(message, "events");
	JsonArray *array =
	    node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	if (array == NULL || json_array_get_length(array) > OFFHOOK_CONTROL_MAX_EVENTS)
		return offhook_json_refuse(error, "events", NULL,
					   "a list of at most 64 event types");
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *element = json_array_get_element(array, i);

		if (!JSON_NODE_HOLDS_VALUE(element) ||
		    json_node_get_value_type(element) != G_TYPE_STRING)
			return offhook_json_refuse(error, "events", NULL, "a list of event types");
		if (strlen(json_node_get_string(element)) > OFFHOOK_CONTROL_MAX_NAME)
			return offhook_json_refuse(error, "events", json_node_get_string(element),
						   "an event type");
		g_ptr_array_add(names, (gpointer)json_node_get_string(element));
	}
	return TRUE;
}

static gboolean
offhook_control_client_do_subscribe(OffhookControlClient *self, JsonObject *message, gboolean on,
				    GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	JsonObject *data;
	JsonArray *now;
	GHashTableIter iter;
	gpointer key;

	if (!offhook_control_client_read_events(message, names, error))
		return FALSE;
	if (on && g_hash_table_size(self->events) + names->len > OFFHOOK_CONTROL_MAX_EVENTS)
		return offhook_json_refuse(error, "events", NULL, "no more than 64 subscriptions");
	for (guint i = 0; i < names->len; i++) {
		if (on)
			g_hash_table_add(self->events, g_strdup(g_ptr_array_index(names, i)));
		else
			g_hash_table_remove(self->events, g_ptr_array_index(names, i));
	}
	data = json_object_new();
	now = json_array_new();
	g_hash_table_iter_init(&iter, self->events);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		json_array_add_string_element(now, key);
	json_object_set_array_member(data, "events", now);
	offhook_control_client_reply(self, on ? "subscribed" : "unsubscribed", data);
	return TRUE;
}

/* {"type":"message","data":{call_id, content}} or {"type":"text", call_id, content} */
static gboolean
offhook_control_client_do_message(OffhookControlClient *self, JsonObject *message, GError **error)
{
	JsonObject *data = message;
	const char *call_id = NULL;
	const char *content = NULL;

	if (!offhook_json_read_object(message, "data", &data, error) ||
	    !offhook_json_read_string(data, "call_id", &call_id, error) ||
	    !offhook_json_read_string(data, "content", &content, error))
		return FALSE;
	if (content == NULL && !offhook_json_read_string(data, "text", &content, error))
		return FALSE;
	if (call_id == NULL)
		return offhook_json_refuse(error, "call_id", NULL, "the id of a call in progress");
	if (content == NULL || *content == '\0')
		return offhook_json_refuse(error, "content", content, "what the caller says");
	return offhook_call_manager_inject(offhook_http_server_get_calls(self->server), call_id,
					   content, error);
}

/* The client may have gone meanwhile: then the reply goes nowhere. */
static void
offhook_control_client_initiated_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookControlClient *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCall) call =
	    offhook_call_manager_initiate_finish(OFFHOOK_CALL_MANAGER(source), result, &error);

	if (call == NULL)
		offhook_control_client_reply_error(self, error);
	offhook_control_client_unref(self);
}

static gboolean
offhook_control_client_do_initiate(OffhookControlClient *self, JsonObject *message, GError **error)
{
	JsonObject *data = message;
	OffhookInitiateRequest wanted = {0};

	if (!offhook_json_read_object(message, "data", &data, error) ||
	    !offhook_json_read_string(data, "phone_number", &wanted.phone_number, error) ||
	    !offhook_json_read_string(data, "assistant", &wanted.assistant, error))
		return FALSE;
	offhook_call_manager_initiate_async(offhook_http_server_get_calls(self->server), &wanted,
					    NULL, offhook_control_client_initiated_cb,
					    offhook_control_client_ref(self));
	return TRUE;
}

static gboolean
offhook_control_client_do_ping(OffhookControlClient *self, JsonObject *message, GError **error)
{
	offhook_control_client_reply(self, "pong", json_object_new());
	return TRUE;
}

static gboolean
offhook_control_client_do_subscribe_on(OffhookControlClient *self, JsonObject *message,
				       GError **error)
{
	return offhook_control_client_do_subscribe(self, message, TRUE, error);
}

static gboolean
offhook_control_client_do_subscribe_off(OffhookControlClient *self, JsonObject *message,
					GError **error)
{
	return offhook_control_client_do_subscribe(self, message, FALSE, error);
}

static const struct {
	const char *type;
	gboolean open; /* also without a token */
	gboolean (*run)(OffhookControlClient *self, JsonObject *message, GError **error);
} offhook_control_requests[] = {
    {"auth", TRUE, offhook_control_client_do_auth},
    {"ping", TRUE, offhook_control_client_do_ping},
    {"subscribe", FALSE, offhook_control_client_do_subscribe_on},
    {"unsubscribe", FALSE, offhook_control_client_do_subscribe_off},
    {"message", FALSE, offhook_control_client_do_message},
    {"text", FALSE, offhook_control_client_do_message},
    {"initiate_call", FALSE, offhook_control_client_do_initiate},
};

static gboolean
offhook_control_client_run(OffhookControlClient *self, JsonObject *message, GError **error)
{
	const char *type = NULL;

	if (!offhook_json_read_string(message, "type", &type, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(offhook_control_requests); i++) {
		if (g_strcmp0(type, offhook_control_requests[i].type) != 0)
			continue;
		if (self->authenticated || offhook_control_requests[i].open)
			return offhook_control_requests[i].run(self, message, error);
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION,
			    "send {\"type\":\"auth\",\"token\":...} first");
		return FALSE;
	}
	return offhook_json_refuse(
	    error, "type", type,
	    "auth, subscribe, unsubscribe, message, text, initiate_call or ping");
}

static void
offhook_control_client_message_cb(gpointer user_data, OffhookWireKind kind, const guint8 *data,
				  gsize size)
{
	OffhookControlClient *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) message = NULL;

	self->active_us = offhook_timestamp_now();
	if (kind == OFFHOOK_WIRE_TEXT)
		message = offhook_json_parse_object((const char *)data, size, "message", &error);
	else
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "binary messages are not understood here");
	if (message == NULL || !offhook_control_client_run(self, message, &error))
		offhook_control_client_reply_error(self, error);
}

/* ---- life ---- */

static gboolean
offhook_control_client_auth_expired_cb(gpointer user_data)
{
	OffhookControlClient *self = user_data;

	self->auth_id = 0;
	offhook_control_socket_close(self->socket, OFFHOOK_WEBSOCKET_POLICY, "no token");
	return G_SOURCE_REMOVE;
}

static void
offhook_control_client_closed_cb(gpointer user_data)
{
	OffhookControlClient *self = user_data;

	self->gone(self, self->user_data);
}

OffhookControlClient *
offhook_control_client_new(OffhookHttpServer *server, GIOStream *stream, gboolean authenticated,
			   void (*gone)(OffhookControlClient *client, gpointer user_data),
			   gpointer user_data, GError **error)
{
	static const OffhookControlSocketHandler handler = {
	    .message = offhook_control_client_message_cb,
	    .closed = offhook_control_client_closed_cb,
	};
	OffhookControlClient *self = g_new0(OffhookControlClient, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->server = server;
	self->gone = gone;
	self->user_data = user_data;
	self->id = offhook_uuid_new_v7();
	self->connected_us = self->active_us = offhook_timestamp_now();
	self->authenticated = authenticated;
	self->events = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->socket = offhook_control_socket_new(stream, &handler, self, error);
	if (self->socket == NULL) {
		offhook_control_client_unref(self);
		return NULL;
	}
	if (!authenticated)
		self->auth_id = g_timeout_add_seconds(OFFHOOK_CONTROL_AUTH_S,
						      offhook_control_client_auth_expired_cb, self);
	return self;
}

void
offhook_control_client_free(OffhookControlClient *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->socket, offhook_control_socket_free);
	g_clear_handle_id(&self->auth_id, g_source_remove);
	offhook_control_client_unref(self);
}

gboolean
offhook_control_client_is_authenticated(OffhookControlClient *self)
{
	return self->authenticated;
}

static gboolean
offhook_control_client_wants(OffhookControlClient *self, const char *type)
{
	if (!self->authenticated)
		return FALSE;
	if (g_hash_table_size(self->events) == 0)
		return g_strv_contains(offhook_control_default_events, type);
	return g_hash_table_contains(self->events, type) ||
	       g_hash_table_contains(self->events, "*");
}

void
offhook_control_client_tell(OffhookControlClient *self, const OffhookEvent *event)
{
	/* call.completed has a twin; who asked for both gets both. */
	if (offhook_control_client_wants(self, event->type))
		offhook_control_client_send(self, event->type, event->at_us, event->data);
	if (g_str_equal(event->type, OFFHOOK_EVENT_CALL_COMPLETED) &&
	    g_hash_table_contains(self->events, OFFHOOK_CONTROL_CALL_ENDED))
		offhook_control_client_send(self, OFFHOOK_CONTROL_CALL_ENDED, event->at_us,
					    event->data);
}

JsonObject *
offhook_control_client_view(OffhookControlClient *self)
{
	JsonObject *object = json_object_new();
	g_autofree char *connected = offhook_timestamp_format(self->connected_us);
	g_autofree char *active = offhook_timestamp_format(self->active_us);

	json_object_set_string_member(object, "id", self->id);
	json_object_set_string_member(object, "connected_at", connected);
	json_object_set_string_member(object, "last_activity", active);
	return object;
}

void
offhook_control_client_close(OffhookControlClient *self)
{
	offhook_control_socket_close(self->socket, OFFHOOK_WEBSOCKET_GOING_AWAY, "shutting down");
}
