/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine: its settings, and the decoders that all calls share. Main thread.
 */

#include "pocketsphinx-engine.h"

#include "pocketsphinx-transcriber.h"
#include <offhook/error.h>
#include <offhook/work-queue.h>
#include <sphinxbase/err.h>

#define OFFHOOK_POCKETSPHINX_DATA "/usr/share/pocketsphinx/model/en-us"

/* Decoders for each core: an utterance takes 0.1 of its duration, and holds its decoder from its
 * first word to its last. */
#define OFFHOOK_POCKETSPHINX_DECODERS_PER_CORE 4

struct _OffhookPocketsphinxEngine {
	OffhookEngine parent_instance;

	OffhookSphinxPool *pool; /* (nullable): before configure() */
};

G_DEFINE_FINAL_TYPE(OffhookPocketsphinxEngine, offhook_pocketsphinx_engine, OFFHOOK_TYPE_ENGINE)

const OffhookSetting offhook_pocketsphinx_engine_settings[] = {
    {"model", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, OFFHOOK_POCKETSPHINX_DATA "/en-us", NULL,
     NULL, "Folder of the acoustic model (Debian: pocketsphinx-en-us)."},
    {"dictionary", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE,
     OFFHOOK_POCKETSPHINX_DATA "/cmudict-en-us.dict", NULL, NULL,
     "Pronouncing dictionary; words it lacks are guessed from their spelling."},
    {"phone-model", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE,
     OFFHOOK_POCKETSPHINX_DATA "/en-us-phone.lm.bin", NULL, NULL,
     "Language model of phones, against which words are compared."},
    {"decoders", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "0", "0..256", NULL,
     "Utterances decoded at a time, 10 MB each; 0 for four for each core."},
    {"min-confidence", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, "0.5", "0..1", NULL,
     "Below this an utterance counts as not understood."},
    {"preload", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Read the model at start, in the background, instead of at the first utterance."},
    {NULL},
};

static void
offhook_pocketsphinx_engine_preload(gpointer data)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_sphinx_pool_load(data, &error))
		g_warning("the model can't be preloaded: %s", error->message);
}

static void
offhook_pocketsphinx_engine_release_pool(gpointer data)
{
	offhook_sphinx_pool_unref(data);
}

/* SphinxBase ends the process over some broken files; at least a missing one is told apart. */
static gboolean
offhook_pocketsphinx_engine_check(const OffhookSphinxConfig *config, GError **error)
{
	static const char *const parts[] = {"mdef", "means", "variances", "transition_matrices"};
	const char *missing = NULL;
	g_autofree char *part = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(parts) && missing == NULL; i++) {
		g_free(part);
		part = g_build_filename(config->model, parts[i], NULL);
		if (!g_file_test(part, G_FILE_TEST_IS_REGULAR))
			missing = part;
	}
	if (missing == NULL && !g_file_test(config->dictionary, G_FILE_TEST_IS_REGULAR))
		missing = config->dictionary;
	if (missing == NULL && !g_file_test(config->phone_model, G_FILE_TEST_IS_REGULAR))
		missing = config->phone_model;
	if (missing == NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
		    "pocketsphinx: there is no file %s (on Debian, install pocketsphinx-en-us)",
		    missing);
	return FALSE;
}

static gboolean
offhook_pocketsphinx_engine_configure(OffhookEngine *engine, OffhookSettings *settings,
				      GError **error)
{
	OffhookPocketsphinxEngine *self = OFFHOOK_POCKETSPHINX_ENGINE(engine);
	guint decoders = (guint)offhook_settings_get_integer(settings, "decoders");
	OffhookSphinxConfig config = {
	    .model = (char *)offhook_settings_get_string(settings, "model"),
	    .dictionary = (char *)offhook_settings_get_string(settings, "dictionary"),
	    .phone_model = (char *)offhook_settings_get_string(settings, "phone-model"),
	    .decoders = decoders > 0
			    ? decoders
			    : OFFHOOK_POCKETSPHINX_DECODERS_PER_CORE * g_get_num_processors(),
	    .min_confidence = offhook_settings_get_number(settings, "min-confidence"),
	};

	if (!offhook_pocketsphinx_engine_check(&config, error))
		return FALSE;
	g_clear_pointer(&self->pool, offhook_sphinx_pool_unref);
	self->pool = offhook_sphinx_pool_new(&config);
	if (offhook_settings_get_boolean(settings, "preload")) {
		g_autoptr(OffhookWorkQueue) queue = offhook_work_queue_new("pocketsphinx", 1);

		offhook_work_queue_push(queue, offhook_pocketsphinx_engine_preload,
					offhook_sphinx_pool_ref(self->pool),
					offhook_pocketsphinx_engine_release_pool);
	}
	return TRUE;
}

static OffhookTranscriber *
offhook_pocketsphinx_engine_open_transcriber(OffhookEngine *engine,
					     const OffhookTranscribeOptions *options,
					     GError **error)
{
	OffhookPocketsphinxEngine *self = OFFHOOK_POCKETSPHINX_ENGINE(engine);
	const char *language = options != NULL ? options->language : NULL;

	if (self->pool == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "pocketsphinx is not configured");
		return NULL;
	}
	if (options != NULL &&
	    !offhook_engine_check_options("pocketsphinx", options->options, NULL, error))
		return NULL;
	if (language != NULL && g_ascii_strncasecmp(language, "en", 2) != 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "pocketsphinx hears English only, not \"%s\"", language);
		return NULL;
	}
	return offhook_pocketsphinx_transcriber_new(self->pool);
}

static void
offhook_pocketsphinx_engine_finalize(GObject *object)
{
	g_clear_pointer(&OFFHOOK_POCKETSPHINX_ENGINE(object)->pool, offhook_sphinx_pool_unref);
	G_OBJECT_CLASS(offhook_pocketsphinx_engine_parent_class)->finalize(object);
}

static void
offhook_pocketsphinx_engine_init(OffhookPocketsphinxEngine *self)
{
}

static void
offhook_pocketsphinx_engine_class_init(OffhookPocketsphinxEngineClass *klass)
{
	OffhookEngineClass *engine_class = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_pocketsphinx_engine_finalize;
	engine_class->roles = OFFHOOK_ENGINE_TRANSCRIBE;
	engine_class->phrases_only = TRUE;
	engine_class->configure = offhook_pocketsphinx_engine_configure;
	engine_class->open_transcriber = offhook_pocketsphinx_engine_open_transcriber;
	/* It tells the terminal hundreds of lines about each utterance. */
	err_set_logfp(NULL);
	err_set_callback(NULL, NULL);
}
