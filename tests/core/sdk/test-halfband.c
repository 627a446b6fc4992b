/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The half-band filter by what it does to tones, and that block sizes do not matter.
 */

#include <offhook/halfband.h>
#include <math.h>
#include <string.h>

#define N         3200
#define AMPLITUDE 10000.0

static void
offhook_test_halfband_tone(gint16 *samples, gsize n, double hz, double rate)
{
	for (gsize i = 0; i < n; i++)
		samples[i] = lrint(AMPLITUDE * sin(2 * G_PI * hz * i / rate));
}

/* Amplitude of @hz in the middle of @samples, relative to AMPLITUDE, in dB. */
static double
offhook_test_halfband_level(const gint16 *samples, gsize n, double hz, double rate)
{
	double re = 0, im = 0;

	for (gsize i = n / 4; i < n / 4 + n / 2; i++) {
		re += samples[i] * cos(2 * G_PI * hz * i / rate);
		im += samples[i] * sin(2 * G_PI * hz * i / rate);
	}
	return 20 * log10(hypot(re, im) / (n / 4) / AMPLITUDE + 1e-9);
}

static void
offhook_test_halfband_up(void)
{
	static const double tones[] = {300, 1000, 2000, 3000, 3400};
	gint16 in[N], out[2 * N];

	for (gsize i = 0; i < G_N_ELEMENTS(tones); i++) {
		OffhookHalfband filter = {0};

		offhook_test_halfband_tone(in, N, tones[i], 8000);
		offhook_halfband_up(&filter, in, N, out);
		g_assert_cmpfloat(fabs(offhook_test_halfband_level(out, 2 * N, tones[i], 16000)), <,
				  0.1);
		/* Its image must be gone. */
		g_assert_cmpfloat(offhook_test_halfband_level(out, 2 * N, 8000 - tones[i], 16000),
				  <, -65);
	}
}

static void
offhook_test_halfband_down(void)
{
	static const double tones[] = {300, 1000, 3400};
	static const double gone[] = {4600, 5000, 6000, 7500};
	gint16 in[2 * N], out[N];

	for (gsize i = 0; i < G_N_ELEMENTS(tones); i++) {
		OffhookHalfband filter = {0};

		offhook_test_halfband_tone(in, 2 * N, tones[i], 16000);
		g_assert_cmpuint(offhook_halfband_down(&filter, in, 2 * N, out), ==, N);
		g_assert_cmpfloat(fabs(offhook_test_halfband_level(out, N, tones[i], 8000)), <,
				  0.1);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(gone); i++) {
		OffhookHalfband filter = {0};

		offhook_test_halfband_tone(in, 2 * N, gone[i], 16000);
		offhook_halfband_down(&filter, in, 2 * N, out);
		g_assert_cmpfloat(offhook_test_halfband_level(out, N, 8000 - gone[i], 8000), <,
				  -65);
	}
}

/* The same samples in blocks of any size give the same result. */
static void
offhook_test_halfband_blocks(void)
{
	OffhookHalfband up = {0}, down = {0}, up_blocks = {0}, down_blocks = {0};
	gint16 in[N], once[2 * N], blocks[2 * N + 2];
	gsize at = 0, written = 0;

	for (gsize i = 0; i < N; i++)
		in[i] = g_test_rand_int_range(-32768, 32768);
	offhook_halfband_up(&up, in, N, once);
	for (gsize size = 1; at < N; at += size, size = size % 700 + 1) {
		size = MIN(size, N - at);
		offhook_halfband_up(&up_blocks, in + at, size, blocks + 2 * at);
	}
	g_assert_cmpmem(once, sizeof(once), blocks, 2 * N * sizeof(gint16));

	g_assert_cmpuint(offhook_halfband_down(&down, in, N, once), ==, N / 2);
	at = 0;
	for (gsize size = 1; at < N; at += size, size = size % 1100 + 1) {
		size = MIN(size, N - at);
		written += offhook_halfband_down(&down_blocks, in + at, size, blocks + written);
	}
	g_assert_cmpuint(written, ==, N / 2);
	g_assert_cmpmem(once, N, blocks, N);
}

/* Full scale in the worst order neither wraps around nor traps. */
static void
offhook_test_halfband_full_scale(void)
{
	OffhookHalfband up = {0}, down = {0};
	gint16 in[N], out[2 * N], back[N];

	for (gsize i = 0; i < N; i++)
		in[i] = i % 40 < 20 ? G_MININT16 : G_MAXINT16;
	offhook_halfband_up(&up, in, N, out);
	offhook_halfband_down(&down, out, 2 * N, back);
	for (gsize i = 100; i < N; i++) {
		/* Two filters later: 31 samples at 16 kHz each, so 31 at 8 kHz. */
		if (i % 40 == 10 + 31 - 20 || i % 40 == 10 + 31)
			g_assert_cmpint(ABS(back[i]), >, 20000);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/halfband/up", offhook_test_halfband_up);
	g_test_add_func("/halfband/down", offhook_test_halfband_down);
	g_test_add_func("/halfband/blocks", offhook_test_halfband_blocks);
	g_test_add_func("/halfband/full-scale", offhook_test_halfband_full_scale);
	return g_test_run();
}
