/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Entry point. */

#include "openai-config.h"
#include "openai-engine.h"

OFFHOOK_DEFINE_PLUGIN(ENGINE, "openai", "0.1.0", "LGPL-2.1-or-later",
		      "Language models, speech and its transcription by OpenAI and servers like it",
		      offhook_openai_settings, offhook_openai_engine_get_type)
