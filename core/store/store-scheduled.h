/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Calls that are to be placed (call/manager/scheduled-calls.h), as rows. Writes are queued as those of store.h
 * are. Main thread; see store.h.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

gboolean offhook_store_add_scheduled_call(OffhookStore *self,
					  const OffhookScheduledCallRecord *record, GError **error);
/** Writes the whole of it, unless it is gone meanwhile. */
gboolean offhook_store_update_scheduled_call(OffhookStore *self,
					     const OffhookScheduledCallRecord *record,
					     GError **error);

/** Texts are borrowed, %NULL for any. */
typedef struct {
	guint limit;        /* 1..500 */
	const char *cursor; /* (nullable): where the page before ended */
	const char *status;
	const char *number;
} OffhookScheduledCallFilter;

/** The latest first, by when they are to be. */
void offhook_store_list_scheduled_calls_async(OffhookStore *self,
					      const OffhookScheduledCallFilter *filter,
					      GCancellable *cancellable,
					      GAsyncReadyCallback callback, gpointer user_data);
/**
 * @cursor: (out) (transfer full) (nullable): for the page after; %NULL: this is the last
 * Returns: (transfer full) (element-type OffhookScheduledCallRecord)
 */
GPtrArray *offhook_store_list_scheduled_calls_finish(OffhookStore *self, GAsyncResult *result,
						     char **cursor, GError **error);

/**
 * Those of @node that wait or were being placed, the earliest first, once everything posted before is
 * committed.
 */
void offhook_store_load_scheduled_calls_async(OffhookStore *self, const char *node, guint limit,
					      GCancellable *cancellable,
					      GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full) (element-type OffhookScheduledCallRecord) */
GPtrArray *offhook_store_load_scheduled_calls_finish(OffhookStore *self, GAsyncResult *result,
						     GError **error);

void offhook_store_get_scheduled_call_async(OffhookStore *self, const char *scheduled_call_id,
					    GCancellable *cancellable, GAsyncReadyCallback callback,
					    gpointer user_data);
/** (transfer full) */
OffhookScheduledCallRecord *
offhook_store_get_scheduled_call_finish(OffhookStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
