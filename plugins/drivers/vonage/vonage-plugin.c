/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The entry point of the Vonage driver. */

#include "vonage-config.h"
#include "vonage-driver.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(DRIVER, "vonage", "0.1.0", "LGPL-2.1-or-later", "Calls through Vonage",
		      offhook_vonage_settings, offhook_vonage_driver_get_type)
