/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/ledger.h"

#define MS(x) ((gint64)(x)*1000)
#define T0    3600000 /* ms: no clock begins at 0 */

/* A ledger whose audio is heard at once, so that only what a test is about shows. */
static OffhookLedger *
make(void)
{
	OffhookLedgerConfig config = {.latency_ms = 0};

	return offhook_ledger_new(&config);
}

/* @ms of @piece exist and leave in frames, the first at @at, @lead ahead of real time. */
static void
send_all(OffhookLedger *self, gint64 at, guint piece, guint ms, guint lead)
{
	offhook_ledger_append(self, piece, ms);
	offhook_ledger_complete(self, piece);
	for (guint i = 0; i < ms / 20; i++)
		offhook_ledger_sent(self, MS(at + MAX((gint64)i * 20 - lead, 0)), piece, 20);
}

static void
assert_heard(OffhookLedger *self, gint64 at, guint piece, guint ms)
{
	guint have_piece, have_ms;

	offhook_ledger_get_heard(self, MS(at), &have_piece, &have_ms);
	g_assert_cmpuint(have_piece, ==, piece);
	g_assert_cmpuint(have_ms, ==, ms);
}

static void
test_real_time(void)
{
	g_autoptr(OffhookLedger) self = make();

	assert_heard(self, T0, 0, 0);
	g_assert_cmpint(offhook_ledger_get_next_heard_deadline(self, MS(T0)), ==, G_MAXINT64);
	send_all(self, T0, 1, 1000, 120);
	/* Frames sent ahead are not heard ahead; these were sent up to 0.88 s. */
	assert_heard(self, T0 + 900, 1, 900);
	g_assert_cmpuint(offhook_ledger_get_far_buffered_ms(self, MS(T0 + 900)), ==, 100);
	g_assert_cmpint(offhook_ledger_get_next_heard_deadline(self, MS(T0 + 900)), ==,
			MS(T0 + 1000));
	g_assert_false(offhook_ledger_is_piece_heard(self, MS(T0 + 980), 1));
	g_assert_false(offhook_ledger_is_all_heard(self, MS(T0 + 980)));
	g_assert_true(offhook_ledger_is_piece_heard(self, MS(T0 + 1000), 1));
	g_assert_true(offhook_ledger_is_all_heard(self, MS(T0 + 1000)));
	g_assert_cmpuint(offhook_ledger_get_far_buffered_ms(self, MS(T0 + 1000)), ==, 0);
	assert_heard(self, T0 + 5000, 1, 1000);
}

static void
test_latency(void)
{
	g_autoptr(OffhookLedger) self = offhook_ledger_new(NULL);

	send_all(self, T0, 1, 1000, 1000);
	g_assert_cmpuint(offhook_ledger_get_delay_ms(self), ==, 60);
	assert_heard(self, T0 + 60, 0, 0);
	assert_heard(self, T0 + 560, 1, 500);
	g_assert_cmpint(offhook_ledger_get_next_heard_deadline(self, MS(T0 + 560)), ==,
			MS(T0 + 1060));
}

static void
test_pieces_and_silence(void)
{
	g_autoptr(OffhookLedger) self = make();
	gboolean complete;

	send_all(self, T0, 1, 400, 400);
	/* Silence takes its time like anything else, but is nobody's. */
	for (guint i = 0; i < 5; i++)
		offhook_ledger_sent(self, MS(T0), 0, 20);
	send_all(self, T0, 2, 200, 200);
	assert_heard(self, T0 + 300, 1, 300);
	assert_heard(self, T0 + 480, 1, 400);
	g_assert_false(offhook_ledger_is_all_heard(self, MS(T0 + 480)));
	assert_heard(self, T0 + 600, 2, 100);
	g_assert_cmpuint(offhook_ledger_get_piece_heard_ms(self, MS(T0 + 600), 1), ==, 400);
	g_assert_cmpuint(offhook_ledger_get_piece_total_ms(self, 2, &complete), ==, 200);
	g_assert_true(complete);
	g_assert_cmpuint(offhook_ledger_get_piece_total_ms(self, 3, &complete), ==, 0);
	g_assert_false(complete);
	g_assert_false(offhook_ledger_is_piece_heard(self, MS(T0 + 600), 3));
}

static void
test_incomplete_and_empty(void)
{
	g_autoptr(OffhookLedger) self = make();

	offhook_ledger_append(self, 1, 100);
	for (guint i = 0; i < 5; i++)
		offhook_ledger_sent(self, MS(T0), 1, 20);
	g_assert_false(offhook_ledger_is_piece_heard(self, MS(T0 + 500), 1));
	offhook_ledger_complete(self, 1);
	g_assert_true(offhook_ledger_is_piece_heard(self, MS(T0 + 500), 1));
	/* A piece that turned out to have no sound. */
	offhook_ledger_complete(self, 2);
	g_assert_true(offhook_ledger_is_piece_heard(self, MS(T0 + 500), 2));
	/* One of which audio waits unsent. */
	offhook_ledger_append(self, 3, 100);
	offhook_ledger_complete(self, 3);
	g_assert_false(offhook_ledger_is_piece_heard(self, MS(T0 + 500), 3));
}

