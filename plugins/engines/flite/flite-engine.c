/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine: opens synthesizers with a voice. Main thread.
 */

#include "flite-engine.h"

#include "flite-synthesizer.h"
#include "flite-voice.h"

struct _OffhookFliteEngine {
	OffhookEngine parent_instance;

	char *voice; /* the default */
};

G_DEFINE_FINAL_TYPE(OffhookFliteEngine, offhook_flite_engine, OFFHOOK_TYPE_ENGINE)

const OffhookSetting offhook_flite_settings[] = {
    {"voice", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "slt", OFFHOOK_FLITE_VOICES, NULL,
     "Voice of assistants that name none."},
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
	const char *name = options->voice != NULL ? options->voice : self->voice;
	const OffhookFliteVoice *voice;

	if (options->language != NULL && !g_str_has_prefix(options->language, "en")) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "flite: language \"%s\" is not spoken, expected English; espeak speaks "
			    "other languages",
			    options->language);
		return NULL;
	}
	voice = offhook_flite_voice_find(name, error);
	return voice != NULL ? offhook_flite_synthesizer_new(voice) : NULL;
}

static void
offhook_flite_engine_finalize(GObject *object)
{
	g_free(OFFHOOK_FLITE_ENGINE(object)->voice);

	G_OBJECT_CLASS(offhook_flite_engine_parent_class)->finalize(object);
}

static void
offhook_flite_engine_init(OffhookFliteEngine *self)
{
	self->voice = g_strdup("slt");
}

static void
offhook_flite_engine_class_init(OffhookFliteEngineClass *klass)
{
	OffhookEngineClass *engine = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_flite_engine_finalize;
	engine->roles = OFFHOOK_ENGINE_SYNTHESIZE;
	engine->configure = offhook_flite_engine_configure;
	engine->open_synthesizer = offhook_flite_engine_open_synthesizer;
}
