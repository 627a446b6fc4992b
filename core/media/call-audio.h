/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The media thread's half of a media session: port, pipelines, listener, playout and recorder of one
 * call, joined. Everything here runs in that thread; the events are called right there. See session.h
 * for what the functions mean.
 */
#pragma once

#include "media/session.h"

G_BEGIN_DECLS

/** Written in the media thread, read anywhere; atomic, member by member. */
typedef struct {
	OffhookMediaSessionStatistics statistics;
	guint64 heard;       /* piece << 32 | ms */
	gint queued_samples; /* not heard yet; added to by who plays */
} OffhookCallAudioShared;

typedef struct _OffhookCallAudio OffhookCallAudio;

/**
 * offhook_call_audio_new:
 * @shared: outlives the object
 * @events: all of them; `storage_error` is called in the recorder's thread
 * @hold: keeps @user_data for that, until @drop, which any thread calls
 */
OffhookCallAudio *offhook_call_audio_new(OffhookMediaThread *thread, OffhookMediaPort *port,
					 OffhookCallAudioShared *shared,
					 const OffhookMediaEvents *events, gpointer user_data,
					 gpointer (*hold)(gpointer user_data),
					 void (*drop)(gpointer user_data));
/** Not from inside an event. */
void offhook_call_audio_free(OffhookCallAudio *self);

void offhook_call_audio_open(OffhookCallAudio *self);
void offhook_call_audio_configure(OffhookCallAudio *self, const OffhookMediaSessionConfig *config);
void offhook_call_audio_play(OffhookCallAudio *self, guint piece, GBytes *s16_16k);
void offhook_call_audio_end_piece(OffhookCallAudio *self, guint piece);
void offhook_call_audio_speak(OffhookCallAudio *self, guint piece, const char *text, gboolean last);
void offhook_call_audio_send_digits(OffhookCallAudio *self, const char *digits);
void offhook_call_audio_pause(OffhookCallAudio *self);
void offhook_call_audio_resume(OffhookCallAudio *self);
void offhook_call_audio_stop(OffhookCallAudio *self);
void offhook_call_audio_set_interruptible(OffhookCallAudio *self, gboolean interruptible);
void offhook_call_audio_start_recording(OffhookCallAudio *self,
					const OffhookMediaRecording *recording);
void offhook_call_audio_stop_recording(OffhookCallAudio *self);
void offhook_call_audio_set_recording_paused(OffhookCallAudio *self, gboolean paused);
void offhook_call_audio_close(OffhookCallAudio *self, const GError *error);

G_END_DECLS
