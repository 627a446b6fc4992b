/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The connection of a session: set up, watched, and once it has failed, gone. Main thread.
 */
#pragma once

#include "realtime-config.h"
#include "realtime-event.h"

G_BEGIN_DECLS

typedef struct _OffhookRealtimeLink OffhookRealtimeLink;

/** From the main loop, never from inside the functions below. */
typedef struct {
	/* The session is set up: what was asked for counts. */
	void (*ready)(gpointer user_data);
	/* All that the service says afterwards. */
	void (*event)(gpointer user_data, const OffhookRealtimeEvent *event);
	/* Once, and nothing follows. */
	void (*failed)(gpointer user_data, const GError *error);
} OffhookRealtimeLinkHandler;

/** @config: outlives it. Connects from the next turn of the main loop on. */
OffhookRealtimeLink *offhook_realtime_link_new(const OffhookRealtimeConfig *config,
					       const OffhookRealtimeLinkHandler *handler,
					       gpointer user_data);
void offhook_realtime_link_free(OffhookRealtimeLink *self);

gboolean offhook_realtime_link_is_ready(OffhookRealtimeLink *self);
/** @message: (transfer full): waits until the session is set up; after a failure it is dropped */
void offhook_realtime_link_send(OffhookRealtimeLink *self, char *message);
/** Something has to come within @ms, or it has failed; 0: nothing is waited for. */
void offhook_realtime_link_expect(OffhookRealtimeLink *self, guint ms);

G_END_DECLS
