/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks what is asked of scheduled calls, and asks the backend. Main thread.
 */

#include "store/store-scheduled.h"

#include "store/store-ask.h"
#include "store/store-history-query.h"

#define OFFHOOK_STORE_CURSOR_KIND 's'

gboolean
offhook_store_add_scheduled_call(OffhookStore *self, const OffhookScheduledCallRecord *record,
				 GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_ADD_SCHEDULED_CALL, record, error);
}

gboolean
offhook_store_update_scheduled_call(OffhookStore *self, const OffhookScheduledCallRecord *record,
				    GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_UPDATE_SCHEDULED_CALL, record, error);
}

void
offhook_store_list_scheduled_calls_async(OffhookStore *self,
					 const OffhookScheduledCallFilter *filter,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_LIST_SCHEDULED_CALLS;
	query->limit = filter->limit;
	query->status = g_strdup(filter->status);
	query->phone_number = g_strdup(filter->number);
	if (offhook_store_check_page(filter->limit, 0, &bad) &&
	    offhook_store_check_word(&offhook_scheduled_call_record_type, "status", filter->status,
				     &bad) &&
	    offhook_store_check_filter("phone_number", filter->number, &bad))
		offhook_store_ask_behind(query, filter->cursor, OFFHOOK_STORE_CURSOR_KIND, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_scheduled_calls_finish(OffhookStore *self, GAsyncResult *result, char **cursor,
					  GError **error)
{
	GPtrArray *rows = offhook_store_list_finish(result, NULL, error);
	const OffhookScheduledCallRecord *last = offhook_store_list_get_last(result, rows);

	*cursor =
	    last != NULL
		? offhook_history_place_to_cursor(&(OffhookHistoryPlace){last->at_us, last->id},
						  OFFHOOK_STORE_CURSOR_KIND)
		: NULL;
	return rows;
}

void
offhook_store_load_scheduled_calls_async(OffhookStore *self, const char *node, guint limit,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_LOAD_SCHEDULED_CALLS;
	query->insist = TRUE;
	query->key = g_strdup(node);
	query->limit = limit;
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_load_scheduled_calls_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_get_scheduled_call_async(OffhookStore *self, const char *scheduled_call_id,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_GET_SCHEDULED_CALL, "scheduled_call_id",
				 scheduled_call_id, cancellable, callback, user_data);
}

OffhookScheduledCallRecord *
offhook_store_get_scheduled_call_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_get_finish(result, error);
}
