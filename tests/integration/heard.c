/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Asking the libraries. Main thread of the test.
 */

#include "heard.h"

#include <espeak-ng/speak_lib.h>
#include <flite/flite.h>
#include <math.h>
#include <string.h>

cst_voice *register_cmu_us_slt(const char *directory);

#define TONE_MS 60

/* As the engine's default. */
#define ESPEAK_WORDS_PER_MINUTE 160

/* What the emulator takes for sound, as root mean square of 20 ms. */
#define SOUND 100

static void
heard_add(GArray *words, gsize end, double ms)
{
	const HeardWord word = {end, ms};

	g_array_append_val(words, word);
}

/* Where the word that begins at @begin ends. */
static const char *
heard_find_end(const char *begin)
{
	const char *end = begin;

	for (const char *p = begin; *p != '\0' && *p != ' '; p = g_utf8_next_char(p))
		if (g_unichar_isalnum(g_utf8_get_char(p)))
			end = g_utf8_next_char(p);
	return end;
}

/* From the first sound to the last; @begin_ms: the silence before. */
static double
heard_measure(const gint16 *samples, gsize n, int rate, double *begin_ms)
{
	gsize window = (gsize)rate / 50, first = n, end = 0;

	for (gsize at = 0; at + window <= n; at += window) {
		double sum = 0;

		for (gsize i = at; i < at + window; i++)
			sum += (double)samples[i] * samples[i];
		if (sqrt(sum / (double)window) <= SOUND)
			continue;
		first = MIN(first, at);
		end = at + window;
	}
	g_assert_cmpuint(end, >, 0);
	*begin_ms = (double)first * 1000 / rate;
	return (double)(end - first) * 1000 / rate;
}

static double
heard_add_tone(const char *sentence, GArray *words)
{
	for (const char *p = sentence; p != NULL; p = strchr(p, ' ')) {
		const char *end = heard_find_end(*p == ' ' ? ++p : p);

		heard_add(words, (gsize)(end - sentence),
			  (double)g_utf8_pointer_to_offset(sentence, end) * TONE_MS);
	}
	return (double)g_utf8_strlen(sentence, -1) * TONE_MS;
}

/* A token is a word as it is written. */
static double
heard_add_flite(const char *sentence, GArray *words)
{
	cst_utterance *utterance;
	const cst_wave *wave;
	const char *p = sentence;
	double silence_ms, length_ms;

	flite_init();
	utterance = flite_synth_text(sentence, register_cmu_us_slt(NULL));
	wave = utt_wave(utterance);
	length_ms =
	    heard_measure(wave->samples, (gsize)wave->num_samples, wave->sample_rate, &silence_ms);
	for (const cst_item *token = relation_head(utt_relation(utterance, "Token")); token != NULL;
	     token = item_next(token)) {
		double ms = ffeature_float(item_last_daughter(token),
					   "R:SylStructure.daughtern.daughtern.R:Segment.end") *
			    1000;

		heard_add(words, (gsize)(heard_find_end(p) - sentence), ms - silence_ms);
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	delete_utterance(utterance);
	return length_ms;
}

typedef struct {
	const char *sentence;
	GArray *words;
	GArray *samples;
} HeardEspeak;

/* eSpeak tells where a word begins, and counts characters from 1. */
static int
heard_espeak_cb(short *samples, int n, espeak_EVENT *events)
{
	HeardEspeak *self = events->user_data;

	if (n > 0)
		g_array_append_vals(self->samples, samples, (guint)n);
	for (; events->type != espeakEVENT_LIST_TERMINATED; events++) {
		const char *begin;
		glong at;

		if (events->type != espeakEVENT_WORD)
			continue;
		if (self->words->len > 0)
			g_array_index(self->words, HeardWord, self->words->len - 1).ms =
			    events->audio_position;
		/* It says some words in one. */
		at = (glong)events->text_position - 1 + MAX(events->length - 1, 0);
		begin = g_utf8_offset_to_pointer(self->sentence,
						 CLAMP(at, 0, g_utf8_strlen(self->sentence, -1)));
		heard_add(self->words, (gsize)(heard_find_end(begin) - self->sentence), 0);
	}
	return 0;
}

static double
heard_add_espeak(const char *sentence, GArray *words)
{
	g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(gint16));
	HeardEspeak state = {sentence, words, samples};
	static int rate;
	double silence_ms, length_ms;

	if (rate == 0)
		rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 100, NULL,
					 espeakINITIALIZE_DONT_EXIT);
	g_assert_cmpint(rate, >, 0);
	espeak_SetSynthCallback(heard_espeak_cb);
	g_assert_cmpint(espeak_SetVoiceByName("en-us"), ==, EE_OK);
	espeak_SetParameter(espeakRATE, ESPEAK_WORDS_PER_MINUTE, 0);
	g_assert_cmpint(espeak_Synth(sentence, strlen(sentence) + 1, 0, POS_CHARACTER, 0,
				     espeakCHARS_UTF8, NULL, &state),
			==, EE_OK);
	g_array_index(words, HeardWord, words->len - 1).ms = samples->len * 1000.0 / rate;
	length_ms =
	    heard_measure((const gint16 *)(gpointer)samples->data, samples->len, rate, &silence_ms);
	for (guint i = 0; i < words->len; i++)
		g_array_index(words, HeardWord, i).ms -= silence_ms;
	return length_ms;
}

static double
heard_ask(const char *voice, const char *sentence, GArray *words)
{
	double length_ms;

	if (g_str_equal(voice, "flite"))
		length_ms = heard_add_flite(sentence, words);
	else if (g_str_equal(voice, "espeak"))
		length_ms = heard_add_espeak(sentence, words);
	else
		length_ms = heard_add_tone(sentence, words);
	g_assert_cmpuint(words->len, >, 0);
	return length_ms;
}

GArray *
heard_get_words(const char *voice, const char *sentence)
{
	GArray *words = g_array_new(FALSE, FALSE, sizeof(HeardWord));

	heard_ask(voice, sentence, words);
	return words;
}

double
heard_get_length_ms(const char *voice, const char *sentence)
{
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(HeardWord));
	g_autofree char *stripped = g_strchomp(g_strdup(sentence));

	return heard_ask(voice, stripped, words);
}
