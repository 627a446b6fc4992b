/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The timing wheel, stepped by hand.
 */

#include "media/timer-wheel.h"

#define PERIOD_US 20000

typedef struct {
	OffhookMediaTimer timer;
	OffhookTimerWheel *wheel;
	OffhookMediaTimer *victim; /* stopped when this one runs */
	OffhookMediaTimer *other;  /* started when this one runs */
	guint runs;
	gint64 last_us;
} OffhookTestTimer;

static void
offhook_test_timer_cb(gpointer user_data, gint64 now_us)
{
	OffhookTestTimer *self = user_data;

	self->runs++;
	self->last_us = now_us;
	if (self->victim != NULL)
		offhook_timer_wheel_stop(self->wheel, self->victim);
	if (self->other != NULL)
		offhook_timer_wheel_start(self->wheel, self->other, PERIOD_US, now_us);
}

static void
offhook_test_timer_start(OffhookTestTimer *self, OffhookTimerWheel *wheel, guint period_us,
			 gint64 now_us)
{
	self->wheel = wheel;
	self->timer.func = offhook_test_timer_cb;
	self->timer.user_data = self;
	offhook_timer_wheel_start(wheel, &self->timer, period_us, now_us);
}

static void
offhook_test_timer_wheel_period(void)
{
	g_autoptr(OffhookTimerWheel) wheel = offhook_timer_wheel_new(1000000);
	OffhookTestTimer timer = {0};

	offhook_test_timer_start(&timer, wheel, PERIOD_US, 1000000);
	for (gint64 now = 1000000; now <= 2000000; now += 1000)
		offhook_timer_wheel_run(wheel, now, 10000);
	g_assert_cmpuint(timer.runs, ==, 50);
}

static void
offhook_test_timer_wheel_next(void)
{
	g_autoptr(OffhookTimerWheel) wheel = offhook_timer_wheel_new(5000);
	OffhookTestTimer timer = {0};

	g_assert_cmpint(offhook_timer_wheel_get_next(wheel), ==, -1);
	/* It slept for long: the first run is soon after the start nevertheless. */
	offhook_test_timer_start(&timer, wheel, PERIOD_US, 70000001);
	for (guint i = 0; i < 600; i++) {
		gint64 next = offhook_timer_wheel_get_next(wheel);

		g_assert_cmpint(next, ==, 70002000 + i * PERIOD_US);
		g_assert_cmpuint(offhook_timer_wheel_run(wheel, next - 1, 0), ==, 0);
		g_assert_cmpuint(timer.runs, ==, i);
		offhook_timer_wheel_run(wheel, next, 0);
		g_assert_cmpuint(timer.runs, ==, i + 1);
	}
	offhook_timer_wheel_stop(wheel, &timer.timer);
	g_assert_cmpint(offhook_timer_wheel_get_next(wheel), ==, -1);
}

/* A hundred timers of one period: ten in each of its ten slots. */
static void
offhook_test_timer_wheel_spreads(void)
{
	g_autoptr(OffhookTimerWheel) wheel = offhook_timer_wheel_new(0);
	OffhookTestTimer timers[100] = {0};

	for (guint i = 0; i < 100; i++)
		offhook_test_timer_start(&timers[i], wheel, PERIOD_US, 0);
	for (guint slot = 1; slot <= 10; slot++) {
		guint ran = 0;

		offhook_timer_wheel_run(wheel, slot * OFFHOOK_TIMER_WHEEL_SLOT_US, 0);
		for (guint i = 0; i < 100; i++)
			ran += timers[i].runs;
		g_assert_cmpuint(ran, ==, slot * 10);
	}
}

/* A stall is one late run, and the phase stays as it was. */
static void
offhook_test_timer_wheel_stall(gconstpointer data)
{
	g_autoptr(OffhookTimerWheel) wheel = offhook_timer_wheel_new(0);
	OffhookTestTimer timer = {0};
	gint64 stall_us = GPOINTER_TO_INT(data);

	offhook_test_timer_start(&timer, wheel, PERIOD_US, 0);
	g_assert_cmpuint(offhook_timer_wheel_run(wheel, 2000 + stall_us, 10000), ==, 1);
	g_assert_cmpuint(timer.runs, ==, 1);
	g_assert_cmpint((offhook_timer_wheel_get_next(wheel) - 2000) % PERIOD_US, ==, 0);
	g_assert_cmpint(offhook_timer_wheel_get_next(wheel), >, 2000 + stall_us);
	g_assert_cmpint(offhook_timer_wheel_get_next(wheel), <=, 2000 + stall_us + PERIOD_US);
}

static void
offhook_test_timer_wheel_stop_other(void)
{
	g_autoptr(OffhookTimerWheel) wheel = offhook_timer_wheel_new(0);
	OffhookTestTimer timers[12] = {0};
	guint runs = 0;

	/* 0 and 10, 1 and 11 share a slot; each of a pair stops the other. */
	for (guint i = 0; i < 12; i++)
		offhook_test_timer_start(&timers[i], wheel, PERIOD_US, 0);
	timers[0].victim = &timers[10].timer;
	timers[10].victim = &timers[0].timer;
	timers[1].victim = &timers[1].timer;
	offhook_timer_wheel_run(wheel, 10000000, 0);
	for (guint i = 0; i < 12; i++)
		runs += timers[i].runs;
	g_assert_cmpuint(runs, ==, 11);
	g_assert_false(offhook_media_timer_is_running(&timers[1].timer));
}

static void
offhook_test_timer_wheel_start_other(void)
{
	g_autoptr(OffhookTimerWheel) wheel = offhook_timer_wheel_new(0);
	OffhookTestTimer first = {0}, second = {0};

	offhook_test_timer_start(&second, wheel, PERIOD_US, 0);
	offhook_timer_wheel_stop(wheel, &second.timer);
	first.other = &second.timer;
	offhook_test_timer_start(&first, wheel, 500000, 0);
	offhook_timer_wheel_run(wheel, 300000, 0);
	offhook_timer_wheel_run(wheel, 340000, 0);
	g_assert_cmpuint(first.runs, ==, 1);
	g_assert_cmpuint(second.runs, >=, 1);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/timer-wheel/period", offhook_test_timer_wheel_period);
	g_test_add_func("/timer-wheel/next", offhook_test_timer_wheel_next);
	g_test_add_func("/timer-wheel/spreads", offhook_test_timer_wheel_spreads);
	g_test_add_data_func("/timer-wheel/stall/short", GINT_TO_POINTER(70000),
			     offhook_test_timer_wheel_stall);
	g_test_add_data_func("/timer-wheel/stall/turn", GINT_TO_POINTER(1024000),
			     offhook_test_timer_wheel_stall);
	g_test_add_data_func("/timer-wheel/stall/long", GINT_TO_POINTER(61234567),
			     offhook_test_timer_wheel_stall);
	g_test_add_func("/timer-wheel/stop-other", offhook_test_timer_wheel_stop_other);
	g_test_add_func("/timer-wheel/start-other", offhook_test_timer_wheel_start_other);
	return g_test_run();
}
