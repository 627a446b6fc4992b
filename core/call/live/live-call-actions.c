/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the agents and operators want done with a call at its provider. Main thread.
 */

#include "call/live/live-call-private.h"

#include <offhook/error.h>

#include "base/log.h"

#define OFFHOOK_LIVE_CALL_WARM "warm:"

static void
offhook_live_call_hung_up_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = user_data;
	g_autoptr(GError) error = NULL;

	/* Closing the media ends the call at the far end too; a refusal changes nothing. */
	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error) &&
	    !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED))
		offhook_call_info(offhook_call_get_id(self->call), "hang-up: %s", error->message);
	offhook_live_call_close(self, self->reason, NULL);
}

void
offhook_live_call_hang_up(OffhookLiveCall *self, OffhookEndReason reason)
{
	if (self->finished || self->reason != OFFHOOK_END_NONE)
		return;
	self->reason = reason;
	self->ours = TRUE;
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_HANG_UP, NULL,
				     self->cancellable, offhook_live_call_hung_up_cb,
				     g_object_ref(self));
}

static void
offhook_live_call_agent_hang_up_cb(gpointer user_data)
{
	offhook_live_call_hang_up(user_data, OFFHOOK_END_COMPLETED);
}

static void
offhook_live_call_transferred_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = user_data;
	g_autoptr(GError) error = NULL;

	if (offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error))
		offhook_live_call_pass_on(self);
	else
		offhook_live_call_tell_failure(self, error);
}

static void
offhook_live_call_transfer(OffhookLiveCall *self)
{
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_TRANSFER,
				     self->passing.target, self->cancellable,
				     offhook_live_call_transferred_cb, g_object_ref(self));
}

/* With a summary the other side is called first and told, where that can be done. */
static void
offhook_live_call_agent_transfer_cb(gpointer user_data, const char *target, const char *summary)
{
	OffhookLiveCall *self = user_data;
	OffhookDriver *driver = offhook_call_get_driver(self->call);
	gboolean warm = target != NULL && g_str_has_prefix(target, OFFHOOK_LIVE_CALL_WARM);

	offhook_live_call_set_passing(self, warm ? target + strlen(OFFHOOK_LIVE_CALL_WARM) : target,
				      summary, warm);
	if (warm ||
	    (self->passing.summary != NULL && offhook_driver_can(driver, OFFHOOK_VERB_BRIDGE)))
		g_signal_emit(self, offhook_live_call_signals[OFFHOOK_LIVE_CALL_WARM_TRANSFER], 0,
			      self->passing.target, self->passing.summary);
	else
		offhook_live_call_transfer(self);
}

void
offhook_live_call_refuse_warm_transfer(OffhookLiveCall *self, const GError *error)
{
	if (self->passing.warm_only)
		offhook_live_call_tell_failure(self, error);
	else
		offhook_live_call_transfer(self);
}

static void
offhook_live_call_dtmf_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = user_data;
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error) &&
	    self->conversation != NULL)
		offhook_conversation_action_failed(self->conversation, error);
}

static void
offhook_live_call_agent_dtmf_cb(gpointer user_data, const char *digits)
{
	OffhookLiveCall *self = user_data;
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_can(offhook_call_get_driver(self->call), OFFHOOK_VERB_SEND_DTMF)) {
		if (!offhook_live_call_press(self, digits, &error))
			offhook_live_call_tell_failure(self, error);
		return;
	}
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_SEND_DTMF,
				     digits, self->cancellable, offhook_live_call_dtmf_sent_cb,
				     g_object_ref(self));
}

const OffhookConversationEvents offhook_live_call_conversation_events = {
    .hang_up = offhook_live_call_agent_hang_up_cb,
    .transfer = offhook_live_call_agent_transfer_cb,
    .send_dtmf = offhook_live_call_agent_dtmf_cb,
    .used = offhook_live_call_used_cb,
    .hand_over = offhook_live_call_agent_hand_over_cb,
};

JsonObject *
offhook_live_call_describe_passing(OffhookLiveCall *self)
{
	JsonObject *data = json_object_new();

	if (self->passing.summary != NULL)
		json_object_set_string_member(data, "summary", self->passing.summary);
	return data;
}

void
offhook_live_call_leave(OffhookLiveCall *self)
{
	if (!self->finished)
		offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_TRANSFERRED,
				       offhook_live_call_describe_passing(self));
	offhook_live_call_close(self, OFFHOOK_END_TRANSFERRED, NULL);
}

void
offhook_live_call_tell_failure(OffhookLiveCall *self, const GError *error)
{
	offhook_live_call_set_passing(self, NULL, NULL, FALSE);
	if (self->conversation != NULL)
		offhook_conversation_action_failed(self->conversation, error);
	else if (!self->finished)
		offhook_journal_error(self->journal, error);
}
