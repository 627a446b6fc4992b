/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * From single 20 ms flags to "speech started" and "speech stopped": quiet -> starting -> speaking
 * -> stopping. A start and a stop are reported once they are certain, and tell how long ago they
 * really were. Counts frames, so it needs no clock. Any thread, one at a time; no allocation after
 * new.
 */
#pragma once

#include "base/hot-set.h"
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	guint frame_ms; /* 20 */
	guint start_ms; /* 200: so much voice makes a start */
	guint stop_ms;  /* 200: so much silence makes a stop */
	guint gap_ms;   /* 20: unvoiced time forgiven inside start_ms; 0 for none */
} OffhookSpeechDetectorConfig;

extern const OffhookSpeechDetectorConfig offhook_speech_detector_defaults;

typedef enum {
	OFFHOOK_SPEECH_NONE,
	OFFHOOK_SPEECH_STARTED,
	OFFHOOK_SPEECH_STOPPED,
} OffhookSpeechEvent;

typedef enum {
	OFFHOOK_SPEECH_QUIET,
	OFFHOOK_SPEECH_STARTING,
	OFFHOOK_SPEECH_SPEAKING,
	OFFHOOK_SPEECH_STOPPING,
} OffhookSpeechState;

typedef struct _OffhookSpeechDetector OffhookSpeechDetector;

/** @config: (nullable): copied; %NULL for the defaults */
OffhookSpeechDetector *offhook_speech_detector_new(const OffhookSpeechDetectorConfig *config);
void offhook_speech_detector_free(OffhookSpeechDetector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSpeechDetector, offhook_speech_detector_free)

/** Takes the next frame's flag; at most one event comes of it. */
OffhookSpeechEvent offhook_speech_detector_push(OffhookSpeechDetector *self, gboolean voiced);

/** Right after %OFFHOOK_SPEECH_STARTED: ms from the true beginning to the end of this frame. */
guint offhook_speech_detector_get_began_ms_ago(OffhookSpeechDetector *self);
/** Right after %OFFHOOK_SPEECH_STOPPED: ms from the true end of speech to the end of this frame. */
guint offhook_speech_detector_get_ended_ms_ago(OffhookSpeechDetector *self);

OffhookSpeechState offhook_speech_detector_get_state(OffhookSpeechDetector *self);
/** Between %OFFHOOK_SPEECH_STARTED and %OFFHOOK_SPEECH_STOPPED. */
gboolean offhook_speech_detector_is_speaking(OffhookSpeechDetector *self);
/** Back to quiet, without an event. */
void offhook_speech_detector_reset(OffhookSpeechDetector *self);

/** What a frame touches of it. */
void offhook_speech_detector_add_hot(const OffhookSpeechDetector *self, OffhookHotSet *set);

G_END_DECLS
