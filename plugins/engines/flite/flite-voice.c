/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A text through flite, streamed: the library calls back with a little audio at a time, and its
 * utterance tells when each token sounds. Worker threads, one at a time.
 */

#include "flite-voice.h"

#include <flite/flite.h>
#include <string.h>

cst_voice *register_cmu_us_slt(const char *directory);
cst_voice *register_cmu_us_rms(const char *directory);
cst_voice *register_cmu_us_awb(const char *directory);
cst_voice *register_cmu_us_kal(const char *directory);
cst_voice *register_cmu_us_kal16(const char *directory);

struct _OffhookFliteVoice {
	const char *name;
	cst_voice *(*load)(const char *directory);
};

static const OffhookFliteVoice offhook_flite_voices[] = {
    {"slt", register_cmu_us_slt}, {"rms", register_cmu_us_rms},     {"awb", register_cmu_us_awb},
    {"kal", register_cmu_us_kal}, {"kal16", register_cmu_us_kal16},
};

/* A token begins with some silence; of the one before the first word this much stays. */
#define OFFHOOK_FLITE_LEAD_IN_MS 20

#define OFFHOOK_FLITE_FIRST_WORD "R:SylStructure.daughter1.daughter1.R:Segment.p.end"
#define OFFHOOK_FLITE_LAST_WORD  "R:SylStructure.daughtern.daughtern.R:Segment.end"

/** What is being spoken; there is one at a time. */
typedef struct {
	const char *text;
	const OffhookFliteSink *sink;
	gpointer user_data;
	gboolean begun;
	guint skip; /* samples of silence before the first word still to drop */
} OffhookFliteSpeech;

static GMutex offhook_flite_lock;

const OffhookFliteVoice *
offhook_flite_voice_find(const char *name, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_flite_voices); i++)
		if (g_strcmp0(name, offhook_flite_voices[i].name) == 0)
			return &offhook_flite_voices[i];
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "flite: voice \"%s\" is not known, expected one of %s", name,
		    OFFHOOK_FLITE_VOICES);
	return NULL;
}

/* The token's place in the text, at or after *@cursor. flite has stripped punctuation from it. */
static gboolean
offhook_flite_voice_find_token(const char *text, const char *token, gsize *cursor,
			       OffhookWordTime *word)
{
	const char *found = strstr(text + *cursor, token);
	const char *end;

	if (found == NULL || *token == '\0')
		return FALSE;
	/* What follows without a space belongs to the word: a comma is heard with it. */
	for (end = found + strlen(token); *end != '\0' && !g_ascii_isspace(*end); end++)
		;
	word->offset = found - text;
	word->length = end - found;
	*cursor = end - text;
	return TRUE;
}

static guint
offhook_flite_voice_to_ms(double seconds, guint skipped_ms)
{
	return (guint)MAX(seconds * 1000 - skipped_ms, 0);
}

static void
offhook_flite_voice_tell_words(OffhookFliteSpeech *speech, const cst_utterance *utterance,
			       guint skipped_ms)
{
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	const cst_item *token = relation_head(utt_relation(utterance, "Token"));
	gsize cursor = 0;

	for (; token != NULL; token = item_next(token)) {
		const cst_item *first = item_daughter(token);
		const cst_item *last = item_last_daughter(token);
		OffhookWordTime word;

		if (first == NULL ||
		    !offhook_flite_voice_find_token(speech->text, item_feat_string(token, "name"),
						    &cursor, &word))
			continue;
		word.start_ms = offhook_flite_voice_to_ms(
		    ffeature_float(first, OFFHOOK_FLITE_FIRST_WORD), skipped_ms);
		word.end_ms = offhook_flite_voice_to_ms(
		    ffeature_float(last, OFFHOOK_FLITE_LAST_WORD), skipped_ms);
		g_array_append_val(words, word);
	}
	if (words->len > 0)
		speech->sink->words(speech->user_data, (const OffhookWordTime *)words->data,
				    words->len);
}

/* The silence before the first word, in ms, but for a lead-in. */
static guint
offhook_flite_voice_get_silence(const cst_utterance *utterance)
{
	const cst_item *word = relation_head(utt_relation(utterance, "Word"));
	double begin = word != NULL ? ffeature_float(word, OFFHOOK_FLITE_FIRST_WORD) : 0;

	return (guint)MAX(begin * 1000 - OFFHOOK_FLITE_LEAD_IN_MS, 0);
}

static int
offhook_flite_voice_stream_cb(const cst_wave *wave, int start, int size, int last,
			      cst_audio_streaming_info *info)
{
	OffhookFliteSpeech *speech = info->userdata;
	guint dropped;

	if (!speech->begun) {
		guint silence_ms = offhook_flite_voice_get_silence(info->utt);

		speech->begun = TRUE;
		speech->skip = silence_ms * wave->sample_rate / 1000;
		offhook_flite_voice_tell_words(speech, info->utt, silence_ms);
	}
	dropped = MIN(speech->skip, (guint)size);
	speech->skip -= dropped;
	if (dropped < (guint)size &&
	    !speech->sink->audio(speech->user_data, wave->samples + start + dropped, size - dropped,
				 wave->sample_rate))
		return CST_AUDIO_STREAM_STOP;
	return CST_AUDIO_STREAM_CONT;
}

static void
offhook_flite_voice_speak_locked(const OffhookFliteVoice *self, OffhookFliteSpeech *speech)
{
	static gboolean started;
	cst_voice *voice;
	cst_audio_streaming_info *info = new_audio_streaming_info();
	cst_utterance *utterance;

	if (!started)
		flite_init();
	started = TRUE;
	voice = self->load(NULL); /* only the first time; then the same again */
	info->asc = offhook_flite_voice_stream_cb;
	info->userdata = speech;
	feat_set(voice->features, "streaming_info", audio_streaming_info_val(info));
	utterance = flite_synth_text(speech->text, voice);
	if (utterance != NULL) {
		const cst_wave *wave = utt_wave(utterance);

		/* Voices that do not stream give all at the end. */
		if (!speech->begun && wave != NULL && wave->num_samples > 0) {
			info->utt = utterance;
			offhook_flite_voice_stream_cb(wave, 0, wave->num_samples, 1, info);
		}
		delete_utterance(utterance);
	}
	feat_remove(voice->features, "streaming_info"); /* frees info */
}

void
offhook_flite_voice_speak(const OffhookFliteVoice *self, const char *text,
			  const OffhookFliteSink *sink, gpointer user_data)
{
	OffhookFliteSpeech speech = {.text = text, .sink = sink, .user_data = user_data};

	g_mutex_lock(&offhook_flite_lock);
	offhook_flite_voice_speak_locked(self, &speech);
	g_mutex_unlock(&offhook_flite_lock);
}
