/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a call's media tells: mostly for its conversation, and when it has ended. Main thread.
 */

#include "call/live/live-call-private.h"

#include <offhook/error.h>

static void
offhook_live_call_speech_started_cb(gpointer user_data, gint64 began_us, gboolean overlap,
				    guint piece, guint heard_ms)
{
	OffhookLiveCall *self = user_data;

	offhook_call_set_speaker(self->call, OFFHOOK_SPEAKER_CALLER);
	if (self->conversation != NULL)
		offhook_conversation_speech_started(self->conversation, began_us, overlap, piece,
						    heard_ms);
}

static void
offhook_live_call_speech_audio_cb(gpointer user_data, GBytes *audio)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_speech_audio(self->conversation, audio);
}

static void
offhook_live_call_speech_stopped_cb(gpointer user_data, gint64 ended_us, guint speech_ms)
{
	OffhookLiveCall *self = user_data;

	offhook_call_set_speaker(self->call, OFFHOOK_SPEAKER_NOBODY);
	if (self->conversation != NULL)
		offhook_conversation_speech_stopped(self->conversation, ended_us);
}

static void
offhook_live_call_dtmf_cb(gpointer user_data, char digit)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_key(self->conversation, digit);
}

static void
offhook_live_call_piece_started_cb(gpointer user_data, guint piece, gint64 first_frame_us)
{
	OffhookLiveCall *self = user_data;

	self->started_piece = piece;
	offhook_call_set_speaker(self->call, OFFHOOK_SPEAKER_AGENT);
	if (self->conversation != NULL)
		offhook_conversation_piece_started(self->conversation, piece, first_frame_us);
}

static void
offhook_live_call_piece_heard_cb(gpointer user_data, guint piece)
{
	OffhookLiveCall *self = user_data;

	/* The next one begins before the far end tells of this. */
	if (piece == self->started_piece &&
	    offhook_call_get_speaker(self->call) == OFFHOOK_SPEAKER_AGENT)
		offhook_call_set_speaker(self->call, OFFHOOK_SPEAKER_NOBODY);
	offhook_live_call_repeat_hold(self, piece);
	if (self->conversation != NULL)
		offhook_conversation_piece_heard(self->conversation, piece);
}

static void
offhook_live_call_utterance_cb(gpointer user_data, const char *text, gboolean final)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_hear_words(self->conversation, text, final);
}

static void
offhook_live_call_cut_off_cb(gpointer user_data, const char *spoken)
{
	OffhookLiveCall *self = user_data;

	if (self->conversation != NULL)
		offhook_conversation_cut_off(self->conversation, spoken);
}

static OffhookEndReason
offhook_live_call_classify(const GError *error)
{
	/* What the far end sent was wrong, or our own set-up: nobody cut the line. */
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT) ||
	    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT) ||
	    g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG))
		return OFFHOOK_END_FAILED;
	return OFFHOOK_END_INTERRUPTED;
}

static void
offhook_live_call_dropped_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_execute_finish(OFFHOOK_DRIVER(source), result, &error) &&
	    !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED))
		g_debug("a broken call: %s", error->message);
}

void
offhook_live_call_drop(OffhookLiveCall *self)
{
	offhook_driver_execute_async(offhook_call_get_driver(self->call),
				     offhook_call_get_id(self->call), OFFHOOK_VERB_HANG_UP, NULL,
				     NULL, offhook_live_call_dropped_cb, NULL);
}

static void
offhook_live_call_media_ended_cb(gpointer user_data, const GError *error)
{
	OffhookLiveCall *self = user_data;
	OffhookEndReason reason = self->reason;

	if (self->finished)
		return;
	if (self->away && reason == OFFHOOK_END_NONE) {
		offhook_live_call_part(self);
		return;
	}
	/* A provider only sees that the call is over; the media knows what broke. */
	if (error != NULL && !self->ours) {
		offhook_journal_error(self->journal, error);
		reason = offhook_live_call_classify(error);
		offhook_live_call_drop(self);
	} else if (reason == OFFHOOK_END_NONE) {
		reason = OFFHOOK_END_COMPLETED;
	}
	offhook_live_call_finish(self, reason);
}

const OffhookMediaEvents offhook_live_call_media_events = {
    .speech_started = offhook_live_call_speech_started_cb,
    .speech_audio = offhook_live_call_speech_audio_cb,
    .speech_stopped = offhook_live_call_speech_stopped_cb,
    .dtmf = offhook_live_call_dtmf_cb,
    .piece_started = offhook_live_call_piece_started_cb,
    .piece_heard = offhook_live_call_piece_heard_cb,
    .recording_ended = offhook_live_call_recording_ended_cb,
    .storage_error = offhook_live_call_storage_error_cb,
    .utterance = offhook_live_call_utterance_cb,
    .cut_off = offhook_live_call_cut_off_cb,
    .ended = offhook_live_call_media_ended_cb,
};
