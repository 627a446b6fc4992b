/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fake-engine.h"

#include <offhook/audio.h>
#include <offhook/context.h>
#include <offhook/error.h>

G_DEFINE_FINAL_TYPE(FakeEngine, fake_engine, OFFHOOK_TYPE_ENGINE)

static void fake_engine_note(FakeEngine *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
fake_engine_note(FakeEngine *self, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_string_append_vprintf(self->log, format, arguments);
	va_end(arguments);
	g_string_append_c(self->log, '|');
}

/* ---- hearing ---- */

#define FAKE_TYPE_TRANSCRIBER (fake_transcriber_get_type())
G_DECLARE_FINAL_TYPE(FakeTranscriber, fake_transcriber, FAKE, TRANSCRIBER, OffhookTranscriber)

struct _FakeTranscriber {
	OffhookTranscriber parent_instance;

	FakeEngine *engine;
	guint utterance;
};

G_DEFINE_FINAL_TYPE(FakeTranscriber, fake_transcriber, OFFHOOK_TYPE_TRANSCRIBER)

static void
fake_transcriber_begin(OffhookTranscriber *transcriber, guint utterance,
		       OffhookExpectation *expectation)
{
	FakeTranscriber *self = FAKE_TRANSCRIBER(transcriber);

	self->utterance = utterance;
	fake_engine_note(self->engine, "begin %u%s", utterance, expectation != NULL ? "!" : "");
}

static void
fake_transcriber_push(OffhookTranscriber *transcriber, const gint16 *samples, gsize n)
{
	fake_engine_note(FAKE_TRANSCRIBER(transcriber)->engine, "push %u from %d", (guint)n,
			 samples[0]);
}

static void
fake_transcriber_answer_cb(gpointer user_data)
{
	FakeTranscriber *self = user_data;
	const OffhookTranscript what = {self->utterance, "", 0};

	offhook_transcriber_emit_final(OFFHOOK_TRANSCRIBER(self), &what);
}

static void
fake_transcriber_finish(OffhookTranscriber *transcriber)
{
	FakeTranscriber *self = FAKE_TRANSCRIBER(transcriber);

	fake_engine_note(self->engine, "finish");
	if (self->engine->answers)
		offhook_context_post(NULL, fake_transcriber_answer_cb, g_object_ref(self),
				     g_object_unref);
}

static void
fake_transcriber_cancel(OffhookTranscriber *transcriber)
{
	fake_engine_note(FAKE_TRANSCRIBER(transcriber)->engine, "cancel");
}

static void
fake_transcriber_dispose(GObject *object)
{
	g_clear_object(&FAKE_TRANSCRIBER(object)->engine);
	G_OBJECT_CLASS(fake_transcriber_parent_class)->dispose(object);
}

static void
fake_transcriber_init(FakeTranscriber *self)
{
}

static void
fake_transcriber_class_init(FakeTranscriberClass *klass)
{
	OffhookTranscriberClass *transcriber = OFFHOOK_TRANSCRIBER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = fake_transcriber_dispose;
	transcriber->begin = fake_transcriber_begin;
	transcriber->push = fake_transcriber_push;
	transcriber->finish = fake_transcriber_finish;
	transcriber->cancel = fake_transcriber_cancel;
}

/* ---- speaking ---- */

#define FAKE_TYPE_SYNTHESIZER (fake_synthesizer_get_type())
G_DECLARE_FINAL_TYPE(FakeSynthesizer, fake_synthesizer, FAKE, SYNTHESIZER, OffhookSynthesizer)

struct _FakeSynthesizer {
	OffhookSynthesizer parent_instance;

	FakeEngine *engine;
};

G_DEFINE_FINAL_TYPE(FakeSynthesizer, fake_synthesizer, OFFHOOK_TYPE_SYNTHESIZER)

static void
fake_synthesizer_speak(OffhookSynthesizer *synthesizer, guint piece, const char *text)
{
	fake_engine_note(FAKE_SYNTHESIZER(synthesizer)->engine, "speak %u %s", piece, text);
}

static void
fake_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	fake_engine_note(FAKE_SYNTHESIZER(synthesizer)->engine, "cancel");
}

