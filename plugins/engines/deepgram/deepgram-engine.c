/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine: its settings, of which each session has its own view. Main thread.
 */

#include "deepgram-engine.h"

#include "deepgram-config.h"
#include "deepgram-synthesizer.h"
#include "deepgram-transcriber.h"
#include <offhook/error.h>

struct _OffhookDeepgramEngine {
	OffhookEngine parent_instance;

	OffhookSettings *settings; /* (nullable): before configure() */
};

G_DEFINE_FINAL_TYPE(OffhookDeepgramEngine, offhook_deepgram_engine, OFFHOOK_TYPE_ENGINE)

static gboolean
offhook_deepgram_engine_configure(OffhookEngine *engine, OffhookSettings *settings, GError **error)
{
	OffhookDeepgramEngine *self = OFFHOOK_DEEPGRAM_ENGINE(engine);
	const OffhookDeepgramSession none = {0};
	g_autoptr(OffhookDeepgramConfig) config =
	    offhook_deepgram_config_new(settings, &none, error);

	if (config == NULL)
		return FALSE;
	g_clear_pointer(&self->settings, offhook_settings_unref);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

/* (transfer full) (nullable) */
static OffhookDeepgramConfig *
offhook_deepgram_engine_make_config(OffhookDeepgramEngine *self,
				    const OffhookDeepgramSession *session, GError **error)
{
	if (self->settings != NULL)
		return offhook_deepgram_config_new(self->settings, session, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "deepgram: the engine is not configured");
	return NULL;
}

static OffhookTranscriber *
offhook_deepgram_engine_open_transcriber(OffhookEngine *engine,
					 const OffhookTranscribeOptions *options, GError **error)
{
	OffhookDeepgramSession session = {0};
	g_autoptr(OffhookDeepgramConfig) config = NULL;

	if (options != NULL) {
		session.language = options->language;
		session.options = options->options;
	}
	config =
	    offhook_deepgram_engine_make_config(OFFHOOK_DEEPGRAM_ENGINE(engine), &session, error);
	return config != NULL ? offhook_deepgram_transcriber_new(config) : NULL;
}

static OffhookSynthesizer *
offhook_deepgram_engine_open_synthesizer(OffhookEngine *engine,
					 const OffhookSynthesizeOptions *options, GError **error)
{
	OffhookDeepgramSession session = {0};
	g_autoptr(OffhookDeepgramConfig) config = NULL;

	if (options != NULL) {
		session.voice = options->voice;
		session.options = options->options;
	}
	config =
	    offhook_deepgram_engine_make_config(OFFHOOK_DEEPGRAM_ENGINE(engine), &session, error);
	return config != NULL ? offhook_deepgram_synthesizer_new(config) : NULL;
}

static void
offhook_deepgram_engine_finalize(GObject *object)
{
	g_clear_pointer(&OFFHOOK_DEEPGRAM_ENGINE(object)->settings, offhook_settings_unref);

	G_OBJECT_CLASS(offhook_deepgram_engine_parent_class)->finalize(object);
}

static void
offhook_deepgram_engine_init(OffhookDeepgramEngine *self)
{
}

static void
offhook_deepgram_engine_class_init(OffhookDeepgramEngineClass *klass)
{
	OffhookEngineClass *engine = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_deepgram_engine_finalize;
	engine->roles = OFFHOOK_ENGINE_TRANSCRIBE | OFFHOOK_ENGINE_SYNTHESIZE;
	engine->configure = offhook_deepgram_engine_configure;
	engine->open_transcriber = offhook_deepgram_engine_open_transcriber;
	engine->open_synthesizer = offhook_deepgram_engine_open_synthesizer;
}
