/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine: its settings, and the connections that all sessions share. Main thread.
 */

#include "openai-engine.h"

#include "openai-completer.h"
#include "openai-config.h"
#include "openai-embedder.h"
#include "openai-synthesizer.h"
#include "openai-transcriber.h"
#include <offhook/error.h>

/* Each answer that streams holds one, so there must be one for every call and some to spare. */
#define MAX_CONNECTIONS 256

struct _OffhookOpenaiEngine {
	OffhookEngine parent_instance;

	OffhookWebClient *web;
	OffhookSettings *settings;   /* (nullable): before configure() */
	OffhookOpenaiConfig *config; /* (nullable): likewise */
};

G_DEFINE_FINAL_TYPE(OffhookOpenaiEngine, offhook_openai_engine, OFFHOOK_TYPE_ENGINE)

static gboolean
offhook_openai_engine_configure(OffhookEngine *engine, OffhookSettings *settings, GError **error)
{
	OffhookOpenaiEngine *self = OFFHOOK_OPENAI_ENGINE(engine);
	OffhookOpenaiConfig *config = offhook_openai_config_new(settings, NULL, error);

	if (config == NULL)
		return FALSE;
	g_clear_pointer(&self->config, offhook_openai_config_unref);
	g_clear_pointer(&self->settings, offhook_settings_unref);
	self->config = config;
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

/*
 * (transfer full) (nullable): the settings, with what the session has otherwise.
 * @options: (nullable)
 * @model: (nullable): stands for the option of that name
 */
static OffhookOpenaiConfig *
offhook_openai_engine_resolve(OffhookOpenaiEngine *self, GHashTable *options, const char *model,
			      GError **error)
{
	g_autoptr(GHashTable) own = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer name, value;

	if (self->config == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "openai: the engine is not configured");
		return NULL;
	}
	if (options != NULL) {
		g_hash_table_iter_init(&iter, options);
		while (g_hash_table_iter_next(&iter, &name, &value))
			g_hash_table_insert(own, name, value);
	}
	if (model != NULL)
		g_hash_table_insert(own, (gpointer) "model", (gpointer)model);
	return g_hash_table_size(own) > 0 ? offhook_openai_config_new(self->settings, own, error)
					  : offhook_openai_config_ref(self->config);
}

static OffhookCompleter *
offhook_openai_engine_open_completer(OffhookEngine *engine, const OffhookCompleteOptions *options,
				     GError **error)
{
	OffhookOpenaiEngine *self = OFFHOOK_OPENAI_ENGINE(engine);
	g_autoptr(OffhookOpenaiConfig) config =
	    offhook_openai_engine_resolve(self, options->options, options->model, error);

	return config != NULL && offhook_openai_place_check(&config->chat, error)
		   ? offhook_openai_completer_new(self->web, config)
		   : NULL;
}

static OffhookSynthesizer *
offhook_openai_engine_open_synthesizer(OffhookEngine *engine,
				       const OffhookSynthesizeOptions *options, GError **error)
{
	OffhookOpenaiEngine *self = OFFHOOK_OPENAI_ENGINE(engine);
	g_autoptr(OffhookOpenaiConfig) config = offhook_openai_engine_resolve(
	    self, options != NULL ? options->options : NULL, NULL, error);

	if (config == NULL || !offhook_openai_place_check(&config->speech, error))
		return NULL;
	return offhook_openai_synthesizer_new(self->web, config,
					      options != NULL ? options->voice : NULL);
}

static OffhookTranscriber *
offhook_openai_engine_open_transcriber(OffhookEngine *engine,
				       const OffhookTranscribeOptions *options, GError **error)
{
	OffhookOpenaiEngine *self = OFFHOOK_OPENAI_ENGINE(engine);
	g_autoptr(OffhookOpenaiConfig) config = offhook_openai_engine_resolve(
	    self, options != NULL ? options->options : NULL, NULL, error);

	if (config == NULL || !offhook_openai_place_check(&config->transcription, error))
		return NULL;
	return offhook_openai_transcriber_new(self->web, config,
					      options != NULL ? options->language : NULL);
}

static OffhookEmbedder *
offhook_openai_engine_open_embedder(OffhookEngine *engine, const OffhookEmbedOptions *options,
				    GError **error)
{
	OffhookOpenaiEngine *self = OFFHOOK_OPENAI_ENGINE(engine);
	g_autoptr(OffhookOpenaiConfig) config =
	    offhook_openai_engine_resolve(self, options->options, NULL, error);

	return config != NULL && offhook_openai_place_check(&config->embedding, error)
		   ? offhook_openai_embedder_new(self->web, config)
		   : NULL;
}

static void
offhook_openai_engine_finalize(GObject *object)
{
	OffhookOpenaiEngine *self = OFFHOOK_OPENAI_ENGINE(object);

	g_clear_pointer(&self->config, offhook_openai_config_unref);
	g_clear_pointer(&self->settings, offhook_settings_unref);
	g_object_unref(self->web);

	G_OBJECT_CLASS(offhook_openai_engine_parent_class)->finalize(object);
}

static void
offhook_openai_engine_init(OffhookOpenaiEngine *self)
{
	self->web = offhook_web_client_new(MAX_CONNECTIONS);
}

static void
offhook_openai_engine_class_init(OffhookOpenaiEngineClass *klass)
{
	OffhookEngineClass *engine = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_openai_engine_finalize;
	engine->roles = OFFHOOK_ENGINE_COMPLETE | OFFHOOK_ENGINE_SYNTHESIZE |
			OFFHOOK_ENGINE_TRANSCRIBE | OFFHOOK_ENGINE_EMBED;
	engine->configure = offhook_openai_engine_configure;
	engine->open_completer = offhook_openai_engine_open_completer;
	engine->open_synthesizer = offhook_openai_engine_open_synthesizer;
	engine->open_transcriber = offhook_openai_engine_open_transcriber;
	engine->open_embedder = offhook_openai_engine_open_embedder;
}
