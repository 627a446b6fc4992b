/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Is what the generator says of the returned audio true? The line between is made here: it delays,
 * loses, inserts and swaps known amounts.
 */

#include "pings.h"

#include <string.h>

#define SECONDS 10
#define FRAMES  (SECONDS * 50)
#define PING_AT 7 /* of 50 frames */

typedef struct {
	LoadTally tally;
	LoadPings pings;
	guint8 line[FRAMES * LOAD_FRAME_SAMPLES];
} Fixture;

/* Sends all of it, with a ping a second; what arrives is in `line`, to be spoilt. */
static void
test_set_up(Fixture *self, gconstpointer data)
{
	guint8 ping[LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES];

	load_tally_init(&self->tally);
	self->tally.measuring = TRUE;
	load_pings_init(&self->pings, &self->tally);
	memset(self->line, LOAD_SILENCE, sizeof self->line);
	for (guint second = 0; second < SECONDS; second++) {
		gsize at = (second * 50 + PING_AT) * LOAD_FRAME_SAMPLES;

		load_sounds_make_ping(second % LOAD_PING_TONES, ping);
		memcpy(self->line + at, ping, sizeof ping);
	}
}

static void
test_tear_down(Fixture *self, gconstpointer data)
{
	load_tally_clear(&self->tally);
}

/* Frame by frame, sent and, @delay_us later, received. */
static void
test_run(Fixture *self, const guint8 *returned, gsize n, gint64 delay_us)
{
	for (guint i = 0; i < FRAMES; i++) {
		gint64 now_us = (gint64)i * LOAD_FRAME_US;
		gsize at = (gsize)i * LOAD_FRAME_SAMPLES;

		if (i % 50 == PING_AT) {
			guint tone = load_pings_send(&self->pings, at, now_us);

			g_assert_cmpuint(tone, ==, i / 50 % LOAD_PING_TONES);
		}
		if (at < n)
			load_pings_receive(&self->pings, returned + at,
					   MIN(LOAD_FRAME_SAMPLES, n - at), now_us + delay_us);
	}
	load_pings_end(&self->pings);
}

static void
test_assert(Fixture *self, guint returned, guint lost, guint misordered)
{
	g_assert_cmpuint(self->tally.pings_sent, ==, SECONDS);
	g_assert_cmpuint(self->tally.pings_returned, ==, returned);
	g_assert_cmpuint(self->tally.pings_lost, ==, lost);
	g_assert_cmpuint(self->tally.pings_misordered, ==, misordered);
}

static void
test_clean(Fixture *self, gconstpointer data)
{
	test_run(self, self->line, sizeof self->line, 3000);
	test_assert(self, SECONDS, 0, 0);
	g_assert_cmpuint(self->tally.samples_lost + self->tally.samples_inserted, ==, 0);
	g_assert_cmpfloat_with_epsilon(load_times_get_ms(&self->tally.delay, 1.0), 3.0, 0.001);
	g_assert_cmpuint(self->pings.returned, ==, sizeof self->line);
}

/* 20 samples later within its frame, as through a resampler: 2.5 ms more. */
static void
test_offset(Fixture *self, gconstpointer data)
{
	memmove(self->line + 20, self->line, sizeof self->line - 20);
	test_run(self, self->line, sizeof self->line, 3000);
	test_assert(self, SECONDS, 0, 0);
	g_assert_cmpuint(self->tally.samples_lost + self->tally.samples_inserted, ==, 0);
	g_assert_cmpfloat_with_epsilon(load_times_get_ms(&self->tally.delay, 0.5), 5.5, 0.001);
}

static void
test_lost_audio(Fixture *self, gconstpointer data)
{
	gsize at = (3 * 50 + 30) * LOAD_FRAME_SAMPLES, gone = 2 * LOAD_FRAME_SAMPLES;

	memmove(self->line + at, self->line + at + gone, sizeof self->line - at - gone);
	test_run(self, self->line, sizeof self->line - gone, 0);
	test_assert(self, SECONDS, 0, 0);
	g_assert_cmpuint(self->tally.samples_lost, ==, gone);
	g_assert_cmpuint(self->tally.samples_inserted, ==, 0);
}

