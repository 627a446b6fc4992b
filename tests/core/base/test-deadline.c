/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Deadlines come in the order of their times, whatever was set, moved and freed meanwhile, also by
 * one another.
 */

#include "base/deadline.h"
#include "harness.h"

#define MANY 500

typedef struct {
	OffhookDeadline *deadline;
	gint64 at_us;
	guint calls;
	GArray *order;
	OffhookDeadline **victim; /* (nullable): freed when this one comes */
} Timer;

static void
timer_cb(gpointer user_data)
{
	Timer *self = user_data;

	self->calls++;
	g_assert_cmpint(g_get_monotonic_time(), >=, self->at_us);
	if (self->order != NULL)
		g_array_append_val(self->order, self->at_us);
	if (self->victim != NULL)
		g_clear_pointer(self->victim, offhook_deadline_free);
}

static void
timer_set(Timer *self, gint64 at_us)
{
	self->at_us = at_us;
	offhook_deadline_set(self->deadline, at_us);
}

static gboolean
array_is_full(gpointer data)
{
	return ((GArray *)data)->len == MANY / 2;
}

static void
test_order(void)
{
	g_autofree Timer *timers = g_new0(Timer, MANY);
	g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 now_us = g_get_monotonic_time();

	for (guint i = 0; i < MANY; i++) {
		timers[i].order = order;
		timers[i].deadline = offhook_deadline_new(timer_cb, &timers[i]);
		timer_set(&timers[i], now_us + g_test_rand_int_range(0, 50000));
	}
	for (guint i = 0; i < MANY; i++)
		timer_set(&timers[i],
			  i % 2 ? now_us + g_test_rand_int_range(-5000, 50000) : G_MAXINT64);
	harness_wait_until(array_is_full, order, "all deadlines");
	for (guint i = 1; i < order->len; i++)
		g_assert_cmpint(g_array_index(order, gint64, i - 1), <=,
				g_array_index(order, gint64, i));
	for (guint i = 0; i < MANY; i++) {
		g_assert_cmpuint(timers[i].calls, ==, i % 2);
		offhook_deadline_free(timers[i].deadline);
	}
}

static gboolean
has_come(gpointer data)
{
	return ((Timer *)data)->calls > 0;
}

static void
test_free_each_other(void)
{
	Timer first = {0}, second = {0}, third = {0};
	gint64 now_us = g_get_monotonic_time();

	first.deadline = offhook_deadline_new(timer_cb, &first);
	second.deadline = offhook_deadline_new(timer_cb, &second);
	third.deadline = offhook_deadline_new(timer_cb, &third);
	first.victim = &second.deadline;
	third.victim = &third.deadline;
	timer_set(&first, now_us - 2);
	timer_set(&second, now_us - 1);
	timer_set(&third, now_us);
	harness_wait_until(has_come, &third, "the third");
	g_assert_cmpuint(first.calls, ==, 1);
	g_assert_cmpuint(second.calls, ==, 0);
	g_assert_null(third.deadline);
	offhook_deadline_free(first.deadline);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deadline/order", test_order);
	g_test_add_func("/deadline/free-each-other", test_free_each_other);
	return g_test_run();
}
