/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/speech-detector.h"
#include "turn/vad.h"

#include <math.h>
#include <offhook/g711.h>

#define FRAME 160 /* 20 ms at 8 kHz */

/*
 * tests/data/book-a-table.ul: "Book a table for two.", 8 kHz mu-law without a header; speech from
 * 0.8 s to 2.25 s. Made with flite and sox:
 *   flite -voice slt -t "Book a table for two." -o s.wav
 *   sox s.wav -r 8000 -c 1 -e u-law -t ul book-a-table.ul pad 0.6 0.3
 */
static gint16 *
load_speech(gsize *n)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "data", "book-a-table.ul", NULL);
	g_autofree char *data = NULL;
	g_autoptr(GError) error = NULL;
	gint16 *samples;

	g_file_get_contents(path, &data, n, &error);
	g_assert_no_error(error);
	samples = g_new(gint16, *n);
	offhook_g711_decode(OFFHOOK_ENCODING_MULAW, (const guint8 *)data, *n, samples);
	return samples;
}

/* White noise of a level in dB below full scale, added to @samples. */
static void
add_noise(gint16 *samples, gsize n, double db, guint32 seed)
{
	double amplitude = 32768.0 * pow(10.0, db / 20.0) * sqrt(3.0);

	for (gsize i = 0; i < n; i++) {
		seed = seed * 1664525u + 1013904223u;
		samples[i] =
		    (gint16)CLAMP(samples[i] + amplitude * ((double)seed / G_MAXUINT32 * 2.0 - 1.0),
				  -32768, 32767);
	}
}

static guint
count_voiced(OffhookVad *vad, const gint16 *samples, gsize n)
{
	guint voiced = 0;

	for (gsize i = 0; i + FRAME <= n; i += FRAME)
		voiced += offhook_vad_process(vad, samples + i, FRAME) ? 1 : 0;
	return voiced;
}

/* Both kinds must pass the same tests; the first is "energy" on systems without the library. */
static OffhookVad *
make_vad(gconstpointer energy_only)
{
	return energy_only != NULL ? offhook_vad_new_energy_only(8000) : offhook_vad_new(8000);
}

static void
test_speech(gconstpointer energy_only)
{
	g_autoptr(OffhookVad) vad = make_vad(energy_only);
	g_autoptr(OffhookSpeechDetector) detector = offhook_speech_detector_new(NULL);
	gsize n;
	g_autofree gint16 *samples = load_speech(&n);
	gint began = -1, ended = -1;

	for (gsize i = 0; i + FRAME <= n; i += FRAME) {
		gint end_ms = (gint)(i / 8 + 20);

		switch (offhook_speech_detector_push(
		    detector, offhook_vad_process(vad, samples + i, FRAME))) {
		case OFFHOOK_SPEECH_STARTED:
			g_assert_cmpint(began, ==, -1);
			began = end_ms - (gint)offhook_speech_detector_get_began_ms_ago(detector);
			break;
		case OFFHOOK_SPEECH_STOPPED:
			ended = end_ms - (gint)offhook_speech_detector_get_ended_ms_ago(detector);
			break;
		case OFFHOOK_SPEECH_NONE:
			break;
		}
	}
	g_assert_cmpint(began, >=, 780);
	g_assert_cmpint(began, <=, 900);
	g_assert_cmpint(ended, >=, 1900);
	g_assert_cmpint(ended, <=, 2300);
}

static void
test_silence(gconstpointer energy_only)
{
	g_autoptr(OffhookVad) vad = make_vad(energy_only);
	guint8 idle[FRAME];
	gint16 frame[FRAME];

	/* What an idle line says, in all its forms: both zeros, the least step, a constant. */
	for (guint value = 0xFC; value <= 0xFF; value++) {
		for (gsize i = 0; i < FRAME; i++)
			idle[i] = (guint8)(i % 2 ? value : value & 0x7F);
		offhook_g711_decode(OFFHOOK_ENCODING_MULAW, idle, FRAME, frame);
		for (guint i = 0; i < 200; i++)
			g_assert_false(offhook_vad_process(vad, frame, FRAME));
	}
	for (gsize i = 0; i < FRAME; i++)
		frame[i] = 900;
	for (guint i = 0; i < 200; i++)
		g_assert_false(offhook_vad_process(vad, frame, FRAME));
}

static void
test_steady_noise(gconstpointer energy_only)
{
	g_autoptr(OffhookVad) vad = make_vad(energy_only);
	gsize n = 8000 * 6;
	g_autofree gint16 *samples = g_new0(gint16, n);

	add_noise(samples, n, -35.0, 7);
	/* It has a second or so to learn the line; after that hardly a frame. */
	count_voiced(vad, samples, n / 2);
	g_assert_cmpuint(count_voiced(vad, samples + n / 2, n / 2), <=, 3);
	g_assert_cmpfloat(offhook_vad_get_noise_floor(vad), >, -40.0);
	g_assert_cmpfloat(offhook_vad_get_noise_floor(vad), <, -33.0);
}

