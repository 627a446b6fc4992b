/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The cache's asynchronous functions, waited for, and what its signals said. For tests only. Main
 * thread.
 */
#pragma once

#include "cache/cache.h"

G_BEGIN_DECLS

typedef struct {
	OffhookCache *cache;
	guint lost;
	guint restored;
} CacheWatch;

/** Connects and waits for it. */
void cache_watch_open(CacheWatch *self, const OffhookCacheOptions *options);
void cache_watch_close(CacheWatch *self);
/** Waits until the cache is there (or away). */
void cache_watch_wait(CacheWatch *self, gboolean connected);

/** (transfer full) (nullable) both */
char *cache_sync_get(OffhookCache *cache, const char *entry, const char *variant, char **ticket);
/** A miss, and the value put. */
void cache_sync_fill(OffhookCache *cache, const char *entry, const char *variant,
		     const char *value);
void cache_sync_block(OffhookCache *cache, const char *entry);
void cache_sync_renew(OffhookCache *cache, const char *entry);

G_END_DECLS
