/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The two crossings of a call's audio: commands are posted from the main thread to the media thread,
 * events from there to the main loop. Each post holds a reference. The call's hold is given back in
 * the main thread, the media thread's after the end.
 */

#include "media/session.h"

#include "media/call-audio.h"
#include <offhook/context.h>

struct _OffhookMediaSession {
	gint refs; /* atomic */
	OffhookMediaThread *thread;
	OffhookCallAudioShared shared;

	/* main thread */
	OffhookMediaEvents events;
	gpointer user_data;
	gboolean carries_text;
	OffhookAudioFormat line;
	gboolean released;
	gboolean finished; /* `ended` was called */

	/* media thread */
	OffhookMediaPort *port;
	OffhookCallAudio *audio;
};

static gpointer
offhook_media_session_ref(gpointer data)
{
	OffhookMediaSession *self = data;

	g_atomic_int_inc(&self->refs);
	return self;
}

static void
offhook_media_session_drop(gpointer data)
{
	OffhookMediaSession *self = data;

	if (!g_atomic_int_dec_and_test(&self->refs))
		return;
	g_clear_object(&self->port);
	g_free(self);
}

/* ---- events: media thread to main loop ---- */

typedef enum {
	OFFHOOK_MEDIA_EVENT_STARTED,
	OFFHOOK_MEDIA_EVENT_SPEECH_STARTED,
	OFFHOOK_MEDIA_EVENT_SPEECH_AUDIO,
	OFFHOOK_MEDIA_EVENT_SPEECH_STOPPED,
	OFFHOOK_MEDIA_EVENT_DTMF,
	OFFHOOK_MEDIA_EVENT_PIECE_STARTED,
	OFFHOOK_MEDIA_EVENT_PIECE_HEARD,
	OFFHOOK_MEDIA_EVENT_PLAYOUT_IDLE,
	OFFHOOK_MEDIA_EVENT_RECORDING_ENDED,
	OFFHOOK_MEDIA_EVENT_STORAGE_ERROR,
	OFFHOOK_MEDIA_EVENT_UTTERANCE,
	OFFHOOK_MEDIA_EVENT_CUT_OFF,
	OFFHOOK_MEDIA_EVENT_ENDED,
} OffhookMediaEventKind;

typedef struct {
	OffhookMediaEventKind kind;
	OffhookMediaSession *session;
	gint64 time_us;
	guint piece;     /* or the recording's number */
	guint64 ms;
	gboolean flag; /* overlap, final */
	char digit;
	char *text;
	OffhookStreamStart *start;
	GBytes *audio;
	GError *error;
} OffhookMediaEvent;

static void
offhook_media_event_free(gpointer data)
{
	OffhookMediaEvent *event = data;

	offhook_stream_start_free(event->start);
	g_free(event->text);
	g_clear_pointer(&event->audio, g_bytes_unref);
	g_clear_error(&event->error);
	offhook_media_session_drop(event->session);
	g_free(event);
}

