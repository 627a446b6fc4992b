/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * store-interactions.h, waited for. For tests only. Main thread.
 */
#pragma once

#include "store/store-interactions.h"

G_BEGIN_DECLS

/** With borrowed strings, @at microseconds after STORE_SAMPLE_US. */
OffhookInteractionRecord interactions_sample(const char *id, const char *user_id, gint64 at);

gboolean interactions_sync_add(OffhookStore *store, const OffhookInteractionRecord *record,
			       const OffhookStoreUser *user, GError **error);
GPtrArray *interactions_sync_list(OffhookStore *store, const OffhookInteractionFilter *filter,
				  const OffhookStoreUser *user, GError **error);
GPtrArray *interactions_sync_count(OffhookStore *store, const char *user_id, gint64 since_us,
				   const OffhookStoreUser *user, GError **error);
gboolean interactions_sync_put(OffhookStore *store, const char *user_id, const char *preferences,
			       const char *knowledge, const OffhookStoreUser *user, GError **error);
OffhookPreferencesRecord *interactions_sync_get(OffhookStore *store, const char *user_id,
						const OffhookStoreUser *user, GError **error);
G_END_DECLS
