/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The audio of one call: joins a media port with the pipelines, voice detection, playout and the
 * recorder, pinned to one media thread. Where the far end recognises and speaks
 * (%OFFHOOK_MEDIA_TEXT) it is the words instead, and there is none of all that. The call holds it in the main thread; every function here is
 * for the main thread and posts to the media thread, every event comes back to the main loop in the
 * order in which things happened.
 */
#pragma once

#include "media/thread.h"
#include "turn/speech-detector.h"
#include "media/recording-format.h"
#include <offhook/agent.h>
#include <offhook/media-port.h>

G_BEGIN_DECLS

typedef struct _OffhookMediaSession OffhookMediaSession;

/** Longest audio that may wait to be heard. */
#define OFFHOOK_MEDIA_SESSION_QUEUE_MS (10 * 60 * 1000)

/**
 * What happens to the audio. Called in the main loop until the session is unreferenced, never from
 * inside one of the functions below. Times are monotonic microseconds of the thread's clock. Any
 * member may be %NULL.
 */
typedef struct {
	/* The far end said who it is; now call offhook_media_session_configure(). */
	void (*started)(gpointer user_data, const OffhookStreamStart *start);
	/*
	 * The caller speaks since @began_us. @overlap: while a piece was being played; if that was
	 * interruptible the far end has been silenced and the playout paused already, to be resumed
	 * or stopped by you. @piece, @heard_ms: what the caller has heard by then (0, 0: nothing).
	 */
	void (*speech_started)(gpointer user_data, gint64 began_us, gboolean overlap, guint piece,
			       guint heard_ms);
	/*
	 * The caller's voice, S16 16 kHz in time order, from the pre-roll before began_us on until
	 * speech_stopped; some 60 ms at once.
	 */
	void (*speech_audio)(gpointer user_data, GBytes *s16_16k);
	/* Silence since @ended_us; the speech took @speech_ms from its begin to then. */
	void (*speech_stopped)(gpointer user_data, gint64 ended_us, guint speech_ms);
	void (*dtmf)(gpointer user_data, char digit);
	/* The first frame of @piece left for the far end at @first_frame_us. */
	void (*piece_started)(gpointer user_data, guint piece, gint64 first_frame_us);
	/* @piece was ended and the caller has heard all of it. Not after a stop. */
	void (*piece_heard)(gpointer user_data, guint piece);
	/* All pieces have been heard. Not after a stop. */
	void (*playout_idle)(gpointer user_data);
	/* Recording @number has ended as the file of @length_ms that will soon be complete. */
	void (*recording_ended)(gpointer user_data, guint number, guint64 length_ms);
	/* Recording @number is broken off; once, the call goes on. */
	void (*storage_error)(gpointer user_data, guint number, const GError *error);
	/*
	 * Where words cross: the caller said @text, if not yet @final; and: the caller spoke into
	 * what the far end was saying, it is silent now and had said @spoken.
	 */
	void (*utterance)(gpointer user_data, const char *text, gboolean final);
	void (*cut_off)(gpointer user_data, const char *spoken);
	/* The far end is gone; once, nothing follows. @error: (nullable): %NULL for an orderly end. */
	void (*ended)(gpointer user_data, const GError *error);
} OffhookMediaEvents;

/** A file to record into. All copied. */
typedef struct {
	const char *path; /* (nullable): none; its folder exists */
	OffhookRecordingFormat format;
	guint bit_rate; /* of Opus */
	guint number;   /* yours, by which events name it */
} OffhookMediaRecording;

/** How to treat the audio. Begin with %OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT. All copied. */
typedef struct {
	/*
	 * GStreamer launch descriptions between wire format and S16 16 kHz; (nullable) for the
	 * default: offhookg711, and in-band key detection where the port does not report keys.
	 */
	const char *incoming_pipeline;
	const char *outgoing_pipeline;
	gboolean vad; /* listen for speech; without it there are no speech events */
	OffhookSpeechDetectorConfig detector;
	double echo_guard_db; /* so much louder has to be who speaks while we play */
	gboolean interruptible;
	OffhookMediaRecording recording; /* from the beginning */
	guint lead_ms;                   /* most audio kept at the far end */
	guint pre_roll_ms;               /* handed out with a speech start, before its begin */
	/*
	 * (nullable): given each incoming frame in the media thread; its answer goes straight back.
	 * No voice detection, pacing or playout then.
	 */
	OffhookAgentSession *audio_agent;
} OffhookMediaSessionConfig;

#define OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT                                                       \
	{                                                                                          \
		.vad = TRUE, .detector = {20, 200, 200, 20}, .echo_guard_db = 6.0,                 \
		.interruptible = TRUE, .lead_ms = 120, .pre_roll_ms = 300,                         \
	}

