/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/turn-timings.h"

#define MS(x) ((gint64)(x)*1000)

static void
fill(OffhookTurnTimings *t)
{
	offhook_turn_timings_init(t);
	offhook_turn_timings_stamp(t, OFFHOOK_STAMP_SPEECH_ENDED, MS(1000));
	offhook_turn_timings_begin_share(t, OFFHOOK_SHARE_TRANSCRIBER, MS(1200));
	offhook_turn_timings_end_share(t, OFFHOOK_SHARE_TRANSCRIBER, MS(1350));
	offhook_turn_timings_stamp(t, OFFHOOK_STAMP_TRANSCRIPT_FINAL, MS(1350));
	offhook_turn_timings_stamp(t, OFFHOOK_STAMP_DUE, MS(1800));
	offhook_turn_timings_stamp(t, OFFHOOK_STAMP_COMMITTED, MS(1801));
	offhook_turn_timings_begin_share(t, OFFHOOK_SHARE_AGENT, MS(1801));
	offhook_turn_timings_end_share(t, OFFHOOK_SHARE_AGENT, MS(1901));
	offhook_turn_timings_stamp(t, OFFHOOK_STAMP_FIRST_TEXT, MS(1901));
	offhook_turn_timings_begin_share(t, OFFHOOK_SHARE_SYNTHESIZER, MS(1902));
	offhook_turn_timings_end_share(t, OFFHOOK_SHARE_SYNTHESIZER, MS(1952));
	offhook_turn_timings_stamp(t, OFFHOOK_STAMP_FIRST_AUDIO, MS(1952));
	offhook_turn_timings_stamp(t, OFFHOOK_STAMP_FIRST_FRAME, MS(1954));
}

static void
test_figures(void)
{
	OffhookTurnTimings t;

	fill(&t);
	g_assert_cmpint(offhook_turn_timings_get_answer_delay(&t), ==, MS(954));
	g_assert_cmpint(offhook_turn_timings_get_share(&t, OFFHOOK_SHARE_TRANSCRIBER), ==, MS(150));
	g_assert_cmpint(offhook_turn_timings_get_share(&t, OFFHOOK_SHARE_AGENT), ==, MS(100));
	g_assert_cmpint(
	    offhook_turn_timings_get_between(&t, OFFHOOK_STAMP_COMMITTED, OFFHOOK_STAMP_FIRST_TEXT),
	    ==, MS(100));
	/* 1 ms to decide, 1 from text to synthesiser, 2 to the wire. */
	g_assert_cmpint(offhook_turn_timings_get_own_share(&t), ==, MS(4));
}

static void
test_first_counts(void)
{
	OffhookTurnTimings t, copy;

	fill(&t);
	copy = t;
	offhook_turn_timings_stamp(&t, OFFHOOK_STAMP_FIRST_FRAME, MS(9999));
	offhook_turn_timings_begin_share(&t, OFFHOOK_SHARE_SYNTHESIZER, MS(5000));
	offhook_turn_timings_end_share(&t, OFFHOOK_SHARE_SYNTHESIZER, MS(6000));
	g_assert_cmpmem(&t, sizeof t, &copy, sizeof copy);
}

static void
test_missing(void)
{
	OffhookTurnTimings t;

	offhook_turn_timings_init(&t);
	g_assert_cmpint(offhook_turn_timings_get_answer_delay(&t), ==, -1);
	g_assert_cmpint(offhook_turn_timings_get_own_share(&t), ==, -1);
	g_assert_cmpint(offhook_turn_timings_get_share(&t, OFFHOOK_SHARE_AGENT), ==, -1);
	offhook_turn_timings_end_share(&t, OFFHOOK_SHARE_AGENT, MS(5));
	g_assert_cmpint(offhook_turn_timings_get_share(&t, OFFHOOK_SHARE_AGENT), ==, -1);
	/* A turn that did not come of speech (a greeting) has no DUE. */
	offhook_turn_timings_stamp(&t, OFFHOOK_STAMP_COMMITTED, MS(100));
	offhook_turn_timings_stamp(&t, OFFHOOK_STAMP_FIRST_FRAME, MS(130));
	g_assert_cmpint(offhook_turn_timings_get_own_share(&t), ==, MS(30));
	g_assert_cmpint(offhook_turn_timings_get_answer_delay(&t), ==, -1);
}

static void
test_speculation(void)
{
	OffhookTurnTimings t;

	/* The agent began before the turn had ended: only what it took after that counts. */
	offhook_turn_timings_init(&t);
	offhook_turn_timings_begin_share(&t, OFFHOOK_SHARE_AGENT, MS(1000));
	offhook_turn_timings_end_share(&t, OFFHOOK_SHARE_AGENT, MS(1900));
	offhook_turn_timings_stamp(&t, OFFHOOK_STAMP_DUE, MS(1800));
	offhook_turn_timings_stamp(&t, OFFHOOK_STAMP_FIRST_FRAME, MS(1910));
	g_assert_cmpint(offhook_turn_timings_get_own_share(&t), ==, MS(10));
}

static void
test_names(void)
{
	g_assert_cmpstr(offhook_stamp_to_string(OFFHOOK_STAMP_SPEECH_ENDED), ==, "speech_ended");
	g_assert_cmpstr(offhook_stamp_to_string(OFFHOOK_STAMP_HEARD_END), ==, "heard_end");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/turn-timings/figures", test_figures);
	g_test_add_func("/turn/turn-timings/first-counts", test_first_counts);
	g_test_add_func("/turn/turn-timings/missing", test_missing);
	g_test_add_func("/turn/turn-timings/speculation", test_speculation);
	g_test_add_func("/turn/turn-timings/names", test_names);
	return g_test_run();
}
