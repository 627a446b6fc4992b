/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Acme engine: there is one in the daemon, and it opens a session for each call. Main thread; nothing
 * here blocks.
 */

#include "acme.h"

#include <offhook/error.h>

struct _AcmeEngine {
	OffhookEngine parent_instance;

	char *voice;
};

G_DEFINE_FINAL_TYPE(AcmeEngine, acme_engine, OFFHOOK_TYPE_ENGINE)

#define ACME_VOICES "low|high"

/* The section [engine:acme]. A value that is not of its type never gets here. */
const OffhookSetting acme_settings[] = {
    {"voice", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "low", ACME_VOICES, NULL,
     "Who speaks for assistants that name no voice."},
    {NULL},
};

/* At the start and at every reload. Sessions keep what they began with. */
static gboolean
acme_engine_configure(OffhookEngine *engine, OffhookSettings *settings, GError **error)
{
	AcmeEngine *self = ACME_ENGINE(engine);

	g_free(self->voice);
	self->voice = offhook_settings_dup_string(settings, "voice");
	return TRUE;
}

/* Quick: what is slow (a model, a connection) is for the first piece. */
static OffhookSynthesizer *
acme_engine_open_synthesizer(OffhookEngine *engine, const OffhookSynthesizeOptions *options,
			     GError **error)
{
	const char *voice = ACME_ENGINE(engine)->voice;

	/* An assistant's keys "acme.KEY": there are none. */
	if (options != NULL && !offhook_engine_check_options("acme", options->options, NULL, error))
		return NULL;
	if (options != NULL && options->voice != NULL)
		voice = options->voice;
	if (g_str_equal(voice, "low"))
		return acme_voice_new(160);
	if (g_str_equal(voice, "high"))
		return acme_voice_new(320);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "acme has no voice \"%s\", only " ACME_VOICES, voice);
	return NULL;
}

static void
acme_engine_finalize(GObject *object)
{
	g_free(ACME_ENGINE(object)->voice);

	G_OBJECT_CLASS(acme_engine_parent_class)->finalize(object);
}

static void
acme_engine_init(AcmeEngine *self)
{
	self->voice = g_strdup("low");
}

static void
acme_engine_class_init(AcmeEngineClass *klass)
{
	OffhookEngineClass *engine_class = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = acme_engine_finalize;
	engine_class->roles = OFFHOOK_ENGINE_SYNTHESIZE;
	engine_class->configure = acme_engine_configure;
	engine_class->open_synthesizer = acme_engine_open_synthesizer;
}