#define OFFHOOK_MEDIA_EVENT_CALL(member, ...)                                                      \
	if (events->member != NULL)                                                                \
	events->member(user_data, ##__VA_ARGS__)

static void
offhook_media_event_dispatch_cb(gpointer data)
{
	OffhookMediaEvent *event = data;
	const OffhookMediaEvents *events = &event->session->events;
	gpointer user_data = event->session->user_data;

	if (event->session->released || event->session->finished)
		return;
	switch (event->kind) {
	case OFFHOOK_MEDIA_EVENT_STARTED:
		OFFHOOK_MEDIA_EVENT_CALL(started, event->start);
		break;
	case OFFHOOK_MEDIA_EVENT_SPEECH_STARTED:
		OFFHOOK_MEDIA_EVENT_CALL(speech_started, event->time_us, event->flag, event->piece,
					 event->ms);
		break;
	case OFFHOOK_MEDIA_EVENT_SPEECH_AUDIO:
		OFFHOOK_MEDIA_EVENT_CALL(speech_audio, event->audio);
		break;
	case OFFHOOK_MEDIA_EVENT_SPEECH_STOPPED:
		OFFHOOK_MEDIA_EVENT_CALL(speech_stopped, event->time_us, event->ms);
		break;
	case OFFHOOK_MEDIA_EVENT_DTMF:
		OFFHOOK_MEDIA_EVENT_CALL(dtmf, event->digit);
		break;
	case OFFHOOK_MEDIA_EVENT_PIECE_STARTED:
		OFFHOOK_MEDIA_EVENT_CALL(piece_started, event->piece, event->time_us);
		break;
	case OFFHOOK_MEDIA_EVENT_PIECE_HEARD:
		OFFHOOK_MEDIA_EVENT_CALL(piece_heard, event->piece);
		break;
	case OFFHOOK_MEDIA_EVENT_PLAYOUT_IDLE:
		OFFHOOK_MEDIA_EVENT_CALL(playout_idle);
		break;
	case OFFHOOK_MEDIA_EVENT_RECORDING_ENDED:
		OFFHOOK_MEDIA_EVENT_CALL(recording_ended, event->piece, event->ms);
		break;
	case OFFHOOK_MEDIA_EVENT_STORAGE_ERROR:
		OFFHOOK_MEDIA_EVENT_CALL(storage_error, event->piece, event->error);
		break;
	case OFFHOOK_MEDIA_EVENT_UTTERANCE:
		OFFHOOK_MEDIA_EVENT_CALL(utterance, event->text, event->flag);
		break;
	case OFFHOOK_MEDIA_EVENT_CUT_OFF:
		OFFHOOK_MEDIA_EVENT_CALL(cut_off, event->text);
		break;
	case OFFHOOK_MEDIA_EVENT_ENDED:
		event->session->finished = TRUE;
		OFFHOOK_MEDIA_EVENT_CALL(ended, event->error);
		break;
	}
}

static void
offhook_media_session_emit(OffhookMediaSession *self, OffhookMediaEvent event)
{
	event.session = offhook_media_session_ref(self);
	offhook_context_post(NULL, offhook_media_event_dispatch_cb,
			     g_memdup2(&event, sizeof(event)), offhook_media_event_free);
}

static void
offhook_media_session_started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_STARTED,
						       .start = offhook_stream_start_copy(start)});
}

static void
offhook_media_session_speech_started_cb(gpointer user_data, gint64 began_us, gboolean overlap,
					guint piece, guint heard_ms)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_SPEECH_STARTED,
						       .time_us = began_us,
						       .flag = overlap,
						       .piece = piece,
						       .ms = heard_ms});
}

static void
offhook_media_session_speech_audio_cb(gpointer user_data, GBytes *s16_16k)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_SPEECH_AUDIO,
						       .audio = g_bytes_ref(s16_16k)});
}

static void
offhook_media_session_speech_stopped_cb(gpointer user_data, gint64 ended_us, guint speech_ms)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_SPEECH_STOPPED,
						       .time_us = ended_us,
						       .ms = speech_ms});
}

static void
offhook_media_session_dtmf_cb(gpointer user_data, char digit)
{
	offhook_media_session_emit(
	    user_data, (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_DTMF, .digit = digit});
}

static void
offhook_media_session_piece_started_cb(gpointer user_data, guint piece, gint64 first_frame_us)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_PIECE_STARTED,
						       .piece = piece,
						       .time_us = first_frame_us});
}

static void
offhook_media_session_piece_heard_cb(gpointer user_data, guint piece)
{
	offhook_media_session_emit(
	    user_data,
	    (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_PIECE_HEARD, .piece = piece});
}

static void
offhook_media_session_playout_idle_cb(gpointer user_data)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_PLAYOUT_IDLE});
}

