/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The entry point of the loopback driver. */

#include "loopback-config.h"
#include "loopback-driver.h"

#include <offhook/plugin.h>

OFFHOOK_DEFINE_PLUGIN(DRIVER, "loopback", "0.1.0", "LGPL-2.1-or-later",
		      "Calls with a WAV file or a silent test party, without a network",
		      offhook_loopback_settings, offhook_loopback_driver_get_type)
