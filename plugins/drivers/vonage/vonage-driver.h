/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vonage-desk.h"

#include <offhook/clock.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_VONAGE_DRIVER (offhook_vonage_driver_get_type())
G_DECLARE_FINAL_TYPE(OffhookVonageDriver, offhook_vonage_driver, OFFHOOK, VONAGE_DRIVER,
		     OffhookDriver)

OffhookVonageDesk offhook_vonage_driver_get_desk(OffhookVonageDriver *self);

/* For tests. */
/** The longest waits before a request is repeated and for its answer; also for later settings. */
void offhook_vonage_driver_set_patience(OffhookVonageDriver *self, guint backoff_ms,
					guint timeout_ms);
/** Another clock than the system's. Forgets all calls. */
void offhook_vonage_driver_set_clock(OffhookVonageDriver *self, OffhookClock *clock);
/** How long the daemon may take to see for itself that a stream has ended, and @retry_ms of desk. */
void offhook_vonage_driver_set_grace(OffhookVonageDriver *self, guint ms, guint retry_ms);

G_END_DECLS