static void
fake_synthesizer_dispose(GObject *object)
{
	g_clear_object(&FAKE_SYNTHESIZER(object)->engine);
	G_OBJECT_CLASS(fake_synthesizer_parent_class)->dispose(object);
}

static void
fake_synthesizer_init(FakeSynthesizer *self)
{
}

static void
fake_synthesizer_class_init(FakeSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = fake_synthesizer_dispose;
	synthesizer->speak = fake_synthesizer_speak;
	synthesizer->cancel = fake_synthesizer_cancel;
}

/* ---- answering ---- */

#define FAKE_TYPE_COMPLETER (fake_completer_get_type())
G_DECLARE_FINAL_TYPE(FakeCompleter, fake_completer, FAKE, COMPLETER, OffhookCompleter)

struct _FakeCompleter {
	OffhookCompleter parent_instance;

	FakeEngine *engine;
};

G_DEFINE_FINAL_TYPE(FakeCompleter, fake_completer, OFFHOOK_TYPE_COMPLETER)

static void
fake_completer_start(OffhookCompleter *completer, guint number, OffhookCompletionRequest *request)
{
	fake_engine_note(FAKE_COMPLETER(completer)->engine, "start %u", number);
}

static void
fake_completer_cancel(OffhookCompleter *completer)
{
	fake_engine_note(FAKE_COMPLETER(completer)->engine, "cancel");
}

static void
fake_completer_warm(OffhookCompleter *completer)
{
	fake_engine_note(FAKE_COMPLETER(completer)->engine, "warm");
}

static void
fake_completer_dispose(GObject *object)
{
	g_clear_object(&FAKE_COMPLETER(object)->engine);
	G_OBJECT_CLASS(fake_completer_parent_class)->dispose(object);
}

static void
fake_completer_init(FakeCompleter *self)
{
}

static void
fake_completer_class_init(FakeCompleterClass *klass)
{
	OffhookCompleterClass *completer = OFFHOOK_COMPLETER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = fake_completer_dispose;
	completer->start = fake_completer_start;
	completer->cancel = fake_completer_cancel;
	completer->warm = fake_completer_warm;
}

/* ---- the engine ---- */

static gboolean
fake_engine_admit(FakeEngine *self, const char *voice, GError **error)
{
	self->opened++;
	if (voice != NULL)
		fake_engine_note(self, "voice %s", voice);
	if (!self->refuses)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "no session");
	return FALSE;
}

static gpointer
fake_engine_keep(FakeEngine *self, gpointer session)
{
	g_set_weak_pointer(&self->session, session);
	return session;
}

static OffhookTranscriber *
fake_engine_open_transcriber(OffhookEngine *engine, const OffhookTranscribeOptions *options,
			     GError **error)
{
	FakeEngine *self = FAKE_ENGINE(engine);
	FakeTranscriber *session;

	if (!fake_engine_admit(self, NULL, error))
		return NULL;
	session = g_object_new(FAKE_TYPE_TRANSCRIBER, NULL);
	session->engine = g_object_ref(self);
	return fake_engine_keep(self, session);
}

static OffhookSynthesizer *
fake_engine_open_synthesizer(OffhookEngine *engine, const OffhookSynthesizeOptions *options,
			     GError **error)
{
	FakeEngine *self = FAKE_ENGINE(engine);
	FakeSynthesizer *session;

	if (!fake_engine_admit(self, options->voice, error))
		return NULL;
	session = g_object_new(FAKE_TYPE_SYNTHESIZER, NULL);
	session->engine = g_object_ref(self);
	return fake_engine_keep(self, session);
}

static OffhookCompleter *
fake_engine_open_completer(OffhookEngine *engine, const OffhookCompleteOptions *options,
			   GError **error)
{
	FakeEngine *self = FAKE_ENGINE(engine);
	FakeCompleter *session;

	if (!fake_engine_admit(self, NULL, error))
		return NULL;
	session = g_object_new(FAKE_TYPE_COMPLETER, NULL);
	session->engine = g_object_ref(self);
	return fake_engine_keep(self, session);
}

FakeEngine *
fake_engine_new(void)
{
	return g_object_new(FAKE_TYPE_ENGINE, NULL);
}

char *
fake_engine_take_log(FakeEngine *self)
{
	char *log = g_strdup(self->log->str);

	g_string_truncate(self->log, 0);
	return log;
}

