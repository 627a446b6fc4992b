/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Two PocketSphinx decoders over the same frames: one follows the grammar, the other any phones.
 * Their dictionary begins empty and learns the words of the grammars that come, which makes a
 * decoder of 10 MB that is ready in a moment out of one of 150 MB. Any one thread at a time.
 */

#include "sphinx-decoder.h"

#include <offhook/error.h>
#include <pocketsphinx.h>
#include <sphinxbase/fsg_model.h>
#include <string.h>

/* Grammars that stay compiled, and words after which to begin anew. */
#define OFFHOOK_SPHINX_DECODER_MAX_GRAMMARS 16
#define OFFHOOK_SPHINX_DECODER_MAX_WORDS    5000

/* Frames given to the decoders at a time. */
#define OFFHOOK_SPHINX_DECODER_BLOCK 50

struct _OffhookSphinxDecoder {
	ps_decoder_t *words;
	ps_decoder_t *phones;
	const OffhookSphinxLexicon *lexicon;
	GHashTable *known; /* set of utf8: words of the dictionary */
	GHashTable *mute;  /* set of utf8: words that can't be spoken */
	GQueue grammars;   /* utf8: keys, the last used first */
	OffhookSphinxCepstrum mean;
	GArray *sounds; /* double: score of the best phones up to each frame */
	gboolean active;
};

static cmd_ln_t *
offhook_sphinx_decoder_configure(const OffhookSphinxModel *model)
{
	return cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", model->model, "-bestpath", "no",
			   /* as wide as the measurements of turn-taking.md */
			   "-beam", "1e-80", "-wbeam", "1e-60", "-pbeam", "1e-80", NULL);
}

/* @config: (transfer full) (nullable) */
static ps_decoder_t *
offhook_sphinx_decoder_open(cmd_ln_t *config)
{
	ps_decoder_t *decoder = config != NULL ? ps_init(config) : NULL;

	cmd_ln_free_r(config);
	/* The mean is off the frames already. To say so in the configuration has no effect: the
	 * model's own file overrides it. */
	if (decoder != NULL)
		ps_get_feat(decoder)->cmn = CMN_NONE;
	return decoder;
}

static ps_decoder_t *
offhook_sphinx_decoder_open_words(const OffhookSphinxModel *model)
{
	return offhook_sphinx_decoder_open(offhook_sphinx_decoder_configure(model));
}

static ps_decoder_t *
offhook_sphinx_decoder_open_phones(const OffhookSphinxModel *model)
{
	cmd_ln_t *config = offhook_sphinx_decoder_configure(model);

	if (config != NULL) {
		cmd_ln_set_str_r(config, "-allphone", model->phone_model);
		cmd_ln_set_boolean_r(config, "-allphone_ci", TRUE);
		cmd_ln_set_float_r(config, "-lw", 2.0);
		cmd_ln_set_float_r(config, "-beam", 1e-10);
		cmd_ln_set_float_r(config, "-pbeam", 1e-10);
	}
	return offhook_sphinx_decoder_open(config);
}

