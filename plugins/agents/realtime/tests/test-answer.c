/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The sound of answers: converted without losing any, in pieces of any size.
 */

#include "../realtime-answer.h"

#include <offhook/audio.h>
#include <math.h>

#define SECONDS 2

/* How many bytes come out of @size bytes of @mulaw or linear sound in pieces of @step. */
static gsize
convert(gboolean mulaw, gsize size, gsize step)
{
	OffhookRealtimeAnswer *answer = offhook_realtime_answer_new(mulaw);
	g_autofree guint8 *sound = g_malloc(size);
	GBytes *out;
	gsize total = 0;

	for (gsize i = 0; i < size; i++)
		sound[i] = (guint8)(i * 7);
	g_assert_false(offhook_realtime_answer_has_sound(answer));
	for (gsize at = 0; at < size; at += step) {
		g_autoptr(GBytes) piece = g_bytes_new(sound + at, MIN(step, size - at));

		out = offhook_realtime_answer_take(answer, "item", piece);
		g_assert_true(out == NULL || g_bytes_get_size(out) % 2 == 0);
		total += out != NULL ? g_bytes_get_size(out) : 0;
		g_clear_pointer(&out, g_bytes_unref);
	}
	g_assert_true(offhook_realtime_answer_has_sound(answer));
	out = offhook_realtime_answer_flush(answer);
	total += out != NULL ? g_bytes_get_size(out) : 0;
	g_clear_pointer(&out, g_bytes_unref);
	offhook_realtime_answer_reset(answer);
	g_assert_false(offhook_realtime_answer_has_sound(answer));
	offhook_realtime_answer_free(answer);
	return total;
}

static void
test_lengths(void)
{
	static const gsize steps[] = {960, 961, 1, 100000};
	const gsize expected = SECONDS * OFFHOOK_RATE * sizeof(gint16);

	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		gsize linear = convert(FALSE, SECONDS * 48000, steps[i]);
		gsize mulaw = convert(TRUE, SECONDS * 8000, steps[i]);

		/* A few milliseconds of the filter, and a rounded sample. */
		g_assert_cmpuint(linear, >=, expected - 2);
		g_assert_cmpuint(linear, <=, expected + 20 * 32);
		g_assert_cmpuint(mulaw, >=, expected - 2);
		g_assert_cmpuint(mulaw, <=, expected + 20 * 32);
	}
}

static void
test_nothing(void)
{
	OffhookRealtimeAnswer *answer = offhook_realtime_answer_new(FALSE);
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);

	g_assert_null(offhook_realtime_answer_take(answer, "item", empty));
	g_assert_false(offhook_realtime_answer_has_sound(answer));
	offhook_realtime_answer_free(answer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/realtime/answer/lengths", test_lengths);
	g_test_add_func("/realtime/answer/nothing", test_nothing);
	return g_test_run();
}
