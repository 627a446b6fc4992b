/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Probes, one session each. Main thread.
 */

#include "engine/engine-probe.h"

#include "base/deadline.h"
#include "engine/engine-session.h"
#include <offhook/error.h>

#define OFFHOOK_PROBE_TIMEOUT_MS 5000
#define OFFHOOK_PROBE_WORD       "Okay."
#define OFFHOOK_PROBE_QUESTION   "Hi"

typedef struct {
	OffhookEngineProbe *probe; /* gone when it was cancelled */
	GCancellable *cancellable;
} OffhookProbeEmbedding;

struct _OffhookEngineProbe {
	GObject *session; /* (nullable): it could not be opened */
	GError *error;    /* (nullable): why */
	gsize heard;      /* bytes that the voice has said */
	OffhookDeadline *deadline;
	GCancellable *cancellable;
	void (*done)(gpointer user_data, const GError *error);
	gpointer user_data;
};

static void
offhook_engine_probe_end(OffhookEngineProbe *self, const GError *error)
{
	offhook_deadline_set(self->deadline, G_MAXINT64);
	g_cancellable_cancel(self->cancellable);
	if (self->session != NULL)
		g_signal_handlers_disconnect_by_data(self->session, self);
	self->done(self->user_data, error);
}

static void
offhook_engine_probe_deadline_cb(gpointer user_data)
{
	OffhookEngineProbe *self = user_data;
	g_autoptr(GError) error = g_steal_pointer(&self->error);

	if (error == NULL)
		error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
				    "no answer to a probe within %d ms", OFFHOOK_PROBE_TIMEOUT_MS);
	offhook_engine_probe_end(self, error);
}

/* ---- hearing ---- */

static void
offhook_engine_probe_final_cb(OffhookTranscriber *session, const OffhookTranscript *what,
			      OffhookEngineProbe *self)
{
	offhook_engine_probe_end(self, NULL);
}

static void
offhook_engine_probe_failed_cb(GObject *session, guint number, const GError *error,
			       OffhookEngineProbe *self)
{
	offhook_engine_probe_end(self, error);
}

static void
offhook_engine_probe_listen(OffhookEngineProbe *self, OffhookTranscriber *session)
{
	static const gint16 silence[OFFHOOK_RATE / 2];

	g_signal_connect(session, "final", G_CALLBACK(offhook_engine_probe_final_cb), self);
	g_signal_connect(session, "failed", G_CALLBACK(offhook_engine_probe_failed_cb), self);
	offhook_transcriber_begin(session, 1, NULL);
	offhook_transcriber_push(session, silence, G_N_ELEMENTS(silence));
	offhook_transcriber_finish(session);
}

/* ---- speaking ---- */

static void
offhook_engine_probe_audio_cb(OffhookSynthesizer *session, guint piece, GBytes *audio,
			      OffhookEngineProbe *self)
{
	self->heard += g_bytes_get_size(audio);
}

static void
offhook_engine_probe_spoken_cb(OffhookSynthesizer *session, guint piece, const GError *error,
			       OffhookEngineProbe *self)
{
	g_autoptr(GError) local = NULL;

	if (error == NULL && self->heard == 0)
		local = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "a probe was spoken without a sound");
	offhook_engine_probe_end(self, error != NULL ? error : local);
}

static void
offhook_engine_probe_speak(OffhookEngineProbe *self, OffhookSynthesizer *session)
{
	g_signal_connect(session, "audio", G_CALLBACK(offhook_engine_probe_audio_cb), self);
	g_signal_connect(session, "done", G_CALLBACK(offhook_engine_probe_spoken_cb), self);
	offhook_synthesizer_speak(session, 1, OFFHOOK_PROBE_WORD);
}

/* ---- answering ---- */

static void
offhook_engine_probe_answered_cb(OffhookCompleter *session, guint number,
				 const OffhookCompletion *completion, OffhookEngineProbe *self)
{
	offhook_engine_probe_end(self, NULL);
}

static void
offhook_engine_probe_ask(OffhookEngineProbe *self, OffhookCompleter *session)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER,
					       OFFHOOK_PROBE_QUESTION);
	offhook_completion_request_set_max_tokens(request, 1);
	g_signal_connect(session, "done", G_CALLBACK(offhook_engine_probe_answered_cb), self);
	g_signal_connect(session, "failed", G_CALLBACK(offhook_engine_probe_failed_cb), self);
	offhook_completer_start(session, 1, request);
}

/* ---- embedding ---- */

static void
offhook_engine_probe_embedded_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookProbeEmbedding *embedding = user_data;
	g_autoptr(GCancellable) cancellable = embedding->cancellable;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) vectors =
	    offhook_embedder_embed_finish(OFFHOOK_EMBEDDER(source), result, &error);

	if (!g_cancellable_is_cancelled(cancellable))
		offhook_engine_probe_end(embedding->probe, error);
}

static void
offhook_engine_probe_embed(OffhookEngineProbe *self, OffhookEmbedder *session)
{
	static const char *const texts[] = {OFFHOOK_PROBE_WORD, NULL};
	OffhookProbeEmbedding *embedding = g_new(OffhookProbeEmbedding, 1);

	*embedding = (OffhookProbeEmbedding){self, g_object_ref(self->cancellable)};
	offhook_embedder_embed_async(session, texts, self->cancellable,
				     offhook_engine_probe_embedded_cb, embedding);
}

OffhookEngineProbe *
offhook_engine_probe_new(const OffhookEngineUse *use,
			 void (*done)(gpointer user_data, const GError *error), gpointer user_data)
{
	OffhookEngineProbe *self = g_new0(OffhookEngineProbe, 1);
	gint64 now = g_get_monotonic_time();

	self->done = done;
	self->user_data = user_data;
	self->deadline = offhook_deadline_new(offhook_engine_probe_deadline_cb, self);
	self->cancellable = g_cancellable_new();
	self->session = offhook_engine_session_open(use, &self->error);
	/* One that could not be opened says so from the main loop too. */
	offhook_deadline_set(self->deadline,
			     self->session != NULL ? now + OFFHOOK_PROBE_TIMEOUT_MS * 1000 : now);
	if (self->session == NULL)
		return self;
	if (use->role == OFFHOOK_ENGINE_TRANSCRIBE)
		offhook_engine_probe_listen(self, OFFHOOK_TRANSCRIBER(self->session));
	else if (use->role == OFFHOOK_ENGINE_SYNTHESIZE)
		offhook_engine_probe_speak(self, OFFHOOK_SYNTHESIZER(self->session));
	else if (use->role == OFFHOOK_ENGINE_EMBED)
		offhook_engine_probe_embed(self, OFFHOOK_EMBEDDER(self->session));
	else
		offhook_engine_probe_ask(self, OFFHOOK_COMPLETER(self->session));
	return self;
}

void
offhook_engine_probe_free(OffhookEngineProbe *self)
{
	if (self == NULL)
		return;
	g_cancellable_cancel(self->cancellable);
	g_object_unref(self->cancellable);
	offhook_engine_session_close(&self->session, self);
	g_clear_error(&self->error);
	offhook_deadline_free(self->deadline);
	g_free(self);
}
