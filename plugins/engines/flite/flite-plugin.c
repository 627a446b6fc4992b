/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Entry point.
 */

#include "flite-engine.h"

OFFHOOK_DEFINE_PLUGIN(ENGINE, "flite", "0.1.0", "LGPL-2.1-or-later",
		      "Text to speech with flite's voices; offline, English",
		      offhook_flite_settings, offhook_flite_engine_get_type)
