/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Draining: whoever is on the line goes on talking, nobody new is taken. For an upgrade, and for a
 * server that is to be taken away. Main thread.
 */

#include "call/manager/call-manager-private.h"

#include <offhook/error.h>

#include "base/timestamp.h"

gboolean
offhook_call_manager_welcome(OffhookCallManager *self, GError **error)
{
	if (!self->draining)
		return offhook_call_manager_admit(self, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "the server takes no new calls: it waits for the end of %u",
		    offhook_call_manager_count(self));
	return FALSE;
}

void
offhook_call_manager_check_drained(OffhookCallManager *self)
{
	if (self->draining && offhook_call_manager_count(self) == 0)
		g_signal_emit_by_name(self, "drained");
}

void
offhook_call_manager_set_draining(OffhookCallManager *self, gboolean draining)
{
	if (self->draining != draining) {
		self->draining = draining;
		g_message(draining ? "no new calls are taken; %u are in progress"
				   : "new calls are taken again; %u are in progress",
			  offhook_call_manager_count(self));
		g_signal_emit_by_name(self, "draining-changed");
	}
	offhook_call_manager_check_drained(self);
}

gboolean
offhook_call_manager_is_draining(OffhookCallManager *self)
{
	return self->draining;
}

void
offhook_call_manager_mark_addresses(OffhookCallManager *self, const char *mark)
{
	g_free(self->address_mark);
	self->address_mark = g_strdup(mark);
	self->marked_us = offhook_timestamp_now();
}

gboolean
offhook_call_manager_awaits_unmarked(OffhookCallManager *self)
{
	for (guint i = 0; i < self->order->len; i++) {
		OffhookLiveCall *live = g_ptr_array_index(self->order, i);

		if (offhook_call_get_created(offhook_live_call_get_call(live)) <= self->marked_us &&
		    offhook_live_call_awaits_media(live))
			return TRUE;
	}
	return FALSE;
}
