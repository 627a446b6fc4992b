/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The engine: which voice speaks when none is asked for. Main thread. */

#include "flite-engine.h"

#include "flite-synthesizer.h"
#include "flite-voice.h"
#include <offhook/error.h>

struct _OffhookFliteEngine {
	OffhookEngine parent_instance;

	OffhookSpeechDesk *desk;
	char *voice;
};

G_DEFINE_FINAL_TYPE(OffhookFliteEngine, offhook_flite_engine, OFFHOOK_TYPE_ENGINE)

const OffhookSetting offhook_flite_engine_settings[] = {
    {"voice", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "slt", OFFHOOK_FLITE_VOICES, NULL,
     "Who speaks for assistants that name no voice: slt (female), rms, awb (Scottish), kal, "
     "kal16."},
    {NULL},
};

static gboolean
offhook_flite_engine_configure(OffhookEngine *engine, OffhookSettings *settings, GError **error)
{
	OffhookFliteEngine *self = OFFHOOK_FLITE_ENGINE(engine);

	g_free(self->voice);
	self->voice = g_strdup(offhook_settings_get_string(settings, "voice"));
	return TRUE;
}

static OffhookSynthesizer *
offhook_flite_engine_open_synthesizer(OffhookEngine *engine,
				      const OffhookSynthesizeOptions *options, GError **error)
{
	OffhookFliteEngine *self = OFFHOOK_FLITE_ENGINE(engine);
	const char *language = options != NULL ? options->language : NULL;
	const char *voice =
	    options != NULL && options->voice != NULL ? options->voice : self->voice;

	if (options != NULL &&
	    !offhook_engine_check_options("flite", options->options, NULL, error))
		return NULL;
	if (language != NULL && g_ascii_strncasecmp(language, "en", 2) != 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "flite speaks English only, not \"%s\"; espeak speaks more", language);
		return NULL;
	}
	if (!offhook_flite_voice_exists(voice)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "flite has no voice \"%s\", only " OFFHOOK_FLITE_VOICES, voice);
		return NULL;
	}
	return offhook_flite_synthesizer_new(self->desk, voice);
}

static void
offhook_flite_engine_finalize(GObject *object)
{
	OffhookFliteEngine *self = OFFHOOK_FLITE_ENGINE(object);

	g_clear_pointer(&self->desk, offhook_speech_desk_unref);
	g_free(self->voice);
	G_OBJECT_CLASS(offhook_flite_engine_parent_class)->finalize(object);
}

static void
offhook_flite_engine_init(OffhookFliteEngine *self)
{
	self->desk = offhook_speech_desk_new("flite", offhook_flite_voice_make);
	self->voice = g_strdup("slt");
}

static void
offhook_flite_engine_class_init(OffhookFliteEngineClass *klass)
{
	OffhookEngineClass *engine_class = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_flite_engine_finalize;
	engine_class->roles = OFFHOOK_ENGINE_SYNTHESIZE;
	engine_class->configure = offhook_flite_engine_configure;
	engine_class->open_synthesizer = offhook_flite_engine_open_synthesizer;
}
