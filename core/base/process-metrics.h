/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The figures of this process that every exporter has, under their usual names. Main thread.
 */
#pragma once

#include "base/metrics.h"

G_BEGIN_DECLS

/** They are read when @metrics are printed, and go with them. */
void offhook_process_metrics_add(OffhookMetrics *metrics);

G_END_DECLS
