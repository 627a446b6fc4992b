/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Lets so many through in a second and makes the others wait, in order: providers refuse or queue
 * what comes faster. After a pause a second's worth may go at once, and then none until that second is
 * over. Main thread.
 */
#pragma once

#include <offhook/clock.h>

G_BEGIN_DECLS

/** @clock: (transfer none): whose seconds. @per_second: at least 1. @limit: so many may wait */
OffhookPacer *offhook_pacer_new(OffhookClock *clock, guint per_second, guint limit);
/** Those that wait fail with %OFFHOOK_ERROR_UNAVAILABLE. */
void offhook_pacer_free(OffhookPacer *self);
/** Counts for those that wait already, too. */
void offhook_pacer_set_rate(OffhookPacer *self, guint per_second);

/** Something went past without waiting that the provider counts all the same. */
void offhook_pacer_count(OffhookPacer *self);

/** %OFFHOOK_ERROR_BUSY at once when too many wait already. */
void offhook_pacer_wait_async(OffhookPacer *self, GCancellable *cancellable,
			      GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_pacer_wait_finish(GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPacer, offhook_pacer_free)

G_END_DECLS
