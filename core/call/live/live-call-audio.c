/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Things done in a call's audio, for drivers that don't do them. Main thread.
 */

#include "call/live/live-call-private.h"

#include <offhook/error.h>

#include "call/live/sounds.h"

/* Sounds that are no speech have numbers of their own. */
#define OFFHOOK_LIVE_CALL_FIRST_PIECE 0x40000000u

gboolean
offhook_live_call_check_line(OffhookLiveCall *self, GError **error)
{
	if (!self->finished && self->reason == OFFHOOK_END_NONE && self->stream != NULL &&
	    !self->away)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s has no audio of ours now", offhook_call_get_id(self->call));
	return FALSE;
}

/* An agent that takes and gives the audio itself leaves no room for more. */
static gboolean
offhook_live_call_check_media(OffhookLiveCall *self, GError **error)
{
	if (!offhook_live_call_check_line(self, error))
		return FALSE;
	if (self->audio_agent == NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s has an agent that speaks in its audio itself",
		    offhook_call_get_id(self->call));
	return FALSE;
}

static gboolean
offhook_live_call_carries_text(OffhookLiveCall *self)
{
	return offhook_media_session_carries_text(offhook_stream_get_session(self->stream));
}

static guint
offhook_live_call_queue(OffhookLiveCall *self, GBytes *s16_16k)
{
	OffhookMediaSession *session = offhook_stream_get_session(self->stream);
	guint piece = OFFHOOK_LIVE_CALL_FIRST_PIECE + self->last_piece++;

	if (!offhook_media_session_play(session, piece, s16_16k))
		return 0;
	offhook_media_session_end_piece(session, piece);
	return piece;
}

gsize
offhook_live_call_get_queued(OffhookLiveCall *self)
{
	OffhookMediaSessionStatistics statistics;

	if (self->stream == NULL || self->finished)
		return 0;
	offhook_media_session_get_statistics(offhook_stream_get_session(self->stream), &statistics);
	return statistics.queued_bytes;
}

gboolean
offhook_live_call_play(OffhookLiveCall *self, GBytes *s16_16k, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (offhook_live_call_carries_text(self)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "call %s carries words, sounds can't be played in it",
			    offhook_call_get_id(self->call));
		return FALSE;
	}
	if (offhook_live_call_queue(self, s16_16k) != 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "call %s: more audio waits already than can be kept",
		    offhook_call_get_id(self->call));
	return FALSE;
}

gboolean
offhook_live_call_press(OffhookLiveCall *self, const char *keys, GError **error)
{
	g_autoptr(GBytes) tones = offhook_sounds_make_keys(keys, error);

	if (tones == NULL || !offhook_live_call_check_media(self, error))
		return FALSE;
	if (!offhook_live_call_carries_text(self))
		return offhook_live_call_play(self, tones, error);
	if (strpbrk(keys, "ABCD") != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "digits: expected 0-9, *, #, w and W where the far end presses them");
		return FALSE;
	}
	offhook_media_session_send_digits(offhook_stream_get_session(self->stream), keys);
	return TRUE;
}

static void
offhook_live_call_play_hold(OffhookLiveCall *self)
{
	g_autoptr(GBytes) sound = offhook_sounds_make_hold();

	self->hold_piece = offhook_live_call_queue(self, sound);
}

void
offhook_live_call_repeat_hold(OffhookLiveCall *self, guint piece)
{
	if (self->held && piece == self->hold_piece)
		offhook_live_call_play_hold(self);
}

gboolean
offhook_live_call_set_held(OffhookLiveCall *self, gboolean held, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (self->held == held)
		return TRUE;
	self->held = held;
	if (self->conversation != NULL)
		offhook_conversation_set_held(self->conversation, held);
	offhook_media_session_stop(offhook_stream_get_session(self->stream));
	if (held && !offhook_live_call_carries_text(self))
		offhook_live_call_play_hold(self);
	offhook_journal_record(self->journal,
			       held ? OFFHOOK_EVENT_CALL_HELD : OFFHOOK_EVENT_CALL_RESUMED, NULL);
	return TRUE;
}

gboolean
offhook_live_call_set_muted(OffhookLiveCall *self, gboolean muted, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (self->muted == muted)
		return TRUE;
	self->muted = muted;
	if (self->conversation != NULL)
		offhook_conversation_set_muted(self->conversation, muted);
	offhook_journal_record(self->journal,
			       muted ? OFFHOOK_EVENT_CALL_MUTED : OFFHOOK_EVENT_CALL_UNMUTED, NULL);
	return TRUE;
}

gboolean
offhook_live_call_say(OffhookLiveCall *self, const char *text, GError **error)
{
	if (!offhook_live_call_check_media(self, error))
		return FALSE;
	if (self->conversation != NULL && !self->held) {
		offhook_conversation_announce(self->conversation, text, FALSE);
		return TRUE;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "call %s is on hold or has no voice", offhook_call_get_id(self->call));
	return FALSE;
}
