/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * SphinxBase's front end with the model's parameters. Its own normalisation, noise and silence
 * removal stay off: they carry state from one utterance to the next inside a decoder, and decoders
 * are shared. Any one thread at a time.
 */

#include "sphinx-frontend.h"

#include <math.h>
#include <offhook/audio.h>
#include <offhook/error.h>
#include <sphinxbase/fe.h>
#include <string.h>

/* How much the mean at the start of a call counts, and how far back the mean remembers. */
#define OFFHOOK_SPHINX_FRONTEND_FIRST_WEIGHT 100.0
#define OFFHOOK_SPHINX_FRONTEND_MAX_WEIGHT   800.0

/*
 * Speech is brought to this loudness (RMS of the loudest 20 ms) before anything else, and noise of
 * this RMS is added. Digital silence would otherwise be deeper than anything the model was trained
 * with. Measured on 266 utterances in 14 voices, intents right with noise of 1.5, 5, 15, 30, 50,
 * 100, 150: 252, 257, 257, 261, 260, 258, 257.
 */
#define OFFHOOK_SPHINX_FRONTEND_LEVEL 3000.0
#define OFFHOOK_SPHINX_FRONTEND_NOISE 30.0
#define OFFHOOK_SPHINX_FRONTEND_LEAST 200.0 /* what is fainter is no speech */

#define OFFHOOK_SPHINX_FRONTEND_BLOCK 320 /* samples: 20 ms */

/* A line is narrow when the power above 5 kHz is less than this part of all. */
#define OFFHOOK_SPHINX_FRONTEND_NARROW 3e-5
#define OFFHOOK_SPHINX_FRONTEND_CUT    5200.0
#define OFFHOOK_SPHINX_FRONTEND_TAPS   31

/* What a telephone line looks like before anything was heard on it: the mean over synthetic voices
 * at 8 kHz mu-law with the silence around them. */
static const OffhookSphinxCepstrum offhook_sphinx_frontend_first_mean = {
    {49.10f, -13.04f, 5.25f, 0.14f, 3.49f, -8.90f, 1.99f, -6.03f, -7.31f, 3.53f, -3.53f, 2.03f,
     -1.56f},
};

struct _OffhookSphinxFrontend {
	fe_t *fe;
	double high_pass[OFFHOOK_SPHINX_FRONTEND_TAPS];
	guint32 random;
	double gain;
	gboolean mirror; /* fill the upper half of the band */
	gboolean odd;
	gboolean known;
	OffhookSphinxSound sound;
	OffhookSphinxCepstrum mean;
	double weight; /* frames that the mean stands for */
};

/* A sinc under a Blackman window. */
static void
offhook_sphinx_frontend_init_high_pass(OffhookSphinxFrontend *self)
{
	int half = OFFHOOK_SPHINX_FRONTEND_TAPS / 2;

	for (int i = -half; i <= half; i++) {
		double cut = 2.0 * OFFHOOK_SPHINX_FRONTEND_CUT / OFFHOOK_RATE;
		double low = i == 0 ? cut : sin(G_PI * cut * i) / (G_PI * i);
		double phase = G_PI * i / (half + 1);
		double window = 0.42 + 0.5 * cos(phase) + 0.08 * cos(2.0 * phase);

		self->high_pass[i + half] = ((i == 0) - low) * window;
	}
}

OffhookSphinxFrontend *
offhook_sphinx_frontend_new(GError **error)
{
	g_autoptr(OffhookSphinxFrontend) self = g_new0(OffhookSphinxFrontend, 1);
	/* feat.params of the model en-us */
	cmd_ln_t *config =
	    cmd_ln_init(NULL, fe_get_args(), TRUE, "-samprate", G_STRINGIFY(OFFHOOK_RATE),
			"-lowerf", "130", "-upperf", "6800", "-nfilt", "25", "-transform", "dct",
			"-lifter", "22", "-remove_noise", "no", "-remove_silence", "no", NULL);

	self->fe = config != NULL ? fe_init_auto_r(config) : NULL;
	cmd_ln_free_r(config);
	if (self->fe == NULL || fe_get_output_size(self->fe) != OFFHOOK_SPHINX_CEPSTRUM) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
			    "the acoustic front end can't be set up");
		return NULL;
	}
	offhook_sphinx_frontend_init_high_pass(self);
	self->mean = offhook_sphinx_frontend_first_mean;
	self->weight = OFFHOOK_SPHINX_FRONTEND_FIRST_WEIGHT;
	return g_steal_pointer(&self);
}

void
offhook_sphinx_frontend_free(OffhookSphinxFrontend *self)
{
	if (self == NULL)
		return;
	fe_free(self->fe);
	g_free(self);
}

/* Power of @n samples above the cut. @samples has as many more as the filter needs. */
static double
offhook_sphinx_frontend_get_high_power(const OffhookSphinxFrontend *self, const gint16 *samples,
				       gsize n)
{
	double power = 0.0;

	for (gsize i = 0; i < n; i++) {
		double high = 0.0;

		for (guint j = 0; j < OFFHOOK_SPHINX_FRONTEND_TAPS; j++)
			high += self->high_pass[j] * samples[i + j];
		power += high * high;
	}
	return power / n;
}

