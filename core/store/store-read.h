/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside the store: how a question is asked, and checks of what it is asked with. Main thread.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

/**
 * Asks the backend once the writes posted before are committed. @query: (transfer full); @bad:
 * (nullable) (transfer full): why it can't be asked
 */
void offhook_store_ask(OffhookStore *self, OffhookStoreQuery *query, GError *bad,
		       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** (transfer full) */
OffhookStoreResult *offhook_store_ask_finish(GAsyncResult *result, GError **error);
/** The query that led to @result. (transfer none) */
const OffhookStoreQuery *offhook_store_ask_get_query(GAsyncResult *result);

gboolean offhook_store_check_limit(guint limit, guint max, GError **error);
/** A text to look for, or %NULL. */
gboolean offhook_store_check_filter(const char *name, const char *value, GError **error);
/** ... which must be one of the words of @type's field of that name. */
gboolean offhook_store_check_word(const OffhookRecordType *type, const char *name,
				  const char *value, GError **error);

G_END_DECLS
