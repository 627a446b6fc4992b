/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The start of a store: its journal, then its database, or without that. Main thread.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/**
 * offhook_store_open_run:
 * @self: (transfer full): made for @url, not connected
 * @task: (transfer full): gets the store, or the error
 */
void offhook_store_open_run(OffhookStore *self, const char *url, const OffhookStoreOptions *options,
			    GTask *task);

/**
 * Of a store that was opened without one, as another process had it. The store's own writes go on meanwhile.
 * %OFFHOOK_ERROR_UNAVAILABLE: it still has it.
 */
void offhook_store_adopt_journal_async(OffhookStore *self, const char *journal_dir,
				       guint64 journal_bytes, GAsyncReadyCallback callback,
				       gpointer user_data);
gboolean offhook_store_adopt_journal_finish(OffhookStore *self, GAsyncResult *result,
					    GError **error);

G_END_DECLS
