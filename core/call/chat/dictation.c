/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes speech down that nobody waits for in a conversation: the assistant's engines in their order, but
 * with the time that as much speech takes. Main thread.
 */

#include "call/chat/dictation.h"

#include <offhook/error.h>

#include "base/timestamp.h"
#include "call/assistant/meter.h"
#include "engine/supervised-transcriber.h"

/* Engines that are as fast as speech, and a recogniser that is slow, are in time. */
#define OFFHOOK_DICTATION_TIMEOUT_MS (OFFHOOK_DICTATION_MAX_S * 1000)
/* As it would come from a line. */
#define OFFHOOK_DICTATION_PIECE (OFFHOOK_RATE / 10)

typedef struct {
	OffhookTranscriber *transcriber;
	OffhookMeter *meter;
	double confidence;
} OffhookDictation;

static void
offhook_dictation_free(gpointer data)
{
	OffhookDictation *self = data;

	if (self->transcriber != NULL) {
		g_signal_handlers_disconnect_matched(self->transcriber, G_SIGNAL_MATCH_DATA, 0, 0,
						     NULL, NULL, self);
		g_object_unref(self->transcriber);
	}
	offhook_meter_free(self->meter);
	g_free(self);
}

static OffhookTranscriber *
offhook_dictation_open(OffhookEngineLineup *stt, OffhookEngineHealth *health, GError **error)
{
	const OffhookEngineDeadlines deadlines = {OFFHOOK_DICTATION_TIMEOUT_MS,
						  OFFHOOK_DICTATION_TIMEOUT_MS};
	g_autoptr(OffhookEngineLineup) patient = offhook_engine_lineup_new(
	    health, OFFHOOK_ENGINE_TRANSCRIBE, offhook_engine_lineup_get_language(stt), &deadlines);

	for (guint i = 0; i < offhook_engine_lineup_get_length(stt); i++) {
		const OffhookEngineUse *use = &offhook_engine_lineup_get(stt, i)->use;

		offhook_engine_lineup_add(patient, use->name, use->engine, use->voice,
					  use->options);
	}
	return offhook_supervised_transcriber_new(patient, error);
}

/* The end of it, in either way. @task: (transfer full) */
static void
offhook_dictation_end(GTask *task, const char *text, const GError *error)
{
	OffhookDictation *self = g_task_get_task_data(task);

	g_signal_handlers_disconnect_matched(self->transcriber, G_SIGNAL_MATCH_DATA, 0, 0, NULL,
					     NULL, task);
	if (error != NULL)
		g_task_return_error(task, g_error_copy(error));
	else
		g_task_return_pointer(task, g_strdup(text), g_free);
	g_object_unref(task);
}

static void
offhook_dictation_final_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what,
			   gpointer user_data)
{
	OffhookDictation *self = g_task_get_task_data(user_data);

	self->confidence = what->confidence;
	offhook_dictation_end(user_data, what->text, NULL);
}

static void
offhook_dictation_failed_cb(OffhookTranscriber *transcriber, guint utterance, const GError *error,
			    gpointer user_data)
{
	offhook_dictation_end(user_data, NULL, error);
}

static void
offhook_dictation_usage_cb(OffhookTranscriber *transcriber, const OffhookUsage *usage,
			   OffhookDictation *self)
{
	offhook_meter_add(self->meter, usage);
}

static gboolean
offhook_dictation_check(OffhookAssistant *assistant, gsize n, GError **error)
{
	if (assistant->stt == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "assistant %s has no stt, it does not understand speech",
			    assistant->settings->name);
		return FALSE;
	}
	if (n <= OFFHOOK_DICTATION_MAX_S * OFFHOOK_RATE)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "audio: %.1f s of speech, expected at most %d s", (double)n / OFFHOOK_RATE,
		    OFFHOOK_DICTATION_MAX_S);
	return FALSE;
}

static void
offhook_dictation_push(OffhookTranscriber *transcriber, OffhookExpectation *expectation,
		       const gint16 *samples, gsize n)
{
	offhook_transcriber_begin(transcriber, 0, expectation);
	for (gsize i = 0; i < n; i += OFFHOOK_DICTATION_PIECE)
		offhook_transcriber_push(transcriber, samples + i,
					 MIN(n - i, OFFHOOK_DICTATION_PIECE));
	offhook_transcriber_finish(transcriber);
}

void
offhook_dictation_async(OffhookAssistant *assistant, OffhookEngineHealth *health,
			OffhookSpending *spending, GBytes *s16_16k, OffhookExpectation *expectation,
			GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
	OffhookDictation *self = g_new0(OffhookDictation, 1);
	gsize size;
	const gint16 *samples = g_bytes_get_data(s16_16k, &size);
	GError *error = NULL;

	g_task_set_task_data(task, self, offhook_dictation_free);
	self->meter = offhook_meter_new(assistant->config, assistant->settings->name,
					offhook_timestamp_now(), spending);
	if (offhook_dictation_check(assistant, size / sizeof(gint16), &error))
		self->transcriber = offhook_dictation_open(assistant->stt, health, &error);
	if (self->transcriber == NULL) {
		g_task_return_error(task, error);
		return;
	}
	g_signal_connect(self->transcriber, "usage", G_CALLBACK(offhook_dictation_usage_cb), self);
	g_signal_connect(self->transcriber, "final", G_CALLBACK(offhook_dictation_final_cb), task);
	g_signal_connect(self->transcriber, "failed", G_CALLBACK(offhook_dictation_failed_cb),
			 g_steal_pointer(&task));
	offhook_dictation_push(self->transcriber, expectation, samples, size / sizeof(gint16));
}

char *
offhook_dictation_finish(GAsyncResult *result, double *confidence, GError **error)
{
	const OffhookDictation *self = g_task_get_task_data(G_TASK(result));

	*confidence = self != NULL ? self->confidence : 0;
	return g_task_propagate_pointer(G_TASK(result), error);
}
