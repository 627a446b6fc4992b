/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The store's asynchronous functions, waited for. For tests only. Main thread.
 */
#pragma once

#include "store/store-erase.h"
#include "store/store-history.h"

G_BEGIN_DECLS

/** (transfer full) (nullable) */
OffhookStore *offhook_store_sync_open(const char *url, const OffhookStoreOptions *options,
				      GError **error);

/** Must work. */
void offhook_store_sync_flush(OffhookStore *store);
gboolean offhook_store_sync_try_flush(OffhookStore *store, GError **error);
/** Flushes and drops the last reference. */
void offhook_store_sync_close(OffhookStore *store);

guint offhook_store_sync_mark_interrupted(OffhookStore *store, const char *node);

OffhookCallRecord *offhook_store_sync_get_call(OffhookStore *store, const char *id, GError **error);
GPtrArray *offhook_store_sync_list_calls(OffhookStore *store, const OffhookCallFilter *filter,
					 guint64 *total, GError **error);
OffhookConversationRecord *offhook_store_sync_get_conversation(OffhookStore *store, const char *id,
							       GPtrArray **messages,
							       GError **error);
GPtrArray *offhook_store_sync_list_conversations(OffhookStore *store,
						 const OffhookConversationFilter *filter,
						 guint64 *total, GError **error);
/* These must work. */
GPtrArray *offhook_store_sync_list_messages(OffhookStore *store, const char *call_id);
GPtrArray *offhook_store_sync_list_legs(OffhookStore *store, const char *call_id);
GPtrArray *offhook_store_sync_list_turns(OffhookStore *store, const char *call_id);
GPtrArray *offhook_store_sync_sum_costs(OffhookStore *store, gint64 since_us);
GPtrArray *offhook_store_sync_list_events(OffhookStore *store, const char *call_id);
OffhookRecordingRecord *offhook_store_sync_get_recording(OffhookStore *store, const char *call_id,
							 GError **error);

/** @cursor: (out) (transfer full) (nullable) */
GPtrArray *offhook_store_sync_list_history(OffhookStore *store, const OffhookHistoryFilter *filter,
					   char **cursor, GError **error);
GPtrArray *offhook_store_sync_search(OffhookStore *store, const OffhookSearchFilter *filter,
				     char **cursor, GError **error);
GPtrArray *offhook_store_sync_get_statistics(OffhookStore *store,
					     const OffhookStatisticsFilter *filter, GError **error);
/** Must work. */
guint offhook_store_sync_fold_messages(OffhookStore *store);

GPtrArray *offhook_store_sync_count_caller(OffhookStore *store, const OffhookCaller *caller);
GPtrArray *offhook_store_sync_list_holdings(OffhookStore *store, const OffhookCaller *caller);
GPtrArray *offhook_store_sync_list_open_calls(OffhookStore *store, const OffhookCaller *caller,
					      gint64 since_us);
GPtrArray *offhook_store_sync_try_erase_caller(OffhookStore *store, const OffhookCaller *caller,
					       GError **error);
/* These must work. */
GPtrArray *offhook_store_sync_erase_caller(OffhookStore *store, const OffhookCaller *caller);
guint offhook_store_sync_expire(OffhookStore *store, const char *table, gint64 before_us,
				guint limit);
void offhook_store_sync_forget_recording(OffhookStore *store, const char *call_id,
					 const char *path);
/** Nothing may be left. */
void offhook_store_sync_scrub(OffhookStore *store, OffhookScrub how);
GPtrArray *offhook_store_sync_list_receipts(OffhookStore *store, const char *subject);

G_END_DECLS
