/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Speaks a part of a text with Flite. It counts references without locks, keeps voices in global
 * variables and ends the process on an error unless a global jump target is set: hence one thread
 * at a time, which the desk sees to, and the jump target. Worker.
 */

#include "flite-voice.h"

#include "flite-tokens.h"
#include <flite/flite.h>
#include <offhook/error.h>
#include <setjmp.h>

/* Samples that are handed over at a time. */
#define OFFHOOK_FLITE_BLOCK 3200

/* Silence that stays before the first word; voices begin with a quarter of a second. */
#define OFFHOOK_FLITE_LEAD_MS 60

/* Of the libraries of the voices, which have no headers. */
extern cst_voice *register_cmu_us_slt(const char *directory);
extern cst_voice *register_cmu_us_rms(const char *directory);
extern cst_voice *register_cmu_us_awb(const char *directory);
extern cst_voice *register_cmu_us_kal(const char *directory);
extern cst_voice *register_cmu_us_kal16(const char *directory);

static const struct {
	const char *name;
	cst_voice *(*open)(const char *directory);
} offhook_flite_voices[] = {
    {"slt", register_cmu_us_slt}, {"rms", register_cmu_us_rms},     {"awb", register_cmu_us_awb},
    {"kal", register_cmu_us_kal}, {"kal16", register_cmu_us_kal16},
};

struct _OffhookFliteVoice {
	cst_voice *(*open)(const char *directory);
};

/* One part in the making. */
typedef struct {
	OffhookSpeechPart *part;
	const GArray *tokens;
	int skip;      /* samples of silence to leave out */
	int delivered; /* samples that have been handed over or left out */
	gboolean told; /* words have been */
} OffhookFliteSpeech;

