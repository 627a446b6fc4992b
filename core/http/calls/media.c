/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /media/{driver}, and below it what the driver knows: a WebSocket with a call's audio or words. The handshake is libsoup's; once the 101 is
 * written the connection leaves it for a media thread. Main thread.
 */

#include "http/server/resources.h"

#include <offhook/error.h>

#include "http/server/listener.h"
#include "http/calls/webhook-request.h"
#include "media/websocket-port.h"

typedef struct {
	OffhookHttpServer *server;
	OffhookDriver *driver;
	OffhookWireProtocol *protocol;
} OffhookHttpMediaUpgrade;

static void
offhook_http_media_upgrade_free(gpointer data, GClosure *closure)
{
	OffhookHttpMediaUpgrade *upgrade = data;

	g_object_unref(upgrade->driver);
	g_object_unref(upgrade->protocol);
	g_free(upgrade);
}

static void
offhook_http_media_take_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookHttpMediaUpgrade *upgrade = user_data;
	g_autoptr(GIOStream) stream = NULL;
	g_autoptr(OffhookMediaPort) port = NULL;

	offhook_http_listener_release(msg);
	stream = soup_server_message_steal_connection(msg);
	port = offhook_websocket_port_new(stream, upgrade->protocol);
	offhook_call_manager_take_stream(offhook_http_server_get_calls(upgrade->server),
					 upgrade->driver, port);
}

static OffhookWireProtocol *
offhook_http_media_admit(OffhookHttpServer *server, OffhookHttpRequest *request,
			 OffhookDriver **driver, GError **error)
{
	g_autoptr(OffhookWebhook) upgrade = NULL;
	g_autofree char *path = NULL;

	*driver = offhook_plugin_registry_get_driver(offhook_http_server_get_plugins(server),
						     request->parameters[0], error);
	if (*driver == NULL ||
	    !offhook_call_manager_can_take_stream(offhook_http_server_get_calls(server), error))
		return NULL;
	if (request->parameters[1] != NULL)
		path = g_strconcat("/", request->parameters[1], NULL);
	upgrade = offhook_http_webhook_request_new(server, request->msg, path != NULL ? path : "");
	return offhook_driver_create_protocol(*driver, upgrade, error);
}

static void
offhook_http_media_open(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	SoupServerMessage *msg = request->msg;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWireProtocol) protocol = NULL;
	OffhookHttpMediaUpgrade *upgrade;
	OffhookDriver *driver;

	protocol = offhook_http_media_admit(server, request, &driver, &error);
	if (protocol == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	if (!offhook_http_request_upgrade(request))
		return;
	upgrade = g_new(OffhookHttpMediaUpgrade, 1);
	*upgrade =
	    (OffhookHttpMediaUpgrade){server, g_object_ref(driver), g_steal_pointer(&protocol)};
	g_signal_connect_data(msg, "wrote-informational", G_CALLBACK(offhook_http_media_take_cb),
			      upgrade, offhook_http_media_upgrade_free, 0);
}

const OffhookRoute offhook_http_media_routes[] = {
    {"GET", "/media/{driver}", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN, offhook_http_media_open},
    {"GET", "/media/{driver}/{stream}", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN,
     offhook_http_media_open},
    {NULL},
};
