/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Monotonic time, real or stepped by a test. Any thread.
 */

#include <offhook/clock.h>

struct _OffhookClock {
	GObject parent_instance;

	gboolean manual;
	gint64 now_us; /* manual only; atomic */
};

static guint offhook_clock_advanced_signal;

G_DEFINE_FINAL_TYPE(OffhookClock, offhook_clock, G_TYPE_OBJECT)

OffhookClock *
offhook_clock_get_default(void)
{
	static OffhookClock *clock;

	if (g_once_init_enter(&clock))
		g_once_init_leave(&clock, g_object_new(OFFHOOK_TYPE_CLOCK, NULL));
	return clock;
}

OffhookClock *
offhook_clock_new_manual(gint64 start_us)
{
	OffhookClock *self = g_object_new(OFFHOOK_TYPE_CLOCK, NULL);

	self->manual = TRUE;
	self->now_us = start_us;
	return self;
}

void
offhook_clock_advance(OffhookClock *self, gint64 us)
{
	g_return_if_fail(OFFHOOK_IS_CLOCK(self) && self->manual && us >= 0);

	__atomic_add_fetch(&self->now_us, us, __ATOMIC_SEQ_CST);
	g_signal_emit(self, offhook_clock_advanced_signal, 0);
}

gint64
offhook_clock_get_time(OffhookClock *self)
{
	if (!self->manual)
		return g_get_monotonic_time();
	return __atomic_load_n(&self->now_us, __ATOMIC_SEQ_CST);
}

static void
offhook_clock_init(OffhookClock *self)
{
}

static void
offhook_clock_class_init(OffhookClockClass *klass)
{
	offhook_clock_advanced_signal = g_signal_new(
	    "advanced", OFFHOOK_TYPE_CLOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}
