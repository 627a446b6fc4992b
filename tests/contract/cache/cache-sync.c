/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Waits for the cache. Main thread of a test.
 */

#include "cache-sync.h"

#include "harness.h"

static void
cache_watch_lost_cb(OffhookCache *cache, const GError *error, CacheWatch *self)
{
	g_test_message("lost: %s", error->message);
	self->lost++;
}

static void
cache_watch_restored_cb(OffhookCache *cache, CacheWatch *self)
{
	self->restored++;
}

static gboolean
cache_watch_is_connected(gpointer data)
{
	OffhookCacheStats stats;

	offhook_cache_get_stats(((CacheWatch *)data)->cache, &stats);
	return stats.connected;
}

static gboolean
cache_watch_is_away(gpointer data)
{
	return !cache_watch_is_connected(data);
}

void
cache_watch_wait(CacheWatch *self, gboolean connected)
{
	harness_wait_until(connected ? cache_watch_is_connected : cache_watch_is_away, self,
			   connected ? "Redis" : "the loss of Redis");
}

void
cache_watch_open(CacheWatch *self, const OffhookCacheOptions *options)
{
	g_autoptr(GError) error = NULL;

	self->lost = 0;
	self->restored = 0;
	self->cache = offhook_cache_new(options, &error);
	g_assert_no_error(error);
	g_signal_connect(self->cache, "lost", G_CALLBACK(cache_watch_lost_cb), self);
	g_signal_connect(self->cache, "restored", G_CALLBACK(cache_watch_restored_cb), self);
}

void
cache_watch_close(CacheWatch *self)
{
	g_assert_finalize_object(self->cache);
}

char *
cache_sync_get(OffhookCache *cache, const char *entry, const char *variant, char **ticket)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_cache_get_async(cache, entry, variant, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "a look-up");
	return offhook_cache_get_finish(cache, result, ticket);
}

void
cache_sync_fill(OffhookCache *cache, const char *entry, const char *variant, const char *value)
{
	g_autofree char *ticket = NULL;
	g_autofree char *found = cache_sync_get(cache, entry, variant, &ticket);

	g_assert_null(found);
	g_assert_nonnull(ticket);
	offhook_cache_put(cache, entry, ticket, value, 600);
	/* Nobody is told when that is done: an answer to what was asked later tells. */
	g_clear_pointer(&ticket, g_free);
	g_free(cache_sync_get(cache, "other", "", &ticket));
}

void
cache_sync_block(OffhookCache *cache, const char *entry)
{
	const char *const entries[] = {entry, NULL};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_cache_block_async(cache, entries, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "a block");
	offhook_cache_block_finish(cache, result);
}

void
cache_sync_renew(OffhookCache *cache, const char *entry)
{
	const char *const entries[] = {entry, NULL};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_cache_renew_async(cache, entries, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "a renewal");
	offhook_cache_renew_finish(cache, result);
}
