/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /memory: what is known of a user before he says a word: what he talked about last, what he likes, what
 * he was told to remember. Main thread.
 */

#include "http/agents/memory.h"
#include "http/server/resources.h"
#include "http/server/user-fields.h"
#include "http/calls/views.h"

#include <offhook/error.h>
#include <offhook/memory.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "store/store-erase.h"
#include "store/store-memories.h"

#include <string.h>

#define OFFHOOK_HTTP_RECENT 10

typedef struct {
	OffhookHttpRequest *request;
	char *user_id;
	OffhookPreferencesRecord *record; /* (nullable) */
	GPtrArray *conversations;         /* (nullable) (element-type OffhookConversationRecord) */
} OffhookHttpMemory;

static void
offhook_http_memory_free(OffhookHttpMemory *self)
{
	offhook_http_request_unref(self->request);
	offhook_preferences_record_free(self->record);
	g_clear_pointer(&self->conversations, g_ptr_array_unref);
	g_free(self->user_id);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpMemory, offhook_http_memory_free)

/* Conversations have no rules of their own in the database: a user is kept to himself here. */
gboolean
offhook_http_memory_admit(OffhookHttpRequest *request, GError **error)
{
	const char *user_id = request->parameters[0];

	if (!offhook_user_fields_check_name("user_id", user_id, error))
		return FALSE;
	if (request->user == NULL || g_str_equal(request->user->subject, user_id))
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "user_id: another user's, expected the token's own");
	return FALSE;
}

static OffhookHttpMemory *
offhook_http_memory_wait(OffhookHttpRequest *request)
{
	OffhookHttpMemory *self = g_new0(OffhookHttpMemory, 1);

	self->request = offhook_http_request_wait(request);
	self->user_id = g_strdup(request->parameters[0]);
	return self;
}

/* ---- reading ---- */

/* What an agent has noted of it, where the conversation itself has no summary. (nullable) */
static const char *
offhook_http_memory_find_summary(GPtrArray *memories, const char *conversation_id)
{
	const char *word = offhook_memory_kind_to_string(OFFHOOK_MEMORY_SUMMARY);

	for (guint i = 0; memories != NULL && i < memories->len; i++) {
		const OffhookMemoryRecord *memory = g_ptr_array_index(memories, i);

		if (g_str_equal(memory->kind, word) &&
		    g_strcmp0(memory->conversation_id, conversation_id) == 0)
			return memory->text;
	}
	return NULL;
}

/* @memories: (nullable) */
static JsonObject *
offhook_http_memory_view_conversation(const OffhookConversationRecord *record, GPtrArray *memories)
{
	JsonObject *object = json_object_new();
	g_autoptr(JsonObject) metadata =
	    record->metadata != NULL
		? offhook_json_parse_object(record->metadata, strlen(record->metadata), "metadata",
					    NULL)
		: NULL;

	const char *summary = offhook_json_get_string(metadata, "summary");

	json_object_set_string_member(object, "conversation_id", record->id);
	offhook_json_set_string(
	    object, "summary",
	    summary != NULL ? summary : offhook_http_memory_find_summary(memories, record->id));
	offhook_view_set_time(object, "timestamp",
			      record->last_message_us != 0 ? record->last_message_us
							   : record->created_us);
	return object;
}

static JsonObject *
offhook_http_memory_view_knowledge(const OffhookPreferencesRecord *record)
{
	JsonObject *knowledge =
	    record != NULL && record->knowledge != NULL
		? offhook_json_parse_object(record->knowledge, strlen(record->knowledge),
					    "knowledge", NULL)
		: NULL;

	if (knowledge == NULL)
		knowledge = json_object_new();
	if (offhook_json_get_array(knowledge, "topics") == NULL)
		json_object_set_array_member(knowledge, "topics", json_array_new());
	offhook_view_set_time(knowledge, "last_updated", record != NULL ? record->knowledge_us : 0);
	return knowledge;
}

