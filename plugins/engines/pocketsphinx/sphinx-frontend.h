/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One call's acoustic front end: samples become cepstra. What is particular to the call, how loud
 * it is and what its line adds (the mean of the cepstra), is learned from utterance to utterance.
 * It belongs to the call and not to a decoder, so that any decoder can hear any call. Any one
 * thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_SPHINX_CEPSTRUM   13  /* values in a frame */
#define OFFHOOK_SPHINX_FRAME_RATE 100 /* frames in a second */

typedef struct {
	float value[OFFHOOK_SPHINX_CEPSTRUM];
} OffhookSphinxCepstrum;

typedef struct _OffhookSphinxFrontend OffhookSphinxFrontend;

/** Returns: (nullable): sets %OFFHOOK_ERROR_FAILED */
OffhookSphinxFrontend *offhook_sphinx_frontend_new(GError **error);
void offhook_sphinx_frontend_free(OffhookSphinxFrontend *self);

/** What the front end must know of the audio before it begins. */
typedef struct {
	double level;    /* RMS of the loudest 20 ms */
	gboolean narrow; /* nothing above 4 kHz: a telephone line */
} OffhookSphinxSound;

void offhook_sphinx_frontend_measure(const OffhookSphinxFrontend *self, const gint16 *samples,
				     gsize n, OffhookSphinxSound *sound);
/** What the call sounds like. %FALSE: nothing was learned yet. */
gboolean offhook_sphinx_frontend_get_sound(const OffhookSphinxFrontend *self,
					   OffhookSphinxSound *sound);

/** @sound: of the utterance; it is brought to the same loudness always */
void offhook_sphinx_frontend_begin(OffhookSphinxFrontend *self, const OffhookSphinxSound *sound);
/** @frames: (element-type OffhookSphinxCepstrum): what @samples complete is appended */
void offhook_sphinx_frontend_push(OffhookSphinxFrontend *self, const gint16 *samples, gsize n,
				  GArray *frames);

/** The mean to take off the frames of the next utterance. */
void offhook_sphinx_frontend_get_mean(const OffhookSphinxFrontend *self,
				      OffhookSphinxCepstrum *mean);
/** What the mean would be after @frames; learns nothing. */
void offhook_sphinx_frontend_blend(const OffhookSphinxFrontend *self, const GArray *frames,
				   OffhookSphinxCepstrum *mean);
void offhook_sphinx_frontend_learn(OffhookSphinxFrontend *self, const GArray *frames,
				   const OffhookSphinxSound *sound);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSphinxFrontend, offhook_sphinx_frontend_free)

G_END_DECLS
