/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A cache that several servers share, in Redis: what is slow to get and may be asked again. It is
 * never needed: while it is away everything is a miss, nothing waits for it longer than its timeout,
 * and what is behind it stays the truth.
 *
 * A value is never older than the last change that was told. For that an entry has a version beside
 * its value, and all entries an epoch; a value counts only with those under which it was asked for:
 *  - a change begins by blocking its entries, so that nobody reads or fills them, and ends by giving
 *    them a new version. Who dies in between leaves them blocked, for longer than any value lives
 *  - each connection begins with a new epoch, so that nothing counts any more that was there before:
 *    neither what could not be told of while Redis was away, nor what it had on its disk. A command
 *    without an answer in time ends the connection
 * What remains: while one server is cut off from a Redis that others reach, those do not hear of its
 * changes, and may see a value for as long as it lives.
 *
 * Signals:
 *  - "lost" (GError *): it is away; once per outage
 *  - "restored" (): it is there again. Not for the first time
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_CACHE (offhook_cache_get_type())
G_DECLARE_FINAL_TYPE(OffhookCache, offhook_cache, OFFHOOK, CACHE, GObject)

/** Longest a value may live, in seconds. */
#define OFFHOOK_CACHE_MAX_AGE_S 3600
/** Largest value; larger ones are not kept. */
#define OFFHOOK_CACHE_MAX_VALUE (256 * 1024)

typedef struct {
	const char *url;     /* redis://user:password@host:6379/0, rediss:// for TLS */
	const char *prefix;  /* of all keys; one for each installation */
	const char *ca_file; /* (nullable): authorities of the server's certificate, in PEM form */
	guint timeout_ms;    /* how long an answer may take */
} OffhookCacheOptions;

typedef struct {
	guint64 hits;
	guint64 misses;
	guint64 skipped; /* asked while it was away */
	guint64 outages;
	gboolean connected;
} OffhookCacheStats;

/** Whether there could be a cache: %OFFHOOK_ERROR_CONFIG, without repeating anything of the URL. */
gboolean offhook_cache_check_url(const char *url, GError **error);

/**
 * Begins to connect, and does so again and again when that fails. %OFFHOOK_ERROR_CONFIG for a URL or
 * a file that can't be right.
 */
OffhookCache *offhook_cache_new(const OffhookCacheOptions *options, GError **error);

void offhook_cache_get_stats(OffhookCache *self, OffhookCacheStats *stats);

/**
 * offhook_cache_get_async:
 * @entry: its name
 * @variant: what the value depends on besides; of an entry one variant is kept
 */
void offhook_cache_get_async(OffhookCache *self, const char *entry, const char *variant,
			     GAsyncReadyCallback callback, gpointer user_data);
/**
 * offhook_cache_get_finish:
 * @ticket: (out) (transfer full) (nullable): with it the value may be put; %NULL: better not
 *
 * Returns: (transfer full) (nullable)
 */
char *offhook_cache_get_finish(OffhookCache *self, GAsyncResult *result, char **ticket);

/**
 * offhook_cache_put:
 * @ticket: from the miss before the value was got
 * @value: text
 * @age_s: how long it may live
 */
void offhook_cache_put(OffhookCache *self, const char *entry, const char *ticket, const char *value,
		       guint age_s);

/**
 * offhook_cache_block_async:
 * @entries: that are about to be changed, %NULL-terminated
 *
 * Takes their values out too. Done when Redis has said so, or is away. Always to be followed by
 * offhook_cache_renew_async(), whatever becomes of the change.
 */
void offhook_cache_block_async(OffhookCache *self, const char *const *entries,
			       GAsyncReadyCallback callback, gpointer user_data);
void offhook_cache_block_finish(OffhookCache *self, GAsyncResult *result);
/** The change has been made. */
void offhook_cache_renew_async(OffhookCache *self, const char *const *entries,
			       GAsyncReadyCallback callback, gpointer user_data);
void offhook_cache_renew_finish(OffhookCache *self, GAsyncResult *result);

G_END_DECLS
