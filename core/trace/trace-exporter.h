/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Sends spans to a collector, as OTLP over HTTP in JSON: in batches, in the background, and never in
 * the way of a call. What can't be delivered is dropped and counted. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "base/metrics.h"
#include "config/config.h"
#include "trace/span.h"

G_BEGIN_DECLS

/** More spans than these do not wait. */
#define OFFHOOK_TRACE_MAX_QUEUED 4096

typedef struct _OffhookTraceExporter OffhookTraceExporter;

/**
 * offhook_trace_exporter_new:
 * @config: its section [trace]
 * @metrics: (transfer none): outlive it
 *
 * Returns: (transfer full) (nullable): %NULL without @error when no endpoint is configured;
 *   %OFFHOOK_ERROR_CONFIG for headers that are none
 */
OffhookTraceExporter *offhook_trace_exporter_new(OffhookConfig *config, OffhookMetrics *metrics,
						 GError **error);
void offhook_trace_exporter_free(OffhookTraceExporter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTraceExporter, offhook_trace_exporter_free)

/** @headers: (nullable): "name=value,name=value" with percent signs as in a URL. (transfer full) */
char **offhook_trace_parse_headers(const char *headers, GError **error);

/** @span: (transfer full) */
void offhook_trace_exporter_add(OffhookTraceExporter *self, OffhookSpan *span);

/** Sends what waits, now, and finishes when it is delivered or was given up: after 2 s at most. */
void offhook_trace_exporter_flush_async(OffhookTraceExporter *self, GAsyncReadyCallback callback,
					gpointer user_data);

G_END_DECLS
