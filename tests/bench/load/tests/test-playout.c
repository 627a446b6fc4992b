/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The model of the carrier's buffer, and the talker that listens through it. Time is made up here. */

#include "talk.h"

#include <string.h>

#define MS 1000

static guint8 test_loud[LOAD_FRAME_SAMPLES];
static guint8 test_quiet[LOAD_FRAME_SAMPLES];

static void
test_push(LoadPlayout *playout, const guint8 *codes, guint frames, gint64 now_us)
{
	for (guint i = 0; i < frames; i++)
		load_playout_push(playout, codes, LOAD_FRAME_SAMPLES, now_us);
}

static void
test_marks(void)
{
	LoadPlayout playout;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	gint64 now_us = 1000 * MS;

	load_playout_init(&playout);
	test_push(&playout, test_loud, 5, now_us);
	load_playout_push_mark(&playout, "one", 3, now_us);
	test_push(&playout, test_loud, 50, now_us);
	load_playout_push_mark(&playout, "two", 3, now_us);
	g_assert_null(load_playout_pop_mark(&playout, now_us + 99 * MS));
	first = load_playout_pop_mark(&playout, now_us + 100 * MS);
	g_assert_cmpstr(first, ==, "one");
	g_assert_null(load_playout_pop_mark(&playout, now_us + 200 * MS));
	load_playout_flush(&playout, now_us + 200 * MS);
	second = load_playout_pop_mark(&playout, now_us + 200 * MS);
	g_assert_cmpstr(second, ==, "two");
	load_playout_push_mark(&playout, "left", 4, now_us);
	load_playout_clear(&playout);
}

static void
test_hearing(void)
{
	LoadPlayout playout;
	gint64 now_us = 1000 * MS;

	load_playout_init(&playout);
	test_push(&playout, test_quiet, 2, now_us);
	test_push(&playout, test_loud, 10, now_us);
	g_assert_cmpint(playout.loud_begin_us, ==, now_us + 40 * MS);
	g_assert_cmpint(playout.loud_end_us, ==, now_us + 240 * MS);
	/* Real time has gone on: the buffer ran empty, and a new sound begins. */
	test_push(&playout, test_loud, 1, now_us + 900 * MS);
	g_assert_cmpint(playout.loud_begin_us, ==, now_us + 900 * MS);
	test_push(&playout, test_loud, 10, now_us + 910 * MS);
	load_playout_flush(&playout, now_us + 950 * MS);
	g_assert_cmpint(playout.loud_begin_us, ==, now_us + 900 * MS);
	g_assert_cmpint(playout.loud_end_us, ==, now_us + 950 * MS);
}

static gboolean
test_is_silence(const LoadSound *sound)
{
	return sound == load_sounds_get_silence();
}

/*
 * A server that answers 550 ms after the caller's last frame, for 2 s, and falls silent 200 ms after
 * he begins to interrupt.
 */
static void
test_talk(void)
{
	LoadTally tally;
	LoadPlayout playout;
	LoadTalk talk;
	gint64 spoke_us = 0, began_us = 0, answer_until_us = 0;
	gint64 now_us = 5000 * MS;

	load_tally_init(&tally);
	tally.measuring = TRUE;
	load_playout_init(&playout);
	load_talk_init(&talk, &tally, now_us);
	for (guint i = 0; i < 60 * 50; i++, now_us += 20 * MS) {
		gboolean speaks = !test_is_silence(load_talk_next(&talk, &playout, now_us));

		if (speaks && (spoke_us == 0 || now_us - spoke_us > 20 * MS))
			began_us = now_us;
		if (speaks)
			spoke_us = now_us;
		if (speaks && now_us - began_us == 200 * MS && answer_until_us > now_us) {
			answer_until_us = 0;
			load_playout_flush(&playout, now_us);
		}
		if (!speaks && spoke_us != 0 && now_us - spoke_us == 560 * MS)
			answer_until_us = now_us + 2000 * MS;
		if (now_us < answer_until_us)
			test_push(&playout, test_loud, 1, now_us);
	}
	g_assert_cmpuint(tally.turns, >, 8);
	g_assert_cmpuint(tally.unanswered, ==, 0);
	g_assert_cmpfloat_with_epsilon(load_times_get_ms(&tally.answer, 0.0), 560.0, 0.001);
	g_assert_cmpfloat_with_epsilon(load_times_get_ms(&tally.answer, 1.0), 560.0, 0.001);
	g_assert_cmpuint(tally.barge_in.values->len, >, 3);
	g_assert_cmpfloat_with_epsilon(load_times_get_ms(&tally.barge_in, 0.0), 200.0, 0.001);
	g_assert_cmpfloat_with_epsilon(load_times_get_ms(&tally.barge_in, 1.0), 200.0, 0.001);
	load_playout_clear(&playout);
	load_tally_clear(&tally);
}

/* A server that says nothing: the caller tries again. */
static void
test_unanswered(void)
{
	LoadTally tally;
	LoadPlayout playout;
	LoadTalk talk;
	gint64 now_us = 5000 * MS;

	load_tally_init(&tally);
	tally.measuring = TRUE;
	load_playout_init(&playout);
	load_talk_init(&talk, &tally, now_us);
	for (guint i = 0; i < 40 * 50; i++, now_us += 20 * MS)
		load_talk_next(&talk, &playout, now_us);
	g_assert_cmpuint(tally.turns, ==, 0);
	g_assert_cmpuint(tally.unanswered, >=, 3);
	load_tally_clear(&tally);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	load_sounds_init();
	memset(test_loud, load_mulaw_encode(12000), sizeof test_loud);
	memset(test_quiet, LOAD_SILENCE, sizeof test_quiet);
	g_test_add_func("/load/playout/marks", test_marks);
	g_test_add_func("/load/playout/hearing", test_hearing);
	g_test_add_func("/load/talk/turns", test_talk);
	g_test_add_func("/load/talk/unanswered", test_unanswered);
	return g_test_run();
}
