/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Keeps the utterances of one call: the one being spoken, and those still being decoded. Main
 * thread.
 */

#include "pocketsphinx-transcriber.h"

#include "sphinx-utterance.h"
#include <offhook/error.h>

struct _OffhookPocketsphinxTranscriber {
	OffhookTranscriber parent_instance;

	OffhookSphinxLine *line;
	OffhookSphinxUtterance *current; /* (nullable): being spoken; also in utterances */
	GPtrArray *utterances;           /* OffhookSphinxUtterance: without a final report */
};

G_DEFINE_FINAL_TYPE(OffhookPocketsphinxTranscriber, offhook_pocketsphinx_transcriber,
		    OFFHOOK_TYPE_TRANSCRIBER)

static void
offhook_pocketsphinx_transcriber_report_cb(OffhookSphinxUtterance *utterance,
					   OffhookSphinxReportKind kind, const char *text,
					   double confidence, const GError *error,
					   gpointer user_data)
{
	/* who listens may let go of us */
	g_autoptr(OffhookPocketsphinxTranscriber) self = g_object_ref(user_data);
	OffhookTranscriber *transcriber = OFFHOOK_TRANSCRIBER(self);
	guint number = offhook_sphinx_utterance_get_number(utterance);
	OffhookTranscript what = {number, text, confidence};

	if (kind == OFFHOOK_SPHINX_PARTIAL) {
		offhook_transcriber_emit_partial(transcriber, &what);
		return;
	}
	if (self->current == utterance)
		self->current = NULL;
	g_ptr_array_remove(self->utterances, utterance);
	if (kind == OFFHOOK_SPHINX_FINAL)
		offhook_transcriber_emit_final(transcriber, &what);
	else
		offhook_transcriber_emit_failed(transcriber, number, error);
}

static void
offhook_pocketsphinx_transcriber_finish(OffhookTranscriber *transcriber)
{
	OffhookPocketsphinxTranscriber *self = OFFHOOK_POCKETSPHINX_TRANSCRIBER(transcriber);

	if (self->current != NULL)
		offhook_sphinx_utterance_finish(self->current);
	self->current = NULL;
}

static void
offhook_pocketsphinx_transcriber_begin(OffhookTranscriber *transcriber, guint number,
				       OffhookExpectation *expectation)
{
	OffhookPocketsphinxTranscriber *self = OFFHOOK_POCKETSPHINX_TRANSCRIBER(transcriber);

	offhook_pocketsphinx_transcriber_finish(transcriber);
	if (self->utterances->len >= OFFHOOK_POCKETSPHINX_MAX_UTTERANCES) {
		g_autoptr(GError) error = g_error_new(
		    OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
		    "%u utterances of this call still wait for a decoder", self->utterances->len);

		offhook_transcriber_emit_failed(transcriber, number, error);
		return;
	}
	self->current = offhook_sphinx_utterance_new(
	    self->line, number, expectation, offhook_pocketsphinx_transcriber_report_cb, self);
	g_ptr_array_add(self->utterances, self->current);
}

static void
offhook_pocketsphinx_transcriber_push(OffhookTranscriber *transcriber, const gint16 *samples,
				      gsize n)
{
	OffhookPocketsphinxTranscriber *self = OFFHOOK_POCKETSPHINX_TRANSCRIBER(transcriber);

	if (self->current != NULL)
		offhook_sphinx_utterance_push(self->current, samples, n);
}

static void
offhook_pocketsphinx_transcriber_cancel(OffhookTranscriber *transcriber)
{
	OffhookPocketsphinxTranscriber *self = OFFHOOK_POCKETSPHINX_TRANSCRIBER(transcriber);

	for (guint i = 0; i < self->utterances->len; i++)
		offhook_sphinx_utterance_cancel(self->utterances->pdata[i]);
	g_ptr_array_set_size(self->utterances, 0);
	self->current = NULL;
}

OffhookTranscriber *
offhook_pocketsphinx_transcriber_new(OffhookSphinxPool *pool)
{
	OffhookPocketsphinxTranscriber *self =
	    g_object_new(OFFHOOK_TYPE_POCKETSPHINX_TRANSCRIBER, NULL);

	self->line = offhook_sphinx_line_new(pool);
	return OFFHOOK_TRANSCRIBER(self);
}

static void
offhook_pocketsphinx_transcriber_dispose(GObject *object)
{
	OffhookPocketsphinxTranscriber *self = OFFHOOK_POCKETSPHINX_TRANSCRIBER(object);

	offhook_pocketsphinx_transcriber_cancel(OFFHOOK_TRANSCRIBER(self));
	g_clear_pointer(&self->line, offhook_sphinx_line_unref);
	G_OBJECT_CLASS(offhook_pocketsphinx_transcriber_parent_class)->dispose(object);
}

static void
offhook_pocketsphinx_transcriber_finalize(GObject *object)
{
	g_ptr_array_unref(OFFHOOK_POCKETSPHINX_TRANSCRIBER(object)->utterances);
	G_OBJECT_CLASS(offhook_pocketsphinx_transcriber_parent_class)->finalize(object);
}

static void
offhook_pocketsphinx_transcriber_init(OffhookPocketsphinxTranscriber *self)
{
	self->utterances =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_sphinx_utterance_unref);
}

static void
offhook_pocketsphinx_transcriber_class_init(OffhookPocketsphinxTranscriberClass *klass)
{
	OffhookTranscriberClass *transcriber_class = OFFHOOK_TRANSCRIBER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_pocketsphinx_transcriber_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_pocketsphinx_transcriber_finalize;
	transcriber_class->begin = offhook_pocketsphinx_transcriber_begin;
	transcriber_class->push = offhook_pocketsphinx_transcriber_push;
	transcriber_class->finish = offhook_pocketsphinx_transcriber_finish;
	transcriber_class->cancel = offhook_pocketsphinx_transcriber_cancel;
}