static void
test_speech_in_noise(gconstpointer energy_only)
{
	g_autoptr(OffhookVad) vad = make_vad(energy_only);
	gsize n, noise_n = 8000 * 3;
	g_autofree gint16 *samples = load_speech(&n);
	g_autofree gint16 *noise = g_new0(gint16, noise_n);
	guint voiced;

	/* Some 20 dB below the speech. */
	add_noise(noise, noise_n, -42.0, 3);
	add_noise(samples, n, -42.0, 5);
	count_voiced(vad, noise, noise_n);
	g_assert_cmpuint(count_voiced(vad, samples, 8000 * 7 / 10), <=, 2);
	voiced = count_voiced(vad, samples + 8000 * 7 / 10, 8000 * 16 / 10);
	g_assert_cmpuint(voiced, >=, 45); /* of some 70 */
}

static void
test_floor_falls_fast(gconstpointer energy_only)
{
	g_autoptr(OffhookVad) vad = make_vad(energy_only);
	gsize n = 8000 * 5;
	g_autofree gint16 *samples = g_new0(gint16, n);

	add_noise(samples, n / 2, -30.0, 9);
	add_noise(samples + n / 2, n / 2, -60.0, 9);
	count_voiced(vad, samples, n / 2);
	g_assert_cmpfloat(offhook_vad_get_noise_floor(vad), >, -40.0);
	/* Within half a second. */
	count_voiced(vad, samples + n / 2, 4000);
	g_assert_cmpfloat(offhook_vad_get_noise_floor(vad), <, -55.0);
}

static void
test_boost(gconstpointer energy_only)
{
	g_autoptr(OffhookVad) vad = make_vad(energy_only);
	g_autoptr(OffhookVad) boosted = make_vad(energy_only);
	gsize n;
	g_autofree gint16 *samples = load_speech(&n);

	/* An echo 30 dB down is not speech with a boost, the real voice still is. */
	offhook_vad_set_threshold_boost(boosted, 6.0);
	g_assert_cmpuint(count_voiced(boosted, samples, n), >, 40);
	for (gsize i = 0; i < n; i++)
		samples[i] = (gint16)(samples[i] / 20);
	offhook_vad_reset(vad);
	offhook_vad_reset(boosted);
	g_assert_cmpuint(count_voiced(boosted, samples, n), <, count_voiced(vad, samples, n));
}

static void
test_wideband(void)
{
	g_autoptr(OffhookVad) vad = offhook_vad_new(16000);
	gsize n;
	g_autofree gint16 *narrow = load_speech(&n);
	guint voiced = 0;

	for (gsize i = 0; i + FRAME <= n; i += FRAME) {
		gint16 wide[FRAME * 2];

		for (gsize k = 0; k < FRAME; k++) {
			gint16 next = i + k + 1 < n ? narrow[i + k + 1] : narrow[i + k];

			wide[2 * k] = narrow[i + k];
			wide[2 * k + 1] = (gint16)((narrow[i + k] + next) / 2);
		}
		voiced += offhook_vad_process(vad, wide, FRAME * 2) ? 1 : 0;
	}
	g_assert_cmpuint(voiced, >=, 50);
}

static void
test_wrong_frames(void)
{
	g_autoptr(OffhookVad) vad = offhook_vad_new_energy_only(8000);
	gint16 frame[FRAME * 2];

	for (gsize i = 0; i < G_N_ELEMENTS(frame); i++)
		frame[i] = (gint16)(i % 20 * 1000);
	g_assert_false(offhook_vad_process(vad, frame, 0));
	g_assert_false(offhook_vad_process(vad, frame, FRAME - 1));
	g_assert_false(offhook_vad_process(vad, frame, FRAME * 2));
	g_assert_cmpstr(offhook_vad_get_backend(vad), ==, "energy");
}

static void
add_both(const char *name, GTestDataFunc function)
{
	g_autofree char *webrtc = g_strdup_printf("/turn/vad/%s/best", name);
	g_autofree char *energy = g_strdup_printf("/turn/vad/%s/energy", name);

	g_test_add_data_func(webrtc, NULL, function);
	g_test_add_data_func(energy, "energy", function);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_both("speech", test_speech);
	add_both("silence", test_silence);
	add_both("steady-noise", test_steady_noise);
	add_both("speech-in-noise", test_speech_in_noise);
	add_both("floor-falls-fast", test_floor_falls_fast);
	add_both("boost", test_boost);
	g_test_add_func("/turn/vad/wideband", test_wideband);
	g_test_add_func("/turn/vad/wrong-frames", test_wrong_frames);
	return g_test_run();
}
