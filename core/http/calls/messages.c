/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /voice/messages: text messages (SMS) through the current provider. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/page.h"

#include <offhook/error.h>

#include "base/json.h"

#define OFFHOOK_HTTP_MAX_MEDIA 10

static void
offhook_http_messages_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	JsonObject *reply = offhook_text_messages_send_finish(result, &error);

	if (reply == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	json_object_set_boolean_member(reply, "success", TRUE);
	offhook_http_request_reply_json(request, 200, reply);
}

/* (transfer container): borrowed strings and a %NULL; an error when "media" is no list of them */
static GPtrArray *
offhook_http_messages_read_media(JsonObject *body, GError **error)
{
	JsonNode *node = json_object_get_member(body, "media");
	g_autoptr(GPtrArray) media = g_ptr_array_new();
	JsonArray *array = NULL;

	if (node != NULL && JSON_NODE_HOLDS_ARRAY(node))
		array = json_node_get_array(node);
	if (node != NULL &&
	    (array == NULL || json_array_get_length(array) > OFFHOOK_HTTP_MAX_MEDIA)) {
		offhook_json_refuse(error, "media", NULL, "a list of at most 10 URLs");
		return NULL;
	}
	for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
		JsonNode *item = json_array_get_element(array, i);

		if (json_node_get_value_type(item) != G_TYPE_STRING) {
			offhook_json_refuse(error, "media", NULL, "a list of at most 10 URLs");
			return NULL;
		}
		g_ptr_array_add(media, (char *)json_node_get_string(item));
	}
	g_ptr_array_add(media, NULL);
	return g_steal_pointer(&media);
}

static gboolean
offhook_http_messages_read(JsonObject *body, OffhookTextMessage *message, GError **error)
{
	if (!offhook_json_read_string(body, "to", &message->to, error) ||
	    !offhook_json_read_string(body, "from", &message->from, error) ||
	    !offhook_json_read_string(body, "text", &message->text, error))
		return FALSE;
	if (message->to == NULL)
		return offhook_json_refuse(error, "to", NULL,
					   "a number in E.164 form like +15550100001");
	if (message->text == NULL)
		message->text = "";
	return TRUE;
}

static void
offhook_http_messages_send(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookCallManager *calls = offhook_http_server_get_calls(server);
	const char *provider = offhook_call_manager_get_provider(calls);
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	g_autoptr(GPtrArray) media = NULL;
	OffhookTextMessage message = {0};
	OffhookDriver *driver = NULL;

	if (body != NULL && offhook_http_messages_read(body, &message, &error))
		media = offhook_http_messages_read_media(body, &error);
	if (media != NULL && provider == NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "no provider is active");
	else if (media != NULL)
		driver = offhook_plugin_registry_get_driver(offhook_http_server_get_plugins(server),
							    provider, &error);
	if (driver == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	if (media->len > 1)
		message.media = (const char *const *)media->pdata;
	offhook_text_messages_send_async(offhook_call_manager_get_messages(calls), driver, &message,
					 NULL, NULL, offhook_http_messages_sent_cb,
					 offhook_http_request_wait(request));
}

static void
offhook_http_messages_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookCallManager *calls = offhook_http_server_get_calls(server);
	guint limit;
	g_autoptr(GError) error = NULL;
	JsonObject *reply;

	if (!offhook_http_page_read_limit(request, OFFHOOK_TEXT_MESSAGES_MAX, &limit, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_array_member(
	    reply, "messages",
	    offhook_text_messages_list(offhook_call_manager_get_messages(calls), limit));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_messages_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookCallManager *calls = offhook_http_server_get_calls(server);
	g_autoptr(GError) error = NULL;
	JsonObject *reply = offhook_text_messages_view(offhook_call_manager_get_messages(calls),
						       request->parameters[0], &error);

	if (reply == NULL)
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_request_reply_json(request, 200, reply);
}

const OffhookRoute offhook_http_messages_routes[] = {
    {"POST", "/voice/messages", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE, offhook_http_messages_send},
    {"GET", "/voice/messages", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE, offhook_http_messages_list},
    {"GET", "/voice/messages/{id}", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_NONE,
     offhook_http_messages_get},
    {NULL},
};
