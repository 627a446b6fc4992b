/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The entry point of the generic-http driver. */

#include "generic-driver.h"

#include <offhook/plugin.h>

/* POST /voice/webhook/generic is what people know. */
static const char *const offhook_generic_aliases[] = {"generic", NULL};

OFFHOOK_DEFINE_PLUGIN(DRIVER, "generic-http", "0.1.0", "LGPL-2.1-or-later",
		      "Calls through a provider that the configuration describes",
		      offhook_generic_settings, offhook_generic_driver_get_type,
		      .aliases = offhook_generic_aliases)
