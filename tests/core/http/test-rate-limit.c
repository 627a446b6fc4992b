/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Rate limits: counting down, the next minute, clients apart, no limit.
 */

#include "http/server/rate-limit.h"

static void
test_rate_limit_window(void)
{
	g_autoptr(OffhookRateLimit) rates = offhook_rate_limit_new();
	OffhookRateStatus status;

	offhook_rate_limit_set(rates, OFFHOOK_RATE_CALLS, 2);
	status = offhook_rate_limit_count(rates, OFFHOOK_RATE_CALLS, "a", 600);
	g_assert_cmpuint(status.remaining, ==, 1);
	g_assert_cmpint(status.reset_s, ==, 660);
	status = offhook_rate_limit_count(rates, OFFHOOK_RATE_CALLS, "a", 659);
	g_assert_cmpuint(status.remaining, ==, 0);
	g_assert_false(status.exceeded);
	g_assert_true(offhook_rate_limit_count(rates, OFFHOOK_RATE_CALLS, "a", 659).exceeded);
	g_assert_false(offhook_rate_limit_count(rates, OFFHOOK_RATE_CALLS, "b", 659).exceeded);
	g_assert_false(offhook_rate_limit_count(rates, OFFHOOK_RATE_CALLS, "a", 660).exceeded);
}

/* The command line's requests are not those of others at its address. */
static void
test_rate_limit_operator(void)
{
	g_autoptr(OffhookRateLimit) rates = offhook_rate_limit_new();

	offhook_rate_limit_set(rates, OFFHOOK_RATE_CALLS, 1);
	for (guint i = 0; i < OFFHOOK_RATE_OPERATOR; i++)
		g_assert_false(
		    offhook_rate_limit_count_operator(rates, OFFHOOK_RATE_CALLS, "a", 0).exceeded);
	g_assert_true(
	    offhook_rate_limit_count_operator(rates, OFFHOOK_RATE_CALLS, "a", 0).exceeded);
	g_assert_false(offhook_rate_limit_count(rates, OFFHOOK_RATE_CALLS, "a", 0).exceeded);
	g_assert_true(offhook_rate_limit_count(rates, OFFHOOK_RATE_CALLS, "a", 0).exceeded);
}

static void
test_rate_limit_none(void)
{
	g_autoptr(OffhookRateLimit) rates = offhook_rate_limit_new();

	for (guint i = 0; i < 100; i++)
		g_assert_false(
		    offhook_rate_limit_count(rates, OFFHOOK_RATE_HEALTH, "a", 0).exceeded);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http/rate-limit/window", test_rate_limit_window);
	g_test_add_func("/http/rate-limit/operator", test_rate_limit_operator);
	g_test_add_func("/http/rate-limit/none", test_rate_limit_none);
	return g_test_run();
}
