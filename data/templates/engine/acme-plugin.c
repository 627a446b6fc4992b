/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The entry point: read by the daemon before any code of ours runs. */

#include "acme.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(ENGINE, "acme", "0.1.0", "LGPL-2.1-or-later", "Speaks in tones",
		      acme_settings, acme_engine_get_type)
