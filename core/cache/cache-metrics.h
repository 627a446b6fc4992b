/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The cache's counters as figures for monitoring. Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "cache/cache.h"

G_BEGIN_DECLS

/** @cache: outlives @metrics */
void offhook_cache_metrics_add(OffhookMetrics *metrics, OffhookCache *cache);

G_END_DECLS
