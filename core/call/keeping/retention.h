/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Deletes what is older than it may get, and the oldest recordings when there are too many: now and
 * then, a little at a time. Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "call/manager/call-manager.h"

G_BEGIN_DECLS

typedef struct _OffhookRetention OffhookRetention;

OffhookRetention *offhook_retention_new(OffhookCallManager *calls, OffhookStore *store,
					OffhookEventBus *events, OffhookMetrics *metrics);
/** What is under way ends by itself, without being told of. */
void offhook_retention_free(OffhookRetention *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRetention, offhook_retention_free)

/** See [store] keep-days and the keys beside it. */
void offhook_retention_configure(OffhookRetention *self, OffhookConfig *config);

G_END_DECLS
