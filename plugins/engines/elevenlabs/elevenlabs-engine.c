/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine: its settings. Each session has a connection of its own. Main thread.
 */

#include "elevenlabs-engine.h"

#include "elevenlabs-config.h"
#include "elevenlabs-synthesizer.h"
#include <offhook/error.h>

struct _OffhookElevenlabsEngine {
	OffhookEngine parent_instance;

	OffhookSettings *settings; /* (nullable): before configure() */
};

G_DEFINE_FINAL_TYPE(OffhookElevenlabsEngine, offhook_elevenlabs_engine, OFFHOOK_TYPE_ENGINE)

static gboolean
offhook_elevenlabs_engine_configure(OffhookEngine *engine, OffhookSettings *settings,
				    GError **error)
{
	OffhookElevenlabsEngine *self = OFFHOOK_ELEVENLABS_ENGINE(engine);
	g_autoptr(OffhookElevenlabsConfig) config =
	    offhook_elevenlabs_config_new(settings, NULL, error);

	if (config == NULL)
		return FALSE;
	g_clear_pointer(&self->settings, offhook_settings_unref);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

static OffhookSynthesizer *
offhook_elevenlabs_engine_open_synthesizer(OffhookEngine *engine,
					   const OffhookSynthesizeOptions *options, GError **error)
{
	OffhookElevenlabsEngine *self = OFFHOOK_ELEVENLABS_ENGINE(engine);
	const OffhookSynthesizeOptions none = {0};
	OffhookElevenlabsConfig *config;

	if (self->settings == NULL) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
				    "elevenlabs: the engine is not configured");
		return NULL;
	}
	config =
	    offhook_elevenlabs_config_new(self->settings, options != NULL ? options : &none, error);
	return config != NULL ? offhook_elevenlabs_synthesizer_new(config) : NULL;
}

static void
offhook_elevenlabs_engine_finalize(GObject *object)
{
	g_clear_pointer(&OFFHOOK_ELEVENLABS_ENGINE(object)->settings, offhook_settings_unref);

	G_OBJECT_CLASS(offhook_elevenlabs_engine_parent_class)->finalize(object);
}

static void
offhook_elevenlabs_engine_init(OffhookElevenlabsEngine *self)
{
}

static void
offhook_elevenlabs_engine_class_init(OffhookElevenlabsEngineClass *klass)
{
	OffhookEngineClass *engine = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_elevenlabs_engine_finalize;
	engine->roles = OFFHOOK_ENGINE_SYNTHESIZE;
	engine->configure = offhook_elevenlabs_engine_configure;
	engine->open_synthesizer = offhook_elevenlabs_engine_open_synthesizer;
}
