/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Hears the caller begin and stop to speak, and hands out the speech with what went before it. Counts
 * frames, needs no clock; one thread; allocates nothing per frame.
 */
#pragma once

#include "base/hot-set.h"
#include "turn/speech-detector.h"
#include <offhook/audio.h>

G_BEGIN_DECLS

typedef struct {
	void (*started)(gpointer user_data, gint64 began_us);
	/* S16 16 kHz in time order, from the pre-roll on; before the next started or stopped */
	void (*audio)(gpointer user_data, const gint16 *samples, gsize n);
	void (*stopped)(gpointer user_data, gint64 ended_us, guint speech_ms);
} OffhookListenerHandler;

typedef struct _OffhookListener OffhookListener;

/**
 * offhook_listener_new:
 * @pre_roll_ms: audio handed out from before the begin; at most a second
 * @wire: (nullable): the format of what the frames are made of by an OffhookConverter, and nothing
 *   else. The frames from before the begin are then kept as they came, which may take a quarter of
 *   the memory, and made again when they are handed out.
 */
OffhookListener *offhook_listener_new(const OffhookSpeechDetectorConfig *config, guint pre_roll_ms,
				      const OffhookAudioFormat *wire,
				      const OffhookListenerHandler *handler, gpointer user_data);
void offhook_listener_free(OffhookListener *self);

/**
 * offhook_listener_push:
 * @frame: OFFHOOK_FRAME_SAMPLES that end at @end_us
 * @wire: what it was made of, 20 ms; %NULL if the listener was made without a format
 */
void offhook_listener_push(OffhookListener *self, const gint16 *frame, const guint8 *wire,
			   gint64 end_us);

/** See offhook_vad_set_threshold_boost(). */
void offhook_listener_set_boost(OffhookListener *self, double db);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookListener, offhook_listener_free)

/** What a frame touches of it. */
void offhook_listener_add_hot(const OffhookListener *self, OffhookHotSet *set);

G_END_DECLS
