/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Flite engine as a plugin. */

#include "flite-engine.h"
#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(ENGINE, "flite", "0.1.0", "LGPL-2.1-or-later",
		      "Offline speech synthesis in English", offhook_flite_engine_settings,
		      offhook_flite_engine_get_type)