OffhookSphinxDecoder *
offhook_sphinx_decoder_new(const OffhookSphinxModel *model, const OffhookSphinxLexicon *lexicon,
			   GError **error)
{
	g_autoptr(OffhookSphinxDecoder) self = g_new0(OffhookSphinxDecoder, 1);

	self->lexicon = lexicon;
	self->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->mute = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->sounds = g_array_new(FALSE, FALSE, sizeof(double));
	g_queue_init(&self->grammars);
	self->words = offhook_sphinx_decoder_open_words(model);
	self->phones = offhook_sphinx_decoder_open_phones(model);
	if (self->words == NULL || self->phones == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the acoustic model %s or the phone model %s can't be read",
			    model->model, model->phone_model);
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
offhook_sphinx_decoder_free(OffhookSphinxDecoder *self)
{
	if (self == NULL)
		return;
	ps_free(self->words);
	ps_free(self->phones);
	g_queue_clear_full(&self->grammars, g_free);
	g_hash_table_unref(self->known);
	g_hash_table_unref(self->mute);
	g_array_unref(self->sounds);
	g_free(self);
}

gboolean
offhook_sphinx_decoder_is_worn(const OffhookSphinxDecoder *self)
{
	return g_hash_table_size(self->known) > OFFHOOK_SPHINX_DECODER_MAX_WORDS;
}

/* ---- grammars ---- */

/* Puts @word with all its pronunciations into the dictionary. */
static gboolean
offhook_sphinx_decoder_add_word(OffhookSphinxDecoder *self, const char *word)
{
	g_auto(GStrv) found = offhook_sphinx_lexicon_find(self->lexicon, word);
	guint added = 0;

	if (found[0] == NULL) {
		g_autofree char *guess = offhook_sphinx_lexicon_guess(self->lexicon, word);

		return guess != NULL && ps_add_word(self->words, word, guess, FALSE) >= 0;
	}
	for (guint i = 0; found[i] != NULL; i++) {
		g_autofree char *entry =
		    added == 0 ? g_strdup(word) : g_strdup_printf("%s(%u)", word, added + 1);

		if (ps_add_word(self->words, entry, found[i], FALSE) >= 0)
			added++;
	}
	return added > 0;
}

/* Can @word be spoken? */
static gboolean
offhook_sphinx_decoder_learn(OffhookSphinxDecoder *self, const char *word)
{
	gboolean good;

	if (g_hash_table_contains(self->known, word))
		return TRUE;
	if (g_hash_table_contains(self->mute, word))
		return FALSE;
	good = offhook_sphinx_decoder_add_word(self, word);
	g_hash_table_add(good ? self->known : self->mute, g_strdup(word));
	return good;
}

/* One more state than the grammar: where all its ends lead to. */
static fsg_model_t *
offhook_sphinx_decoder_build(OffhookSphinxDecoder *self, const char *key,
			     OffhookSphinxGrammar *grammar)
{
	guint n_states = offhook_sphinx_grammar_get_n_states(grammar), n_arcs;
	const OffhookSphinxArc *arcs = offhook_sphinx_grammar_get_arcs(grammar, &n_arcs);
	GPtrArray *words = offhook_sphinx_grammar_get_words(grammar);
	fsg_model_t *fsg = fsg_model_init(key, ps_get_logmath(self->words), 1.0, (int)n_states + 1);

	fsg->start_state = 0;
	fsg->final_state = (int)n_states;
	for (guint i = 0; i < n_arcs; i++) {
		const char *word = words->pdata[arcs[i].word];

		if (offhook_sphinx_decoder_learn(self, word))
			fsg_model_trans_add(fsg, (int)arcs[i].from, (int)arcs[i].to, 0,
					    fsg_model_word_add(fsg, word));
	}
	/* saying nothing is no phrase, so not from the begin */
	for (guint i = 1; i < n_states; i++) {
		if (offhook_sphinx_grammar_is_end(grammar, i))
			fsg_model_null_trans_add(fsg, (int)i, (int)n_states, 0);
	}
	return fsg;
}

static gboolean
offhook_sphinx_decoder_compile(OffhookSphinxDecoder *self, const char *key,
			       OffhookSphinxGrammar *grammar, GError **error)
{
	fsg_model_t *fsg = offhook_sphinx_decoder_build(self, key, grammar);
	int result = ps_set_fsg(self->words, key, fsg);

	fsg_model_free(fsg);
	if (result < 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
			    "pocketsphinx refuses the grammar of the expected phrases");
		return FALSE;
	}
	g_queue_push_head(&self->grammars, g_strdup(key));
	if (g_queue_get_length(&self->grammars) > OFFHOOK_SPHINX_DECODER_MAX_GRAMMARS) {
		g_autofree char *oldest = g_queue_pop_tail(&self->grammars);

		ps_unset_search(self->words, oldest);
	}
	return TRUE;
}

static gboolean
offhook_sphinx_decoder_select(OffhookSphinxDecoder *self, const char *key,
			      OffhookSphinxGrammar *grammar, GError **error)
{
	GList *link =
	    g_queue_find_custom(&self->grammars, key, (GCompareFunc)(void (*)(void))strcmp);

	if (link == NULL) {
		if (!offhook_sphinx_decoder_compile(self, key, grammar, error))
			return FALSE;
	} else {
		g_queue_unlink(&self->grammars, link);
		g_queue_push_head_link(&self->grammars, link);
	}
	if (ps_set_search(self->words, key) < 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
			    "pocketsphinx has lost a grammar");
		return FALSE;
	}
	return TRUE;
}

/* ---- one utterance ---- */

gboolean
offhook_sphinx_decoder_begin(OffhookSphinxDecoder *self, const char *key,
			     OffhookSphinxGrammar *grammar, const OffhookSphinxCepstrum *mean,
			     GError **error)
{
	if (self->active)
		offhook_sphinx_decoder_end(self, NULL);
	if (!offhook_sphinx_decoder_select(self, key, grammar, error))
		return FALSE;
	self->mean = *mean;
	if (ps_start_utt(self->words) < 0 || ps_start_utt(self->phones) < 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
			    "pocketsphinx can't begin an utterance");
		return FALSE;
	}
	self->active = TRUE;
	return TRUE;
}

