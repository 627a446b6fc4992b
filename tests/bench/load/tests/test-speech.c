/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Does the daemon's voice detection take the burst for speech, in every frame, and the pings and the
 * silence for none? Only here does the generator meet the daemon's code.
 */

#include "sounds.h"
#include "turn/speech-detector.h"
#include "turn/vad.h"

#include <string.h>

static OffhookSpeechEvent
test_push(OffhookVad *vad, OffhookSpeechDetector *detector, const guint8 *codes)
{
	gint16 samples[LOAD_FRAME_SAMPLES];

	for (guint i = 0; i < LOAD_FRAME_SAMPLES; i++)
		samples[i] = (gint16)load_mulaw_decode(codes[i]);
	return offhook_speech_detector_push(detector,
					    offhook_vad_process(vad, samples, LOAD_FRAME_SAMPLES));
}

static void
test_speech(void)
{
	g_autoptr(OffhookVad) vad = offhook_vad_new(LOAD_RATE);
	g_autoptr(OffhookSpeechDetector) detector = offhook_speech_detector_new(NULL);
	guint8 silence[LOAD_FRAME_SAMPLES];
	guint8 burst[LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES];

	memset(silence, LOAD_SILENCE, sizeof silence);
	load_sounds_make_speech(burst);
	for (guint turn = 0; turn < 5; turn++) {
		guint started = 0, stopped = 0;

		for (guint i = 0; i < 100; i++)
			g_assert_cmpint(test_push(vad, detector, silence), ==, OFFHOOK_SPEECH_NONE);
		for (guint i = 0; i < LOAD_SPEECH_FRAMES; i++) {
			const guint8 *frame = burst + i * LOAD_FRAME_SAMPLES;

			g_assert_cmpuint(load_mulaw_find_loud(frame, LOAD_FRAME_SAMPLES), <,
					 LOAD_FRAME_SAMPLES);
			if (test_push(vad, detector, frame) == OFFHOOK_SPEECH_STARTED)
				started = i + 1;
		}
		for (guint i = 0; i < 20 && stopped == 0; i++)
			if (test_push(vad, detector, silence) == OFFHOOK_SPEECH_STOPPED)
				stopped = i + 1;
		g_assert_cmpuint(started, ==, 10);
		g_assert_cmpuint(stopped, ==, 10);
	}
}

static void
test_pings(void)
{
	g_autoptr(OffhookVad) vad = offhook_vad_new(LOAD_RATE);
	g_autoptr(OffhookSpeechDetector) detector = offhook_speech_detector_new(NULL);
	guint8 codes[LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES];
	guint8 silence[LOAD_FRAME_SAMPLES];

	memset(silence, LOAD_SILENCE, sizeof silence);
	for (guint tone = 0; tone < LOAD_PING_TONES; tone++) {
		load_sounds_make_ping(tone, codes);
		for (guint i = 0; i < 50; i++)
			g_assert_cmpint(test_push(vad, detector,
						  i < LOAD_PING_FRAMES
						      ? codes + i * LOAD_FRAME_SAMPLES
						      : silence),
					==, OFFHOOK_SPEECH_NONE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/load/speech/burst", test_speech);
	g_test_add_func("/load/speech/pings", test_pings);
	return g_test_run();
}
