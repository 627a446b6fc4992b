/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Speech and its transcription through the openai engine: the contract of synthesizers, the first
 * sound before the last, every fault within its deadline, utterances of a call.
 */

#include "openai-fixture.h"

#include "harness.h"
#include "synthesizer-contract.h"
#include "transcriber-contract.h"

#include <math.h>
#include <string.h>

/* ---- the contract ---- */

static OffhookEngine *
open_pcm(void)
{
	return openai_open_engine(NULL, OPENAI_PATIENT);
}

static OffhookEngine *
open_wav(void)
{
	return openai_open_engine(NULL, "speech-format=wav;" OPENAI_PATIENT);
}

static OffhookEngine *
open_bytes(void)
{
	return openai_open_engine("bytes", "speech-format=wav;" OPENAI_PATIENT);
}

static const OffhookSynthesizerContract contracts[] = {
    {"openai-pcm", open_pcm, FALSE, TRUE},
    {"openai-wav", open_wav, FALSE, TRUE},
    {"openai-bytes", open_bytes, FALSE, TRUE},
};

static const OffhookTranscriberContract hearing = {"openai-hearing", open_pcm};

static void
test_start(void)
{
	openai_start("--first-audio 5 --audio-speed 500 --transcript 5");
}

static void
test_stop(void)
{
	openai_stop();
}

/* ---- speaking ---- */

typedef struct {
	OffhookEngine *engine;
	OffhookSynthesizer *synthesizer;
	GByteArray *sound;
	gint64 started_us;
	gint64 first_us; /* 0: nothing yet */
	gint64 ended_us;
	gboolean ended;
	GError *error; /* (nullable) */
} Voice;

static void
voice_audio_cb(OffhookSynthesizer *synthesizer, guint piece, GBytes *audio, gpointer user_data)
{
	Voice *self = user_data;

	if (self->first_us == 0)
		self->first_us = g_get_monotonic_time();
	g_byte_array_append(self->sound, g_bytes_get_data(audio, NULL), g_bytes_get_size(audio));
}

static void
voice_done_cb(OffhookSynthesizer *synthesizer, guint piece, const GError *error, gpointer user_data)
{
	Voice *self = user_data;

	g_assert_false(self->ended);
	self->ended = TRUE;
	self->ended_us = g_get_monotonic_time();
	self->error = error != NULL ? g_error_copy(error) : NULL;
}

/* @engine: (transfer full) */
static Voice *
voice_new(OffhookEngine *engine)
{
	const OffhookSynthesizeOptions options = {.language = "en-US"};
	Voice *self = g_new0(Voice, 1);
	g_autoptr(GError) error = NULL;

	self->engine = engine;
	self->synthesizer = offhook_engine_open_synthesizer(engine, &options, &error);
	g_assert_no_error(error);
	self->sound = g_byte_array_new();
	g_signal_connect(self->synthesizer, "audio", G_CALLBACK(voice_audio_cb), self);
	g_signal_connect(self->synthesizer, "done", G_CALLBACK(voice_done_cb), self);
	return self;
}

static void
voice_free(Voice *self)
{
	g_object_unref(self->synthesizer);
	g_object_unref(self->engine);
	g_byte_array_unref(self->sound);
	g_clear_error(&self->error);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Voice, voice_free)

static void
voice_run(Voice *self, const char *text)
{
	self->started_us = g_get_monotonic_time();
	offhook_synthesizer_speak(self->synthesizer, 1, text);
	harness_wait_for(&self->ended, "the end of a text");
}

/* How often a tone goes through zero, upwards, in a second. */
static guint
measure_pitch(const GByteArray *sound)
{
	const gint16 *samples = (const gint16 *)sound->data;
	guint n = sound->len / sizeof *samples;
	guint crossings = 0;

	for (guint i = 1; i < n; i++)
		crossings += samples[i - 1] < 0 && samples[i] >= 0 ? 1 : 0;
	return crossings * OFFHOOK_RATE / MAX(n, 1);
}

static void
test_first_sound(void)
{
	g_autoptr(Voice) voice = NULL;

	/* Two and a half seconds of a tone, twice as fast as it sounds. */
	openai_start("--first-audio 50 --audio-speed 2");
	voice = voice_new(openai_open_engine(NULL, NULL));
	voice_run(voice, "We are open from noon until half past ten.");
	g_assert_no_error(voice->error);
	g_test_message("first sound after %d ms, all of %d ms after %d ms",
		       (int)((voice->first_us - voice->started_us) / 1000),
		       (int)(voice->sound->len / 32),
		       (int)((voice->ended_us - voice->started_us) / 1000));
	/* Long before the last, which comes when the emulator has sent it. */
	g_assert_cmpint(voice->ended_us - voice->first_us, >, 100000);
	g_assert_cmpint(voice->ended_us - voice->started_us, >, 1000000);
	g_assert_cmpuint(voice->sound->len / 32, >, 2400);
	g_assert_cmpuint(voice->sound->len / 32, <, 2700);
	/* What was 440 Hz at 24 kHz is so at 16 kHz, too. */
	g_assert_cmpuint(measure_pitch(voice->sound), >, 430);
	g_assert_cmpuint(measure_pitch(voice->sound), <, 450);
	openai_stop();
}

