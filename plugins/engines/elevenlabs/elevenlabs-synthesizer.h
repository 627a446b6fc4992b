/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "elevenlabs-config.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ELEVENLABS_SYNTHESIZER (offhook_elevenlabs_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(OffhookElevenlabsSynthesizer, offhook_elevenlabs_synthesizer, OFFHOOK,
		     ELEVENLABS_SYNTHESIZER, OffhookSynthesizer)

/** @config: (transfer full). It begins to connect in the next turn of the main loop. */
OffhookSynthesizer *offhook_elevenlabs_synthesizer_new(OffhookElevenlabsConfig *config);

G_END_DECLS
