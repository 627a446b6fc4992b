/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How writes and questions reach the backend. For the store's own files. Main thread.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

/** Checks @record and hands a copy to the writer. */
gboolean offhook_store_post(OffhookStore *self, OffhookStoreWriteKind kind, gconstpointer record,
			    GError **error);

/**
 * Asks the backend once the writes posted before are committed. @query: (transfer full); @bad: (nullable) (transfer full): why
 * it can't be asked
 */
void offhook_store_ask(OffhookStore *self, OffhookStoreQuery *query, GError *bad,
		       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** The whole answer. (transfer full) */
OffhookStoreResult *offhook_store_ask_finish(GAsyncResult *result, GError **error);
/** The query that led to @result. (transfer none) */
const OffhookStoreQuery *offhook_store_ask_get_query(GAsyncResult *result);
/** What a "get" found. (transfer full) */
gpointer offhook_store_get_finish(GAsyncResult *result, GError **error);
/** What a "list" found. (transfer full); @total: (nullable) */
GPtrArray *offhook_store_list_finish(GAsyncResult *result, guint64 *total, GError **error);
/** (transfer none) (nullable): of such @rows, the one behind which the next page begins */
gconstpointer offhook_store_list_get_last(GAsyncResult *result, const GPtrArray *rows);

/** Asks for the page behind @cursor, or, without one, for the first. */
gboolean offhook_store_ask_behind(OffhookStoreQuery *query, const char *cursor, char kind,
				  GError **error);
void offhook_store_ask_by_key(OffhookStore *self, OffhookStoreQueryKind kind, const char *name,
			      const char *key, GCancellable *cancellable,
			      GAsyncReadyCallback callback, gpointer user_data);
/** A text to look for must be fit to be stored, but may be any otherwise. */
gboolean offhook_store_check_key(const char *name, const char *value, GError **error);
gboolean offhook_store_check_page(guint limit, guint offset, GError **error);
gboolean offhook_store_check_limit(guint limit, guint max, GError **error);
/** A text to look for, or %NULL. */
gboolean offhook_store_check_filter(const char *name, const char *value, GError **error);
/** ... which must be one of the words of @type's field of that name. */
gboolean offhook_store_check_word(const OffhookRecordType *type, const char *name,
				  const char *value, GError **error);

G_END_DECLS
