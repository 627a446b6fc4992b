/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The PocketSphinx engine as a plugin. */

#include "pocketsphinx-engine.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(ENGINE, "pocketsphinx", "0.1.0", "LGPL-2.1-or-later",
		      "Offline speech recognition of expected phrases, in English",
		      offhook_pocketsphinx_engine_settings, offhook_pocketsphinx_engine_get_type)
