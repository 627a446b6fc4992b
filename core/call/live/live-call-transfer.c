/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call that was passed on and may come back: its agents wait, without media, until the provider
 * says whether the other side took it. Main thread.
 */

#include "call/live/live-call-private.h"

#include <offhook/error.h>

/* Longer than a provider lets the other side ring. Whoever is not back by then has been taken. */
#define OFFHOOK_LIVE_CALL_AWAY_S 120
/* The new stream of one that comes back. */
#define OFFHOOK_LIVE_CALL_RETURN_S 30

void
offhook_live_call_pass_on(OffhookLiveCall *self)
{
	OffhookDriver *driver = offhook_call_get_driver(self->call);

	if (self->stream == NULL || !offhook_driver_has(driver, OFFHOOK_DRIVER_SETTLES_TRANSFERS)) {
		offhook_live_call_leave(self);
		return;
	}
	if (self->finished || self->away || self->reason != OFFHOOK_END_NONE)
		return;
	self->away = TRUE;
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_TRANSFERRING,
			       offhook_live_call_describe_passing(self));
	offhook_live_call_expect_media(self, OFFHOOK_LIVE_CALL_AWAY_S);
	offhook_media_session_close(offhook_stream_get_session(self->stream), NULL);
}

void
offhook_live_call_set_transferring(OffhookLiveCall *self, gboolean transferring)
{
	self->transferring = transferring;
}

gboolean
offhook_live_call_check_transfer(OffhookLiveCall *self, GError **error)
{
	if (!self->transferring)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s is being transferred already", offhook_call_get_id(self->call));
	return FALSE;
}

void
offhook_live_call_part(OffhookLiveCall *self)
{
	if (self->conversation != NULL) {
		offhook_conversation_end(self->conversation);
		self->n_turns = offhook_conversation_count_turns(self->conversation);
	}
	g_clear_pointer(&self->conversation, offhook_conversation_free);
	offhook_live_call_end_recording(self);
	g_clear_pointer(&self->stream, offhook_stream_free);
	self->held = FALSE;
	self->muted = FALSE;
}

gboolean
offhook_live_call_settle_transfer(OffhookLiveCall *self, const GError *failure)
{
	JsonObject *data;

	if (self->finished || !self->away || self->reason != OFFHOOK_END_NONE)
		return FALSE;
	if (failure == NULL) {
		offhook_live_call_leave(self);
		return FALSE;
	}
	/* The provider may be faster than the end of our own stream. */
	if (self->stream != NULL)
		offhook_live_call_part(self);
	self->away = FALSE;
	offhook_live_call_set_passing(self, NULL, NULL, FALSE);
	g_clear_error(&self->failure);
	self->failure = g_error_copy(failure);
	data = json_object_new();
	json_object_set_string_member(data, "reason", failure->message);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_RETURNED, data);
	offhook_live_call_expect_media(self, OFFHOOK_LIVE_CALL_RETURN_S);
	return TRUE;
}
