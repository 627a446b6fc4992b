/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Delivers events to the user's systems ([webhook:NAME]): signed, at least once, those of a call in
 * order, tried again for a day, from rows that survive. Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "delivery/endpoint.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_OUTBOX (offhook_outbox_get_type())
G_DECLARE_FINAL_TYPE(OffhookOutbox, offhook_outbox, OFFHOOK, OUTBOX, GObject)

/** @metrics: (transfer none): outlives it. Tells nobody of anything before configure() */
OffhookOutbox *offhook_outbox_new(OffhookStore *store, OffhookEventBus *events,
				  OffhookMetrics *metrics);

/** The endpoints; also on reload. %FALSE leaves everything as it was. */
gboolean offhook_outbox_configure(OffhookOutbox *self, OffhookConfig *config, GError **error);

/**
 * Another process sends: from now on events are written down only. What is under way is still waited for;
 * then, and again whenever there is more, comes the signal `settled` (): everything is in the store, for
 * the other to find.
 */
void offhook_outbox_hold(OffhookOutbox *self);
/** We do: what waits in the store, and what comes. As it is from the beginning. */
void offhook_outbox_release(OffhookOutbox *self);
/** Another process has written down more. */
void offhook_outbox_look_for_more(OffhookOutbox *self);

/** Neither writes down nor sends any more; what is under way is given up. */
void offhook_outbox_stop(OffhookOutbox *self);

guint offhook_outbox_count_endpoints(OffhookOutbox *self);
/** The @i-th one. */
void offhook_outbox_get_status(OffhookOutbox *self, guint i, OffhookDeliveryEndpointStatus *status);

/**
 * Sends one delivery (@delivery_id) at once, or all dead ones of @endpoint, or of all (%NULL), anew.
 */
void offhook_outbox_retry_async(OffhookOutbox *self, const char *delivery_id, const char *endpoint,
				GCancellable *cancellable, GAsyncReadyCallback callback,
				gpointer user_data);
/** @count: (out): how many. %OFFHOOK_ERROR_NOT_FOUND */
gboolean offhook_outbox_retry_finish(OffhookOutbox *self, GAsyncResult *result, guint64 *count,
				     GError **error);

/** A delivery is not sent any more. */
void offhook_outbox_delete_async(OffhookOutbox *self, const char *delivery_id,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer user_data);
gboolean offhook_outbox_delete_finish(OffhookOutbox *self, GAsyncResult *result, GError **error);

G_END_DECLS
