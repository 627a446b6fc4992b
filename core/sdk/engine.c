/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Engine, transcriber and synthesizer base classes. Main thread.
 */

#include <offhook/engine.h>

#include <offhook/error.h>

/* ---- speech to text ---- */

G_DEFINE_ABSTRACT_TYPE(OffhookTranscriber, offhook_transcriber, G_TYPE_OBJECT)

enum { TRANSCRIBER_PARTIAL, TRANSCRIBER_FINAL, TRANSCRIBER_FAILED, TRANSCRIBER_LAST_SIGNAL };
static guint transcriber_signals[TRANSCRIBER_LAST_SIGNAL];

void
offhook_transcriber_begin(OffhookTranscriber *self, guint utterance,
			  OffhookExpectation *expectation)
{
	g_return_if_fail(OFFHOOK_IS_TRANSCRIBER(self));

	OFFHOOK_TRANSCRIBER_GET_CLASS(self)->begin(self, utterance, expectation);
}

void
offhook_transcriber_push(OffhookTranscriber *self, const gint16 *samples, gsize n)
{
	g_return_if_fail(OFFHOOK_IS_TRANSCRIBER(self));

	OFFHOOK_TRANSCRIBER_GET_CLASS(self)->push(self, samples, n);
}

void
offhook_transcriber_finish(OffhookTranscriber *self)
{
	g_return_if_fail(OFFHOOK_IS_TRANSCRIBER(self));

	OFFHOOK_TRANSCRIBER_GET_CLASS(self)->finish(self);
}

void
offhook_transcriber_cancel(OffhookTranscriber *self)
{
	g_return_if_fail(OFFHOOK_IS_TRANSCRIBER(self));

	OFFHOOK_TRANSCRIBER_GET_CLASS(self)->cancel(self);
}

void
offhook_transcriber_emit_partial(OffhookTranscriber *self, const OffhookTranscript *what)
{
	g_signal_emit(self, transcriber_signals[TRANSCRIBER_PARTIAL], 0, what);
}

void
offhook_transcriber_emit_final(OffhookTranscriber *self, const OffhookTranscript *what)
{
	g_signal_emit(self, transcriber_signals[TRANSCRIBER_FINAL], 0, what);
}

void
offhook_transcriber_emit_failed(OffhookTranscriber *self, guint utterance, const GError *error)
{
	g_signal_emit(self, transcriber_signals[TRANSCRIBER_FAILED], 0, utterance, error);
}

static void
offhook_transcriber_init(OffhookTranscriber *self)
{
}

static void
offhook_transcriber_class_init(OffhookTranscriberClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	transcriber_signals[TRANSCRIBER_PARTIAL] =
	    g_signal_new("partial", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
			 G_TYPE_POINTER);
	transcriber_signals[TRANSCRIBER_FINAL] = g_signal_new(
	    "final", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
	transcriber_signals[TRANSCRIBER_FAILED] =
	    g_signal_new("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
			 G_TYPE_UINT, G_TYPE_POINTER);
}

/* ---- text to speech ---- */

G_DEFINE_ABSTRACT_TYPE(OffhookSynthesizer, offhook_synthesizer, G_TYPE_OBJECT)

enum { SYNTHESIZER_AUDIO, SYNTHESIZER_WORDS, SYNTHESIZER_DONE, SYNTHESIZER_LAST_SIGNAL };
static guint synthesizer_signals[SYNTHESIZER_LAST_SIGNAL];

void
offhook_synthesizer_speak(OffhookSynthesizer *self, guint piece, const char *text)
{
	g_return_if_fail(OFFHOOK_IS_SYNTHESIZER(self) && text != NULL);

	OFFHOOK_SYNTHESIZER_GET_CLASS(self)->speak(self, piece, text);
}

void
offhook_synthesizer_cancel(OffhookSynthesizer *self)
{
	g_return_if_fail(OFFHOOK_IS_SYNTHESIZER(self));

	OFFHOOK_SYNTHESIZER_GET_CLASS(self)->cancel(self);
}

void
offhook_synthesizer_emit_audio(OffhookSynthesizer *self, guint piece, GBytes *audio)
{
	g_signal_emit(self, synthesizer_signals[SYNTHESIZER_AUDIO], 0, piece, audio);
}

void
offhook_synthesizer_emit_words(OffhookSynthesizer *self, guint piece, const OffhookWordTime *words,
			       guint n)
{
	g_signal_emit(self, synthesizer_signals[SYNTHESIZER_WORDS], 0, piece, words, n);
}

void
offhook_synthesizer_emit_done(OffhookSynthesizer *self, guint piece, const GError *error)
{
	g_signal_emit(self, synthesizer_signals[SYNTHESIZER_DONE], 0, piece, error);
}

static void
offhook_synthesizer_init(OffhookSynthesizer *self)
{
}

static void
offhook_synthesizer_class_init(OffhookSynthesizerClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	synthesizer_signals[SYNTHESIZER_AUDIO] =
	    g_signal_new("audio", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
			 G_TYPE_UINT, G_TYPE_BYTES);
	synthesizer_signals[SYNTHESIZER_WORDS] =
	    g_signal_new("words", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
			 G_TYPE_UINT, G_TYPE_POINTER, G_TYPE_UINT);
	synthesizer_signals[SYNTHESIZER_DONE] =
	    g_signal_new("done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
			 G_TYPE_UINT, G_TYPE_POINTER);
}

/* ---- the engine ---- */

G_DEFINE_ABSTRACT_TYPE(OffhookEngine, offhook_engine, G_TYPE_OBJECT)

OffhookEngineRoles
offhook_engine_get_roles(OffhookEngine *self)
{
	g_return_val_if_fail(OFFHOOK_IS_ENGINE(self), 0);

	return OFFHOOK_ENGINE_GET_CLASS(self)->roles;
}

gboolean
offhook_engine_hears_phrases_only(OffhookEngine *self)
{
	g_return_val_if_fail(OFFHOOK_IS_ENGINE(self), FALSE);

	return OFFHOOK_ENGINE_GET_CLASS(self)->phrases_only;
}

gboolean
offhook_engine_configure(OffhookEngine *self, OffhookSettings *settings, GError **error)
{
	OffhookEngineClass *klass = OFFHOOK_ENGINE_GET_CLASS(self);

	return klass->configure == NULL || klass->configure(self, settings, error);
}

static gboolean
offhook_engine_require(OffhookEngine *self, OffhookEngineRoles role, const char *what,
		       GError **error)
{
	if (offhook_engine_get_roles(self) & role)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED, "%s can't %s",
		    G_OBJECT_TYPE_NAME(self), what);
	return FALSE;
}

