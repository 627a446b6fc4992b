/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /conversations: what was said. Main thread.
 */

#include "http/resources.h"
#include "http/views.h"

#include "base/json.h"

#define OFFHOOK_HTTP_PAGE 50

typedef struct {
	OffhookHttpRequest *request;
	guint limit;
	guint offset;
} OffhookHttpConversationsPage;

static void
offhook_http_conversations_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookHttpConversationsPage *page = user_data;
	g_autoptr(OffhookHttpRequest) request = page->request;
	g_autoptr(GError) error = NULL;
	guint64 total = 0;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_conversations_finish(OFFHOOK_STORE(source), result, &total, &error);
	JsonObject *reply;
	JsonArray *array;

	if (records == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	array = json_array_new();
	for (guint i = 0; i < records->len; i++)
		json_array_add_object_element(
		    array, offhook_view_conversation(g_ptr_array_index(records, i)));
	reply = json_object_new();
	json_object_set_array_member(reply, "conversations", array);
	json_object_set_object_member(
	    reply, "pagination",
	    offhook_view_pagination(total, page->limit, page->offset, records->len));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_conversations_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookConversationFilter filter = {
	    .limit = OFFHOOK_HTTP_PAGE,
	    .user_id = offhook_http_request_get_query(request, "user_id"),
	    .status = offhook_http_request_get_query(request, "status"),
	};
	g_autoptr(GError) error = NULL;
	OffhookHttpConversationsPage *page;

	if (!offhook_http_request_get_number(request, "limit", 1, OFFHOOK_STORE_MAX_LIMIT,
					     &filter.limit, &error) ||
	    !offhook_http_request_get_number(request, "offset", 0, G_MAXINT32, &filter.offset,
					     &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	page = g_new0(OffhookHttpConversationsPage, 1);
	page->request = offhook_http_request_wait(request);
	page->limit = filter.limit;
	page->offset = filter.offset;
	offhook_store_list_conversations_async(offhook_http_server_get_store(server), &filter, NULL,
					       offhook_http_conversations_listed_cb, page);
}

static JsonObject *
offhook_http_conversations_view_metadata(const OffhookConversationRecord *record)
{
	JsonObject *metadata = json_object_new();

	offhook_json_set_string(metadata, "agent_type", record->agent_type);
	offhook_json_set_string(metadata, "assistant", record->assistant);
	json_object_set_null_member(metadata, "model");
	json_object_set_int_member(metadata, "total_tokens", 0);
	return metadata;
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
	JsonArray *array;

	if (record == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = offhook_view_conversation(record);
	array = json_array_new();
	for (guint i = 0; i < messages->len; i++)
		json_array_add_object_element(array,
					      offhook_view_message(g_ptr_array_index(messages, i)));
	json_object_set_array_member(reply, "messages", array);
	json_object_set_object_member(reply, "metadata",
				      offhook_http_conversations_view_metadata(record));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_conversations_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_store_get_conversation_async(
	    offhook_http_server_get_store(server), request->parameters[0], NULL,
	    offhook_http_conversations_got_cb, offhook_http_request_wait(request));
}

const OffhookRoute offhook_http_conversations_routes[] = {
    {"GET", "/conversations", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_conversations_list},
    {"GET", "/conversations/{id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_NONE,
     offhook_http_conversations_get},
    {NULL},
};