static void
offhook_media_session_recording_ended_cb(gpointer user_data, guint number, guint64 length_ms)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_RECORDING_ENDED,
						       .piece = number,
						       .ms = length_ms});
}

static void
offhook_media_session_storage_error_cb(gpointer user_data, guint number, const GError *error)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_STORAGE_ERROR,
						       .piece = number,
						       .error = g_error_copy(error)});
}

static void
offhook_media_session_utterance_cb(gpointer user_data, const char *text, gboolean final)
{
	offhook_media_session_emit(user_data,
				   (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_UTTERANCE,
						       .text = g_strdup(text),
						       .flag = final});
}

static void
offhook_media_session_cut_off_cb(gpointer user_data, const char *spoken)
{
	offhook_media_session_emit(
	    user_data,
	    (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_CUT_OFF, .text = g_strdup(spoken)});
}

static void
offhook_media_session_tear_down_cb(gpointer data)
{
	OffhookMediaSession *self = data;

	g_clear_pointer(&self->audio, offhook_call_audio_free);
	g_clear_object(&self->port);
	offhook_media_session_drop(self); /* the media thread's hold */
}

static void
offhook_media_session_ended_cb(gpointer user_data, const GError *error)
{
	OffhookMediaSession *self = user_data;

	offhook_media_session_emit(
	    self, (OffhookMediaEvent){.kind = OFFHOOK_MEDIA_EVENT_ENDED,
				      .error = error != NULL ? g_error_copy(error) : NULL});
	/* Later: the end may have come in the middle of a frame. */
	offhook_media_thread_post(self->thread, offhook_media_session_tear_down_cb, self, NULL);
}

/* ---- commands: main thread to media thread ---- */

typedef struct {
	OffhookMediaSession *session;
	void (*run)(OffhookCallAudio *audio); /* for those without arguments */
	guint piece;
	gboolean flag;
	GBytes *audio;
	char *text;
	GError *error;
	OffhookMediaSessionConfig config; /* or only its recording; its strings are ours */
} OffhookMediaCommand;

static void
offhook_media_command_free(gpointer data)
{
	OffhookMediaCommand *command = data;

	g_clear_pointer(&command->audio, g_bytes_unref);
	g_free(command->text);
	g_clear_error(&command->error);
	g_free((char *)command->config.incoming_pipeline);
	g_free((char *)command->config.outgoing_pipeline);
	g_free((char *)command->config.recording.path);
	g_clear_object(&command->config.audio_agent);
	offhook_media_session_drop(command->session);
	g_free(command);
}

static OffhookMediaCommand *
offhook_media_command_new(OffhookMediaSession *self)
{
	OffhookMediaCommand *command = g_new0(OffhookMediaCommand, 1);

	command->session = offhook_media_session_ref(self);
	return command;
}

static void
offhook_media_command_post(OffhookMediaCommand *command, void (*func)(gpointer data))
{
	offhook_media_thread_post(command->session->thread, func, command,
				  offhook_media_command_free);
}

static void
offhook_media_command_run_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		command->run(command->session->audio);
}

static void
offhook_media_session_run(OffhookMediaSession *self, void (*run)(OffhookCallAudio *audio))
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->run = run;
	offhook_media_command_post(command, offhook_media_command_run_cb);
}

static void
offhook_media_session_open_cb(gpointer data)
{
	static const OffhookMediaEvents events = {
	    .started = offhook_media_session_started_cb,
	    .speech_started = offhook_media_session_speech_started_cb,
	    .speech_audio = offhook_media_session_speech_audio_cb,
	    .speech_stopped = offhook_media_session_speech_stopped_cb,
	    .dtmf = offhook_media_session_dtmf_cb,
	    .piece_started = offhook_media_session_piece_started_cb,
	    .piece_heard = offhook_media_session_piece_heard_cb,
	    .playout_idle = offhook_media_session_playout_idle_cb,
	    .recording_ended = offhook_media_session_recording_ended_cb,
	    .storage_error = offhook_media_session_storage_error_cb,
	    .utterance = offhook_media_session_utterance_cb,
	    .cut_off = offhook_media_session_cut_off_cb,
	    .ended = offhook_media_session_ended_cb,
	};
	OffhookMediaSession *self = ((OffhookMediaCommand *)data)->session;

	self->audio = offhook_call_audio_new(self->thread, self->port, &self->shared, &events, self,
					     offhook_media_session_ref, offhook_media_session_drop);
	offhook_call_audio_open(self->audio);
}