/** Counters of one call. Frames are 20 ms. */
typedef struct {
	guint64 frames_in;
	guint64 frames_out;
	guint64 dropped;      /* frames, both directions */
	guint64 gaps;         /* times the incoming audio had a hole, filled with silence */
	guint64 late;         /* incoming frames that came after their place had been filled */
	guint64 recorded_ms;  /* length of the latest recording so far */
	guint64 queued_bytes; /* of audio to be played, not heard yet */
	gint64 heard_until_us; /* what the caller said is here up to then; 0: nothing yet */
} OffhookMediaSessionStatistics;

/**
 * offhook_media_session_new:
 * @thread: (transfer none): must outlive the session
 * @port: (transfer none): not opened yet
 * @events: copied
 *
 * Opens @port in @thread. Before configure only `started` and `ended` are called, and up to 2 s of
 * early audio are kept. If the port can't be opened, `ended` tells why.
 *
 * Returns: (transfer full): give it back with offhook_media_session_unref()
 */
OffhookMediaSession *offhook_media_session_new(OffhookMediaThread *thread, OffhookMediaPort *port,
					       const OffhookMediaEvents *events,
					       gpointer user_data);

/**
 * offhook_media_session_configure:
 *
 * Once per session. A pipeline description that can't be built ends the session:
 * `ended` with %OFFHOOK_ERROR_CONFIG.
 */
void offhook_media_session_configure(OffhookMediaSession *self,
				     const OffhookMediaSessionConfig *config);

/**
 * offhook_media_session_play:
 * @piece: not 0; pieces are heard in the order of their first play() or end_piece()
 * @s16_16k: (transfer none): whole samples, more of @piece
 *
 * Returns: %FALSE, and nothing is queued, when more than OFFHOOK_MEDIA_SESSION_QUEUE_MS would wait:
 * hold the producer back until piece_heard, or give up
 */
gboolean offhook_media_session_play(OffhookMediaSession *self, guint piece, GBytes *s16_16k);
/** No more audio of @piece comes; also for a piece that has none. */
void offhook_media_session_end_piece(OffhookMediaSession *self, guint piece);

/** The far end's format of what it is sent. (transfer none) */
const OffhookAudioFormat *offhook_media_session_get_line(OffhookMediaSession *self);

/** Words cross and no audio: play, end_piece, pause, resume and stop do nothing, speak does. */
gboolean offhook_media_session_carries_text(OffhookMediaSession *self);
/**
 * offhook_media_session_speak:
 * @text: more of @piece, in valid UTF-8; with @last that was all of it
 *
 * `piece_started` follows when the first text of a piece is on the wire. Nobody tells when it was
 * heard. It can be interrupted if set_interruptible() says so.
 */
void offhook_media_session_speak(OffhookMediaSession *self, guint piece, const char *text,
				 gboolean last);
/** Presses keys at the far end; where words cross. */
void offhook_media_session_send_digits(OffhookMediaSession *self, const char *digits);

/** Silence at once, at the far end too; what was not heard waits. */
void offhook_media_session_pause(OffhookMediaSession *self);
/** Goes on with the first sample that was not heard. */
void offhook_media_session_resume(OffhookMediaSession *self);
/** Silence at once, and everything queued is forgotten. What is played afterwards is not paused. */
void offhook_media_session_stop(OffhookMediaSession *self);

void offhook_media_session_set_interruptible(OffhookMediaSession *self, gboolean interruptible);

/**
 * offhook_media_session_start_recording:
 *
 * Records from now on, behind configure(); one that runs ends. Nothing where words cross.
 */
void offhook_media_session_start_recording(OffhookMediaSession *self,
					   const OffhookMediaRecording *recording);
/** `recording_ended` follows, if there is one. */
void offhook_media_session_stop_recording(OffhookMediaSession *self);
/** While paused the recording holds silence, so that it stays as long as the call. The next is not paused. */
void offhook_media_session_set_recording_paused(OffhookMediaSession *self, gboolean paused);

/**
 * offhook_media_session_close:
 * @error: (nullable): why, told to the far end as far as its protocol can
 *
 * Ends the stream. `ended` follows, with @error.
 */
void offhook_media_session_close(OffhookMediaSession *self, const GError *error);

/** From any time on; after `ended` they stay. */
void offhook_media_session_get_statistics(OffhookMediaSession *self,
					  OffhookMediaSessionStatistics *statistics);

/** What the caller has heard last, as far as known in this moment. */
void offhook_media_session_get_heard(OffhookMediaSession *self, guint *piece, guint *heard_ms);

/** Gives the session back: closes it if that was not done. No event is called any more. */
void offhook_media_session_unref(OffhookMediaSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMediaSession, offhook_media_session_unref)

G_END_DECLS
