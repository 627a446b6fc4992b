/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-desk.h"

#include <offhook/clock.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_TWILIO_DRIVER (offhook_twilio_driver_get_type())
G_DECLARE_FINAL_TYPE(OffhookTwilioDriver, offhook_twilio_driver, OFFHOOK, TWILIO_DRIVER,
		     OffhookDriver)

OffhookTwilioDesk offhook_twilio_driver_get_desk(OffhookTwilioDriver *self);

/* For tests. */
/** The longest waits before a request is repeated and for its answer; also for later settings. */
void offhook_twilio_driver_set_patience(OffhookTwilioDriver *self, guint backoff_ms,
					guint timeout_ms);
/** Another clock than the system's. Forgets all calls. */
void offhook_twilio_driver_set_clock(OffhookTwilioDriver *self, OffhookClock *clock);
/** How long the daemon may take to see for itself that a stream has ended. */
void offhook_twilio_driver_set_grace(OffhookTwilioDriver *self, guint ms);

G_END_DECLS
