/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks what is asked of deliveries, and asks the backend. Main thread.
 */

#include "store/store-deliveries.h"

#include <offhook/error.h>

#include "store/store-ask.h"
#include "store/store-history-query.h"

#define OFFHOOK_STORE_CURSOR_KIND 'd'

/* ---- writing ---- */

gboolean
offhook_store_add_delivery(OffhookStore *self, const OffhookDeliveryRecord *record, GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_ADD_DELIVERY, record, error);
}

gboolean
offhook_store_update_delivery(OffhookStore *self, const OffhookDeliveryRecord *record,
			      GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_UPDATE_DELIVERY, record, error);
}

gboolean
offhook_store_remove_delivery(OffhookStore *self, const char *delivery_id, GError **error)
{
	const OffhookDeliveryRecord record = {.id = (char *)delivery_id};

	return offhook_store_post(self, OFFHOOK_STORE_REMOVE_DELIVERY, &record, error);
}

/* ---- reading ---- */

void
offhook_store_list_deliveries_async(OffhookStore *self, const OffhookDeliveryFilter *filter,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_LIST_DELIVERIES;
	query->limit = filter->limit;
	query->endpoint = g_strdup(filter->endpoint);
	query->status = g_strdup(filter->status);
	query->call_id = g_strdup(filter->call_id);
	if (offhook_store_check_page(filter->limit, 0, &bad) &&
	    offhook_store_check_filter("endpoint", filter->endpoint, &bad) &&
	    offhook_store_check_word(&offhook_delivery_record_type, "status", filter->status,
				     &bad) &&
	    offhook_store_check_filter("call_id", filter->call_id, &bad))
		offhook_store_ask_behind(query, filter->cursor, OFFHOOK_STORE_CURSOR_KIND, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_deliveries_finish(OffhookStore *self, GAsyncResult *result, char **cursor,
				     GError **error)
{
	GPtrArray *rows = offhook_store_list_finish(result, NULL, error);
	const OffhookDeliveryRecord *last = offhook_store_list_get_last(result, rows);

	*cursor =
	    last != NULL
		? offhook_history_place_to_cursor(&(OffhookHistoryPlace){last->position, last->id},
						  OFFHOOK_STORE_CURSOR_KIND)
		: NULL;
	return rows;
}

void
offhook_store_load_deliveries_async(OffhookStore *self, const OffhookDeliveryBatch *batch,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_LOAD_DELIVERIES;
	query->insist = TRUE;
	query->endpoint = g_strdup(batch->endpoint);
	query->key = g_strdup(batch->node);
	query->call_id = g_strdup(batch->call_id);
	query->position = batch->after;
	query->limit = batch->limit;
	offhook_store_check_page(batch->limit, 0, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_load_deliveries_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_count_deliveries_async(OffhookStore *self, const char *node,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_COUNT_DELIVERIES;
	query->key = g_strdup(node);
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_count_deliveries_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

/* ---- changing ---- */

static gboolean
offhook_store_changed_finish(GAsyncResult *result, guint64 *count, GError **error)
{
	const char *id = offhook_store_ask_get_query(result)->key;
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	*count = answer != NULL ? answer->total : 0;
	if (answer == NULL || id == NULL || *count > 0)
		return answer != NULL;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
		    "delivery_id: \"%s\" is not there", id);
	return FALSE;
}

void
offhook_store_retry_deliveries_async(OffhookStore *self, const char *delivery_id,
				     const char *endpoint, gint64 until_us,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);
	GError *bad = NULL;

	query->kind = OFFHOOK_STORE_RETRY_DELIVERIES;
	query->key = g_strdup(delivery_id);
	query->endpoint = g_strdup(endpoint);
	query->until_us = until_us;
	if (offhook_store_check_filter("delivery_id", delivery_id, &bad))
		offhook_store_check_filter("endpoint", endpoint, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

gboolean
offhook_store_retry_deliveries_finish(OffhookStore *self, GAsyncResult *result, guint64 *count,
				      GError **error)
{
	return offhook_store_changed_finish(result, count, error);
}

void
offhook_store_delete_delivery_async(OffhookStore *self, const char *delivery_id,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	offhook_store_ask_by_key(self, OFFHOOK_STORE_DELETE_DELIVERY, "delivery_id", delivery_id,
				 cancellable, callback, user_data);
}

gboolean
offhook_store_delete_delivery_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	guint64 count;

	return offhook_store_changed_finish(result, &count, error);
}

void
offhook_store_expire_deliveries_async(OffhookStore *self, const char *endpoint, const char *node,
				      gint64 before_us, guint limit, GCancellable *cancellable,
				      GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_EXPIRE_DELIVERIES;
	query->endpoint = g_strdup(endpoint);
	query->key = g_strdup(node);
	query->since_us = before_us;
	query->limit = limit;
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

/* @count: (out): how many rows it changed */
static gboolean
offhook_store_counted_finish(GAsyncResult *result, guint64 *count, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	*count = answer != NULL ? answer->total : 0;
	return answer != NULL;
}

gboolean
offhook_store_expire_deliveries_finish(OffhookStore *self, GAsyncResult *result, guint64 *count,
				       GError **error)
{
	return offhook_store_counted_finish(result, count, error);
}

void
offhook_store_bury_deliveries_async(OffhookStore *self, const char *endpoint, const char *node,
				    gint64 now_us, const char *reason, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_BURY_DELIVERIES;
	query->insist = TRUE;
	query->endpoint = g_strdup(endpoint);
	query->key = g_strdup(node);
	query->path = g_strdup(reason);
	query->now_us = now_us;
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

gboolean
offhook_store_bury_deliveries_finish(OffhookStore *self, GAsyncResult *result, guint64 *count,
				     GError **error)
{
	return offhook_store_counted_finish(result, count, error);
}
