/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Is there a voice in these 20 ms? WebRTC's detector (mode 2) when the system has it, and in any
 * case energy over an adaptive noise floor. One object per call leg; any thread, one at a time;
 * process() neither allocates nor blocks.
 */
#pragma once

#include "base/hot-set.h"
#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookVad OffhookVad;

/** @rate: 8000 or 16000 Hz. (transfer full); never %NULL. */
OffhookVad *offhook_vad_new(guint rate);

/** The same without WebRTC's detector, as on a system that lacks it. */
OffhookVad *offhook_vad_new_energy_only(guint rate);

void offhook_vad_free(OffhookVad *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookVad, offhook_vad_free)

/**
 * offhook_vad_process:
 * @frame: 20 ms of S16 mono; @n: its samples, rate / 50
 *
 * Returns: whether the frame is voiced; %FALSE for a frame of any other length
 */
gboolean offhook_vad_process(OffhookVad *self, const gint16 *frame, gsize n);

/** "webrtc" or "energy". */
const char *offhook_vad_get_backend(OffhookVad *self);

/**
 * offhook_vad_set_threshold_boost:
 * @db: how much louder than usual speech has to be; 0 for normal
 *
 * Echo guard: raise it (6 dB) while we play to a line without echo cancellation.
 */
void offhook_vad_set_threshold_boost(OffhookVad *self, double db);

/** Level of the last frame and of the noise floor, in dB below full scale (negative). */
double offhook_vad_get_level(OffhookVad *self);
double offhook_vad_get_noise_floor(OffhookVad *self);

/** Forgets everything learnt, as if new: another line, another caller. */
void offhook_vad_reset(OffhookVad *self);

/** What a frame touches of it. */
void offhook_vad_add_hot(const OffhookVad *self, OffhookHotSet *set);

G_END_DECLS
