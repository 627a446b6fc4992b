/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Entry point. The library behind it is under the GPL.
 */

#include "espeak-engine.h"

OFFHOOK_DEFINE_PLUGIN(ENGINE, "espeak", "0.1.0", "LGPL-2.1-or-later AND GPL-3.0-or-later",
		      "Text to speech with eSpeak NG; offline, in some hundred languages",
		      offhook_espeak_settings, offhook_espeak_engine_get_type)
