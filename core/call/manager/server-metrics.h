/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the server holds and has dropped, for GET /metrics: the store's queue, the audio of all calls,
 * the media threads. Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "call/manager/call-manager.h"

G_BEGIN_DECLS

/** They are read when @metrics are printed; everything given outlives @metrics. */
void offhook_server_metrics_add(OffhookMetrics *metrics, OffhookCallManager *calls,
				OffhookStore *store, OffhookMediaPool *media);

G_END_DECLS