OffhookEngineLineup *
fake_lineup_new(OffhookEngineHealth *health, OffhookEngineRoles role,
		const OffhookEngineDeadlines *deadlines, FakeEngine **engines, guint n)
{
	OffhookEngineLineup *lineup = offhook_engine_lineup_new(health, role, "en-US", deadlines);

	for (guint i = 0; i < n; i++) {
		const char name[] = {(char)('a' + i), '\0'};

		offhook_engine_lineup_add(lineup, name, OFFHOOK_ENGINE(engines[i]), NULL, NULL);
	}
	return lineup;
}

static void
fake_engine_finalize(GObject *object)
{
	FakeEngine *self = FAKE_ENGINE(object);

	g_clear_weak_pointer(&self->session);
	g_string_free(self->log, TRUE);
	G_OBJECT_CLASS(fake_engine_parent_class)->finalize(object);
}

static void
fake_engine_init(FakeEngine *self)
{
	self->log = g_string_new(NULL);
}

static void
fake_engine_class_init(FakeEngineClass *klass)
{
	OffhookEngineClass *engine = OFFHOOK_ENGINE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = fake_engine_finalize;
	engine->roles =
	    OFFHOOK_ENGINE_TRANSCRIBE | OFFHOOK_ENGINE_SYNTHESIZE | OFFHOOK_ENGINE_COMPLETE;
	engine->open_transcriber = fake_engine_open_transcriber;
	engine->open_synthesizer = fake_engine_open_synthesizer;
	engine->open_completer = fake_engine_open_completer;
}

/* ---- the stage ---- */

OffhookEngineLineup *
fake_stage_set_up(FakeStage *self, OffhookEngineRoles role, const OffhookEngineDeadlines *deadlines,
		  const OffhookBreakerConfig *config, guint n)
{
	self->health = offhook_engine_health_new(config);
	self->log = g_string_new(NULL);
	self->used = g_string_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(self->engines); i++)
		self->engines[i] = fake_engine_new();
	return fake_lineup_new(self->health, role, deadlines, self->engines, n);
}

void
fake_stage_tear_down(FakeStage *self)
{
	for (guint i = 0; i < G_N_ELEMENTS(self->engines); i++)
		g_object_unref(self->engines[i]);
	g_assert_finalize_object(self->health);
	g_string_free(self->log, TRUE);
	g_string_free(self->used, TRUE);
}

static void
fake_stage_usage_cb(gpointer session, const OffhookUsage *usage, FakeStage *self)
{
	g_string_append_printf(self->used, "%s ", usage->engine);
	if (usage->role == OFFHOOK_ENGINE_TRANSCRIBE)
		g_string_append_printf(self->used, "%d samples|",
				       (int)(usage->audio_us * OFFHOOK_RATE / G_USEC_PER_SEC));
	else if (usage->role == OFFHOOK_ENGINE_SYNTHESIZE)
		g_string_append_printf(self->used, "%d characters|", (int)usage->characters);
	else
		g_string_append_printf(self->used, "%d+%d tokens|", (int)usage->input_tokens,
				       (int)usage->output_tokens);
}

static void
fake_stage_switched_cb(gpointer session, const char *from, const char *to, const GError *error,
		       FakeStage *self)
{
	fake_stage_note(
	    self, g_strdup_printf("switched %s %s %s", from, to,
				  error != NULL ? offhook_error_get_api_code(error) : "back"));
}

void
fake_stage_watch(FakeStage *self, gpointer session)
{
	g_signal_connect(session, "switched", G_CALLBACK(fake_stage_switched_cb), self);
	g_signal_connect(session, "usage", G_CALLBACK(fake_stage_usage_cb), self);
}

void
fake_stage_note(FakeStage *self, char *what)
{
	g_string_append_printf(self->log, "%s|", what);
	g_free(what);
	self->n++;
}

void
fake_stage_assert_told(FakeStage *self, const char *expected)
{
	g_assert_cmpstr(self->log->str, ==, expected);
	g_string_truncate(self->log, 0);
	self->n = 0;
}

gboolean
fake_stage_has_told(gpointer stage)
{
	return ((FakeStage *)stage)->n > 0;
}

gboolean
fake_stage_has_told_twice(gpointer stage)
{
	return ((FakeStage *)stage)->n > 1;
}
