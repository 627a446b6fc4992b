/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A session's ear: takes the caller's utterances to the service and brings back their words. Main
 * thread.
 */
#pragma once

#include "realtime-link.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_REALTIME_EAR (offhook_realtime_ear_get_type())
G_DECLARE_FINAL_TYPE(OffhookRealtimeEar, offhook_realtime_ear, OFFHOOK, REALTIME_EAR,
		     OffhookTranscriber)

/** @link: until offhook_realtime_ear_fail() or drop() */
OffhookRealtimeEar *offhook_realtime_ear_new(OffhookRealtimeLink *link,
					     const OffhookRealtimeConfig *config);

/** What the service says of the caller's sound; %FALSE: it was about something else. */
gboolean offhook_realtime_ear_take_event(OffhookRealtimeEar *self,
					 const OffhookRealtimeEvent *event);
/** Whether something was heard since the last time. */
gboolean offhook_realtime_ear_take_heard(OffhookRealtimeEar *self);
/** How long the speech is that was given to be written down since the last time. */
gint64 offhook_realtime_ear_take_written_us(OffhookRealtimeEar *self);
/** What was heard since then, and what is being said, is taken back from the service. */
void offhook_realtime_ear_discard(OffhookRealtimeEar *self);
/** The service is gone: what waits for words gets none, and so will all that follows. */
void offhook_realtime_ear_fail(OffhookRealtimeEar *self, const GError *error);

G_END_DECLS