static const struct {
	const char *fault;
	int code;
	int transcription_code; /* -1: not tried */
	gboolean waits;
} faults[] = {
    {"slow", OFFHOOK_ERROR_TIMED_OUT, OFFHOOK_ERROR_TIMED_OUT, TRUE},
    {"half-open", OFFHOOK_ERROR_TIMED_OUT, OFFHOOK_ERROR_TIMED_OUT, TRUE},
    {"stall", OFFHOOK_ERROR_TIMED_OUT, OFFHOOK_ERROR_TIMED_OUT, TRUE},
    {"reset", OFFHOOK_ERROR_PROVIDER, OFFHOOK_ERROR_PROVIDER, FALSE},
    {"close", OFFHOOK_ERROR_PROVIDER, OFFHOOK_ERROR_PROVIDER, FALSE},
    {"garbage", -1, OFFHOOK_ERROR_FORMAT, FALSE},
    {"cut", -1, OFFHOOK_ERROR_FORMAT, FALSE},
    {"error-200", OFFHOOK_ERROR_PROVIDER, OFFHOOK_ERROR_PROVIDER, FALSE},
    {"html", OFFHOOK_ERROR_PROVIDER, OFFHOOK_ERROR_PROVIDER, FALSE},
    {"401", OFFHOOK_ERROR_AUTHENTICATION, OFFHOOK_ERROR_AUTHENTICATION, FALSE},
    {"404", OFFHOOK_ERROR_NOT_FOUND, OFFHOOK_ERROR_NOT_FOUND, FALSE},
    {"429", OFFHOOK_ERROR_RATE_LIMITED, OFFHOOK_ERROR_RATE_LIMITED, FALSE},
    {"500", OFFHOOK_ERROR_PROVIDER, OFFHOOK_ERROR_PROVIDER, FALSE},
};

static void
test_speech_faults(void)
{
	openai_start("--first-audio 5 --audio-speed 50");
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autoptr(Voice) voice = NULL;
		gint64 ms;

		if (faults[i].code < 0)
			continue;
		voice = voice_new(openai_open_engine(faults[i].fault, NULL));
		voice_run(voice, "We are open from noon until half past ten.");
		ms = (voice->ended_us - voice->started_us) / 1000;
		g_test_message("%-9s after %4d ms: %s", faults[i].fault, (int)ms,
			       voice->error != NULL ? voice->error->message : "good");
		g_assert_error(voice->error, OFFHOOK_ERROR, faults[i].code);
		if (faults[i].waits)
			g_assert_cmpint(ms, >=, SERVICE_DEADLINE_MS);
	}
	openai_stop();
}

static void
test_too_long(void)
{
	g_autofree char *text = g_strnfill(4097, 'a');
	g_autoptr(Voice) voice = NULL;

	openai_start("");
	voice = voice_new(openai_open_engine(NULL, NULL));
	voice_run(voice, text);
	g_assert_error(voice->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpint(openai_count("requests"), ==, 0);
	openai_stop();
}

static void
test_cancel_frees(void)
{
	g_autoptr(Voice) voice = NULL;

	openai_start("");
	voice = voice_new(openai_open_engine("stall", "stall-timeout-ms=60000"));
	offhook_synthesizer_speak(voice->synthesizer, 1, "We are open from noon.");
	offhook_synthesizer_speak(voice->synthesizer, 2, "And then we are closed.");
	openai_wait_for_count("streams", 2);
	offhook_synthesizer_cancel(voice->synthesizer);
	openai_wait_for_count("aborted", 2);
	g_assert_false(voice->ended);
	openai_stop();
}

/* ---- hearing ---- */

typedef struct {
	OffhookEngine *engine;
	OffhookTranscriber *transcriber;
	GString *heard; /* "1:text;" or "1!code;" */
	gboolean ended;
	guint n_ended;
} Ear;

static void
ear_final_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, gpointer user_data)
{
	Ear *self = user_data;

	g_assert_cmpfloat(what->confidence, >=, *what->text != '\0' ? 0.5 : 0);
	g_string_append_printf(self->heard, "%u:%s;", what->utterance, what->text);
	self->ended = TRUE;
	self->n_ended++;
}

static void
ear_failed_cb(OffhookTranscriber *transcriber, guint utterance, const GError *error,
	      gpointer user_data)
{
	Ear *self = user_data;

	g_assert_true(error->domain == OFFHOOK_ERROR);
	g_string_append_printf(self->heard, "%u!%d;", utterance, error->code);
	self->ended = TRUE;
	self->n_ended++;
}

/* @engine: (transfer full) */
static Ear *
ear_new(OffhookEngine *engine)
{
	const OffhookTranscribeOptions options = {.language = "en-US"};
	Ear *self = g_new0(Ear, 1);
	g_autoptr(GError) error = NULL;

	self->engine = engine;
	self->transcriber = offhook_engine_open_transcriber(engine, &options, &error);
	g_assert_no_error(error);
	self->heard = g_string_new(NULL);
	g_signal_connect(self->transcriber, "final", G_CALLBACK(ear_final_cb), self);
	g_signal_connect(self->transcriber, "failed", G_CALLBACK(ear_failed_cb), self);
	return self;
}

