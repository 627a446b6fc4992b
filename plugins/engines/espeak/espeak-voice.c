/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A text through eSpeak NG. Its callback brings some audio at a time with the words that begin in it;
 * a word ends where the next begins. The lock keeps a look at the list of voices in the main thread
 * apart from the desk's worker.
 */

#include "espeak-voice.h"

#include <espeak-ng/speak_lib.h>
#include <string.h>

#define OFFHOOK_ESPEAK_BUFFER_MS 100

/** What is being spoken. */
typedef struct {
	OffhookSpeechPart *part;
	const char *text;
	guint rate;
	guint64 n_samples; /* so far */
	gboolean has_word; /* one whose end is not known yet */
	OffhookWordTime word;
} OffhookEspeakSpeech;

static GMutex offhook_espeak_lock;
static int offhook_espeak_rate; /* Hz; 0: not started, negative: no data. Under the lock */

static int
offhook_espeak_voice_start_locked(void)
{
	if (offhook_espeak_rate == 0)
		offhook_espeak_rate =
		    espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, OFFHOOK_ESPEAK_BUFFER_MS, NULL,
				      espeakINITIALIZE_DONT_EXIT);
	if (offhook_espeak_rate == 0)
		offhook_espeak_rate = -1;
	return offhook_espeak_rate;
}

/* "de-DE" is "de-de" or "de"; the rest of a name after '+' is a variant that eSpeak looks up. */
static char *
offhook_espeak_voice_choose_locked(const char *language, const char *name)
{
	g_autofree char *whole = g_ascii_strdown(language != NULL ? language : "en-us", -1);
	char *dash;

	if (name != NULL)
		return espeak_SetVoiceByName(name) == EE_OK ? g_strdup(name) : NULL;
	if (espeak_SetVoiceByName(whole) == EE_OK)
		return g_steal_pointer(&whole);
	dash = strchr(whole, '-');
	if (dash == NULL)
		return NULL;
	*dash = '\0';
	return espeak_SetVoiceByName(whole) == EE_OK ? g_steal_pointer(&whole) : NULL;
}

OffhookEspeakVoice *
offhook_espeak_voice_new(const char *language, const char *name, int words_per_minute, int pitch,
			 GError **error)
{
	g_autofree char *chosen = NULL;
	OffhookEspeakVoice *self;
	int rate;

	g_mutex_lock(&offhook_espeak_lock);
	rate = offhook_espeak_voice_start_locked();
	if (rate > 0)
		chosen = offhook_espeak_voice_choose_locked(language, name);
	g_mutex_unlock(&offhook_espeak_lock);
	if (rate < 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "espeak: its data is missing, expected the package espeak-ng-data");
		return NULL;
	}
	if (chosen == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "espeak: %s \"%s\" is not known, expected one that espeak-ng --voices "
			    "lists",
			    name != NULL ? "voice" : "language", name != NULL ? name : language);
		return NULL;
	}
	self = g_new0(OffhookEspeakVoice, 1);
	self->name = g_steal_pointer(&chosen);
	self->words_per_minute = words_per_minute;
	self->pitch = pitch;
	return self;
}

void
offhook_espeak_voice_free(OffhookEspeakVoice *self)
{
	if (self == NULL)
		return;
	g_free(self->name);
	g_free(self);
}

static void
offhook_espeak_voice_end_word(OffhookEspeakSpeech *speech, guint end_ms)
{
	const OffhookWordTime *word = &speech->word;

	if (speech->has_word && end_ms > word->start_ms)
		offhook_speech_part_add_word(speech->part, word->offset, word->length,
					     word->start_ms, end_ms);
	speech->has_word = FALSE;
}

/* eSpeak counts characters from 1. A word's punctuation is heard with it. */
static void
offhook_espeak_voice_begin_word(OffhookEspeakSpeech *speech, const espeak_EVENT *event)
{
	glong length = g_utf8_strlen(speech->text, -1);
	const char *begin, *end;

	offhook_espeak_voice_end_word(speech, event->audio_position);
	if (event->text_position < 1 || event->text_position > length)
		return;
	begin = g_utf8_offset_to_pointer(speech->text, event->text_position - 1);
	end = g_utf8_offset_to_pointer(begin,
				       MIN(event->length, length - (event->text_position - 1)));
	while (*end != '\0' && !g_ascii_isspace(*end))
		end = g_utf8_next_char(end);
	speech->word.offset = begin - speech->text;
	speech->word.length = end - begin;
	speech->word.start_ms = event->audio_position;
	speech->has_word = TRUE;
}

/* 1 stops it. */
static int
offhook_espeak_voice_audio_cb(short *samples, int n, espeak_EVENT *events)
{
	OffhookEspeakSpeech *speech = events->user_data;

	for (; events->type != espeakEVENT_LIST_TERMINATED; events++)
		if (events->type == espeakEVENT_WORD)
			offhook_espeak_voice_begin_word(speech, events);
	if (samples == NULL || n <= 0)
		return 0;
	speech->n_samples += n;
	return !offhook_speech_part_add_audio(speech->part, samples, n, speech->rate);
}

static gboolean
offhook_espeak_voice_speak_locked(const OffhookEspeakVoice *self, OffhookEspeakSpeech *speech)
{
	espeak_SetSynthCallback(offhook_espeak_voice_audio_cb);
	if (espeak_SetVoiceByName(self->name) != EE_OK)
		return FALSE;
	espeak_SetParameter(espeakRATE, self->words_per_minute, 0);
	espeak_SetParameter(espeakPITCH, self->pitch, 0);
	return espeak_Synth(speech->text, strlen(speech->text) + 1, 0, POS_CHARACTER, 0,
			    espeakCHARS_UTF8, NULL, speech) == EE_OK;
}

gboolean
offhook_espeak_voice_make(OffhookSpeechPart *part, const char *text, gpointer voice, GError **error)
{
	OffhookEspeakSpeech speech = {.part = part, .text = text};
	gboolean spoken;

	g_mutex_lock(&offhook_espeak_lock);
	speech.rate = offhook_espeak_rate;
	spoken = offhook_espeak_voice_speak_locked(voice, &speech);
	g_mutex_unlock(&offhook_espeak_lock);
	if (!spoken) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FAILED,
			    "espeak: the library refused to speak");
		return FALSE;
	}
	offhook_espeak_voice_end_word(&speech, speech.n_samples * 1000 / speech.rate);
	/* No audio, but the last word. */
	offhook_speech_part_add_audio(part, NULL, 0, speech.rate);
	return TRUE;
}
