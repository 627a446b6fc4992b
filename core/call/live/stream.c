/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Passes a media session's events on: first to the keeper, once claimed to the call. Main thread.
 */

#include "call/live/stream.h"

struct _OffhookStream {
	OffhookMediaSession *session;
	OffhookStreamKeeper keeper;
	gpointer keeper_data;
	OffhookMediaEvents events; /* of the call; all NULL until bound */
	gpointer user_data;
	gboolean bound;
};

static void
offhook_stream_started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	OffhookStream *self = user_data;
	g_autoptr(GError) error = NULL;

	if (self->bound || self->keeper.claim == NULL)
		return;
	if (!self->keeper.claim(self->keeper_data, self, start, &error))
		offhook_media_session_close(self->session, error);
}

static void
offhook_stream_speech_started_cb(gpointer user_data, gint64 began_us, gboolean overlap, guint piece,
				 guint heard_ms)
{
	OffhookStream *self = user_data;

	if (self->events.speech_started != NULL)
		self->events.speech_started(self->user_data, began_us, overlap, piece, heard_ms);
}

static void
offhook_stream_speech_audio_cb(gpointer user_data, GBytes *audio)
{
	OffhookStream *self = user_data;

	if (self->events.speech_audio != NULL)
		self->events.speech_audio(self->user_data, audio);
}

static void
offhook_stream_speech_stopped_cb(gpointer user_data, gint64 ended_us, guint speech_ms)
{
	OffhookStream *self = user_data;

	if (self->events.speech_stopped != NULL)
		self->events.speech_stopped(self->user_data, ended_us, speech_ms);
}

static void
offhook_stream_dtmf_cb(gpointer user_data, char digit)
{
	OffhookStream *self = user_data;

	if (self->events.dtmf != NULL)
		self->events.dtmf(self->user_data, digit);
}

static void
offhook_stream_piece_started_cb(gpointer user_data, guint piece, gint64 first_frame_us)
{
	OffhookStream *self = user_data;

	if (self->events.piece_started != NULL)
		self->events.piece_started(self->user_data, piece, first_frame_us);
}

static void
offhook_stream_piece_heard_cb(gpointer user_data, guint piece)
{
	OffhookStream *self = user_data;

	if (self->events.piece_heard != NULL)
		self->events.piece_heard(self->user_data, piece);
}

static void
offhook_stream_recording_ended_cb(gpointer user_data, guint number, guint64 length_ms)
{
	OffhookStream *self = user_data;

	if (self->events.recording_ended != NULL)
		self->events.recording_ended(self->user_data, number, length_ms);
}

static void
offhook_stream_storage_error_cb(gpointer user_data, guint number, const GError *error)
{
	OffhookStream *self = user_data;

	if (self->events.storage_error != NULL)
		self->events.storage_error(self->user_data, number, error);
}

static void
offhook_stream_utterance_cb(gpointer user_data, const char *text, gboolean final)
{
	OffhookStream *self = user_data;

	if (self->events.utterance != NULL)
		self->events.utterance(self->user_data, text, final);
}

static void
offhook_stream_cut_off_cb(gpointer user_data, const char *spoken)
{
	OffhookStream *self = user_data;

	if (self->events.cut_off != NULL)
		self->events.cut_off(self->user_data, spoken);
}

static void
offhook_stream_ended_cb(gpointer user_data, const GError *error)
{
	OffhookStream *self = user_data;

	if (!self->bound)
		self->keeper.lost(self->keeper_data, self, error);
	else if (self->events.ended != NULL)
		self->events.ended(self->user_data, error);
}

static const OffhookMediaEvents offhook_stream_media_events = {
    .started = offhook_stream_started_cb,
    .speech_started = offhook_stream_speech_started_cb,
    .speech_audio = offhook_stream_speech_audio_cb,
    .speech_stopped = offhook_stream_speech_stopped_cb,
    .dtmf = offhook_stream_dtmf_cb,
    .piece_started = offhook_stream_piece_started_cb,
    .piece_heard = offhook_stream_piece_heard_cb,
    .recording_ended = offhook_stream_recording_ended_cb,
    .storage_error = offhook_stream_storage_error_cb,
    .utterance = offhook_stream_utterance_cb,
    .cut_off = offhook_stream_cut_off_cb,
    .ended = offhook_stream_ended_cb,
};

OffhookStream *
offhook_stream_new(OffhookMediaThread *thread, OffhookMediaPort *port,
		   const OffhookStreamKeeper *keeper, gpointer user_data)
{
	OffhookStream *self = g_new0(OffhookStream, 1);

	if (keeper != NULL)
		self->keeper = *keeper;
	self->keeper_data = user_data;
	self->session = offhook_media_session_new(thread, port, &offhook_stream_media_events, self);
	return self;
}

void
offhook_stream_free(OffhookStream *self)
{
	if (self == NULL)
		return;
	offhook_media_session_unref(self->session);
	g_free(self);
}

void
offhook_stream_bind(OffhookStream *self, const OffhookMediaEvents *events, gpointer user_data)
{
	self->events = *events;
	self->user_data = user_data;
	self->bound = TRUE;
}

OffhookMediaSession *
offhook_stream_get_session(OffhookStream *self)
{
	return self->session;
}
