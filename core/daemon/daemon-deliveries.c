/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The old process writes down what happens in its calls, and the new one finds it in the store and
 * sends it. Main thread.
 */

#include "daemon/daemon-deliveries.h"

/*
 * No request takes so long: a process that has not said by then that it sends nothing stands still, or
 * is an older version.
 */
#define OFFHOOK_DELIVERIES_PATIENCE_S 90

/* ---- the old process ---- */

void
offhook_daemon_tell_deliveries(OffhookDaemon *self)
{
	if (self->deliveries_given && self->successor != NULL)
		offhook_successor_tell(self->successor, OFFHOOK_SAYS_DELIVERIES);
}

static void
offhook_daemon_deliveries_settled_cb(OffhookOutbox *outbox, gpointer user_data)
{
	OffhookDaemon *self = user_data;

	/* Else we only wait for those before us. */
	if (!self->succeeded)
		return;
	self->deliveries_given = TRUE;
	offhook_daemon_tell_deliveries(self);
}

void
offhook_daemon_give_deliveries(OffhookDaemon *self)
{
	offhook_outbox_hold(self->outbox);
}

void
offhook_daemon_take_back_deliveries(OffhookDaemon *self)
{
	self->deliveries_given = FALSE;
	if (self->delivering)
		offhook_outbox_release(self->outbox);
}

/* ---- the new process ---- */

static void
offhook_daemon_start_deliveries(OffhookDaemon *self)
{
	g_clear_handle_id(&self->deliveries_id, g_source_remove);
	if (self->delivering)
		offhook_outbox_look_for_more(self->outbox);
	else
		offhook_outbox_release(self->outbox);
	self->delivering = TRUE;
}

static gboolean
offhook_daemon_deliveries_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	/* Somebody else waits for it now, unless he dies. */
	if (self->succeeded)
		return G_SOURCE_CONTINUE;
	self->deliveries_id = 0;
	g_warning("a process before this one does not say that it sends no webhooks any more; this "
		  "one sends them without waiting for it");
	offhook_daemon_start_deliveries(self);
	return G_SOURCE_REMOVE;
}

void
offhook_daemon_await_deliveries(OffhookDaemon *self)
{
	if (!self->delivering)
		self->deliveries_id = g_timeout_add_seconds(
		    OFFHOOK_DELIVERIES_PATIENCE_S, offhook_daemon_deliveries_cb, self);
}

void
offhook_daemon_take_deliveries(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	for (guint i = 0; !self->delivering && i < self->predecessors->len; i++)
		if (offhook_predecessor_is_sending(g_ptr_array_index(self->predecessors, i)))
			return;
	offhook_daemon_start_deliveries(self);
}

void
offhook_daemon_open_deliveries(OffhookDaemon *self)
{
	g_signal_connect(self->outbox, "settled", G_CALLBACK(offhook_daemon_deliveries_settled_cb),
			 self);
	self->delivering = self->predecessors->len == 0;
	if (!self->delivering)
		offhook_outbox_hold(self->outbox);
}
