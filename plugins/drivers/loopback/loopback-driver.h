/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/driver.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_LOOPBACK_DRIVER (offhook_loopback_driver_get_type())
G_DECLARE_FINAL_TYPE(OffhookLoopbackDriver, offhook_loopback_driver, OFFHOOK, LOOPBACK_DRIVER,
		     OffhookDriver)

G_END_DECLS
