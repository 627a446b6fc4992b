/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What calls are counted and measured by, for GET /metrics. It listens to the same events as
 * everyone. Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "call/manager/call-manager.h"
#include "call/event.h"

G_BEGIN_DECLS

typedef struct _OffhookCallMetrics OffhookCallMetrics;

/** @metrics, @calls: (transfer none): outlive it */
OffhookCallMetrics *offhook_call_metrics_new(OffhookMetrics *metrics, OffhookCallManager *calls,
					     OffhookEventBus *events);
void offhook_call_metrics_free(OffhookCallMetrics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCallMetrics, offhook_call_metrics_free)

G_END_DECLS
