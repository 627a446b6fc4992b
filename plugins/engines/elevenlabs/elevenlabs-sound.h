/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Audio as the service encodes it, made into what the daemon plays. Any thread, one at a time.
 */
#pragma once

#include <offhook/audio.h>

G_BEGIN_DECLS

typedef struct _OffhookElevenlabsSound OffhookElevenlabsSound;

/** @format: what is pushed: mu-law or S16LE, of any rate */
OffhookElevenlabsSound *offhook_elevenlabs_sound_new(const OffhookAudioFormat *format);
void offhook_elevenlabs_sound_free(OffhookElevenlabsSound *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookElevenlabsSound, offhook_elevenlabs_sound_free)

/** Appends to @out: S16 at OFFHOOK_RATE. Pieces may end within a sample. */
void offhook_elevenlabs_sound_push(OffhookElevenlabsSound *self, const guint8 *data, gsize size,
				   GByteArray *out);
/** What is still inside. */
void offhook_elevenlabs_sound_finish(OffhookElevenlabsSound *self, GByteArray *out);
/** How long what was pushed takes. */
guint offhook_elevenlabs_sound_get_ms(OffhookElevenlabsSound *self);

G_END_DECLS
