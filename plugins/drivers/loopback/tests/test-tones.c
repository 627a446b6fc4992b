/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../tones.h"

#include <math.h>

/* How much of @frequency is in @n samples, by Goertzel's algorithm. */
static double
measure(const gint16 *samples, gsize n, guint rate, double frequency)
{
	double coefficient = 2 * cos(2 * G_PI * frequency / rate);
	double s1 = 0, s2 = 0;

	for (gsize i = 0; i < n; i++) {
		double s = samples[i] + coefficient * s1 - s2;

		s2 = s1;
		s1 = s;
	}
	return sqrt(s1 * s1 + s2 * s2 - coefficient * s1 * s2) * 2 / (double)n;
}

static void
test_frequencies(gconstpointer data)
{
	guint rate = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) audio = offhook_loopback_tones_new("6", rate);
	gsize size;
	const gint16 *samples = g_bytes_get_data(audio, &size);
	gsize n = rate / 10;

	g_assert_cmpuint(size, ==, 2 * n * sizeof *samples);
	g_assert_cmpfloat(measure(samples, n, rate, 770), >, 6500);
	g_assert_cmpfloat(measure(samples, n, rate, 1477), >, 6500);
	g_assert_cmpfloat(measure(samples, n, rate, 941), <, 500);
	g_assert_cmpfloat(measure(samples, n, rate, 1209), <, 500);
	for (gsize i = n; i < 2 * n; i++)
		g_assert_cmpint(samples[i], ==, 0);
}

static void
test_pauses(void)
{
	g_autoptr(GBytes) audio = offhook_loopback_tones_new("1wW", 8000);

	g_assert_cmpuint(g_bytes_get_size(audio), ==, 16 * (200 + 500 + 1000));
}

static void
test_valid_digits(void)
{
	g_assert_true(offhook_loopback_digits_are_valid("0123456789*#ABCDwW"));
	g_assert_false(offhook_loopback_digits_are_valid(NULL));
	g_assert_false(offhook_loopback_digits_are_valid(""));
	g_assert_false(offhook_loopback_digits_are_valid("1 2"));
	g_assert_false(offhook_loopback_digits_are_valid("a"));
	g_assert_false(offhook_loopback_digits_are_valid("123456789012345678901234567890123"));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/loopback/tones/8000", GUINT_TO_POINTER(8000), test_frequencies);
	g_test_add_data_func("/loopback/tones/16000", GUINT_TO_POINTER(16000), test_frequencies);
	g_test_add_func("/loopback/tones/pauses", test_pauses);
	g_test_add_func("/loopback/tones/valid-digits", test_valid_digits);
	return g_test_run();
}