static void
test_inserted_audio(Fixture *self, gconstpointer data)
{
	gsize at = (5 * 50 + 30) * LOAD_FRAME_SAMPLES;

	memmove(self->line + at + LOAD_FRAME_SAMPLES, self->line + at,
		sizeof self->line - at - LOAD_FRAME_SAMPLES);
	test_run(self, self->line, sizeof self->line, 0);
	test_assert(self, SECONDS, 0, 0);
	g_assert_cmpuint(self->tally.samples_lost, ==, 0);
	g_assert_cmpuint(self->tally.samples_inserted, ==, LOAD_FRAME_SAMPLES);
}

static void
test_lost_pings(Fixture *self, gconstpointer data)
{
	/* One in the middle and the last one. */
	memset(self->line + 4 * 50 * LOAD_FRAME_SAMPLES, LOAD_SILENCE, 50 * LOAD_FRAME_SAMPLES);
	memset(self->line + 9 * 50 * LOAD_FRAME_SAMPLES, LOAD_SILENCE, 50 * LOAD_FRAME_SAMPLES);
	test_run(self, self->line, sizeof self->line, 0);
	test_assert(self, SECONDS - 2, 2, 0);
	g_assert_cmpuint(self->tally.samples_lost + self->tally.samples_inserted, ==, 0);
}

/* The third second comes once more in place of the fourth. */
static void
test_repeated(Fixture *self, gconstpointer data)
{
	gsize second = 50 * LOAD_FRAME_SAMPLES;

	memcpy(self->line + 3 * second, self->line + 2 * second, second);
	test_run(self, self->line, sizeof self->line, 0);
	test_assert(self, SECONDS - 1, 1, 1);
}

/* Seconds two and three change places, both late: the second of them is out of order. */
static void
test_swapped(Fixture *self, gconstpointer data)
{
	gsize second = 50 * LOAD_FRAME_SAMPLES;
	g_autofree guint8 *late = g_malloc(sizeof self->line);

	memset(late, LOAD_SILENCE, sizeof self->line);
	memcpy(late + 2 * second, self->line, sizeof self->line - 2 * second);
	memcpy(late + 4 * second, self->line + 3 * second, second);
	memcpy(late + 5 * second, self->line + 2 * second, second);
	test_run(self, late, sizeof self->line, 0);
	g_assert_cmpuint(self->tally.pings_misordered, ==, 1);
}

static void
test_not_counted(Fixture *self, gconstpointer data)
{
	self->tally.measuring = FALSE;
	test_run(self, self->line, sizeof self->line, 0);
	g_assert_cmpuint(self->tally.pings_sent + self->tally.pings_returned, ==, 0);
	g_assert_cmpuint(self->tally.delay.values->len, ==, 0);
}

static void
test_times(void)
{
	LoadTally tally;

	load_tally_init(&tally);
	g_assert_cmpfloat(load_times_get_ms(&tally.delay, 0.99), ==, 0.0);
	for (int i = 100; i >= 1; i--)
		load_times_add(&tally.delay, i * 1000);
	g_assert_cmpfloat(load_times_get_ms(&tally.delay, 0.0), ==, 1.0);
	g_assert_cmpfloat(load_times_get_ms(&tally.delay, 1.0), ==, 100.0);
	g_assert_cmpfloat(load_times_get_ms(&tally.delay, 0.99), ==, 100.0);
	load_tally_fail(&tally, "a");
	load_tally_fail(&tally, "a");
	g_assert_cmpuint(tally.failed, ==, 2);
	g_assert_cmpuint(g_hash_table_size(tally.failures), ==, 1);
	load_tally_clear(&tally);
}

static void
test_mulaw(void)
{
	for (guint code = 0; code < 256; code++) {
		int sample = load_mulaw_decode((guint8)code);

		if (code != 0x7f) /* the other zero */
			g_assert_cmpuint(load_mulaw_encode(sample), ==, code);
		g_assert_cmpint(!!LOAD_IS_LOUD(code), ==, ABS(sample) > 4000);
	}
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, test_set_up, function, test_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/load/pings/clean", test_clean);
	ADD("/load/pings/offset", test_offset);
	ADD("/load/pings/lost-audio", test_lost_audio);
	ADD("/load/pings/inserted-audio", test_inserted_audio);
	ADD("/load/pings/lost-pings", test_lost_pings);
	ADD("/load/pings/repeated", test_repeated);
	ADD("/load/pings/swapped", test_swapped);
	ADD("/load/pings/not-counted", test_not_counted);
	g_test_add_func("/load/tally", test_times);
	g_test_add_func("/load/mulaw", test_mulaw);
	return g_test_run();
}