OffhookMediaSession *
offhook_media_session_new(OffhookMediaThread *thread, OffhookMediaPort *port,
			  const OffhookMediaEvents *events, gpointer user_data)
{
	OffhookMediaSession *self = g_new0(OffhookMediaSession, 1);

	self->refs = 2; /* the caller's and the media thread's */
	self->thread = thread;
	self->port = g_object_ref(port);
	self->events = *events;
	self->user_data = user_data;
	self->carries_text = (offhook_media_port_get_features(port) & OFFHOOK_MEDIA_TEXT) != 0;
	self->line = *offhook_media_port_get_outgoing_format(port);
	offhook_media_thread_count_sessions(thread, 1);
	offhook_media_command_post(offhook_media_command_new(self), offhook_media_session_open_cb);
	return self;
}

static void
offhook_media_session_configure_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_configure(command->session->audio, &command->config);
}

void
offhook_media_session_configure(OffhookMediaSession *self, const OffhookMediaSessionConfig *config)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->config = *config;
	command->config.incoming_pipeline = g_strdup(config->incoming_pipeline);
	command->config.outgoing_pipeline = g_strdup(config->outgoing_pipeline);
	command->config.recording.path = g_strdup(config->recording.path);
	if (config->audio_agent != NULL)
		g_object_ref(config->audio_agent);
	offhook_media_command_post(command, offhook_media_session_configure_cb);
}

static void
offhook_media_session_play_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_play(command->session->audio, command->piece, command->audio);
}

gboolean
offhook_media_session_play(OffhookMediaSession *self, guint piece, GBytes *s16_16k)
{
	const gint limit = OFFHOOK_MEDIA_SESSION_QUEUE_MS * (OFFHOOK_RATE / 1000);
	gsize samples = g_bytes_get_size(s16_16k) / sizeof(gint16);
	OffhookMediaCommand *command;

	g_return_val_if_fail(piece != 0, FALSE);
	if (samples > (gsize)limit ||
	    g_atomic_int_get(&self->shared.queued_samples) > limit - (gint)samples)
		return FALSE;
	g_atomic_int_add(&self->shared.queued_samples, (gint)samples);
	command = offhook_media_command_new(self);
	command->piece = piece;
	command->audio = g_bytes_ref(s16_16k);
	offhook_media_command_post(command, offhook_media_session_play_cb);
	return TRUE;
}

static void
offhook_media_session_end_piece_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_end_piece(command->session->audio, command->piece);
}

void
offhook_media_session_end_piece(OffhookMediaSession *self, guint piece)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->piece = piece;
	offhook_media_command_post(command, offhook_media_session_end_piece_cb);
}

const OffhookAudioFormat *
offhook_media_session_get_line(OffhookMediaSession *self)
{
	return &self->line;
}

gboolean
offhook_media_session_carries_text(OffhookMediaSession *self)
{
	return self->carries_text;
}

static void
offhook_media_session_speak_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_speak(command->session->audio, command->piece, command->text,
					 command->flag);
}

void
offhook_media_session_speak(OffhookMediaSession *self, guint piece, const char *text, gboolean last)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->piece = piece;
	command->text = g_strdup(text);
	command->flag = last;
	offhook_media_command_post(command, offhook_media_session_speak_cb);
}

static void
offhook_media_session_send_digits_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_send_digits(command->session->audio, command->text);
}

