/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes traces of calls: one per call, its id the call's without hyphens; in it a span per turn, and in
 * that one per stage. Listens to the same events as everyone. Main thread.
 */
#pragma once

#include "call/manager/call-manager.h"
#include "call/event.h"
#include "trace/trace-exporter.h"

G_BEGIN_DECLS

typedef struct _OffhookCallTracer OffhookCallTracer;

/** @exporter, @calls: (transfer none): outlive it. @config: its section [trace] */
OffhookCallTracer *offhook_call_tracer_new(OffhookTraceExporter *exporter,
					   OffhookCallManager *calls, OffhookEventBus *events,
					   OffhookConfig *config);
void offhook_call_tracer_free(OffhookCallTracer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCallTracer, offhook_call_tracer_free)

G_END_DECLS
