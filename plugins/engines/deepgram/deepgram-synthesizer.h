/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "deepgram-config.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_DEEPGRAM_SYNTHESIZER (offhook_deepgram_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(OffhookDeepgramSynthesizer, offhook_deepgram_synthesizer, OFFHOOK,
		     DEEPGRAM_SYNTHESIZER, OffhookSynthesizer)

/** Connects in the next turn of the main loop. */
OffhookSynthesizer *offhook_deepgram_synthesizer_new(OffhookDeepgramConfig *config);

G_END_DECLS
