/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The entry point of the Twilio driver. */

#include "twilio-config.h"
#include "twilio-driver.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(DRIVER, "twilio", "0.1.0", "LGPL-2.1-or-later", "Calls through Twilio",
		      offhook_twilio_settings, offhook_twilio_driver_get_type)