static int
offhook_flite_voice_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_flite_voices); i++) {
		if (g_strcmp0(offhook_flite_voices[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

gboolean
offhook_flite_voice_exists(const char *name)
{
	return offhook_flite_voice_find(name) >= 0;
}

OffhookFliteVoice *
offhook_flite_voice_new(const char *name)
{
	OffhookFliteVoice *self = g_new0(OffhookFliteVoice, 1);
	int index = offhook_flite_voice_find(name);

	self->open = offhook_flite_voices[MAX(index, 0)].open;
	return self;
}

void
offhook_flite_voice_free(OffhookFliteVoice *self)
{
	g_free(self);
}

/* Tokens, with their index, instead of a text. */
static cst_utterance *
offhook_flite_speech_fill(const OffhookFliteSpeech *self)
{
	cst_utterance *utterance = new_utterance();
	cst_relation *relation = utt_relation_create(utterance, "Token");

	for (guint i = 0; i < self->tokens->len; i++) {
		const OffhookFliteToken *token = &g_array_index(self->tokens, OffhookFliteToken, i);
		cst_item *item = relation_append(relation, NULL);

		item_set_string(item, "name", token->name);
		item_set_string(item, "whitespace", " ");
		item_set_string(item, "prepunctuation", token->before);
		item_set_string(item, "punc", token->after);
		item_set_int(item, "offhook_token", (int)i);
	}
	return utterance;
}

static guint
offhook_flite_speech_get_ms(const cst_item *word, const char *path)
{
	return (guint)(MAX(ffeature_float(word, path), 0.0f) * 1000.0f);
}

/* Words follow from the tokens; those of one place in the text are told as one. */
static void
offhook_flite_speech_tell_words(OffhookFliteSpeech *self, const cst_utterance *utterance, int rate)
{
	guint lead = 0, start = 0, end = 0;
	const OffhookFliteToken *open = NULL;

	self->told = TRUE;
	for (cst_item *word = relation_head(utt_relation(utterance, "Word")); word != NULL;
	     word = item_next(word)) {
		cst_item *parent = item_parent(item_as(word, "Token"));
		guint from = offhook_flite_speech_get_ms(
		    word, "R:SylStructure.daughter1.daughter1.R:Segment.p.end");
		guint to = offhook_flite_speech_get_ms(
		    word, "R:SylStructure.daughtern.daughtern.R:Segment.end");
		const OffhookFliteToken *token;

		if (parent == NULL || to == 0)
			continue;
		if (open == NULL) {
			lead = from > OFFHOOK_FLITE_LEAD_MS ? from - OFFHOOK_FLITE_LEAD_MS : 0;
			self->skip = (int)((guint64)lead * (guint)rate / 1000);
		}
		token = &g_array_index(self->tokens, OffhookFliteToken,
				       item_feat_int(parent, "offhook_token"));
		if (open != NULL && token->offset != open->offset)
			offhook_speech_part_add_word(self->part, open->offset, open->length,
						     start - lead, end - lead);
		if (open == NULL || token->offset != open->offset)
			start = from;
		open = token;
		end = to;
	}
	if (open != NULL)
		offhook_speech_part_add_word(self->part, open->offset, open->length, start - lead,
					     end - lead);
}

/* %FALSE: stop. */
static gboolean
offhook_flite_speech_deliver(OffhookFliteSpeech *self, const cst_utterance *utterance,
			     const cst_wave *wave, int end)
{
	int from;

	if (!self->told)
		offhook_flite_speech_tell_words(self, utterance, cst_wave_sample_rate(wave));
	from = MAX(self->delivered, self->skip);
	self->delivered = MAX(self->delivered, end);
	if (end <= from)
		return TRUE;
	return offhook_speech_part_add_audio(self->part, cst_wave_samples(wave) + from,
					     (gsize)(end - from),
					     (guint)cst_wave_sample_rate(wave));
}

static int
offhook_flite_speech_audio_cb(const cst_wave *wave, int start, int size, int last,
			      cst_audio_streaming_info *info)
{
	return offhook_flite_speech_deliver(info->userdata, info->utt, wave, start + size)
		   ? CST_AUDIO_STREAM_CONT
		   : CST_AUDIO_STREAM_STOP;
}

static void
offhook_flite_speech_run(OffhookFliteSpeech *self, const OffhookFliteVoice *voice)
{
	cst_voice *opened = voice->open(NULL);
	cst_utterance *utterance = offhook_flite_speech_fill(self);
	cst_audio_streaming_info *info = new_audio_streaming_info();

	info->min_buffsize = OFFHOOK_FLITE_BLOCK;
	info->asc = offhook_flite_speech_audio_cb;
	info->userdata = self;
	info->utt = utterance;
	feat_set(utterance->features, "streaming_info", audio_streaming_info_val(info));
	utterance = flite_do_synth(utterance, opened, utt_synth_tokens);
	if (utterance == NULL)
		return;
	/* voices that don't stream */
	if (feat_present(utterance->features, "wave") && utt_wave(utterance) != NULL)
		offhook_flite_speech_deliver(self, utterance, utt_wave(utterance),
					     cst_wave_num_samples(utt_wave(utterance)));
	delete_utterance(utterance);
}

/* %FALSE: Flite gave up. What it had allocated is lost. */
static gboolean
offhook_flite_speech_try(OffhookFliteSpeech *self, const OffhookFliteVoice *voice)
{
	jmp_buf target;
	gboolean failed = setjmp(target) != 0;

	if (!failed) {
		cst_errjmp = &target;
		offhook_flite_speech_run(self, voice);
	}
	cst_errjmp = NULL;
	return !failed;
}

gboolean
offhook_flite_voice_make(OffhookSpeechPart *part, const char *text, gpointer voice, GError **error)
{
	g_autoptr(GArray) tokens = offhook_flite_tokens_new(text);
	OffhookFliteSpeech speech = {part, tokens, 0, 0, FALSE};

	if (tokens->len == 0 || offhook_flite_speech_try(&speech, voice))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
		    "flite can't speak a text of %u words", tokens->len);
	return FALSE;
}