static void
test_underrun(void)
{
	g_autoptr(OffhookLedger) self = make();

	send_all(self, T0, 1, 200, 200);
	/* Nothing for half a second, then more of the next. */
	assert_heard(self, T0 + 600, 1, 200);
	send_all(self, T0 + 700, 2, 200, 200);
	assert_heard(self, T0 + 800, 2, 100);
}

static void
test_clear(void)
{
	g_autoptr(OffhookLedger) self = make();

	send_all(self, T0, 1, 1000, 1000);
	send_all(self, T0, 2, 1000, 1000);
	offhook_ledger_cleared(self, MS(T0 + 500));
	assert_heard(self, T0 + 500, 1, 500);
	assert_heard(self, T0 + 590, 1, 500);
	g_assert_cmpuint(offhook_ledger_get_piece_heard_ms(self, MS(T0 + 590), 2), ==, 0);
	g_assert_false(offhook_ledger_is_piece_heard(self, MS(T0 + 590), 1));
	g_assert_cmpuint(offhook_ledger_get_far_buffered_ms(self, MS(T0 + 500)), ==, 0);
	g_assert_cmpint(offhook_ledger_get_next_heard_deadline(self, MS(T0 + 500)), ==, G_MAXINT64);
	/* What follows is played at once. */
	send_all(self, T0 + 600, 3, 200, 200);
	assert_heard(self, T0 + 700, 3, 100);
}

static void
test_clear_takes_time(void)
{
	OffhookLedgerConfig config = {.latency_ms = 60, .clear_ms = 40};
	g_autoptr(OffhookLedger) self = offhook_ledger_new(&config);

	send_all(self, T0, 1, 1000, 1000);
	offhook_ledger_cleared(self, MS(T0 + 500));
	assert_heard(self, T0 + 500, 1, 480);
}

static void
test_echoes_teach_the_delay(void)
{
	g_autoptr(OffhookLedger) self = offhook_ledger_new(NULL);

	send_all(self, T0, 1, 2000, 120);
	offhook_ledger_mark_sent(self, MS(T0 + 1880), 1);
	g_assert_true(offhook_ledger_mark_echoed(self, MS(T0 + 2010), 1));
	g_assert_cmpuint(offhook_ledger_get_delay_ms(self), ==, 10);
	g_assert_true(offhook_ledger_is_piece_heard(self, MS(T0 + 2010), 1));
}

static void
test_early_echo_is_a_proof(void)
{
	g_autoptr(OffhookLedger) self = offhook_ledger_new(NULL);

	send_all(self, T0, 1, 1000, 1000);
	offhook_ledger_mark_sent(self, MS(T0), 1);
	/* The far end plays faster than we think. */
	g_assert_true(offhook_ledger_mark_echoed(self, MS(T0 + 900), 1));
	assert_heard(self, T0 + 900, 1, 1000);
}

/* One frame and a mark every 20 ms; echoes are late by what @lateness says of the n-th. */
static void
talk(OffhookLedger *self, guint frames, const guint *lateness, guint n)
{
	offhook_ledger_append(self, 1, frames * 20);
	for (guint i = 0; i < frames; i++) {
		gint64 at = T0 + (gint64)i * 20;

		for (guint k = 0; k < i; k++) {
			if ((k + 1) * 20 + lateness[k % n] == i * 20)
				g_assert_true(offhook_ledger_mark_echoed(self, MS(at), k + 1));
		}
		offhook_ledger_sent(self, MS(at), 1, 20);
		offhook_ledger_mark_sent(self, MS(at), i + 1);
	}
}

static void
test_slow_far_end(void)
{
	g_autoptr(OffhookLedger) self = offhook_ledger_new(NULL);
	const guint late[] = {300};

	talk(self, 100, late, 1);
	g_assert_cmpuint(offhook_ledger_get_delay_ms(self), ==, 300);
	assert_heard(self, T0 + 2000, 1, 1700);
}

static void
test_single_late_echoes(void)
{
	g_autoptr(OffhookLedger) self = offhook_ledger_new(NULL);
	const guint late[] = {40, 400, 220};

	talk(self, 100, late, 3);
	g_assert_cmpuint(offhook_ledger_get_delay_ms(self), ==, 40);
	assert_heard(self, T0 + 2000, 1, 1960);
}

