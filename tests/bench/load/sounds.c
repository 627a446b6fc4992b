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
void
load_sounds_make_ping(guint tone, guint8 codes[LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES])
{
	double step = 2.0 * G_PI * load_sounds_get_ping_frequency(tone) / LOAD_RATE;

	for (guint i = 0; i < LOAD_PING_FRAMES * LOAD_FRAME_SAMPLES; i++)
		codes[i] = load_mulaw_encode((int)(PING_AMPLITUDE * cos(step * i)));
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
void
load_sounds_make_speech(guint8 codes[LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES])
{
	double phase = 0.0;

	for (guint i = 0; i < LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES; i++) {
		double t = (double)i / LOAD_RATE;
		double pitch = SPEECH_PITCH * (1.0 + 0.12 * sin(2.0 * G_PI * 1.3 * t));
		double vowel = 0.5 - 0.5 * cos(2.0 * G_PI * 2.0 * t);
		double level = 0.75 + 0.25 * cos(2.0 * G_PI * 4.0 * t);
		double sample = 0.0;

		phase += 2.0 * G_PI * pitch / LOAD_RATE;
		for (guint h = 1; h <= SPEECH_HARMONICS; h++)
			sample += load_sounds_weigh(pitch * h, vowel) * cos(phase * h);
		codes[i] = load_mulaw_encode((int)(5000.0 * level * sample));
	}
}

static void
load_sounds_encode(LoadSound *self, const guint8 *codes)
{
	g_autofree char *text = g_base64_encode(codes, LOAD_FRAME_SAMPLES);

	memcpy(self->base64, text, LOAD_BASE64_SIZE);
}

void
load_sounds_init(void)
{
	guint8 codes[LOAD_SPEECH_FRAMES * LOAD_FRAME_SAMPLES];

	memset(codes, LOAD_SILENCE, LOAD_FRAME_SAMPLES);
	load_sounds_encode(&load_silence, codes);
	for (guint tone = 0; tone < LOAD_PING_TONES; tone++) {
		load_sounds_make_ping(tone, codes);
		for (guint i = 0; i < LOAD_PING_FRAMES; i++)
			load_sounds_encode(&load_pings[tone][i], codes + i * LOAD_FRAME_SAMPLES);
	}
	load_sounds_make_speech(codes);
	for (guint i = 0; i < LOAD_SPEECH_FRAMES; i++)
		load_sounds_encode(&load_speech[i], codes + i * LOAD_FRAME_SAMPLES);
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
