/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What of the store is kept in a cache: of each user the preferences, the interactions and their
 * counts. Done on behalf of a user nothing is read from it: what his claims let through is the
 * database's to say. Main thread.
 */
#pragma once

#include "cache/cache.h"
#include "store/store-ask.h"

G_BEGIN_DECLS

/**
 * offhook_store_set_cache:
 * @cache: (nullable)
 * @preferences_s: how old preferences may become in it, in seconds; 0: not there at all
 * @results_s: and all else
 */
void offhook_store_set_cache(OffhookStore *self, OffhookCache *cache, guint preferences_s,
			     guint results_s);
typedef struct {
	OffhookCache *cache; /* (nullable) */
	guint preferences_s;
	guint results_s;
} OffhookStoreCaching;

/** (transfer none): lives as long as the store */
const OffhookStoreCaching *offhook_store_get_caching(OffhookStore *self);

/** As offhook_store_ask(), by way of the cache. */
void offhook_store_ask_cache(OffhookStore *self, OffhookStoreQuery *query, GError *bad,
			     GCancellable *cancellable, GAsyncReadyCallback callback,
			     gpointer user_data);

/** Rows of one type as text, and back: (transfer full). */
char *offhook_store_cache_encode(const OffhookRecordType *type, const OffhookStoreResult *result);
/** (nullable): what is in the cache is not that */
OffhookStoreResult *offhook_store_cache_decode(const OffhookRecordType *type, gboolean single,
					       const char *text, GError **error);

G_END_DECLS