static void
ear_free(Ear *self)
{
	g_object_unref(self->transcriber);
	g_object_unref(self->engine);
	g_string_free(self->heard, TRUE);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ear, ear_free)

static void
ear_say(Ear *self, guint utterance, guint ms)
{
	gint16 frame[OFFHOOK_FRAME_SAMPLES];

	for (guint i = 0; i < OFFHOOK_FRAME_SAMPLES; i++)
		frame[i] = (gint16)(5000 * sin(2 * G_PI * 300 * i / OFFHOOK_RATE));
	self->ended = FALSE;
	offhook_transcriber_begin(self->transcriber, utterance, NULL);
	for (guint at = 0; at < ms; at += OFFHOOK_FRAME_MS)
		offhook_transcriber_push(self->transcriber, frame, OFFHOOK_FRAME_SAMPLES);
	offhook_transcriber_finish(self->transcriber);
}

static void
ear_expect(Ear *self, guint n, const char *heard)
{
	while (self->n_ended < n) {
		self->ended = FALSE;
		harness_wait_for(&self->ended, "a transcript");
	}
	g_assert_cmpstr(self->heard->str, ==, heard);
}

static void
test_utterances(void)
{
	g_autoptr(Ear) ear = NULL;
	gint16 sample = 0;

	openai_start("--transcript 5");
	ear = ear_new(openai_open_engine(NULL, "transcription-prompt=Trattoria Lucia"));
	/* The emulator measures the file that it gets. */
	ear_say(ear, 1, 1500);
	ear_expect(ear, 1, "1:1.5 seconds of speech;");
	ear_say(ear, 2, 700);
	ear_expect(ear, 2, "1:1.5 seconds of speech;2:0.7 seconds of speech;");
	/* Too short for a word, and for services. */
	ear_say(ear, 3, 60);
	ear_expect(ear, 3, "1:1.5 seconds of speech;2:0.7 seconds of speech;3:;");
	/* Nothing of what was given up. */
	offhook_transcriber_push(ear->transcriber, &sample, 1);
	ear_say(ear, 4, 700);
	offhook_transcriber_cancel(ear->transcriber);
	g_string_truncate(ear->heard, 0);
	ear_say(ear, 5, 200);
	ear_expect(ear, 4, "5:0.2 seconds of speech;");
	openai_stop();
}

static void
test_utterance_limits(void)
{
	g_autoptr(Ear) ear = NULL;
	g_autofree char *limit = g_strdup_printf("1!%d;", OFFHOOK_ERROR_LIMIT);
	g_autofree char *busy = g_strdup_printf("9!%d;", OFFHOOK_ERROR_BUSY);

	openai_start("--transcript 100");
	ear = ear_new(openai_open_engine(NULL, NULL));
	ear_say(ear, 1, 121 * 1000);
	ear_expect(ear, 1, limit);
	for (guint i = 1; i <= 9; i++)
		ear_say(ear, i, 200);
	g_assert_true(g_str_has_suffix(ear->heard->str, busy));
	openai_stop();
}

static void
test_transcription_faults(void)
{
	openai_start("--transcript 5");
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autoptr(Ear) ear = ear_new(openai_open_engine(faults[i].fault, NULL));
		g_autofree char *expected = g_strdup_printf("7!%d;", faults[i].transcription_code);
		gint64 started_us = g_get_monotonic_time();
		gint64 ms;

		ear_say(ear, 7, 400);
		ear_expect(ear, 1, expected);
		ms = (g_get_monotonic_time() - started_us) / 1000;
		g_test_message("%-9s after %4d ms", faults[i].fault, (int)ms);
		if (faults[i].waits)
			g_assert_cmpint(ms, >=, SERVICE_DEADLINE_MS);
	}
	openai_stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(contracts); i++) {
		g_autofree char *start = g_strdup_printf("/contract/synthesizer/%s/start", contracts[i].name);
		g_autofree char *stop = g_strdup_printf("/contract/synthesizer/%s/stop", contracts[i].name);

		g_test_add_func(start, test_start);
		offhook_synthesizer_contract_add_tests(&contracts[i]);
		g_test_add_func(stop, test_stop);
	}
	g_test_add_func("/contract/transcriber/openai-hearing/start", test_start);
	offhook_transcriber_contract_add_tests(&hearing);
	g_test_add_func("/contract/transcriber/openai-hearing/stop", test_stop);
	g_test_add_func("/openai-speech/first-sound", test_first_sound);
	g_test_add_func("/openai-speech/faults", test_speech_faults);
	g_test_add_func("/openai-speech/too-long", test_too_long);
	g_test_add_func("/openai-speech/cancel-frees", test_cancel_frees);
	g_test_add_func("/openai-transcription/utterances", test_utterances);
	g_test_add_func("/openai-transcription/limits", test_utterance_limits);
	g_test_add_func("/openai-transcription/faults", test_transcription_faults);
	return g_test_run();
}
