/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The media threads of the process. A call is given the one with the fewest calls and stays there.
 */
#pragma once

#include "media/thread.h"

G_BEGIN_DECLS

typedef struct _OffhookMediaPool OffhookMediaPool;

/**
 * offhook_media_pool_new:
 * @n_threads: 0 for one per core; `[media] threads=`
 * @clock: (nullable): for tests
 */
OffhookMediaPool *offhook_media_pool_new(guint n_threads, OffhookClock *clock);
void offhook_media_pool_free(OffhookMediaPool *self);

/** The thread for a new call. (transfer none). Main thread. */
OffhookMediaThread *offhook_media_pool_pick(OffhookMediaPool *self);

/** Those of all threads together. */
void offhook_media_pool_get_statistics(OffhookMediaPool *self,
				       OffhookMediaThreadStatistics *statistics);

guint offhook_media_pool_get_size(OffhookMediaPool *self);
OffhookMediaThread *offhook_media_pool_get_thread(OffhookMediaPool *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMediaPool, offhook_media_pool_free)

G_END_DECLS
