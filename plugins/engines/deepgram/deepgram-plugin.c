/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Entry point. */

#include "deepgram-config.h"
#include "deepgram-engine.h"

OFFHOOK_DEFINE_PLUGIN(ENGINE, "deepgram", "0.1.0", "LGPL-2.1-or-later",
		      "Speech to text and Aura's voices by Deepgram, streamed both ways",
		      offhook_deepgram_settings, offhook_deepgram_engine_get_type)
