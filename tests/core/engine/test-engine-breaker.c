/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/engine-breaker.h"

#define SECOND G_USEC_PER_SEC

static void
assert_state(const OffhookBreaker *breaker, OffhookBreakerState state, gint64 probe_at_us)
{
	g_assert_cmpint(breaker->state, ==, state);
	g_assert_cmpint(offhook_breaker_get_probe_time(breaker), ==, probe_at_us);
}

static void
test_opens_and_closes(void)
{
	OffhookBreaker breaker;

	offhook_breaker_init(&breaker, NULL);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, G_MAXINT64);
	offhook_breaker_fail(&breaker, 10 * SECOND, FALSE);
	offhook_breaker_fail(&breaker, 11 * SECOND, FALSE);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, 12 * SECOND);
	offhook_breaker_fail(&breaker, 11 * SECOND, FALSE);
	assert_state(&breaker, OFFHOOK_BREAKER_OPEN, 12 * SECOND);
	g_assert_cmpuint(offhook_breaker_count_failures(&breaker, 11 * SECOND), ==, 3);

	offhook_breaker_begin_probe(&breaker);
	assert_state(&breaker, OFFHOOK_BREAKER_HALF_OPEN, G_MAXINT64);
	/* Sessions that had begun before still report. */
	offhook_breaker_fail(&breaker, 12 * SECOND, FALSE);
	assert_state(&breaker, OFFHOOK_BREAKER_HALF_OPEN, G_MAXINT64);
	offhook_breaker_end_probe(&breaker, 13 * SECOND, TRUE);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, G_MAXINT64);
	/* What was before is forgotten. */
	offhook_breaker_fail(&breaker, 14 * SECOND, FALSE);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, 16 * SECOND);
}

static void
test_backs_off(void)
{
	static const guint expected_s[] = {4, 8, 16, 32, 60, 60};
	OffhookBreaker breaker;
	gint64 now = 10 * SECOND;

	offhook_breaker_init(&breaker, NULL);
	offhook_breaker_fail(&breaker, now, TRUE);
	assert_state(&breaker, OFFHOOK_BREAKER_OPEN, now + 2 * SECOND);
	for (guint i = 0; i < G_N_ELEMENTS(expected_s); i++) {
		now = offhook_breaker_get_probe_time(&breaker);
		offhook_breaker_begin_probe(&breaker);
		offhook_breaker_end_probe(&breaker, now, FALSE);
		assert_state(&breaker, OFFHOOK_BREAKER_OPEN, now + expected_s[i] * SECOND);
	}
	offhook_breaker_hurry(&breaker, now);
	assert_state(&breaker, OFFHOOK_BREAKER_OPEN, now);
	/* Somebody had nobody else to ask, and it worked. */
	offhook_breaker_succeed(&breaker, now);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, G_MAXINT64);
	offhook_breaker_fail(&breaker, now, TRUE);
	assert_state(&breaker, OFFHOOK_BREAKER_OPEN, now + 2 * SECOND);
}

/* A few failures among many successes are no outage; nor are some that are long ago. */
static void
test_tolerates(void)
{
	OffhookBreaker breaker;

	offhook_breaker_init(&breaker, NULL);
	for (guint i = 0; i < 5; i++)
		offhook_breaker_succeed(&breaker, 10 * SECOND);
	for (guint i = 0; i < 4; i++)
		offhook_breaker_fail(&breaker, 11 * SECOND, FALSE);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, 13 * SECOND);
	offhook_breaker_fail(&breaker, 11 * SECOND, FALSE);
	assert_state(&breaker, OFFHOOK_BREAKER_OPEN, 13 * SECOND);

	offhook_breaker_init(&breaker, NULL);
	for (guint i = 0; i < 6; i++)
		offhook_breaker_fail(&breaker, (10 + 16 * i) * SECOND, FALSE);
	g_assert_cmpint(breaker.state, ==, OFFHOOK_BREAKER_CLOSED);
}

static void
test_suspect_is_probed(void)
{
	OffhookBreaker breaker;

	offhook_breaker_init(&breaker, NULL);
	offhook_breaker_fail(&breaker, 10 * SECOND, FALSE);
	offhook_breaker_begin_probe(&breaker);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, G_MAXINT64);
	offhook_breaker_end_probe(&breaker, 12 * SECOND, FALSE);
	assert_state(&breaker, OFFHOOK_BREAKER_OPEN, 16 * SECOND);
	/* A success makes the probe needless. */
	offhook_breaker_init(&breaker, NULL);
	offhook_breaker_fail(&breaker, 10 * SECOND, FALSE);
	offhook_breaker_succeed(&breaker, 11 * SECOND);
	assert_state(&breaker, OFFHOOK_BREAKER_CLOSED, G_MAXINT64);
	g_assert_cmpint(breaker.success_us, ==, 11 * SECOND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/engine-breaker/opens-and-closes", test_opens_and_closes);
	g_test_add_func("/engine-breaker/backs-off", test_backs_off);
	g_test_add_func("/engine-breaker/tolerates", test_tolerates);
	g_test_add_func("/engine-breaker/suspect-is-probed", test_suspect_is_probed);
	return g_test_run();
}
