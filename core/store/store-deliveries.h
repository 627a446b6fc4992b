/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Events that are to be delivered to other systems (core/delivery/), as rows that survive until they
 * are. Writes are queued as those of store.h are. Main thread; see store.h.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

gboolean offhook_store_add_delivery(OffhookStore *self, const OffhookDeliveryRecord *record,
				    GError **error);
/** Writes the whole delivery, unless it is gone meanwhile. */
gboolean offhook_store_update_delivery(OffhookStore *self, const OffhookDeliveryRecord *record,
				       GError **error);
/** It has arrived. */
gboolean offhook_store_remove_delivery(OffhookStore *self, const char *delivery_id, GError **error);

/** Texts are borrowed, %NULL for any. */
typedef struct {
	guint limit;        /* 1..500 */
	const char *cursor; /* (nullable): where the page before ended */
	const char *endpoint;
	const char *status;
	const char *call_id;
} OffhookDeliveryFilter;

/** Newest first. */
void offhook_store_list_deliveries_async(OffhookStore *self, const OffhookDeliveryFilter *filter,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
/**
 * @cursor: (out) (transfer full) (nullable): for the page after; %NULL: this is the last
 * Returns: (transfer full) (element-type OffhookDeliveryRecord)
 */
GPtrArray *offhook_store_list_deliveries_finish(OffhookStore *self, GAsyncResult *result,
						char **cursor, GError **error);

/** Those that @node has to send, in their order. */
typedef struct {
	const char *endpoint;
	const char *node;
	const char *call_id; /* (nullable): of any call, or none */
	gint64 after;        /* position: only later ones */
	guint limit;         /* 1..500 */
} OffhookDeliveryBatch;

/** Once everything posted before is committed: fails with %OFFHOOK_ERROR_UNAVAILABLE when that can't be. */
void offhook_store_load_deliveries_async(OffhookStore *self, const OffhookDeliveryBatch *batch,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
/** Returns: (transfer full) (element-type OffhookDeliveryRecord) */
GPtrArray *offhook_store_load_deliveries_finish(OffhookStore *self, GAsyncResult *result,
						GError **error);

/** @node: (nullable): of all */
void offhook_store_count_deliveries_async(OffhookStore *self, const char *node,
					  GCancellable *cancellable, GAsyncReadyCallback callback,
					  gpointer user_data);
/** Returns: (transfer full) (element-type OffhookDeliveryCountRecord) */
GPtrArray *offhook_store_count_deliveries_finish(OffhookStore *self, GAsyncResult *result,
						 GError **error);

/**
 * offhook_store_retry_deliveries_async:
 * @delivery_id: (nullable): %NULL: all dead ones
 * @endpoint: (nullable): of these only
 * @until_us: how long it is tried
 *
 * Makes them pending, as if they had never been tried.
 */
void offhook_store_retry_deliveries_async(OffhookStore *self, const char *delivery_id,
					  const char *endpoint, gint64 until_us,
					  GCancellable *cancellable, GAsyncReadyCallback callback,
					  gpointer user_data);
/** @count: (out): how many. %OFFHOOK_ERROR_NOT_FOUND for an id that is not there. */
gboolean offhook_store_retry_deliveries_finish(OffhookStore *self, GAsyncResult *result,
					       guint64 *count, GError **error);

void offhook_store_delete_delivery_async(OffhookStore *self, const char *delivery_id,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
/** %OFFHOOK_ERROR_NOT_FOUND for an id that is not there. */
gboolean offhook_store_delete_delivery_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);

/** Deletes dead ones of an endpoint and a node that are older, @limit at most. */
void offhook_store_expire_deliveries_async(OffhookStore *self, const char *endpoint,
					   const char *node, gint64 before_us, guint limit,
					   GCancellable *cancellable, GAsyncReadyCallback callback,
					   gpointer user_data);
/** @count: (out): how many went */
gboolean offhook_store_expire_deliveries_finish(OffhookStore *self, GAsyncResult *result,
						guint64 *count, GError **error);

/** Makes those of an endpoint and a node dead whose time is over at @now_us, also if never tried. */
void offhook_store_bury_deliveries_async(OffhookStore *self, const char *endpoint, const char *node,
					 gint64 now_us, const char *reason,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
gboolean offhook_store_bury_deliveries_finish(OffhookStore *self, GAsyncResult *result,
					      guint64 *count, GError **error);

G_END_DECLS
