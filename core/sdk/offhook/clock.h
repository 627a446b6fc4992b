/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The source of time. Everything that waits or measures takes its time from one clock, so that a
 * test can step it and a recorded call can be run again.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_CLOCK (offhook_clock_get_type())
G_DECLARE_FINAL_TYPE(OffhookClock, offhook_clock, OFFHOOK, CLOCK, GObject)

/** The system's monotonic clock. (transfer none). Any thread. */
OffhookClock *offhook_clock_get_default(void);

/** A clock that stands at @start_us until it is advanced. (transfer full) */
OffhookClock *offhook_clock_new_manual(gint64 start_us);

/**
 * Moves a manual clock forward by @us microseconds (>= 0), and then emits "advanced": no timer of the
 * main loop would fire for it. Whoever is connected must live in the thread that advances it.
 */
void offhook_clock_advance(OffhookClock *self, gint64 us);

/** Monotonic microseconds. Any thread. */
gint64 offhook_clock_get_time(OffhookClock *self);

G_END_DECLS
