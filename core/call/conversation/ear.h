/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The caller's side of the conversation: speech becomes utterances for the recogniser, its texts
 * become turns, keys become digits. Main thread.
 */
#pragma once

#include "turn/endpointing.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

typedef struct _OffhookEar OffhookEar;

/** Any may be called from inside the functions below. */
typedef struct {
	/* Before endpointing sees it, so that a barge-in can be settled first. */
	void (*partial)(gpointer user_data, const char *text);
	void (*final)(gpointer user_data, const char *text);
	void (*failed)(gpointer user_data, const GError *error);
	/* The caller is silent, and if he says no more his turn will have been @text. */
	void (*supposed)(gpointer user_data, const char *text, double confidence);
	/* A turn has ended; @outcome's kind is TURN, UNCLEAR or LATE. */
	void (*outcome)(gpointer user_data, const OffhookEndpointOutcome *outcome);
	void (*digits)(gpointer user_data, const char *digits);
	/* Asked: up to when the caller's sound has come, by the monotonic clock; 0: not known. */
	gint64 (*get_heard_until)(gpointer user_data);
} OffhookEarEvents;

/**
 * offhook_ear_new:
 * @transcriber: (transfer none) (nullable): without one only keys are heard
 * @learn: how long to wait for this caller, from his pauses
 * @by_agent: it belongs to an agent that understands without words: they are waited for only briefly
 */
OffhookEar *offhook_ear_new(OffhookTranscriber *transcriber, const char *language,
			    gboolean by_agent, gboolean learn, const OffhookEarEvents *events,
			    gpointer user_data);
/**
 * offhook_ear_replace_transcriber:
 * @transcriber: (transfer none) (nullable)
 *
 * Instead of an agent's, which has failed. Hears from its beginning what is being said, or was and has
 * no final text yet; also from inside `failed`, which is then no failure of that.
 */
void offhook_ear_replace_transcriber(OffhookEar *self, OffhookTranscriber *transcriber);
void offhook_ear_free(OffhookEar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEar, offhook_ear_free)

/** @expectation: (transfer none) (nullable): for what the caller says next */
void offhook_ear_expect(OffhookEar *self, OffhookExpectation *expectation);

/** From the media session. */
void offhook_ear_speech_started(OffhookEar *self);
void offhook_ear_speech_audio(OffhookEar *self, GBytes *audio);
void offhook_ear_speech_stopped(OffhookEar *self, gint64 ended_us);
void offhook_ear_key(OffhookEar *self, char key);

/** The caller goes on before he was answered: his turn had not ended. Before speech_started. */
void offhook_ear_resumed(OffhookEar *self);
/** The caller speaks, or has spoken and it is not decided yet what that was. */
gboolean offhook_ear_is_busy(OffhookEar *self);
/** Forgets what is being said: it was no turn. */
void offhook_ear_discard(OffhookEar *self);
/** When the recogniser was asked for, and gave, the last text; 0 for not. */
void offhook_ear_get_transcriber_times(OffhookEar *self, gint64 *asked_us, gint64 *final_us);

G_END_DECLS
