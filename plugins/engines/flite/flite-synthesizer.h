/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speech-desk.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_FLITE_SYNTHESIZER (offhook_flite_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(OffhookFliteSynthesizer, offhook_flite_synthesizer, OFFHOOK, FLITE_SYNTHESIZER,
		     OffhookSynthesizer)

/** @voice: the name of one that exists */
OffhookSynthesizer *offhook_flite_synthesizer_new(OffhookSpeechDesk *desk, const char *voice);

G_END_DECLS
