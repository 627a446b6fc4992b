/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Flite itself. One thread at a time. */
#pragma once

#include "speech-desk.h"

G_BEGIN_DECLS

/** "slt|rms|..." of the voices there are. */
#define OFFHOOK_FLITE_VOICES "slt|rms|awb|kal|kal16"

typedef struct _OffhookFliteVoice OffhookFliteVoice;

/** Is there a voice of this name? Any thread. */
gboolean offhook_flite_voice_exists(const char *name);

OffhookFliteVoice *offhook_flite_voice_new(const char *name);
void offhook_flite_voice_free(OffhookFliteVoice *self);

/** An OffhookSpeechMake; @voice: an OffhookFliteVoice */
gboolean offhook_flite_voice_make(OffhookSpeechPart *part, const char *text, gpointer voice,
				  GError **error);

G_END_DECLS
