/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "generic-call.h"

#include <offhook/clock.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_GENERIC_DRIVER (offhook_generic_driver_get_type())
G_DECLARE_FINAL_TYPE(OffhookGenericDriver, offhook_generic_driver, OFFHOOK, GENERIC_DRIVER,
		     OffhookDriver)

OffhookGenericDesk offhook_generic_driver_get_desk(OffhookGenericDriver *self);

/** For tests: forgets all tokens. */
void offhook_generic_driver_set_clock(OffhookGenericDriver *self, OffhookClock *clock);

G_END_DECLS
