/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The end of a call. Its agents may have something left to do then, which keeps this object but not
 * the call: the line is free, and what they tell and use is written down all the same. Main thread.
 */

#include "call/live/live-call-private.h"

#include "base/log.h"
#include "call/conversation/usage-view.h"

/* ---- after the call ---- */

static void
offhook_live_call_check_closed(OffhookLiveCall *self)
{
	if (!self->finished || self->over_id != 0 || self->closed ||
	    !offhook_session_closer_is_idle(self->closer))
		return;
	self->closed = TRUE;
	if (self->used_late)
		offhook_journal_save_call(self->journal);
	g_signal_emit(self, offhook_live_call_signals[OFFHOOK_LIVE_CALL_CLOSED], 0);
}

void
offhook_live_call_closed_cb(gpointer user_data)
{
	offhook_live_call_check_closed(user_data);
}

static void
offhook_live_call_late_usage_cb(GObject *session, const OffhookUsage *usage, OffhookLiveCall *self)
{
	self->used_late = TRUE;
	offhook_journal_add_usage(self->journal, usage);
}

void
offhook_live_call_dismiss(OffhookLiveCall *self)
{
	gpointer engines[] = {self->crew.completer, self->crew.embedder};

	/* The sessions keep their engines; nobody else listens to these any more. */
	for (guint i = 0; i < G_N_ELEMENTS(engines); i++)
		if (engines[i] != NULL)
			g_signal_connect_object(engines[i], "usage",
						G_CALLBACK(offhook_live_call_late_usage_cb), self,
						0);
	offhook_crew_dismiss(&self->crew, self->closer);
}

/* ---- the end ---- */

static gboolean
offhook_live_call_over_cb(gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = g_object_ref(user_data);

	self->over_id = 0;
	g_signal_emit(self, offhook_live_call_signals[OFFHOOK_LIVE_CALL_OVER], 0);
	offhook_live_call_check_closed(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_live_call_tell_completed(OffhookLiveCall *self)
{
	JsonObject *data = json_object_new();

	json_object_set_double_member(data, "duration", offhook_call_get_duration(self->call));
	json_object_set_string_member(data, "status", offhook_call_get_status(self->call));
	json_object_set_object_member(
	    data, "usage", offhook_usage_view_new(offhook_journal_get_usage(self->journal)));
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_COMPLETED, data);
}

void
offhook_live_call_finish(OffhookLiveCall *self, OffhookEndReason reason)
{
	if (self->finished)
		return;
	self->finished = TRUE;
	g_cancellable_cancel(self->cancellable);
	offhook_deadline_set(self->limit_deadline, G_MAXINT64);
	g_clear_handle_id(&self->hand_over_id, g_source_remove);
	if (self->conversation != NULL)
		offhook_conversation_end(self->conversation);
	g_clear_pointer(&self->conversation, offhook_conversation_free);
	offhook_live_call_end_recording(self);
	offhook_journal_end_conversation(self->journal, reason == OFFHOOK_END_FAILED);
	offhook_call_set_state(self->call, OFFHOOK_CALL_ENDED, reason);
	offhook_journal_save_call(self->journal);
	offhook_live_call_tell_completed(self);
	offhook_call_message(offhook_call_get_id(self->call), "%s after %.1f s",
			     offhook_call_get_status(self->call),
			     offhook_call_get_duration(self->call));
	offhook_live_call_dismiss(self);
	self->over_id = g_idle_add_full(G_PRIORITY_DEFAULT, offhook_live_call_over_cb, self, NULL);
}

void
offhook_live_call_close(OffhookLiveCall *self, OffhookEndReason reason, const GError *error)
{
	if (self->finished)
		return;
	if (self->reason == OFFHOOK_END_NONE)
		self->reason = reason;
	if (self->stream != NULL)
		offhook_media_session_close(offhook_stream_get_session(self->stream), error);
	else
		offhook_live_call_finish(self, self->reason);
}
