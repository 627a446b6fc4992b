/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The questions that the store answers. Each waits for the writes posted before it, then goes to
 * the backend. Main thread.
 */

#include "store/store.h"

#include <string.h>

#include <offhook/error.h>

#include "base/json.h"
#include "store/store-ask.h"
#include "store/journal/store-writer.h"

/*
 * Who asks can do nothing about it but ask again; and a user of ours need not know where the database
 * is.
 */
static void
offhook_store_return_failure(GTask *task, const GError *error)
{
	const OffhookStoreQuery *query = g_task_get_task_data(task);

	if (!g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE))
		g_task_return_error(task, g_error_copy(error));
	else
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s",
					query->user != NULL ? "the database is away"
							    : error->message);
}

static void
offhook_store_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	g_autoptr(GError) error = NULL;
	OffhookStore *self = OFFHOOK_STORE(source);
	OffhookStoreResult *answer =
	    OFFHOOK_STORE_GET_CLASS(self)->query_finish(self, result, &error);

	if (answer != NULL) {
		g_task_return_pointer(task, answer, (GDestroyNotify)offhook_store_result_free);
		return;
	}
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE))
		offhook_store_writer_note_failure(offhook_store_get_writer(self), error);
	offhook_store_return_failure(task, error);
}

/* A failed commit does not hold up those who only want to see what there is. */
static void
offhook_store_ask_cb(gpointer data, const GError *error)
{
	GTask *task = data;
	OffhookStore *self = g_task_get_source_object(task);
	const OffhookStoreQuery *query = g_task_get_task_data(task);

	if (error != NULL && query->insist) {
		offhook_store_return_failure(task, error);
		g_object_unref(task);
		return;
	}
	if (!offhook_store_writer_is_connected(offhook_store_get_writer(self))) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
					"the database is away%s%s",
					error != NULL && query->user == NULL ? ": " : "",
					error != NULL && query->user == NULL ? error->message : "");
		g_object_unref(task);
		return;
	}
	OFFHOOK_STORE_GET_CLASS(self)->query_async(self, query, g_task_get_cancellable(task),
						   offhook_store_answered_cb, task);
}

void
offhook_store_ask(OffhookStore *self, OffhookStoreQuery *query, GError *bad,
		  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_store_ask);
	g_task_set_task_data(task, query, (GDestroyNotify)offhook_store_query_free);
	if (bad != NULL) {
		g_task_return_error(task, bad);
		g_object_unref(task);
		return;
	}
	offhook_store_writer_wait(offhook_store_get_writer(self), query->insist,
				  offhook_store_ask_cb, task);
}

OffhookStoreResult *
offhook_store_ask_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

const OffhookStoreQuery *
offhook_store_ask_get_query(GAsyncResult *result)
{
	return g_task_get_task_data(G_TASK(result));
}

gpointer
offhook_store_get_finish(GAsyncResult *result, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	return answer != NULL ? g_steal_pointer(&answer->record) : NULL;
}

GPtrArray *
offhook_store_list_finish(GAsyncResult *result, guint64 *total, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	if (answer == NULL)
		return NULL;
	if (total != NULL)
		*total = answer->total;
	return g_steal_pointer(&answer->rows);
}

gconstpointer
offhook_store_list_get_last(GAsyncResult *result, const GPtrArray *rows)
{
	return rows != NULL && rows->len == offhook_store_ask_get_query(result)->limit
		   ? g_ptr_array_index(rows, rows->len - 1)
		   : NULL;
}

gboolean
offhook_store_ask_behind(OffhookStoreQuery *query, const char *cursor, char kind, GError **error)
{
	OffhookHistoryPlace place = {0};

	if (cursor != NULL && !offhook_history_place_parse(cursor, kind, &place, error))
		return FALSE;
	query->position = place.at;
	query->key = place.id;
	return TRUE;
}

gboolean
offhook_store_check_key(const char *name, const char *value, GError **error)
{
	if (value == NULL || *value == '\0')
		return offhook_json_refuse(error, name, "", "a text");
	if (!g_utf8_validate(value, -1, NULL))
		return offhook_json_refuse(error, name, "(hidden)", "valid UTF-8");
	return TRUE;
}

