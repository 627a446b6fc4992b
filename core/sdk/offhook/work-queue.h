/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Work that burns CPU or blocks, off the main loop. A queue runs its jobs one after another, in
 * order; all queues share one bounded pool of threads (as many as cores).
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** A job. @data: as it was pushed */
typedef void (*OffhookWorkFunc)(gpointer data);

/**
 * offhook_work_queue_new:
 * @name: for debugging
 * @limit: jobs that may wait; 0 for no limit (only where the jobs are bounded elsewhere)
 */
OffhookWorkQueue *offhook_work_queue_new(const char *name, guint limit);
OffhookWorkQueue *offhook_work_queue_ref(OffhookWorkQueue *self);
void offhook_work_queue_unref(OffhookWorkQueue *self);

/**
 * offhook_work_queue_push:
 * @func: runs in a worker thread
 * @data: (transfer full): freed with @destroy in the worker thread after @func, or here when the
 *   queue is full
 *
 * Returns: %FALSE when the queue is full. Any thread.
 */
gboolean offhook_work_queue_push(OffhookWorkQueue *self, OffhookWorkFunc func, gpointer data,
				 GDestroyNotify destroy);

/** Forgets the jobs that have not begun (their data is freed). Any thread. */
void offhook_work_queue_clear(OffhookWorkQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWorkQueue, offhook_work_queue_unref)

G_END_DECLS
