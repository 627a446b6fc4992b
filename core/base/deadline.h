/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A timer that is moved rather than removed and made anew. Main thread. */
typedef struct _OffhookDeadline OffhookDeadline;

/** Not set yet. @callback runs in the main loop once per set(). */
OffhookDeadline *offhook_deadline_new(void (*callback)(gpointer user_data), gpointer user_data);
void offhook_deadline_free(OffhookDeadline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDeadline, offhook_deadline_free)

/**
 * @at_us: monotonic time; %G_MAXINT64 for never. When the main loop comes to it late, all else that waits
 * there has its turn first.
 */
void offhook_deadline_set(OffhookDeadline *self, gint64 at_us);

G_END_DECLS
