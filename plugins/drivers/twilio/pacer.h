/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Lets so many through in a second and makes the others wait, in order. Main thread. */
typedef struct _OffhookTwilioPacer OffhookTwilioPacer;

/** @limit: so many may wait */
OffhookTwilioPacer *offhook_twilio_pacer_new(guint per_second, guint limit);
/** Those that wait fail with %OFFHOOK_ERROR_UNAVAILABLE. */
void offhook_twilio_pacer_free(OffhookTwilioPacer *self);
void offhook_twilio_pacer_set_rate(OffhookTwilioPacer *self, guint per_second);

/** %OFFHOOK_ERROR_BUSY at once when too many wait already. */
void offhook_twilio_pacer_wait_async(OffhookTwilioPacer *self, GCancellable *cancellable,
				     GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_twilio_pacer_wait_finish(GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTwilioPacer, offhook_twilio_pacer_free)

G_END_DECLS