gboolean
offhook_engine_check_options(const char *engine, GHashTable *options, const char *const *known,
			     GError **error)
{
	GHashTableIter iter;
	gpointer key;
	g_autofree char *list = NULL;

	if (options == NULL)
		return TRUE;
	g_hash_table_iter_init(&iter, options);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		if (known != NULL && g_strv_contains(known, key))
			continue;
		list = known != NULL ? g_strjoinv(", ", (char **)known) : NULL;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "%s: a session has no option \"%s\", expected %s%s", engine,
			    (const char *)key, list != NULL ? "one of " : "none",
			    list != NULL ? list : "");
		return FALSE;
	}
	return TRUE;
}

OffhookTranscriber *
offhook_engine_open_transcriber(OffhookEngine *self, const OffhookTranscribeOptions *options,
				GError **error)
{
	if (!offhook_engine_require(self, OFFHOOK_ENGINE_TRANSCRIBE, "transcribe", error))
		return NULL;
	return OFFHOOK_ENGINE_GET_CLASS(self)->open_transcriber(self, options, error);
}

OffhookSynthesizer *
offhook_engine_open_synthesizer(OffhookEngine *self, const OffhookSynthesizeOptions *options,
				GError **error)
{
	if (!offhook_engine_require(self, OFFHOOK_ENGINE_SYNTHESIZE, "synthesize", error))
		return NULL;
	return OFFHOOK_ENGINE_GET_CLASS(self)->open_synthesizer(self, options, error);
}

OffhookCompleter *
offhook_engine_open_completer(OffhookEngine *self, const OffhookCompleteOptions *options,
			      GError **error)
{
	static const OffhookCompleteOptions none = {0};

	if (!offhook_engine_require(self, OFFHOOK_ENGINE_COMPLETE, "act as a language model",
				    error))
		return NULL;
	return OFFHOOK_ENGINE_GET_CLASS(self)->open_completer(
	    self, options != NULL ? options : &none, error);
}

OffhookEmbedder *
offhook_engine_open_embedder(OffhookEngine *self, const OffhookEmbedOptions *options,
			     GError **error)
{
	static const OffhookEmbedOptions none = {0};

	if (!offhook_engine_require(self, OFFHOOK_ENGINE_EMBED, "turn texts into vectors", error))
		return NULL;
	return OFFHOOK_ENGINE_GET_CLASS(self)->open_embedder(
	    self, options != NULL ? options : &none, error);
}

static void
offhook_engine_init(OffhookEngine *self)
{
}

static void
offhook_engine_class_init(OffhookEngineClass *klass)
{
}
