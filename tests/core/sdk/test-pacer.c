/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pacing, on a clock that stands until the test moves it: what has gone through by then is exact.
 */

#include <offhook/error.h>
#include <offhook/pacer.h>

#include "harness.h"

#define MS              1000
#define MAX_WAITING     50
#define PER_SECOND      5
#define A_LITTLE_LESS_S (G_USEC_PER_SEC - MS)
/* With what the way to a provider may press together. */
#define A_LITTLE_MORE_S (G_USEC_PER_SEC + 50 * MS)

typedef struct {
	OffhookClock *clock;
	OffhookPacer *pacer;
	GString *order; /* of those that went through: a letter each */
	guint busy;
	guint cancelled;
	guint stopped;
} Fixture;

typedef struct {
	Fixture *f;
	char name;
} Waiter;

/* All that can happen at this moment of the clock. */
static void
settle(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
set_up(Fixture *f, gconstpointer data)
{
	f->clock = offhook_clock_new_manual(1000);
	f->pacer = offhook_pacer_new(f->clock, PER_SECOND, MAX_WAITING);
	f->order = g_string_new(NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_pacer_free(f->pacer);
	settle(); /* those that still wait are told */
	g_string_free(f->order, TRUE);
	g_assert_finalize_object(f->clock);
}

static void
waited_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree Waiter *waiter = user_data;
	Fixture *f = waiter->f;
	g_autoptr(GError) error = NULL;

	if (offhook_pacer_wait_finish(result, &error))
		g_string_append_c(f->order, waiter->name);
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY))
		f->busy++;
	else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		f->cancelled++;
	else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE))
		f->stopped++;
	else
		g_assert_no_error(error);
}

static void
wait_for_turn(Fixture *f, char name, GCancellable *cancellable)
{
	Waiter *waiter = g_new(Waiter, 1);

	waiter->f = f;
	waiter->name = name;
	offhook_pacer_wait_async(f->pacer, cancellable, waited_cb, waiter);
}

static void
wait_for_turns(Fixture *f, const char *names)
{
	for (; *names != '\0'; names++)
		wait_for_turn(f, *names, NULL);
}

static void
advance(Fixture *f, gint64 us)
{
	offhook_clock_advance(f->clock, us);
	settle();
}

static void
test_order(Fixture *f, gconstpointer data)
{
	wait_for_turns(f, "abcdefghijkl");
	g_assert_cmpstr(f->order->str, ==, ""); /* never before it returns */
	settle();
	g_assert_cmpstr(f->order->str, ==, "abcde");
	advance(f, A_LITTLE_LESS_S);
	g_assert_cmpstr(f->order->str, ==, "abcde");
	advance(f, A_LITTLE_MORE_S - A_LITTLE_LESS_S);
	g_assert_cmpstr(f->order->str, ==, "abcdefghij");
	advance(f, A_LITTLE_MORE_S);
	g_assert_cmpstr(f->order->str, ==, "abcdefghijkl");
}

/* The window slides: what went through late in one second counts in the next. */
static void
test_no_second(Fixture *f, gconstpointer data)
{
	wait_for_turns(f, "a");
	settle();
	advance(f, A_LITTLE_LESS_S);
	wait_for_turns(f, "bcdefghijk");
	settle();
	g_assert_cmpstr(f->order->str, ==, "abcde");
	advance(f, A_LITTLE_MORE_S - A_LITTLE_LESS_S);
	g_assert_cmpstr(f->order->str, ==, "abcdef");
	advance(f, A_LITTLE_LESS_S);
	g_assert_cmpstr(f->order->str, ==, "abcdefghij");
	advance(f, A_LITTLE_MORE_S);
	g_assert_cmpstr(f->order->str, ==, "abcdefghijk");
}

/* A pause of an hour saves nothing up but one second's worth. */
static void
test_pause(Fixture *f, gconstpointer data)
{
	advance(f, (gint64)3600 * G_USEC_PER_SEC);
	wait_for_turns(f, "abcdefg");
	settle();
	g_assert_cmpstr(f->order->str, ==, "abcde");
}

