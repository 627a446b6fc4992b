/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Follows a turn that may not be one: tells its agent when it is certain, or when it never was. Main
 * thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

/** Either may end the watch. */
typedef struct {
	/* It is a turn; once. At once from offhook_turn_watch_settle() if it was one already. */
	void (*confirmed)(gpointer user_data);
	/* The caller went on, or the call ended: nothing of it has been. */
	void (*cancelled)(gpointer user_data);
} OffhookTurnWatchHandler;

typedef struct _OffhookTurnWatch OffhookTurnWatch;

/** Before anything is done with @turn. @handler: static */
OffhookTurnWatch *offhook_turn_watch_new(OffhookAgentTurn *turn,
					 const OffhookTurnWatchHandler *handler,
					 gpointer user_data);
void offhook_turn_watch_free(OffhookTurnWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTurnWatch, offhook_turn_watch_free)

/** (transfer none) */
OffhookAgentTurn *offhook_turn_watch_get_turn(OffhookTurnWatch *self);
/** What the turn comes to is known: from now on `confirmed` may be called. */
void offhook_turn_watch_settle(OffhookTurnWatch *self);

G_END_DECLS
