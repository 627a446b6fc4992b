/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A hashed timing wheel for repeating work: O(1) start and stop, no allocation, no descriptor of its
 * own. Time is passed in, so a test can step it. One thread.
 */
#pragma once

#include "base/hot-set.h"

G_BEGIN_DECLS

#define OFFHOOK_TIMER_WHEEL_SLOT_US 2000
#define OFFHOOK_TIMER_WHEEL_SLOTS   512 /* longest period: one slot less than a turn, 1.022 s */

typedef struct _OffhookTimerWheel OffhookTimerWheel;

typedef void (*OffhookMediaTimerFunc)(gpointer user_data, gint64 now_us);

/**
 * Repeating work. Embed it, set @func, @user_data and @hot, keep it at its place while it runs; the rest
 * is the wheel's. All zero is a valid stopped timer.
 */
typedef struct _OffhookMediaTimer OffhookMediaTimer;
struct _OffhookMediaTimer {
	OffhookMediaTimerFunc func;
	gpointer user_data;
	const OffhookHotSet *hot; /* (nullable): the memory that @func touches */

	/*< private >*/
	OffhookMediaTimer *next;
	OffhookMediaTimer *prev;
	gint64 slot; /* the absolute slot it is due in */
	guint period;
};

OffhookTimerWheel *offhook_timer_wheel_new(gint64 now_us);
void offhook_timer_wheel_free(OffhookTimerWheel *self);

/**
 * offhook_timer_wheel_start:
 * @period_us: rounded up to whole slots; at most a turn of the wheel
 *
 * Runs @timer every @period_us from about now on, in the phase of its period that has the fewest
 * timers, so that the work of many calls does not bunch. Deadlines are absolute: a late run does not
 * move the next one, and a stall of several periods is one run, not several.
 */
void offhook_timer_wheel_start(OffhookTimerWheel *self, OffhookMediaTimer *timer, guint period_us,
			       gint64 now_us);
/** May be called for any timer, running or not, also from inside a timer function. */
void offhook_timer_wheel_stop(OffhookTimerWheel *self, OffhookMediaTimer *timer);
gboolean offhook_media_timer_is_running(const OffhookMediaTimer *timer);

/** When the next timer is due, or -1 when there is none. */
gint64 offhook_timer_wheel_get_next(OffhookTimerWheel *self);

/** Runs what is due. Returns how many of them ran more than @late_us after their time. */
guint offhook_timer_wheel_run(OffhookTimerWheel *self, gint64 now_us, gint64 late_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTimerWheel, offhook_timer_wheel_free)

G_END_DECLS
