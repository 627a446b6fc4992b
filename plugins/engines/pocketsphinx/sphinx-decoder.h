/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One recogniser: follows the words of a grammar, and beside it any sounds at all, to see how much
 * better these fit. Keeps nothing from utterance to utterance but compiled grammars, so that
 * utterances of different calls can follow each other. Any one thread at a time.
 */
#pragma once

#include "sphinx-frontend.h"
#include "sphinx-grammar.h"
#include "sphinx-lexicon.h"

G_BEGIN_DECLS

/** Files of the model. */
typedef struct {
	const char *model;       /* folder */
	const char *phone_model; /* language model of phones */
} OffhookSphinxModel;

/** What was heard, and how well it fits. */
typedef struct {
	char *text;     /* may be "" */
	guint words;    /* in it */
	guint frames;   /* of the utterance */
	guint spoken;   /* frames within words */
	double fit;     /* how much worse than any sounds it fits, a frame; 0 is as well */
	double worst;   /* the same for the word that fits worst */
	double quality; /* score of the words alone, a frame; 0 is best */
} OffhookSphinxMatch;

typedef struct _OffhookSphinxDecoder OffhookSphinxDecoder;

/**
 * offhook_sphinx_decoder_new:
 * @lexicon: (transfer none): outlives the decoder
 *
 * Reads the model (some 10 MB, 0.1 s): not for the main thread.
 */
OffhookSphinxDecoder *offhook_sphinx_decoder_new(const OffhookSphinxModel *model,
						 const OffhookSphinxLexicon *lexicon,
						 GError **error);
void offhook_sphinx_decoder_free(OffhookSphinxDecoder *self);

/**
 * offhook_sphinx_decoder_begin:
 * @key: of @grammar, under which it stays compiled
 * @mean: taken off the frames
 */
gboolean offhook_sphinx_decoder_begin(OffhookSphinxDecoder *self, const char *key,
				      OffhookSphinxGrammar *grammar,
				      const OffhookSphinxCepstrum *mean, GError **error);
void offhook_sphinx_decoder_push(OffhookSphinxDecoder *self, const OffhookSphinxCepstrum *frames,
				 guint n);
/** What it sounds like so far. @match: (out): clear it */
void offhook_sphinx_decoder_peek(OffhookSphinxDecoder *self, OffhookSphinxMatch *match);
/** Ends the utterance. @match: (out) (nullable) */
void offhook_sphinx_decoder_end(OffhookSphinxDecoder *self, OffhookSphinxMatch *match);

/** Has it learned so many words that a new one is better? */
gboolean offhook_sphinx_decoder_is_worn(const OffhookSphinxDecoder *self);

void offhook_sphinx_match_clear(OffhookSphinxMatch *match);

/** 0 to 1: how sure it is that the words were said; 0.5 is where to believe them. */
double offhook_sphinx_match_get_confidence(const OffhookSphinxMatch *match);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSphinxDecoder, offhook_sphinx_decoder_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookSphinxMatch, offhook_sphinx_match_clear)

G_END_DECLS