void
offhook_sphinx_decoder_push(OffhookSphinxDecoder *self, const OffhookSphinxCepstrum *frames,
			    guint n)
{
	g_return_if_fail(self->active);

	while (n > 0) {
		OffhookSphinxCepstrum block[OFFHOOK_SPHINX_DECODER_BLOCK];
		mfcc_t *rows[OFFHOOK_SPHINX_DECODER_BLOCK];
		guint part = MIN(n, OFFHOOK_SPHINX_DECODER_BLOCK);

		for (guint i = 0; i < part; i++) {
			rows[i] = block[i].value;
			for (guint j = 0; j < OFFHOOK_SPHINX_CEPSTRUM; j++)
				block[i].value[j] = frames[i].value[j] - self->mean.value[j];
		}
		ps_process_cep(self->words, rows, (int)part, FALSE, FALSE);
		ps_process_cep(self->phones, rows, (int)part, FALSE, FALSE);
		frames += part;
		n -= part;
	}
}

/* Fills `sounds`: the score of a phone is spread over its frames. */
static void
offhook_sphinx_decoder_sum_sounds(OffhookSphinxDecoder *self)
{
	double sum = 0.0;

	g_array_set_size(self->sounds, 0);
	g_array_append_val(self->sounds, sum);
	for (ps_seg_t *seg = ps_seg_iter(self->phones); seg != NULL; seg = ps_seg_next(seg)) {
		int32 score, language, back;
		int from, to;

		ps_seg_frames(seg, &from, &to);
		ps_seg_prob(seg, &score, &language, &back);
		for (int i = from; i <= to; i++) {
			sum += (double)score / (to - from + 1);
			g_array_append_val(self->sounds, sum);
		}
	}
}

/* Score of any sounds in the frames from @from to before @to. */
static double
offhook_sphinx_decoder_get_sounds(const OffhookSphinxDecoder *self, int from, int to)
{
	int last = (int)self->sounds->len - 1;

	return g_array_index(self->sounds, double, CLAMP(to, 0, last)) -
	       g_array_index(self->sounds, double, CLAMP(from, 0, last));
}

/* Silence counts for no more than a second, or a long one would make any words fit. */
static double
offhook_sphinx_decoder_weigh(double words_gap, guint words_frames, double silence_gap,
			     guint silence_frames)
{
	guint counted = MIN(silence_frames, OFFHOOK_SPHINX_FRAME_RATE);

	if (silence_frames > counted)
		silence_gap *= (double)counted / silence_frames;
	return (words_gap + silence_gap) / (words_frames + counted);
}

static void
offhook_sphinx_decoder_measure(OffhookSphinxDecoder *self, OffhookSphinxMatch *match)
{
	double words_gap = 0.0, silence_gap = 0.0, spoken = 0.0;
	guint silence = 0;

	for (ps_seg_t *seg = ps_seg_iter(self->words); seg != NULL; seg = ps_seg_next(seg)) {
		int32 score, language, back;
		int from, to;
		guint frames;
		double gap;

		ps_seg_frames(seg, &from, &to);
		ps_seg_prob(seg, &score, &language, &back);
		if (from < 0 || to < from || g_str_equal(ps_seg_word(seg), "(NULL)"))
			continue;
		frames = (guint)(to + 1 - from);
		gap = offhook_sphinx_decoder_get_sounds(self, from, to + 1) - score;
		if (strchr("<[", *ps_seg_word(seg)) != NULL) {
			silence_gap += gap;
			silence += frames;
			continue;
		}
		words_gap += gap;
		spoken += score;
		match->worst = match->words == 0 ? gap / frames : MAX(match->worst, gap / frames);
		match->words++;
		match->spoken += frames;
	}
	if (match->words == 0)
		return;
	match->frames = match->spoken + silence;
	match->fit = offhook_sphinx_decoder_weigh(words_gap, match->spoken, silence_gap, silence);
	match->quality = -spoken / match->spoken;
}

void
offhook_sphinx_decoder_peek(OffhookSphinxDecoder *self, OffhookSphinxMatch *match)
{
	int32 score;
	const char *text = ps_get_hyp(self->words, &score);

	*match = (OffhookSphinxMatch){.text = g_strdup(text != NULL ? text : "")};
	if (*match->text == '\0')
		return;
	offhook_sphinx_decoder_sum_sounds(self);
	offhook_sphinx_decoder_measure(self, match);
}

void
offhook_sphinx_decoder_end(OffhookSphinxDecoder *self, OffhookSphinxMatch *match)
{
	g_return_if_fail(self->active);

	self->active = FALSE;
	ps_end_utt(self->words);
	ps_end_utt(self->phones);
	if (match != NULL)
		offhook_sphinx_decoder_peek(self, match);
}

void
offhook_sphinx_match_clear(OffhookSphinxMatch *match)
{
	g_clear_pointer(&match->text, g_free);
}