void
offhook_sphinx_frontend_measure(const OffhookSphinxFrontend *self, const gint16 *samples, gsize n,
				OffhookSphinxSound *sound)
{
	double loudest = 1.0, highest = 0.0;

	for (gsize at = 0; at + OFFHOOK_SPHINX_FRONTEND_BLOCK <= n;
	     at += OFFHOOK_SPHINX_FRONTEND_BLOCK) {
		double power = 0.0;

		for (gsize i = at; i < at + OFFHOOK_SPHINX_FRONTEND_BLOCK; i++)
			power += (double)samples[i] * samples[i];
		loudest = MAX(loudest, power / OFFHOOK_SPHINX_FRONTEND_BLOCK);
		highest =
		    MAX(highest, offhook_sphinx_frontend_get_high_power(
				     self, samples + at,
				     OFFHOOK_SPHINX_FRONTEND_BLOCK - OFFHOOK_SPHINX_FRONTEND_TAPS));
	}
	sound->level = sqrt(loudest);
	sound->narrow = highest < loudest * OFFHOOK_SPHINX_FRONTEND_NARROW;
}

gboolean
offhook_sphinx_frontend_get_sound(const OffhookSphinxFrontend *self, OffhookSphinxSound *sound)
{
	*sound = self->sound;
	return self->known;
}

void
offhook_sphinx_frontend_begin(OffhookSphinxFrontend *self, const OffhookSphinxSound *sound)
{
	fe_start_stream(self->fe);
	fe_start_utt(self->fe);
	self->gain =
	    OFFHOOK_SPHINX_FRONTEND_LEVEL / MAX(sound->level, OFFHOOK_SPHINX_FRONTEND_LEAST);
	self->mirror = sound->narrow;
	/* the same every time, so that the same audio is always heard alike */
	self->odd = FALSE;
	self->random = 1;
}

/*
 * Every other sample alone, doubled, has the band below 4 kHz unchanged and its mirror image above:
 * a hiss that a telephone line has cut off at 4 kHz goes on there. Measured on 200 utterances in 10
 * voices: 196 intents right with, 194 without.
 */
static double
offhook_sphinx_frontend_mirror(OffhookSphinxFrontend *self, double sample)
{
	self->odd = !self->odd;
	return !self->mirror ? sample : self->odd ? 0.0 : 2.0 * sample;
}

/* Noise around 0, of the RMS above. */
static double
offhook_sphinx_frontend_get_noise(OffhookSphinxFrontend *self)
{
	double sum = -1.5;

	for (guint i = 0; i < 3; i++) {
		self->random = self->random * 1664525u + 1013904223u;
		sum += (double)(self->random >> 8) / (1 << 24);
	}
	/* three uniform numbers have a variance of a quarter */
	return sum * 2.0 * OFFHOOK_SPHINX_FRONTEND_NOISE;
}

/* @samples: at most OFFHOOK_SPHINX_FRONTEND_BLOCK */
static void
offhook_sphinx_frontend_push_block(OffhookSphinxFrontend *self, const gint16 *samples, gsize n,
				   GArray *frames)
{
	gint16 block[OFFHOOK_SPHINX_FRONTEND_BLOCK];
	const int16 *at = block;
	size_t left = n;

	for (gsize i = 0; i < n; i++) {
		double sample = offhook_sphinx_frontend_mirror(self, samples[i] * self->gain) +
				offhook_sphinx_frontend_get_noise(self);

		block[i] = (gint16)CLAMP(sample, G_MININT16, G_MAXINT16);
	}
	while (left > 0) {
		OffhookSphinxCepstrum room[8];
		mfcc_t *rows[G_N_ELEMENTS(room)];
		int32 got = G_N_ELEMENTS(room);
		size_t before = left;

		for (guint i = 0; i < G_N_ELEMENTS(room); i++)
			rows[i] = room[i].value;
		if (fe_process_frames(self->fe, &at, &left, rows, &got, NULL) < 0)
			return;
		g_array_append_vals(frames, room, (guint)got);
		if (got == 0 && left == before)
			return;
	}
}

void
offhook_sphinx_frontend_push(OffhookSphinxFrontend *self, const gint16 *samples, gsize n,
			     GArray *frames)
{
	while (n > 0) {
		gsize part = MIN(n, OFFHOOK_SPHINX_FRONTEND_BLOCK);

		offhook_sphinx_frontend_push_block(self, samples, part, frames);
		samples += part;
		n -= part;
	}
}

void
offhook_sphinx_frontend_get_mean(const OffhookSphinxFrontend *self, OffhookSphinxCepstrum *mean)
{
	*mean = self->mean;
}

void
offhook_sphinx_frontend_blend(const OffhookSphinxFrontend *self, const GArray *frames,
			      OffhookSphinxCepstrum *mean)
{
	for (guint i = 0; i < OFFHOOK_SPHINX_CEPSTRUM; i++) {
		double sum = self->mean.value[i] * self->weight;

		for (guint j = 0; j < frames->len; j++)
			sum += g_array_index(frames, OffhookSphinxCepstrum, j).value[i];
		mean->value[i] = (float)(sum / (self->weight + frames->len));
	}
}

void
offhook_sphinx_frontend_learn(OffhookSphinxFrontend *self, const GArray *frames,
			      const OffhookSphinxSound *sound)
{
	OffhookSphinxCepstrum mean;

	offhook_sphinx_frontend_blend(self, frames, &mean);
	self->mean = mean;
	self->weight = MIN(self->weight + frames->len, OFFHOOK_SPHINX_FRONTEND_MAX_WEIGHT);
	self->sound.level = self->known ? sqrt(self->sound.level * sound->level) : sound->level;
	self->sound.narrow = sound->narrow;
	self->known = TRUE;
}
