/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mu-law against values of G.711, and the change of rate. */

#include "../mulaw.h"
#include "../pcm.h"

#include <math.h>

static void
test_known_codes(void)
{
	static const struct {
		guint8 code;
		gint16 sample;
	} known[] = {{0xff, 0},  {0x7f, 0},   {0x80, 32124}, {0x00, -32124}, {0xfe, 8},
		     {0x7e, -8}, {0xf0, 120}, {0xef, 132},   {0x8f, 16764},  {0x0f, -16764}};

	for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
		g_assert_cmpint(offhook_emu_mulaw_decode(known[i].code), ==, known[i].sample);
	g_assert_cmphex(offhook_emu_mulaw_encode(0), ==, 0xff);
	g_assert_cmphex(offhook_emu_mulaw_encode(32767), ==, 0x80);
	g_assert_cmphex(offhook_emu_mulaw_encode(-32768), ==, 0x00);
}

static void
test_round_trip(void)
{
	for (guint code = 0; code < 256; code++) {
		gint16 sample = offhook_emu_mulaw_decode((guint8)code);

		/* there are two zeros, and plus zero is the one that is sent */
		g_assert_cmphex(offhook_emu_mulaw_encode(sample), ==, code == 0x7f ? 0xff : code);
	}
}

static void
test_error_is_small(void)
{
	for (gint sample = -32000; sample <= 32000; sample += 7) {
		gint back = offhook_emu_mulaw_decode(offhook_emu_mulaw_encode((gint16)sample));

		g_assert_cmpint(ABS(back - sample), <=, MAX(8, ABS(sample) / 16));
	}
}

static OffhookEmuPcm *
make_tone(guint rate, gdouble hertz, guint length)
{
	OffhookEmuPcm *pcm = offhook_emu_pcm_new(rate);

	for (guint i = 0; i < length; i++) {
		gint16 sample = (gint16)lrint(10000 * sin(2 * G_PI * hertz * i / rate));

		g_array_append_val(pcm->samples, sample);
	}
	return pcm;
}

static gdouble
get_rms(const OffhookEmuPcm *pcm)
{
	gdouble sum = 0;

	for (guint i = 100; i + 100 < pcm->samples->len; i++)
		sum += pow(g_array_index(pcm->samples, gint16, i), 2);
	return sqrt(sum / (pcm->samples->len - 200));
}

static void
test_resample(void)
{
	static const guint rates[] = {8000, 16000, 22050, 44100, 48000, 11025};

	for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
		g_autoptr(OffhookEmuPcm) low = make_tone(rates[i], 1000, rates[i]);
		g_autoptr(OffhookEmuPcm) kept = offhook_emu_pcm_resample(low, 8000);

		g_assert_cmpuint(kept->samples->len, ==, 8000);
		g_assert_cmpfloat_with_epsilon(get_rms(kept), 10000 / sqrt(2), 100);
	}
}

static void
test_resample_removes_what_does_not_fit(void)
{
	g_autoptr(OffhookEmuPcm) high = make_tone(16000, 6000, 16000);
	g_autoptr(OffhookEmuPcm) gone = offhook_emu_pcm_resample(high, 8000);

	g_assert_cmpfloat(get_rms(gone), <, 50);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/mulaw/known-codes", test_known_codes);
	g_test_add_func("/emulators/mulaw/round-trip", test_round_trip);
	g_test_add_func("/emulators/mulaw/error-is-small", test_error_is_small);
	g_test_add_func("/emulators/pcm/resample", test_resample);
	g_test_add_func("/emulators/pcm/resample-removes-what-does-not-fit",
			test_resample_removes_what_does_not_fit);
	return g_test_run();
}
