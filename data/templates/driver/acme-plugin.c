/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The entry point: read by the daemon before any code of ours runs. */

#include "acme.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(DRIVER, "acme", "0.1.0", "LGPL-2.1-or-later", "Calls through Acme",
		      acme_settings, acme_driver_get_type)
