/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The two calls are watched from here; whichever thing happens first decides. Main thread.
 */

#include "call/live/warm-transfer.h"

#include <offhook/error.h>

struct _OffhookWarmTransfer {
	OffhookLiveCall *caller;
	OffhookLiveCall *target;   /* (nullable): not placed yet */
	OffhookBriefing *briefing; /* (nullable) */
	gboolean settled;
};

static void
offhook_warm_transfer_free(OffhookWarmTransfer *self)
{
	g_signal_handlers_disconnect_by_data(offhook_live_call_get_call(self->caller), self);
	if (self->target != NULL)
		g_signal_handlers_disconnect_by_data(offhook_live_call_get_call(self->target),
						     self);
	if (self->briefing != NULL)
		g_signal_handlers_disconnect_by_data(self->briefing, self);
	g_clear_object(&self->briefing);
	g_clear_object(&self->target);
	g_object_unref(self->caller);
	g_free(self);
}

/* The caller comes back; the target, if it is there, goes. */
void
offhook_warm_transfer_fail(OffhookWarmTransfer *self, const GError *error)
{
	offhook_live_call_set_transferring(self->caller, FALSE);
	if (!self->settled && offhook_live_call_set_held(self->caller, FALSE, NULL)) {
		/* A second call that can't be placed has asked nobody. */
		if (self->target == NULL)
			offhook_live_call_refuse_warm_transfer(self->caller, error);
		else
			offhook_live_call_tell_failure(self->caller, error);
	}
	if (self->target != NULL)
		offhook_live_call_hang_up(self->target,
					  offhook_call_get_state(offhook_live_call_get_call(
					      self->target)) == OFFHOOK_CALL_ACTIVE
					      ? OFFHOOK_END_COMPLETED
					      : OFFHOOK_END_CANCELED);
	offhook_warm_transfer_free(self);
}

static void G_GNUC_PRINTF(2, 3)
    offhook_warm_transfer_give_up(OffhookWarmTransfer *self, const char *format, ...)
{
	g_autoptr(GError) error = NULL;
	va_list arguments;

	va_start(arguments, format);
	error = g_error_new_valist(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, format, arguments);
	va_end(arguments);
	offhook_warm_transfer_fail(self, error);
}

static void
offhook_warm_transfer_bridged_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookWarmTransfer *self = user_data;
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error)) {
		self->settled = FALSE;
		offhook_warm_transfer_fail(self, error);
		return;
	}
	offhook_live_call_leave(self->caller);
	offhook_live_call_leave(self->target);
	offhook_warm_transfer_free(self);
}

static void
offhook_warm_transfer_decided_cb(OffhookBriefing *briefing, gboolean taken, gpointer user_data)
{
	OffhookWarmTransfer *self = user_data;
	OffhookCall *caller = offhook_live_call_get_call(self->caller);

	if (self->settled)
		return;
	if (!taken) {
		offhook_warm_transfer_give_up(self, "the other side did not take the call");
		return;
	}
	self->settled = TRUE;
	offhook_driver_execute_async(offhook_call_get_driver(caller), offhook_call_get_id(caller),
				     OFFHOOK_VERB_BRIDGE,
				     offhook_call_get_id(offhook_live_call_get_call(self->target)),
				     NULL, offhook_warm_transfer_bridged_cb, self);
}

/* While the bridge is being built its answer decides. */
static void
offhook_warm_transfer_changed_cb(OffhookCall *call, guint from, guint to, gpointer user_data)
{
	OffhookWarmTransfer *self = user_data;

	if (to != OFFHOOK_CALL_ENDED || self->settled)
		return;
	if (call == offhook_live_call_get_call(self->caller)) {
		self->settled = TRUE;
		offhook_warm_transfer_give_up(self, "the caller hung up");
		return;
	}
	g_clear_object(&self->target);
	g_signal_handlers_disconnect_by_data(call, self);
	offhook_warm_transfer_give_up(self, "the other side: %s", offhook_call_get_status(call));
}

OffhookWarmTransfer *
offhook_warm_transfer_new(OffhookLiveCall *caller, GError **error)
{
	OffhookCall *call = offhook_live_call_get_call(caller);
	OffhookWarmTransfer *self;

	if (!offhook_driver_can(offhook_call_get_driver(call), OFFHOOK_VERB_BRIDGE)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "a warm transfer is not supported by %s",
			    offhook_driver_get_name(offhook_call_get_driver(call)));
		return NULL;
	}
	if (!offhook_live_call_check_transfer(caller, error) ||
	    !offhook_live_call_set_held(caller, TRUE, error))
		return NULL;
	offhook_live_call_set_transferring(caller, TRUE);
	self = g_new0(OffhookWarmTransfer, 1);
	self->caller = g_object_ref(caller);
	g_signal_connect(call, "state-changed", G_CALLBACK(offhook_warm_transfer_changed_cb), self);
	return self;
}

OffhookAgentSession *
offhook_warm_transfer_make_agent(OffhookWarmTransfer *self, const char *text)
{
	OffhookCall *call = offhook_live_call_get_call(self->caller);
	const char *number = offhook_call_get_phone_number(call);
	g_autofree char *usual = g_strdup_printf("You have a call from %s.",
						 number != NULL ? number : "an unknown number");

	self->briefing = offhook_briefing_new(text != NULL ? text : usual);
	g_signal_connect(self->briefing, "decided", G_CALLBACK(offhook_warm_transfer_decided_cb),
			 self);
	return OFFHOOK_AGENT_SESSION(g_object_ref(self->briefing));
}

void
offhook_warm_transfer_set_target(OffhookWarmTransfer *self, OffhookLiveCall *target)
{
	self->target = g_object_ref(target);
	g_signal_connect(offhook_live_call_get_call(target), "state-changed",
			 G_CALLBACK(offhook_warm_transfer_changed_cb), self);
}