void
offhook_store_ask_by_key(OffhookStore *self, OffhookStoreQueryKind kind, const char *name,
			 const char *key, GCancellable *cancellable, GAsyncReadyCallback callback,
			 gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = kind;
	query->key = g_strdup(key);
	offhook_store_check_key(name, key, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

gboolean
offhook_store_check_limit(guint limit, guint max, GError **error)
{
	char value[16];
	char expected[32];

	g_snprintf(value, sizeof value, "%u", limit);
	g_snprintf(expected, sizeof expected, "1 to %u", max);
	return (limit >= 1 && limit <= max) || offhook_json_refuse(error, "limit", value, expected);
}

gboolean
offhook_store_check_page(guint limit, guint offset, GError **error)
{
	char value[16];

	if (!offhook_store_check_limit(limit, OFFHOOK_STORE_MAX_LIMIT, error))
		return FALSE;
	g_snprintf(value, sizeof value, "%u", offset);
	if (offset > G_MAXINT32)
		return offhook_json_refuse(error, "offset", value, "0 to 2147483647");
	return TRUE;
}

gboolean
offhook_store_check_word(const OffhookRecordType *type, const char *name, const char *value,
			 GError **error)
{
	return value == NULL || offhook_field_check_text(offhook_record_type_get_field(type, name),
							 name, value, error);
}

gboolean
offhook_store_check_filter(const char *name, const char *value, GError **error)
{
	return value == NULL || offhook_store_check_key(name, value, error);
}

void
offhook_store_mark_interrupted_async(OffhookStore *self, const char *node, gint64 before_us,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_MARK_INTERRUPTED;
	query->key = g_strdup(node);
	query->until_us = before_us;
	query->insist = TRUE;
	offhook_store_check_key("node", node, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

gboolean
offhook_store_mark_interrupted_finish(OffhookStore *self, GAsyncResult *result, guint *count,
				      GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	if (answer != NULL && count != NULL)
		*count = (guint)answer->total;
	return answer != NULL;
}

void
offhook_store_get_call_async(OffhookStore *self, const char *call_id, GCancellable *cancellable,
			     GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_GET_CALL, "call_id", call_id, cancellable,
				 callback, user_data);
}

OffhookCallRecord *
offhook_store_get_call_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_get_finish(result, error);
}

void
offhook_store_list_calls_async(OffhookStore *self, const OffhookCallFilter *filter,
			       GCancellable *cancellable, GAsyncReadyCallback callback,
			       gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_LIST_CALLS;
	query->limit = filter->limit;
	query->offset = filter->offset;
	query->status = g_strdup(filter->status);
	query->phone_number = g_strdup(filter->phone_number);
	if (offhook_store_check_page(filter->limit, filter->offset, &bad) &&
	    offhook_store_check_word(&offhook_call_record_type, "status", filter->status, &bad))
		offhook_store_check_filter("phone_number", filter->phone_number, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_calls_finish(OffhookStore *self, GAsyncResult *result, guint64 *total,
				GError **error)
{
	return offhook_store_list_finish(result, total, error);
}

void
offhook_store_get_conversation_async(OffhookStore *self, const char *conversation_id,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_GET_CONVERSATION, "conversation_id",
				 conversation_id, cancellable, callback, user_data);
}

OffhookConversationRecord *
offhook_store_get_conversation_finish(OffhookStore *self, GAsyncResult *result,
				      GPtrArray **messages, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	if (answer == NULL)
		return NULL;
	if (messages != NULL)
		*messages = g_steal_pointer(&answer->rows);
	return g_steal_pointer(&answer->record);
}

void
offhook_store_list_conversations_async(OffhookStore *self, const OffhookConversationFilter *filter,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_LIST_CONVERSATIONS;
	query->limit = filter->limit;
	query->offset = filter->offset;
	query->status = g_strdup(filter->status);
	query->user_id = g_strdup(filter->user_id);
	if (offhook_store_check_page(filter->limit, filter->offset, &bad) &&
	    offhook_store_check_word(&offhook_conversation_record_type, "status", filter->status,
				     &bad))
		offhook_store_check_filter("user_id", filter->user_id, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_conversations_finish(OffhookStore *self, GAsyncResult *result, guint64 *total,
					GError **error)
{
	return offhook_store_list_finish(result, total, error);
}

void
offhook_store_list_messages_async(OffhookStore *self, const char *call_id,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_LIST_MESSAGES, "call_id", call_id, cancellable,
				 callback, user_data);
}

GPtrArray *
offhook_store_list_messages_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_list_legs_async(OffhookStore *self, const char *call_id, GCancellable *cancellable,
			      GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_LIST_LEGS, "call_id", call_id, cancellable,
				 callback, user_data);
}

GPtrArray *
offhook_store_list_legs_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_list_turns_async(OffhookStore *self, const char *call_id, GCancellable *cancellable,
			       GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_LIST_TURNS, "call_id", call_id, cancellable,
				 callback, user_data);
}

GPtrArray *
offhook_store_list_turns_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_list_events_async(OffhookStore *self, const char *call_id, GCancellable *cancellable,
				GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_LIST_EVENTS, "call_id", call_id, cancellable,
				 callback, user_data);
}

GPtrArray *
offhook_store_list_events_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_get_recording_async(OffhookStore *self, const char *call_id,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_GET_RECORDING, "call_id", call_id, cancellable,
				 callback, user_data);
}

OffhookRecordingRecord *
offhook_store_get_recording_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_get_finish(result, error);
}

void
offhook_store_list_recordings_async(OffhookStore *self, const char *call_id,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_LIST_RECORDINGS, "call_id", call_id,
				 cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_recordings_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_list_unmeasured_async(OffhookStore *self, const char *node, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_LIST_UNMEASURED, "node", node, cancellable,
				 callback, user_data);
}

GPtrArray *
offhook_store_list_unmeasured_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_sum_costs_async(OffhookStore *self, gint64 since_us, gint64 until_us,
			      GCancellable *cancellable, GAsyncReadyCallback callback,
			      gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_SUM_COSTS;
	query->since_us = since_us;
	query->until_us = until_us;
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_sum_costs_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}
