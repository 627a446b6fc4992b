/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * POST /agents/{id}/message, and conversations that are begun and ended: talking to agents without a
 * call. Main thread.
 */

#include "http/agents/chat-reply.h"
#include "http/server/resources.h"

#include "base/json.h"

static void
offhook_http_agent_messages_send(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookChatRequest message = {.agent_id = request->parameters[0]};
	gboolean stream = FALSE;

	if (body != NULL && offhook_http_chat_read_message(body, "message", &message, &error) &&
	    offhook_http_chat_read(body, TRUE, &message, &stream, &error))
		offhook_http_chat_send(server, request, &message, stream,
				       offhook_http_chat_view_response);
	else
		offhook_http_request_reply_error(request, error);
}

/* Without a message: the assistant says what it says to a caller first. */
static void
offhook_http_agent_messages_begin(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookChatRequest message = {0};
	gboolean stream = FALSE;

	if (body != NULL && offhook_json_read_string(body, "agent_id", &message.agent_id, &error) &&
	    offhook_http_chat_read(body, FALSE, &message, &stream, &error))
		offhook_http_chat_send(server, request, &message, stream,
				       offhook_http_chat_view_response);
	else
		offhook_http_request_reply_error(request, error);
}

static void
offhook_http_agent_messages_end(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookChatManager *chats =
	    offhook_call_manager_get_chats(offhook_http_server_get_calls(server));
	const char *id = request->parameters[0];
	g_autoptr(GError) error = NULL;
	JsonObject *reply;

	if (!offhook_chat_manager_end(chats, id, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "conversation_id", id);
	json_object_set_string_member(reply, "status", "completed");
	offhook_http_request_reply_json(request, 200, reply);
}

const OffhookRoute offhook_http_agent_messages_routes[] = {
    {"POST", "/agents/{id}/message", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE,
     offhook_http_agent_messages_send},
    {"POST", "/conversations", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_agent_messages_begin},
    {"POST", "/conversations/{id}/end", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_agent_messages_end},
    {NULL},
};
