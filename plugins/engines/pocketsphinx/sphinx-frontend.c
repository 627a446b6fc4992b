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
 * this RMS is added. Digital silence, and the band above 4 kHz that a telephone line doesn't carry,
 * would otherwise be deeper than anything the model was trained with. Measured on 266 utterances in
 * 14 voices, intents right with noise of 3, 10, 30, 60, 100, 200, 300: 252, 257, 257, 261, 260, 258,
 * 257.
 */
#define OFFHOOK_SPHINX_FRONTEND_LEVEL 6000.0
#define OFFHOOK_SPHINX_FRONTEND_NOISE 60.0
#define OFFHOOK_SPHINX_FRONTEND_LEAST 200.0 /* what is fainter is no speech */

#define OFFHOOK_SPHINX_FRONTEND_BLOCK 320 /* samples: 20 ms */

/* What a telephone line looks like before anything was heard on it: the mean over synthetic voices
 * at 8 kHz mu-law with the silence around them. */
static const OffhookSphinxCepstrum offhook_sphinx_frontend_first_mean = {
    {53.53f, -6.89f, -4.09f, 8.15f, -5.87f, -6.70f, 3.09f, -11.27f, -1.27f, -2.05f, -0.68f, 1.15f,
     -4.20f},
};

struct _OffhookSphinxFrontend {
	fe_t *fe;
	guint32 random;
	double gain;
	double level; /* 0: not known */
	OffhookSphinxCepstrum mean;
	double weight; /* frames that the mean stands for */
};

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

double
offhook_sphinx_frontend_measure(const gint16 *samples, gsize n)
{
	double loudest = 0.0;

	for (gsize at = 0; at < n; at += OFFHOOK_SPHINX_FRONTEND_BLOCK) {
		gsize part = MIN(n - at, OFFHOOK_SPHINX_FRONTEND_BLOCK);
		double sum = 0.0;

		for (gsize i = 0; i < part; i++)
			sum += (double)samples[at + i] * samples[at + i];
		loudest = MAX(loudest, sum / OFFHOOK_SPHINX_FRONTEND_BLOCK);
	}
	return sqrt(loudest);
}

double
offhook_sphinx_frontend_get_level(const OffhookSphinxFrontend *self)
{
	return self->level;
}

void
offhook_sphinx_frontend_begin(OffhookSphinxFrontend *self, double level)
{
	fe_start_stream(self->fe);
	fe_start_utt(self->fe);
	self->gain = OFFHOOK_SPHINX_FRONTEND_LEVEL / MAX(level, OFFHOOK_SPHINX_FRONTEND_LEAST);
	/* the same noise every time, so that the same audio is always heard alike */
	self->random = 1;
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
		double sample = samples[i] * self->gain + offhook_sphinx_frontend_get_noise(self);

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
offhook_sphinx_frontend_learn(OffhookSphinxFrontend *self, const GArray *frames, double level)
{
	OffhookSphinxCepstrum mean;

	offhook_sphinx_frontend_blend(self, frames, &mean);
	self->mean = mean;
	self->weight = MIN(self->weight + frames->len, OFFHOOK_SPHINX_FRONTEND_MAX_WEIGHT);
	self->level = self->level > 0.0 ? sqrt(self->level * level) : level;
}
