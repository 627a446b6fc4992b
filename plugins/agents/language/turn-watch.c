/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Follows one turn from its beginning until it is certain or cancelled, which may be long after it
 * was answered. Main thread.
 */

#include "turn-watch.h"

struct _OffhookTurnWatch {
	OffhookAgentTurn *turn;
	const OffhookTurnWatchHandler *handler;
	gpointer user_data;
	gboolean settled;
	gboolean told;
};

static void
offhook_turn_watch_tell(OffhookTurnWatch *self)
{
	if (!self->settled || self->told || !offhook_agent_turn_is_confirmed(self->turn))
		return;
	self->told = TRUE;
	self->handler->confirmed(self->user_data);
}

static void
offhook_turn_watch_confirmed_cb(OffhookAgentTurn *turn, gpointer user_data)
{
	offhook_turn_watch_tell(user_data);
}

static void
offhook_turn_watch_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	OffhookTurnWatch *self = user_data;

	self->handler->cancelled(self->user_data);
}

OffhookTurnWatch *
offhook_turn_watch_new(OffhookAgentTurn *turn, const OffhookTurnWatchHandler *handler,
		       gpointer user_data)
{
	OffhookTurnWatch *self = g_new0(OffhookTurnWatch, 1);

	self->turn = g_object_ref(turn);
	self->handler = handler;
	self->user_data = user_data;
	g_signal_connect(turn, "confirmed", G_CALLBACK(offhook_turn_watch_confirmed_cb), self);
	g_signal_connect(offhook_agent_turn_get_cancellable(turn), "cancelled",
			 G_CALLBACK(offhook_turn_watch_cancelled_cb), self);
	return self;
}

void
offhook_turn_watch_free(OffhookTurnWatch *self)
{
	if (self == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->turn, self);
	g_signal_handlers_disconnect_by_data(offhook_agent_turn_get_cancellable(self->turn), self);
	g_object_unref(self->turn);
	g_free(self);
}

OffhookAgentTurn *
offhook_turn_watch_get_turn(OffhookTurnWatch *self)
{
	return self->turn;
}

void
offhook_turn_watch_settle(OffhookTurnWatch *self)
{
	self->settled = TRUE;
	offhook_turn_watch_tell(self);
}
