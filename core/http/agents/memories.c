/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /memory/{user}: what agents remember of a user, for him to see and to have forgotten. Main thread.
 */

#include "http/agents/memory.h"
#include "http/server/resources.h"
#include "http/server/user-fields.h"
#include "http/calls/views.h"

#include <offhook/error.h>

#include "base/json.h"
#include "memory/store-memory.h"
#include "store/store-erase.h"

#define OFFHOOK_HTTP_MEMORIES 50

typedef struct {
	OffhookHttpRequest *request;
	char *user_id;
	gboolean one; /* of them is meant */
} OffhookHttpMemories;

static void
offhook_http_memories_free(OffhookHttpMemories *self)
{
	offhook_http_request_unref(self->request);
	g_free(self->user_id);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpMemories, offhook_http_memories_free)

static OffhookHttpMemories *
offhook_http_memories_wait(OffhookHttpRequest *request)
{
	OffhookHttpMemories *self = g_new0(OffhookHttpMemories, 1);

	self->request = offhook_http_request_wait(request);
	/* However it is written, a caller's number is one. */
	self->user_id = offhook_caller_normalise_number(request->parameters[0]);
	if (self->user_id == NULL)
		self->user_id = g_strdup(request->parameters[0]);
	return self;
}

/* (transfer full) */
static OffhookMemory *
offhook_http_memories_open(OffhookHttpServer *server, const OffhookHttpMemories *self)
{
	return offhook_store_memory_new(offhook_http_server_get_store(server), self->user_id, NULL,
					self->request->user);
}

/* ---- reading ---- */

static JsonObject *
offhook_http_memories_view(const OffhookMemoryItem *item, gboolean scored)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "id", item->id);
	json_object_set_string_member(object, "kind", offhook_memory_kind_to_string(item->kind));
	offhook_json_set_string(object, "key", item->key);
	json_object_set_string_member(object, "text", item->text);
	offhook_view_set_time(object, "created_at", item->created_us);
	if (scored)
		json_object_set_double_member(object, "score", item->score);
	return object;
}

static void
offhook_http_memories_reply(OffhookHttpMemories *self, GPtrArray *items, gboolean scored,
			    const GError *error)
{
	JsonObject *reply;
	JsonArray *memories;

	if (items == NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	memories = json_array_new();
	for (guint i = 0; i < items->len; i++)
		json_array_add_object_element(
		    memories, offhook_http_memories_view(g_ptr_array_index(items, i), scored));
	reply = json_object_new();
	json_object_set_string_member(reply, "user_id", self->user_id);
	json_object_set_array_member(reply, "memories", memories);
	json_object_set_int_member(reply, "count", items->len);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_memories_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpMemories) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) items =
	    offhook_memory_list_finish(OFFHOOK_MEMORY(source), result, &error);

	offhook_http_memories_reply(self, items, FALSE, error);
}

static void
offhook_http_memories_recalled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpMemories) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) items =
	    offhook_memory_recall_finish(OFFHOOK_MEMORY(source), result, &error);

	offhook_http_memories_reply(self, items, TRUE, error);
}

/* All of them, or, with q, what has to do with it. */
static void
offhook_http_memories_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	const char *query = offhook_http_request_get_query(request, "q");
	guint limit = OFFHOOK_HTTP_MEMORIES;
	OffhookHttpMemories *self;
	g_autoptr(OffhookMemory) memory = NULL;
	g_autoptr(GError) error = NULL;

	if (!offhook_http_memory_admit(request, &error) ||
	    (query != NULL && !offhook_user_fields_check_name("q", query, &error)) ||
	    !offhook_http_request_get_number(request, "limit", 1, OFFHOOK_MEMORY_MAX_ITEMS, &limit,
					     &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	self = offhook_http_memories_wait(request);
	memory = offhook_http_memories_open(server, self);
	if (query == NULL)
		offhook_memory_list_async(memory, NULL, offhook_http_memories_listed_cb, self);
	else
		offhook_memory_recall_async(memory, query, limit, 0, NULL,
					    offhook_http_memories_recalled_cb, self);
}

/* ---- forgetting ---- */

static void
offhook_http_memories_forgot_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpMemories) self = user_data;
	g_autoptr(GError) error = NULL;
	JsonObject *reply;
	guint count;

	if (offhook_memory_forget_finish(OFFHOOK_MEMORY(source), result, &count, &error) &&
	    self->one && count == 0)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "id: \"%s\" is not there", self->request->parameters[1]);
	if (error != NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "user_id", self->user_id);
	json_object_set_int_member(reply, "deleted", count);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_memories_forget(OffhookHttpServer *server, OffhookHttpRequest *request, const char *id)
{
	OffhookHttpMemories *self;
	g_autoptr(OffhookMemory) memory = NULL;
	g_autoptr(GError) error = NULL;

	if (!offhook_http_memory_admit(request, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	self = offhook_http_memories_wait(request);
	self->one = id != NULL;
	memory = offhook_http_memories_open(server, self);
	offhook_memory_forget_async(memory, id, NULL, offhook_http_memories_forgot_cb, self);
}

static void
offhook_http_memories_delete_all(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_memories_forget(server, request, NULL);
}

static void
offhook_http_memories_delete_one(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_memories_forget(server, request, request->parameters[1]);
}

const OffhookRoute offhook_http_memories_routes[] = {
    {"GET", "/memory/{user}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_memories_get},
    {"DELETE", "/memory/{user}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_memories_delete_all},
    {"DELETE", "/memory/{user}/{id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_memories_delete_one},
    {NULL},
};
