/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Entry point. */

#include "elevenlabs-config.h"
#include "elevenlabs-engine.h"

OFFHOOK_DEFINE_PLUGIN(ENGINE, "elevenlabs", "0.1.0", "LGPL-2.1-or-later",
		      "Text to speech by ElevenLabs, with the time of every word",
		      offhook_elevenlabs_settings, offhook_elevenlabs_engine_get_type)
