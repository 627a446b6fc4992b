/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An engine for benchmarks that takes no time: it has "understood" the same sentence as soon as the
 * caller has finished, and its voice is a tone that is there at once. What a caller then waits for
 * is the daemon alone. Main thread.
 */

#include <offhook/offhook.h>

#include <math.h>

#define INSTANT_HEARD     "What time do you open?"
#define INSTANT_AMPLITUDE 12000.0
#define INSTANT_FREQUENCY 440.0

/* ---- the ear ---- */

typedef struct {
	OffhookTranscriber parent_instance;
	guint utterance;
} InstantTranscriber;
typedef struct {
	OffhookTranscriberClass parent_class;
} InstantTranscriberClass;

static GType instant_transcriber_get_type(void);
G_DEFINE_TYPE(InstantTranscriber, instant_transcriber, OFFHOOK_TYPE_TRANSCRIBER)

static void
instant_transcriber_begin(OffhookTranscriber *transcriber, guint utterance,
			  OffhookExpectation *expectation)
{
	((InstantTranscriber *)transcriber)->utterance = utterance;
}

static void
instant_transcriber_push(OffhookTranscriber *transcriber, const gint16 *samples, gsize n)
{
}

static void
instant_transcriber_finish(OffhookTranscriber *transcriber)
{
	const OffhookTranscript transcript = {
	    .utterance = ((InstantTranscriber *)transcriber)->utterance,
	    .text = INSTANT_HEARD,
	    .confidence = 1.0,
	};

	offhook_transcriber_emit_final(transcriber, &transcript);
}

static void
instant_transcriber_cancel(OffhookTranscriber *transcriber)
{
}

static void
instant_transcriber_init(InstantTranscriber *self)
{
}

static void
instant_transcriber_class_init(InstantTranscriberClass *klass)
{
	klass->parent_class.begin = instant_transcriber_begin;
	klass->parent_class.push = instant_transcriber_push;
	klass->parent_class.finish = instant_transcriber_finish;
	klass->parent_class.cancel = instant_transcriber_cancel;
}

/* ---- the voice ---- */

typedef struct {
	OffhookSynthesizer parent_instance;
	GBytes *tone;
} InstantSynthesizer;
typedef struct {
	OffhookSynthesizerClass parent_class;
} InstantSynthesizerClass;

static GType instant_synthesizer_get_type(void);
G_DEFINE_TYPE(InstantSynthesizer, instant_synthesizer, OFFHOOK_TYPE_SYNTHESIZER)

static void
instant_synthesizer_speak(OffhookSynthesizer *synthesizer, guint piece, const char *text)
{
	offhook_synthesizer_emit_audio(synthesizer, piece,
				       ((InstantSynthesizer *)synthesizer)->tone);
	offhook_synthesizer_emit_done(synthesizer, piece, NULL);
}

static void
instant_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
}

static void
instant_synthesizer_finalize(GObject *object)
{
	g_clear_pointer(&((InstantSynthesizer *)object)->tone, g_bytes_unref);

	G_OBJECT_CLASS(instant_synthesizer_parent_class)->finalize(object);
}

static void
instant_synthesizer_init(InstantSynthesizer *self)
{
}

static void
instant_synthesizer_class_init(InstantSynthesizerClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = instant_synthesizer_finalize;
	klass->parent_class.speak = instant_synthesizer_speak;
	klass->parent_class.cancel = instant_synthesizer_cancel;
}

/* ---- the engine ---- */

typedef struct {
	OffhookEngine parent_instance;
	GBytes *tone; /* shared by all calls */
} InstantEngine;
typedef struct {
	OffhookEngineClass parent_class;
} InstantEngineClass;

static GType instant_engine_get_type(void);
G_DEFINE_TYPE(InstantEngine, instant_engine, OFFHOOK_TYPE_ENGINE)

static const OffhookSetting instant_engine_settings[] = {
    {"speech-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2000", "20..300000", NULL,
     "How long every sentence sounds."},
    {NULL},
};

static GBytes *
instant_engine_make_tone(guint ms)
{
	gsize n = (gsize)ms * OFFHOOK_RATE / 1000;
	gint16 *samples = g_new(gint16, n);

	for (gsize i = 0; i < n; i++)
		samples[i] = (gint16)(INSTANT_AMPLITUDE * cos(2.0 * G_PI * INSTANT_FREQUENCY *
							      (double)i / OFFHOOK_RATE));
	return g_bytes_new_take(samples, n * sizeof *samples);
}

static gboolean
instant_engine_configure(OffhookEngine *engine, OffhookSettings *settings, GError **error)
{
	InstantEngine *self = (InstantEngine *)engine;

	g_clear_pointer(&self->tone, g_bytes_unref);
	self->tone =
	    instant_engine_make_tone((guint)offhook_settings_get_integer(settings, "speech-ms"));
	return TRUE;
}

static OffhookTranscriber *
instant_engine_open_transcriber(OffhookEngine *engine, const OffhookTranscribeOptions *options,
				GError **error)
{
	return g_object_new(instant_transcriber_get_type(), NULL);
}

static OffhookSynthesizer *
instant_engine_open_synthesizer(OffhookEngine *engine, const OffhookSynthesizeOptions *options,
				GError **error)
{
	InstantSynthesizer *voice = g_object_new(instant_synthesizer_get_type(), NULL);

	voice->tone = g_bytes_ref(((InstantEngine *)engine)->tone);
	return OFFHOOK_SYNTHESIZER(voice);
}

static void
instant_engine_finalize(GObject *object)
{
	g_clear_pointer(&((InstantEngine *)object)->tone, g_bytes_unref);

	G_OBJECT_CLASS(instant_engine_parent_class)->finalize(object);
}

static void
instant_engine_init(InstantEngine *self)
{
}

static void
instant_engine_class_init(InstantEngineClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = instant_engine_finalize;
	klass->parent_class.roles = OFFHOOK_ENGINE_TRANSCRIBE | OFFHOOK_ENGINE_SYNTHESIZE;
	klass->parent_class.configure = instant_engine_configure;
	klass->parent_class.open_transcriber = instant_engine_open_transcriber;
	klass->parent_class.open_synthesizer = instant_engine_open_synthesizer;
}

OFFHOOK_DEFINE_PLUGIN(ENGINE, "instant", "0.1.0", "LGPL-2.1-or-later",
		      "Benchmark: hears and speaks without taking any time",
		      instant_engine_settings, instant_engine_get_type)
