/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /conversations: what was said. Main thread.
 */

#include "http/server/resources.h"
#include "http/server/user-fields.h"
#include "http/calls/page.h"

#include "base/json.h"
#include "base/timestamp.h"

static void
offhook_http_conversations_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	guint64 total = 0;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_conversations_finish(OFFHOOK_STORE(source), result, &total, &error);

	offhook_http_counted_page_reply(user_data, "conversations", records,
					(OffhookViewFunc)offhook_view_conversation, total, error);
}

static void
offhook_http_conversations_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookHttpCountedPage *page = offhook_http_counted_page_new(request);
	OffhookConversationFilter filter = {
	    .user_id = offhook_http_request_get_query(request, "user_id"),
	    .status = offhook_http_request_get_query(request, "status"),
	};

	if (page == NULL)
		return;
	filter.limit = page->limit;
	filter.offset = page->offset;
	offhook_store_list_conversations_async(offhook_http_server_get_store(server), &filter, NULL,
					       offhook_http_conversations_listed_cb, page);
}

static void
offhook_http_conversations_got_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpRequest) request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) messages = NULL;
	g_autoptr(OffhookConversationRecord) record =
	    offhook_store_get_conversation_finish(OFFHOOK_STORE(source), result, &messages, &error);
	JsonObject *reply;

	if (record == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = offhook_view_conversation(record);
	json_object_set_array_member(
	    reply, "messages", offhook_view_list(messages, (OffhookViewFunc)offhook_view_message));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_conversations_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_store_get_conversation_async(
	    offhook_http_server_get_store(server), request->parameters[0], NULL,
	    offhook_http_conversations_got_cb, offhook_http_request_wait(request));
}

/* ---- a message from elsewhere ---- */

/** What is added, for the reply. */
typedef struct {
	OffhookHttpRequest *request;
	JsonObject *message;
} OffhookHttpConversationsAdd;

static void
offhook_http_conversations_added_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookHttpConversationsAdd *add = user_data;
	g_autoptr(OffhookHttpRequest) request = add->request;
	g_autoptr(JsonObject) message = add->message;
	g_autoptr(GError) error = NULL;
	g_autofree char *id = offhook_chat_manager_add_message_finish(result, &error);
	JsonObject *reply;

	if (id == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	json_object_set_string_member(message, "id", id);
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_object_member(reply, "message", g_steal_pointer(&message));
	json_object_set_boolean_member(reply, "conversation_updated", TRUE);
	offhook_http_request_reply_json(request, 200, reply);
}

static gboolean
offhook_http_conversations_read_message(JsonObject *body, const char **role, const char **content,
					JsonObject **metadata, GError **error)
{
	g_autofree char *expected = NULL;
	g_autofree char *roles = g_strjoinv(", ", (char **)offhook_store_message_roles);

	if (!offhook_json_read_string(body, "role", role, error) ||
	    !offhook_user_fields_read_text(body, "content", TRUE, OFFHOOK_USER_FIELDS_MAX_TEXT,
					   content, error) ||
	    !offhook_json_read_object(body, "metadata", metadata, error))
		return FALSE;
	if (*role != NULL && g_strv_contains(offhook_store_message_roles, *role))
		return TRUE;
	expected = g_strconcat("one of ", roles, NULL);
	return offhook_json_refuse(error, "role", *role, expected);
}

static void
offhook_http_conversations_add(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	const char *role = NULL;
	const char *content = NULL;
	JsonObject *metadata = NULL;
	OffhookHttpConversationsAdd *add;

	if (body == NULL ||
	    !offhook_http_conversations_read_message(body, &role, &content, &metadata, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	add = g_new0(OffhookHttpConversationsAdd, 1);
	add->request = offhook_http_request_wait(request);
	add->message = json_object_new();
	json_object_set_string_member(add->message, "role", role);
	json_object_set_string_member(add->message, "content", content);
	offhook_view_set_time(add->message, "timestamp", offhook_timestamp_now());
	if (metadata != NULL)
		json_object_set_object_member(add->message, "metadata", json_object_ref(metadata));
	offhook_chat_manager_add_message_async(
	    offhook_call_manager_get_chats(offhook_http_server_get_calls(server)),
	    request->parameters[0], role, content, offhook_http_conversations_added_cb, add);
}

const OffhookRoute offhook_http_conversations_routes[] = {
    {"GET", "/conversations", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_conversations_list},
    {"GET", "/conversations/{id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_conversations_get},
    {"POST", "/conversations/{id}/messages", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_conversations_add},
    {NULL},
};
