/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The sound of an answer: from the service's format to the call's, and how much of each of the
 * service's items there is, for the place at which one is cut. Main thread.
 */
#pragma once

#include "realtime-link.h"

G_BEGIN_DECLS

typedef struct _OffhookRealtimeAnswer OffhookRealtimeAnswer;

OffhookRealtimeAnswer *offhook_realtime_answer_new(gboolean mulaw);
void offhook_realtime_answer_free(OffhookRealtimeAnswer *self);

/** A new answer: nothing of the last one can be cut any more. */
void offhook_realtime_answer_reset(OffhookRealtimeAnswer *self);
gboolean offhook_realtime_answer_has_sound(OffhookRealtimeAnswer *self);
/** More of @item_id. (transfer full) (nullable): S16 at OFFHOOK_RATE */
GBytes *offhook_realtime_answer_take(OffhookRealtimeAnswer *self, const char *item_id,
				     GBytes *audio);
/** What is still on its way through. (transfer full) (nullable) */
GBytes *offhook_realtime_answer_flush(OffhookRealtimeAnswer *self);
/** The caller has heard @ms of it: the service forgets the rest. */
void offhook_realtime_answer_cut(OffhookRealtimeAnswer *self, OffhookRealtimeLink *link, guint ms);

G_END_DECLS