static void
test_never_backwards(void)
{
	g_autoptr(OffhookLedger) self = make();

	send_all(self, T0, 1, 1000, 1000);
	offhook_ledger_mark_sent(self, MS(T0), 1);
	for (guint i = 0; i < 100; i++)
		offhook_ledger_sent(self, MS(T0), 2, 20);
	assert_heard(self, T0 + 1500, 2, 500);
	/* The mark of piece 1 comes half a second later than we thought. */
	g_assert_true(offhook_ledger_mark_echoed(self, MS(T0 + 1500), 1));
	assert_heard(self, T0 + 1500, 2, 500);
	assert_heard(self, T0 + 1900, 2, 500);
	assert_heard(self, T0 + 2100, 2, 600);
}

static void
test_echoes_of_a_clear(void)
{
	g_autoptr(OffhookLedger) self = make();

	send_all(self, T0, 1, 1000, 1000);
	offhook_ledger_mark_sent(self, MS(T0), 7);
	offhook_ledger_cleared(self, MS(T0 + 300));
	g_assert_false(offhook_ledger_mark_echoed(self, MS(T0 + 320), 7));
	assert_heard(self, T0 + 320, 1, 300);
	g_assert_cmpuint(offhook_ledger_get_delay_ms(self), ==, 0);
	/* Neither do echoes of marks that were never sent, nor second ones. */
	g_assert_false(offhook_ledger_mark_echoed(self, MS(T0 + 330), 99));
	offhook_ledger_mark_sent(self, MS(T0 + 400), 8);
	g_assert_true(offhook_ledger_mark_echoed(self, MS(T0 + 410), 8));
	g_assert_false(offhook_ledger_mark_echoed(self, MS(T0 + 420), 8));
}

static void
test_resume_after_pause(void)
{
	g_autoptr(OffhookLedger) self = make();

	offhook_ledger_append(self, 1, 400);
	offhook_ledger_complete(self, 1);
	for (guint i = 0; i < 10; i++)
		offhook_ledger_sent(self, MS(T0), 1, 20);
	assert_heard(self, T0 + 1000, 1, 200);
	/* Held for two seconds, then the other half. */
	for (guint i = 0; i < 10; i++)
		offhook_ledger_sent(self, MS(T0 + 2000), 1, 20);
	assert_heard(self, T0 + 2100, 1, 300);
	g_assert_true(offhook_ledger_is_piece_heard(self, MS(T0 + 2200), 1));
}

static void
test_long_call(void)
{
	g_autoptr(OffhookLedger) self = make();

	/* Five hours of speech with a mark per piece, none of them echoed. */
	for (guint i = 0; i < 18000; i++) {
		send_all(self, T0 + (gint64)i * 1000, i + 1, 1000, 120);
		offhook_ledger_mark_sent(self, MS(T0 + (gint64)i * 1000 + 900), i + 1);
	}
	assert_heard(self, T0 + 17999 * 1000 + 900, 18000, 900);
	g_assert_true(offhook_ledger_is_piece_heard(self, MS(T0 + 18000 * 1000), 17900));
	/* Long ago. */
	g_assert_false(offhook_ledger_is_piece_heard(self, MS(T0 + 18000 * 1000), 1));
	g_assert_false(offhook_ledger_mark_echoed(self, MS(T0 + 18000 * 1000), 1));
}

static void
test_far_ahead_of_time(void)
{
	g_autoptr(OffhookLedger) self = make();

	/* An hour of changing pieces at once. */
	for (guint i = 0; i < 180000; i++)
		offhook_ledger_sent(self, MS(T0), 1 + i % 2, 20);
	offhook_ledger_cleared(self, MS(T0 + 1000));
	g_assert_true(offhook_ledger_is_all_heard(self, MS(T0 + 1000)));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/ledger/real-time", test_real_time);
	g_test_add_func("/turn/ledger/latency", test_latency);
	g_test_add_func("/turn/ledger/pieces-and-silence", test_pieces_and_silence);
	g_test_add_func("/turn/ledger/incomplete-and-empty", test_incomplete_and_empty);
	g_test_add_func("/turn/ledger/underrun", test_underrun);
	g_test_add_func("/turn/ledger/clear", test_clear);
	g_test_add_func("/turn/ledger/clear-takes-time", test_clear_takes_time);
	g_test_add_func("/turn/ledger/echoes-teach", test_echoes_teach_the_delay);
	g_test_add_func("/turn/ledger/early-echo", test_early_echo_is_a_proof);
	g_test_add_func("/turn/ledger/slow-far-end", test_slow_far_end);
	g_test_add_func("/turn/ledger/single-late-echoes", test_single_late_echoes);
	g_test_add_func("/turn/ledger/never-backwards", test_never_backwards);
	g_test_add_func("/turn/ledger/echoes-of-a-clear", test_echoes_of_a_clear);
	g_test_add_func("/turn/ledger/resume-after-pause", test_resume_after_pause);
	g_test_add_func("/turn/ledger/long-call", test_long_call);
	g_test_add_func("/turn/ledger/far-ahead", test_far_ahead_of_time);
	return g_test_run();
}