static void
test_count(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < PER_SECOND + 3; i++)
		offhook_pacer_count(f->pacer);
	wait_for_turns(f, "a");
	advance(f, A_LITTLE_LESS_S);
	g_assert_cmpstr(f->order->str, ==, "");
	advance(f, A_LITTLE_MORE_S - A_LITTLE_LESS_S);
	g_assert_cmpstr(f->order->str, ==, "a");
}

static void
test_rate(Fixture *f, gconstpointer data)
{
	wait_for_turns(f, "abcdefghij");
	settle();
	offhook_pacer_set_rate(f->pacer, 2);
	advance(f, A_LITTLE_MORE_S);
	g_assert_cmpstr(f->order->str, ==, "abcdefg");
	offhook_pacer_set_rate(f->pacer, 0); /* none would be for ever */
	advance(f, A_LITTLE_MORE_S);
	g_assert_cmpstr(f->order->str, ==, "abcdefgh");
}

static void
test_cancelled(Fixture *f, gconstpointer data)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();

	wait_for_turns(f, "abcde");
	wait_for_turn(f, 'f', cancellable);
	wait_for_turns(f, "g");
	settle();
	g_cancellable_cancel(cancellable);
	advance(f, A_LITTLE_MORE_S);
	g_assert_cmpstr(f->order->str, ==, "abcdeg");
	g_assert_cmpuint(f->cancelled, ==, 1);
}

static void
test_limit(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < MAX_WAITING + 2; i++)
		wait_for_turn(f, 'a', NULL);
	settle();
	g_assert_cmpuint(f->busy, ==, 2);
	g_assert_cmpuint(f->order->len, ==, PER_SECOND);
}

static void
test_stopped(Fixture *f, gconstpointer data)
{
	wait_for_turns(f, "abcdefgh");
	settle();
	g_clear_pointer(&f->pacer, offhook_pacer_free);
	settle();
	g_assert_cmpstr(f->order->str, ==, "abcde");
	g_assert_cmpuint(f->stopped, ==, 3);
	advance(f, A_LITTLE_MORE_S); /* nobody listens any more */
}

/* Whoever waited may be the last who needs the pacer. */
static void
freeing_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Fixture *f = user_data;

	g_assert_true(offhook_pacer_wait_finish(result, NULL));
	g_clear_pointer(&f->pacer, offhook_pacer_free);
}

/* From the main loop's timer, and from the clock. */
static void
test_freed_by_the_last(Fixture *f, gconstpointer data)
{
	offhook_pacer_wait_async(f->pacer, NULL, freeing_cb, f);
	settle();
	g_assert_null(f->pacer);
	f->pacer = offhook_pacer_new(f->clock, 1, 10);
	wait_for_turns(f, "a");
	settle();
	offhook_pacer_wait_async(f->pacer, NULL, freeing_cb, f);
	advance(f, A_LITTLE_MORE_S);
	g_assert_null(f->pacer);
}

static gboolean
are_through(gpointer data)
{
	return ((Fixture *)data)->order->len == PER_SECOND + 1;
}

/* The system's clock emits nothing: there the main loop's timer counts. */
static void
test_system_clock(Fixture *f, gconstpointer data)
{
	gint64 began_us = g_get_monotonic_time();

	offhook_pacer_free(f->pacer);
	f->pacer = offhook_pacer_new(offhook_clock_get_default(), PER_SECOND, MAX_WAITING);
	wait_for_turns(f, "abcdef");
	harness_wait_until(are_through, f, "all to be through");
	g_assert_cmpint(g_get_monotonic_time() - began_us, >=, G_USEC_PER_SEC);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"order", test_order},
	    {"no-second", test_no_second},
	    {"pause", test_pause},
	    {"count", test_count},
	    {"rate", test_rate},
	    {"cancelled", test_cancelled},
	    {"limit", test_limit},
	    {"stopped", test_stopped},
	    {"freed-by-the-last", test_freed_by_the_last},
	    {"system-clock", test_system_clock},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/pacer/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	return g_test_run();
}
