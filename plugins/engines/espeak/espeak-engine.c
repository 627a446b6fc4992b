/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine: opens synthesizers for a language or voice. Main thread.
 */

#include "espeak-engine.h"

#include "espeak-synthesizer.h"
#include "espeak-voice.h"

struct _OffhookEspeakEngine {
	OffhookEngine parent_instance;

	OffhookSpeechDesk *desk;
	char *voice; /* (nullable): the assistant's language decides */
	int words_per_minute;
	int pitch;
};

G_DEFINE_FINAL_TYPE(OffhookEspeakEngine, offhook_espeak_engine, OFFHOOK_TYPE_ENGINE)

const OffhookSetting offhook_espeak_settings[] = {
    {"voice", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Voice of assistants that name none, like en-us+f3. Default: one of the assistant's "
     "language."},
    {"words-per-minute", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "160", "80..450", NULL,
     "How fast it speaks."},
    {"pitch", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "50", "0..99", NULL,
     "How high it speaks."},
    {NULL},
};

static gboolean
offhook_espeak_engine_configure(OffhookEngine *engine, OffhookSettings *settings, GError **error)
{
	OffhookEspeakEngine *self = OFFHOOK_ESPEAK_ENGINE(engine);

	g_free(self->voice);
	self->voice = g_strdup(offhook_settings_get_string(settings, "voice"));
	self->words_per_minute = offhook_settings_get_integer(settings, "words-per-minute");
	self->pitch = offhook_settings_get_integer(settings, "pitch");
	return TRUE;
}

static OffhookSynthesizer *
offhook_espeak_engine_open_synthesizer(OffhookEngine *engine,
				       const OffhookSynthesizeOptions *options, GError **error)
{
	OffhookEspeakEngine *self = OFFHOOK_ESPEAK_ENGINE(engine);
	const char *name = options->voice != NULL ? options->voice : self->voice;
	OffhookEspeakVoice *voice;

	if (!offhook_engine_check_options("espeak", options->options, NULL, error))
		return NULL;
	voice = offhook_espeak_voice_new(options->language, name, self->words_per_minute,
					 self->pitch, error);
	return voice != NULL ? offhook_espeak_synthesizer_new(self->desk, voice) : NULL;
}

static void
offhook_espeak_engine_finalize(GObject *object)
{
	OffhookEspeakEngine *self = OFFHOOK_ESPEAK_ENGINE(object);

	g_free(self->voice);
	offhook_speech_desk_unref(self->desk);

	G_OBJECT_CLASS(offhook_espeak_engine_parent_class)->finalize(object);
}

static void
offhook_espeak_engine_init(OffhookEspeakEngine *self)
{
	self->desk = offhook_speech_desk_new("espeak", offhook_espeak_voice_make);
	self->words_per_minute = 160;
	self->pitch = 50;
}

static void
offhook_espeak_engine_class_init(OffhookEspeakEngineClass *klass)
{
	OffhookEngineClass *engine = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_espeak_engine_finalize;
	engine->roles = OFFHOOK_ENGINE_SYNTHESIZE;
	engine->configure = offhook_espeak_engine_configure;
	engine->open_synthesizer = offhook_espeak_engine_open_synthesizer;
}