/* @memories: (nullable): they can't be read just now */
static void
offhook_http_memory_reply(OffhookHttpMemory *self, GPtrArray *memories)
{
	JsonArray *recent = json_array_new();
	JsonObject *context = json_object_new();
	JsonObject *reply;

	for (guint i = 0; i < self->conversations->len; i++)
		json_array_add_object_element(
		    recent, offhook_http_memory_view_conversation(
				g_ptr_array_index(self->conversations, i), memories));
	json_object_set_array_member(context, "recent_conversations", recent);
	offhook_user_fields_set_object(context, "preferences",
				       self->record != NULL ? self->record->preferences : NULL);
	json_object_set_object_member(context, "knowledge_base",
				      offhook_http_memory_view_knowledge(self->record));
	reply = json_object_new();
	json_object_set_string_member(reply, "user_id", self->user_id);
	json_object_set_object_member(reply, "context", context);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_memory_recalled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpMemory) self = user_data;
	g_autoptr(GPtrArray) memories =
	    offhook_store_list_memories_finish(OFFHOOK_STORE(source), result, NULL);

	offhook_http_memory_reply(self, memories);
}

/* However it is written, a caller's number is one. */
static void
offhook_http_memory_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpMemory) self = user_data;
	OffhookStore *store = OFFHOOK_STORE(source);
	g_autofree char *number = offhook_caller_normalise_number(self->user_id);
	const char *user_id = number != NULL ? number : self->user_id;
	const OffhookStoreUser *user = self->request->user;
	g_autoptr(GError) error = NULL;

	self->conversations = offhook_store_list_conversations_finish(store, result, NULL, &error);
	if (self->conversations == NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	offhook_store_list_memories_async(store, user_id, NULL, user, NULL,
					  offhook_http_memory_recalled_cb, g_steal_pointer(&self));
}

static void
offhook_http_memory_got_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpMemory) self = user_data;
	OffhookStore *store = OFFHOOK_STORE(source);
	g_autoptr(GError) error = NULL;
	const OffhookConversationFilter filter = {
	    .user_id = self->user_id,
	    .limit = OFFHOOK_HTTP_RECENT,
	};

	self->record = offhook_store_get_preferences_finish(store, result, &error);
	if (error != NULL && !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	offhook_store_list_conversations_async(store, &filter, NULL, offhook_http_memory_listed_cb,
					       g_steal_pointer(&self));
}

static void
offhook_http_memory_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_http_memory_admit(request, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_get_preferences_async(
	    offhook_http_server_get_store(server), request->parameters[0], request->user, NULL,
	    offhook_http_memory_got_cb, offhook_http_memory_wait(request));
}

/* ---- writing ---- */

static void
offhook_http_memory_put_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpMemory) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *now = offhook_timestamp_format(offhook_timestamp_now());
	JsonObject *reply;

	if (!offhook_store_put_preferences_finish(OFFHOOK_STORE(source), result, &error)) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "user_id", self->user_id);
	json_object_set_boolean_member(reply, "context_updated", TRUE);
	json_object_set_string_member(reply, "timestamp", now);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static gboolean
offhook_http_memory_read(OffhookHttpRequest *request, char **preferences, char **knowledge,
			 GError **error)
{
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, error);

	if (body == NULL ||
	    !offhook_user_fields_read_object(body, "preferences", preferences, error) ||
	    !offhook_user_fields_read_object(body, "knowledge", knowledge, error))
		return FALSE;
	if (*preferences == NULL && *knowledge == NULL)
		return offhook_json_refuse(error, "preferences", NULL,
					   "an object, or one in knowledge");
	return TRUE;
}

static void
offhook_http_memory_put(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autofree char *preferences = NULL;
	g_autofree char *knowledge = NULL;
	OffhookPreferencesRecord record = {.user_id = request->parameters[0]};
	g_autoptr(GError) error = NULL;

	if (!offhook_http_memory_admit(request, &error) ||
	    !offhook_http_memory_read(request, &preferences, &knowledge, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	record.preferences = preferences;
	record.knowledge = knowledge;
	offhook_store_put_preferences_async(offhook_http_server_get_store(server), &record,
					    request->user, NULL, offhook_http_memory_put_cb,
					    offhook_http_memory_wait(request));
}

const OffhookRoute offhook_http_memory_routes[] = {
    {"GET", "/memory/{user}/context", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_memory_get},
    {"POST", "/memory/{user}/context", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_memory_put},
    {NULL},
};
