/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/speech-detector.h"

/* One frame per character: '#' is voiced. Returns the event of the last frame. */
static OffhookSpeechEvent
push(OffhookSpeechDetector *detector, const char *frames)
{
	OffhookSpeechEvent event = OFFHOOK_SPEECH_NONE;

	for (; *frames != '\0'; frames++) {
		g_assert_cmpint(event, ==, OFFHOOK_SPEECH_NONE);
		event = offhook_speech_detector_push(detector, *frames == '#');
	}
	return event;
}

static void
test_start_and_stop(void)
{
	g_autoptr(OffhookSpeechDetector) detector = offhook_speech_detector_new(NULL);

	g_assert_cmpint(push(detector, "....#########"), ==, OFFHOOK_SPEECH_NONE);
	g_assert_false(offhook_speech_detector_is_speaking(detector));
	g_assert_cmpint(push(detector, "#"), ==, OFFHOOK_SPEECH_STARTED);
	g_assert_cmpuint(offhook_speech_detector_get_began_ms_ago(detector), ==, 200);
	g_assert_true(offhook_speech_detector_is_speaking(detector));
	/* A pause inside, then the end. */
	g_assert_cmpint(push(detector, "##.........##"), ==, OFFHOOK_SPEECH_NONE);
	g_assert_cmpint(push(detector, "........."), ==, OFFHOOK_SPEECH_NONE);
	g_assert_true(offhook_speech_detector_is_speaking(detector));
	g_assert_cmpint(push(detector, "."), ==, OFFHOOK_SPEECH_STOPPED);
	g_assert_cmpuint(offhook_speech_detector_get_ended_ms_ago(detector), ==, 200);
	g_assert_cmpint(offhook_speech_detector_get_state(detector), ==, OFFHOOK_SPEECH_QUIET);
}

static void
test_cough(void)
{
	g_autoptr(OffhookSpeechDetector) detector = offhook_speech_detector_new(NULL);

	/* 140, 160 and 180 ms of noise, also with a hole in it. */
	g_assert_cmpint(push(detector, "#######..########..####.#####...."), ==,
			OFFHOOK_SPEECH_NONE);
	g_assert_cmpint(offhook_speech_detector_get_state(detector), ==, OFFHOOK_SPEECH_QUIET);
}

static void
test_gap_in_start(void)
{
	g_autoptr(OffhookSpeechDetector) detector = offhook_speech_detector_new(NULL);

	/* "six" of one synthetic voice: a closure of one frame. */
	g_assert_cmpint(push(detector, "..########.##"), ==, OFFHOOK_SPEECH_STARTED);
	g_assert_cmpuint(offhook_speech_detector_get_began_ms_ago(detector), ==, 220);
	offhook_speech_detector_reset(detector);
	g_assert_false(offhook_speech_detector_is_speaking(detector));
	/* Two holes are too many. */
	g_assert_cmpint(push(detector, "####.####.##"), ==, OFFHOOK_SPEECH_NONE);
}

static void
test_config(void)
{
	OffhookSpeechDetectorConfig config = {.frame_ms = 20, .start_ms = 60, .stop_ms = 40};
	g_autoptr(OffhookSpeechDetector) detector = offhook_speech_detector_new(&config);

	g_assert_cmpint(push(detector, "##.##"), ==, OFFHOOK_SPEECH_NONE);
	g_assert_cmpint(push(detector, "#"), ==, OFFHOOK_SPEECH_STARTED);
	g_assert_cmpuint(offhook_speech_detector_get_began_ms_ago(detector), ==, 60);
	g_assert_cmpint(push(detector, ".."), ==, OFFHOOK_SPEECH_STOPPED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/speech-detector/start-and-stop", test_start_and_stop);
	g_test_add_func("/turn/speech-detector/cough", test_cough);
	g_test_add_func("/turn/speech-detector/gap-in-start", test_gap_in_start);
	g_test_add_func("/turn/speech-detector/config", test_config);
	return g_test_run();
}
