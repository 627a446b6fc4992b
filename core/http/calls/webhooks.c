/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /voice/webhook: what providers tell us, handed to their drivers as it came. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/webhook-request.h"

#include <offhook/error.h>

static void
offhook_http_webhooks_done_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebhookReply) reply =
	    offhook_driver_handle_webhook_finish(OFFHOOK_DRIVER(source), result, &error);

	if (reply == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_request_reply_text(request, reply->status, reply->content_type,
						reply->body);
}

static void
offhook_http_webhooks_give(OffhookHttpServer *server, OffhookHttpRequest *request, const char *name,
			   const char *path)
{
	g_autoptr(GError) error = NULL;
	OffhookDriver *driver = NULL;
	g_autoptr(OffhookWebhook) webhook = NULL;

	if (name == NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "no provider is active");
	else
		driver = offhook_plugin_registry_get_driver(offhook_http_server_get_plugins(server),
							    name, &error);
	if (driver == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	webhook = offhook_http_webhook_request_new(server, request->msg, path);
	offhook_driver_handle_webhook_async(driver, webhook, NULL, offhook_http_webhooks_done_cb,
					    offhook_http_request_wait(request));
}

/* Without a name it is for the current provider. */
static void
offhook_http_webhooks_current(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookCallManager *calls = offhook_http_server_get_calls(server);

	offhook_http_webhooks_give(server, request, offhook_call_manager_get_provider(calls), "");
}

static void
offhook_http_webhooks_named(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_webhooks_give(server, request, request->parameters[0], "");
}

static void
offhook_http_webhooks_below(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autofree char *path = g_strconcat("/", request->parameters[1], NULL);

	offhook_http_webhooks_give(server, request, request->parameters[0], path);
}

const OffhookRoute offhook_http_webhooks_routes[] = {
    {"*", "/voice/webhook", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN, offhook_http_webhooks_current},
    {"*", "/voice/webhook/{provider}", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN,
     offhook_http_webhooks_named},
    {"*", "/voice/webhooks/{provider}", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN,
     offhook_http_webhooks_named},
    {"*", "/voice/webhook/{provider}/{*}", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN,
     offhook_http_webhooks_below},
    {"*", "/voice/webhooks/{provider}/{*}", OFFHOOK_RATE_NONE, OFFHOOK_ROUTE_OPEN,
     offhook_http_webhooks_below},
    {NULL},
};
