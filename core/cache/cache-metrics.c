/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads the cache's counters. Main thread.
 */

#include "cache/cache-metrics.h"

typedef struct {
	OffhookCache *cache;
	OffhookMetric *lookups;
	OffhookMetric *outages;
	OffhookMetric *connected;
} OffhookCacheMetrics;

static void
offhook_cache_metrics_set_lookups(OffhookCacheMetrics *self, guint64 value, const char *result)
{
	const char *const labels[] = {result, NULL};

	offhook_metric_set(self->lookups, (double)value, labels);
}

static void
offhook_cache_metrics_read_cb(gpointer user_data)
{
	OffhookCacheMetrics *self = user_data;
	OffhookCacheStats stats;

	offhook_cache_get_stats(self->cache, &stats);
	offhook_cache_metrics_set_lookups(self, stats.hits, "hit");
	offhook_cache_metrics_set_lookups(self, stats.misses, "miss");
	offhook_cache_metrics_set_lookups(self, stats.skipped, "away");
	offhook_metric_set(self->outages, (double)stats.outages, NULL);
	offhook_metric_set(self->connected, stats.connected, NULL);
}

void
offhook_cache_metrics_add(OffhookMetrics *metrics, OffhookCache *cache)
{
	static const char *const results[] = {"result", NULL};
	static const OffhookMetricSpec lookups = {OFFHOOK_METRIC_COUNTER,
						  "offhook_cache_lookups_total",
						  "What was looked up in the cache.", results};
	static const OffhookMetricSpec outages = {OFFHOOK_METRIC_COUNTER,
						  "offhook_cache_outages_total",
						  "Times that the cache was lost."};
	static const OffhookMetricSpec connected = {OFFHOOK_METRIC_GAUGE, "offhook_cache_connected",
						    "1 while the cache is there."};
	OffhookCacheMetrics *self = g_new0(OffhookCacheMetrics, 1);

	self->cache = cache;
	self->lookups = offhook_metrics_add(metrics, &lookups);
	self->outages = offhook_metrics_add(metrics, &outages);
	self->connected = offhook_metrics_add(metrics, &connected);
	offhook_metrics_add_source(metrics, offhook_cache_metrics_read_cb, self, g_free);
}
