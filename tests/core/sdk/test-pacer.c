/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/error.h>
#include <offhook/pacer.h>

#include "harness.h"

typedef struct {
	guint passed;
	guint failed;
	gint64 last_us;
	guint wanted;
	int code; /* of the last failure */
} Fixture;

static void
waited_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Fixture *f = user_data;
	g_autoptr(GError) error = NULL;

	f->last_us = g_get_monotonic_time();
	if (offhook_pacer_wait_finish(result, &error)) {
		f->passed++;
	} else {
		f->failed++;
		f->code = error->code;
	}
}

static gboolean
are_through(gpointer data)
{
	return ((Fixture *)data)->passed == ((Fixture *)data)->wanted;
}

static void
test_paces(void)
{
	g_autoptr(OffhookPacer) pacer = offhook_pacer_new(20, 100);
	gint64 began_us = g_get_monotonic_time();
	Fixture f = {.wanted = 24};

	for (guint i = 0; i < f.wanted; i++)
		offhook_pacer_wait_async(pacer, NULL, waited_cb, &f);
	g_assert_cmpuint(f.passed, ==, 0); /* never before it returns */
	harness_wait_until(are_through, &f, "all to be through");
	/* A second's worth at once, and the others when it is over. */
	g_assert_cmpint(f.last_us - began_us, >=, G_USEC_PER_SEC);
}

static void
test_counts(void)
{
	g_autoptr(OffhookPacer) pacer = offhook_pacer_new(10, 100);
	gint64 began_us = g_get_monotonic_time();
	Fixture f = {.wanted = 1};

	for (guint i = 0; i < 11; i++)
		offhook_pacer_count(pacer);
	offhook_pacer_wait_async(pacer, NULL, waited_cb, &f);
	harness_wait_until(are_through, &f, "the one that was asked for");
	g_assert_cmpint(f.last_us - began_us, >=, G_USEC_PER_SEC);
}

static void
test_limit(void)
{
	OffhookPacer *pacer = offhook_pacer_new(1, 2);
	Fixture f = {0};

	for (guint i = 0; i < 3; i++)
		offhook_pacer_wait_async(pacer, NULL, waited_cb, &f);
	while (f.failed == 0)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpint(f.code, ==, OFFHOOK_ERROR_BUSY);
	offhook_pacer_free(pacer);
	while (f.failed + f.passed < 3)
		g_main_context_iteration(NULL, TRUE);
	if (f.failed > 1)
		g_assert_cmpint(f.code, ==, OFFHOOK_ERROR_UNAVAILABLE);
}

/* Whoever waited may be the last who needs the pacer. */
static void
freeing_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookPacer **pacer = user_data;

	g_assert_true(offhook_pacer_wait_finish(result, NULL));
	g_clear_pointer(pacer, offhook_pacer_free);
}

static void
test_freed_by_the_last(void)
{
	OffhookPacer *pacer = offhook_pacer_new(10, 10);

	offhook_pacer_wait_async(pacer, NULL, freeing_cb, &pacer);
	while (pacer != NULL)
		g_main_context_iteration(NULL, TRUE);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pacer/paces", test_paces);
	g_test_add_func("/pacer/counts", test_counts);
	g_test_add_func("/pacer/limit", test_limit);
	g_test_add_func("/pacer/freed-by-the-last", test_freed_by_the_last);
	return g_test_run();
}
