/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speech-desk.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ESPEAK_SYNTHESIZER (offhook_espeak_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(OffhookEspeakSynthesizer, offhook_espeak_synthesizer, OFFHOOK,
		     ESPEAK_SYNTHESIZER, OffhookSynthesizer)

typedef struct _OffhookEspeakVoice OffhookEspeakVoice;

/** @voice: (transfer full) */
OffhookSynthesizer *offhook_espeak_synthesizer_new(OffhookSpeechDesk *desk,
						   OffhookEspeakVoice *voice);

G_END_DECLS
