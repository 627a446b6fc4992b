/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Accepts clients of the control WebSocket, passes events on to them and lists them. Main thread.
 */

#include "ws/control.h"

#include <offhook/error.h>

#include "base/json.h"
#include "http/server/listener.h"
#include "http/server/origin.h"
#include "ws/client.h"

#define OFFHOOK_CONTROL_MAX_CLIENTS   1000
#define OFFHOOK_CONTROL_MAX_STRANGERS 200 /* clients that have not shown their token yet */
#define OFFHOOK_CONTROL_STATUS_S      30

struct _OffhookControl {
	OffhookHttpServer *server;
	OffhookEventBus *events;
	GPtrArray *clients; /* of OffhookControlClient */
	guint status_id;
};

static OffhookControl *
offhook_control_of(OffhookHttpServer *server)
{
	return g_object_get_data(G_OBJECT(server), "offhook-control");
}

static void
offhook_control_event_cb(OffhookEventBus *bus, const OffhookEvent *event, gpointer user_data)
{
	OffhookControl *self = user_data;

	for (guint i = 0; i < self->clients->len; i++)
		offhook_control_client_tell(g_ptr_array_index(self->clients, i), event);
}

static void
offhook_control_gone_cb(OffhookControlClient *client, gpointer user_data)
{
	OffhookControl *self = user_data;

	g_ptr_array_remove(self->clients, client);
}

static gboolean
offhook_control_status_cb(gpointer user_data)
{
	OffhookControl *self = user_data;
	JsonObject *data;

	if (self->clients->len == 0)
		return G_SOURCE_CONTINUE;
	data = json_object_new();
	json_object_set_string_member(data, "status", "healthy");
	json_object_set_int_member(data, "active_connections", self->clients->len);
	json_object_set_double_member(data, "uptime", offhook_http_server_get_uptime(self->server));
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_SYSTEM_STATUS, NULL, 0, data);
	return G_SOURCE_CONTINUE;
}

/* ---- the handshake ---- */

/** A handshake that is not finished. */
typedef struct {
	OffhookHttpServer *server;
	gboolean authenticated;
} OffhookControlUpgrade;

static void
offhook_control_upgrade_free(gpointer data, GClosure *closure)
{
	OffhookControlUpgrade *upgrade = data;

	g_object_unref(upgrade->server);
	g_free(upgrade);
}

static void
offhook_control_take_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookControlUpgrade *upgrade = user_data;
	OffhookControl *self = offhook_control_of(upgrade->server);
	g_autoptr(GIOStream) stream = NULL;
	g_autoptr(GError) error = NULL;
	OffhookControlClient *client;

	if (self == NULL)
		return;
	offhook_http_listener_release(msg);
	stream = soup_server_message_steal_connection(msg);
	client = offhook_control_client_new(upgrade->server, stream, upgrade->authenticated,
					    offhook_control_gone_cb, self, &error);
	if (client == NULL)
		g_warning("a control client is lost: %s", error->message);
	else
		g_ptr_array_add(self->clients, client);
}

static guint
offhook_control_count_strangers(OffhookControl *self)
{
	guint n = 0;

	for (guint i = 0; i < self->clients->len; i++)
		n += !offhook_control_client_is_authenticated(g_ptr_array_index(self->clients, i));
	return n;
}

/* Without a token nobody can take the places of those who have one. */
static gboolean
offhook_control_admit(OffhookControl *self, SoupServerMessage *msg, gboolean authenticated,
		      GError **error)
{
	if (self == NULL || self->clients->len >= OFFHOOK_CONTROL_MAX_CLIENTS ||
	    (!authenticated &&
	     offhook_control_count_strangers(self) >= OFFHOOK_CONTROL_MAX_STRANGERS)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
			    "as many clients are connected as there may be: %u, without a token %u",
			    OFFHOOK_CONTROL_MAX_CLIENTS, OFFHOOK_CONTROL_MAX_STRANGERS);
		return FALSE;
	}
	if (offhook_origin_is_own(msg))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "the request comes from a page of another origin");
	return FALSE;
}

static void
offhook_control_open(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	SoupServerMessage *msg = request->msg;
	gboolean authenticated = offhook_http_server_is_authorized(server, msg);
	g_autoptr(GError) error = NULL;
	OffhookControlUpgrade *upgrade;

	if (!offhook_control_admit(offhook_control_of(server), msg, authenticated, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	if (!offhook_http_request_upgrade(request))
		return;
	upgrade = g_new(OffhookControlUpgrade, 1);
	*upgrade = (OffhookControlUpgrade){g_object_ref(server), authenticated};
	g_signal_connect_data(msg, "wrote-informational", G_CALLBACK(offhook_control_take_cb),
			      upgrade, offhook_control_upgrade_free, 0);
}

static void
offhook_control_get_status(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookControl *self = offhook_control_of(server);
	JsonObject *reply = json_object_new();
	JsonArray *connections = json_array_new();

	for (guint i = 0; i < self->clients->len; i++)
		json_array_add_object_element(
		    connections, offhook_control_client_view(g_ptr_array_index(self->clients, i)));
	json_object_set_int_member(reply, "active_connections", self->clients->len);
	json_object_set_int_member(reply, "max_connections", OFFHOOK_CONTROL_MAX_CLIENTS);
	json_object_set_double_member(reply, "uptime", offhook_http_server_get_uptime(server));
	json_object_set_array_member(reply, "connections", connections);
	offhook_http_request_reply_json(request, 200, reply);
}

const OffhookRoute offhook_control_routes[] = {
    /* Clients may also send their token as the first message. */
    {"GET", "/ws", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN, offhook_control_open},
    {"GET", "/ws/status", OFFHOOK_RATE_HEALTH, OFFHOOK_ROUTE_NONE, offhook_control_get_status},
    {NULL},
};

OffhookControl *
offhook_control_new(OffhookHttpServer *server, OffhookEventBus *events)
{
	OffhookControl *self = g_new0(OffhookControl, 1);

	self->server = server;
	self->events = g_object_ref(events);
	self->clients = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_control_client_free);
	g_object_set_data(G_OBJECT(server), "offhook-control", self);
	g_signal_connect(events, "event", G_CALLBACK(offhook_control_event_cb), self);
	offhook_http_server_add_routes(server, offhook_control_routes);
	self->status_id =
	    g_timeout_add_seconds(OFFHOOK_CONTROL_STATUS_S, offhook_control_status_cb, self);
	return self;
}

void
offhook_control_dismiss(OffhookControl *self)
{
	for (guint i = 0; i < self->clients->len; i++)
		offhook_control_client_close(g_ptr_array_index(self->clients, i));
}

void
offhook_control_free(OffhookControl *self)
{
	if (self == NULL)
		return;
	g_object_set_data(G_OBJECT(self->server), "offhook-control", NULL);
	g_signal_handlers_disconnect_by_data(self->events, self);
	g_clear_handle_id(&self->status_id, g_source_remove);
	offhook_control_dismiss(self);
	g_ptr_array_unref(self->clients);
	g_object_unref(self->events);
	g_free(self);
}