void
offhook_media_session_send_digits(OffhookMediaSession *self, const char *digits)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->text = g_strdup(digits);
	offhook_media_command_post(command, offhook_media_session_send_digits_cb);
}

void
offhook_media_session_pause(OffhookMediaSession *self)
{
	offhook_media_session_run(self, offhook_call_audio_pause);
}

void
offhook_media_session_resume(OffhookMediaSession *self)
{
	offhook_media_session_run(self, offhook_call_audio_resume);
}

void
offhook_media_session_stop(OffhookMediaSession *self)
{
	offhook_media_session_run(self, offhook_call_audio_stop);
}

static void
offhook_media_session_set_interruptible_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_set_interruptible(command->session->audio, command->flag);
}

void
offhook_media_session_set_interruptible(OffhookMediaSession *self, gboolean interruptible)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->flag = interruptible;
	offhook_media_command_post(command, offhook_media_session_set_interruptible_cb);
}

static void
offhook_media_session_start_recording_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_start_recording(command->session->audio,
						   &command->config.recording);
}

void
offhook_media_session_start_recording(OffhookMediaSession *self,
				      const OffhookMediaRecording *recording)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->config.recording = *recording;
	command->config.recording.path = g_strdup(recording->path);
	offhook_media_command_post(command, offhook_media_session_start_recording_cb);
}

void
offhook_media_session_stop_recording(OffhookMediaSession *self)
{
	offhook_media_session_run(self, offhook_call_audio_stop_recording);
}

static void
offhook_media_session_set_recording_paused_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_set_recording_paused(command->session->audio, command->flag);
}

void
offhook_media_session_set_recording_paused(OffhookMediaSession *self, gboolean paused)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->flag = paused;
	offhook_media_command_post(command, offhook_media_session_set_recording_paused_cb);
}

static void
offhook_media_session_close_cb(gpointer data)
{
	OffhookMediaCommand *command = data;

	if (command->session->audio != NULL)
		offhook_call_audio_close(command->session->audio, command->error);
}

void
offhook_media_session_close(OffhookMediaSession *self, const GError *error)
{
	OffhookMediaCommand *command = offhook_media_command_new(self);

	command->error = error != NULL ? g_error_copy(error) : NULL;
	offhook_media_command_post(command, offhook_media_session_close_cb);
}

/* ---- readings ---- */

void
offhook_media_session_get_statistics(OffhookMediaSession *self,
				     OffhookMediaSessionStatistics *statistics)
{
	const OffhookMediaSessionStatistics *shared = &self->shared.statistics;

	statistics->frames_in = __atomic_load_n(&shared->frames_in, __ATOMIC_RELAXED);
	statistics->frames_out = __atomic_load_n(&shared->frames_out, __ATOMIC_RELAXED);
	statistics->dropped = __atomic_load_n(&shared->dropped, __ATOMIC_RELAXED);
	statistics->gaps = __atomic_load_n(&shared->gaps, __ATOMIC_RELAXED);
	statistics->late = __atomic_load_n(&shared->late, __ATOMIC_RELAXED);
	statistics->recorded_ms = __atomic_load_n(&shared->recorded_ms, __ATOMIC_RELAXED);
	statistics->heard_until_us = __atomic_load_n(&shared->heard_until_us, __ATOMIC_RELAXED);
	statistics->queued_bytes =
	    (guint64)MAX(g_atomic_int_get(&self->shared.queued_samples), 0) * sizeof(gint16);
}

void
offhook_media_session_get_heard(OffhookMediaSession *self, guint *piece, guint *heard_ms)
{
	guint64 heard = __atomic_load_n(&self->shared.heard, __ATOMIC_RELAXED);

	*piece = heard >> 32;
	*heard_ms = heard & G_MAXUINT32;
}

void
offhook_media_session_unref(OffhookMediaSession *self)
{
	if (self == NULL)
		return;
	self->released = TRUE;
	offhook_media_session_close(self, NULL);
	offhook_media_session_drop(self);
}
