/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sounds, made at the start and only read afterwards. */

#include "sounds.h"

#include <math.h>
#include <string.h>

#define PING_AMPLITUDE   16000.0
#define SPEECH_PITCH     125.0
#define SPEECH_HARMONICS 24

static LoadSound load_silence;
static LoadSound load_pings[LOAD_PING_TONES][LOAD_PING_FRAMES];
static LoadSound load_speech[LOAD_SPEECH_FRAMES];

guint
load_sounds_get_ping_frequency(guint tone)
{
	return 400 + 200 * tone;
}

/* A cosine: loud from its first sample. */
static void
load_sounds_render_ping(guint tone, guint rate, gint16 *samples, guint n)
{
	double step = 2.0 * G_PI * load_sounds_get_ping_frequency(tone) / rate;

	for (guint i = 0; i < n; i++)
		samples[i] = (gint16)(PING_AMPLITUDE * cos(step * i));
}

static void
load_sounds_to_codes(const gint16 *samples, guint n, guint8 *codes)
{
	for (guint i = 0; i < n; i++)
		codes[i] = load_mulaw_encode(samples[i]);
}

void
load_sounds_make_ping(guint tone, guint8 codes[LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES])
{
	gint16 samples[LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES];

	load_sounds_render_ping(tone, LOAD_RATE, samples, G_N_ELEMENTS(samples));
	load_sounds_to_codes(samples, G_N_ELEMENTS(samples), codes);
}

/* How much of a vowel's spectrum is at @frequency; its formants move with @vowel, 0 to 1. */
static double
load_sounds_weigh(double frequency, double vowel)
{
	const double formants[][2] = {
	    {700.0 - 350.0 * vowel, 130.0}, {1200.0 + 800.0 * vowel, 180.0}, {2600.0, 250.0}};
	double weight = 0.02;

	for (guint i = 0; i < G_N_ELEMENTS(formants); i++) {
		double off = (frequency - formants[i][0]) / formants[i][1];

		weight += 1.0 / ((1.0 + off * off) * (i + 1));
	}
	return weight;
}

/*
 * Harmonics of a gliding pitch under moving formants, some four syllables a second; the dips between
 * syllables are shallow, so that no frame of it is silent.
 */
static void
load_sounds_render_speech(guint rate, gint16 *samples, guint n)
{
	double phase = 0.0;

	for (guint i = 0; i < n; i++) {
		double t = (double)i / rate;
		double pitch = SPEECH_PITCH * (1.0 + 0.12 * sin(2.0 * G_PI * 1.3 * t));
		double vowel = 0.5 - 0.5 * cos(2.0 * G_PI * 2.0 * t);
		double level = 0.75 + 0.25 * cos(2.0 * G_PI * 4.0 * t);
		double sample = 0.0;

		phase += 2.0 * G_PI * pitch / rate;
		for (guint h = 1; h <= SPEECH_HARMONICS; h++)
			sample += load_sounds_weigh(pitch * h, vowel) * cos(phase * h);
		samples[i] = (gint16)CLAMP(5000.0 * level * sample, -32768, 32767);
	}
}

void
load_sounds_make_speech(guint8 codes[LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES])
{
	static gint16 samples[LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES];

	load_sounds_render_speech(LOAD_RATE, samples, G_N_ELEMENTS(samples));
	load_sounds_to_codes(samples, G_N_ELEMENTS(samples), codes);
}

static void
load_sounds_encode(LoadSound *self, const guint8 *codes, const gint16 *samples)
{
	g_autofree char *text = g_base64_encode(codes, LOAD_FRAME_SAMPLES);

	memcpy(self->base64, text, LOAD_BASE64_SIZE);
	for (guint i = 0; i < LOAD_LINEAR_SAMPLES; i++)
		self->linear[i] = GINT16_TO_LE(samples[i]);
}

void
load_sounds_init(void)
{
	static guint8 codes[LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES];
	static gint16 samples[LOAD_SPEECH_FRAMES * LOAD_LINEAR_SAMPLES];

	memset(codes, LOAD_SILENCE, LOAD_FRAME_SAMPLES);
	memset(samples, 0, sizeof samples);
	load_sounds_encode(&load_silence, codes, samples);
	for (guint tone = 0; tone < LOAD_PING_TONES; tone++) {
		load_sounds_make_ping(tone, codes);
		load_sounds_render_ping(tone, LOAD_LINEAR_RATE, samples,
					LOAD_PING_FRAMES * LOAD_LINEAR_SAMPLES);
		for (guint i = 0; i < LOAD_PING_FRAMES; i++)
			load_sounds_encode(&load_pings[tone][i], codes + i * LOAD_FRAME_SAMPLES,
					   samples + i * LOAD_LINEAR_SAMPLES);
	}
	load_sounds_make_speech(codes);
	load_sounds_render_speech(LOAD_LINEAR_RATE, samples, G_N_ELEMENTS(samples));
	for (guint i = 0; i < LOAD_SPEECH_FRAMES; i++)
		load_sounds_encode(&load_speech[i], codes + i * LOAD_FRAME_SAMPLES,
				   samples + i * LOAD_LINEAR_SAMPLES);
}

const LoadSound *
load_sounds_get_silence(void)
{
	return &load_silence;
}

const LoadSound *
load_sounds_get_ping(guint tone, guint frame)
{
	return &load_pings[tone][frame];
}

const LoadSound *
load_sounds_get_speech(guint frame)
{
	return &load_speech[frame];
}
