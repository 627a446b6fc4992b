/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Each utterance becomes an item of the service's conversation by being committed; its name comes
 * back, and later, in any order, its words. Main thread.
 */

#include "realtime-ear.h"

#include "realtime-message.h"

#include <offhook/error.h>
#include <offhook/g711.h>
#include <offhook/resampler.h>

#define OFFHOOK_REALTIME_LEAST_MS   100 /* that can be committed */
#define OFFHOOK_REALTIME_PCM_RATE   24000
#define OFFHOOK_REALTIME_MULAW_RATE 8000
#define OFFHOOK_REALTIME_MAX_HEARD  100 /* utterances without words or a name */

/* An utterance that was committed. */
typedef struct {
	guint utterance;
	char *item_id; /* (nullable): not told yet */
	GString *words;
	gboolean awaited;  /* its final text */
	gboolean answered; /* a turn has taken it */
	gboolean dropped;
} OffhookRealtimeHeard;

struct _OffhookRealtimeEar {
	OffhookTranscriber parent_instance;

	OffhookRealtimeLink *link; /* (nullable): it has failed */
	OffhookResampler *resampler;
	gboolean mulaw;
	gboolean transcribes;
	GByteArray *converted;
	GPtrArray *heard; /* of OffhookRealtimeHeard, in the order committed */

	guint utterance; /* being spoken; 0: none */
	guint last;      /* the last one that ended */
	gsize samples;
	guint64 written; /* samples given to be written down, and not told */
	gboolean dropped;
	GError *error; /* (nullable): why it has failed */
	guint idle;
	GArray *silent; /* utterances to be told to be without words */
};

G_DEFINE_FINAL_TYPE(OffhookRealtimeEar, offhook_realtime_ear, OFFHOOK_TYPE_TRANSCRIBER)

static void
offhook_realtime_heard_free(gpointer data)
{
	OffhookRealtimeHeard *self = data;

	g_free(self->item_id);
	g_string_free(self->words, TRUE);
	g_free(self);
}

/* ---- texts ---- */

static void
offhook_realtime_ear_emit_final(OffhookRealtimeEar *self, guint utterance, const char *text)
{
	const OffhookTranscript transcript = {utterance, text, *text != '\0' ? 1.0 : 0.0};

	offhook_transcriber_emit_final(OFFHOOK_TRANSCRIBER(self), &transcript);
}

static gboolean
offhook_realtime_ear_idle_cb(gpointer user_data)
{
	g_autoptr(OffhookRealtimeEar) self = g_object_ref(user_data);

	self->idle = 0;
	while (self->silent->len > 0) {
		guint utterance = g_array_index(self->silent, guint, 0);

		g_array_remove_index(self->silent, 0);
		if (self->error != NULL)
			offhook_transcriber_emit_failed(OFFHOOK_TRANSCRIBER(self), utterance,
							self->error);
		else
			offhook_realtime_ear_emit_final(self, utterance, "");
	}
	return G_SOURCE_REMOVE;
}

/* From the main loop: there are no words, or there can't be any. */
static void
offhook_realtime_ear_tell_silent(OffhookRealtimeEar *self, guint utterance)
{
	g_array_append_val(self->silent, utterance);
	if (self->idle == 0)
		self->idle =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_realtime_ear_idle_cb, self, NULL);
}

/* ---- sound ---- */

static void
offhook_realtime_ear_begin(OffhookTranscriber *transcriber, guint utterance,
			   OffhookExpectation *expectation)
{
	OffhookRealtimeEar *self = OFFHOOK_REALTIME_EAR(transcriber);

	/* What the last one left behind, if it was not committed. */
	offhook_resampler_flush(self->resampler, self->converted);
	g_byte_array_set_size(self->converted, 0);
	self->utterance = utterance;
	self->samples = 0;
	self->dropped = FALSE;
}

static void
offhook_realtime_ear_send(OffhookRealtimeEar *self)
{
	gsize n = self->converted->len / sizeof(gint16);
	g_autofree guint8 *bytes = NULL;

	if (n > 0 && self->mulaw) {
		bytes = g_malloc(n);
		offhook_g711_encode(OFFHOOK_ENCODING_MULAW, (const gint16 *)self->converted->data,
				    n, bytes);
		offhook_realtime_link_send(self->link, offhook_realtime_make_audio(bytes, n));
	} else if (n > 0) {
		offhook_realtime_link_send(
		    self->link,
		    offhook_realtime_make_audio(self->converted->data, self->converted->len));
	}
	g_byte_array_set_size(self->converted, 0);
}

static void
offhook_realtime_ear_push(OffhookTranscriber *transcriber, const gint16 *samples, gsize n)
{
	OffhookRealtimeEar *self = OFFHOOK_REALTIME_EAR(transcriber);

	if (self->link == NULL || self->utterance == 0 || self->dropped)
		return;
	self->samples += n;
	offhook_resampler_push(self->resampler, samples, n, self->converted);
	offhook_realtime_ear_send(self);
}

static void
offhook_realtime_ear_commit(OffhookRealtimeEar *self)
{
	OffhookRealtimeHeard *heard;

	offhook_resampler_flush(self->resampler, self->converted);
	offhook_realtime_ear_send(self);
	offhook_realtime_link_send(self->link,
				   offhook_realtime_make_plain("input_audio_buffer.commit"));
	heard = g_new0(OffhookRealtimeHeard, 1);
	heard->utterance = self->last;
	heard->words = g_string_new(NULL);
	heard->awaited = self->transcribes;
	if (self->transcribes)
		self->written += self->samples;
	g_ptr_array_add(self->heard, heard);
	if (self->heard->len > OFFHOOK_REALTIME_MAX_HEARD)
		g_ptr_array_remove_index(self->heard, 0);
	if (!self->transcribes)
		offhook_realtime_ear_tell_silent(self, self->last);
}

static void
offhook_realtime_ear_finish(OffhookTranscriber *transcriber)
{
	OffhookRealtimeEar *self = OFFHOOK_REALTIME_EAR(transcriber);

	if (self->utterance == 0)
		return;
	self->last = self->utterance;
	self->utterance = 0;
	if (self->link != NULL && !self->dropped &&
	    self->samples >= OFFHOOK_REALTIME_LEAST_MS * (OFFHOOK_RATE / 1000)) {
		offhook_realtime_ear_commit(self);
		return;
	}
	if (self->link != NULL && self->samples > 0 && !self->dropped)
		offhook_realtime_link_send(self->link,
					   offhook_realtime_make_plain("input_audio_buffer.clear"));
	offhook_realtime_ear_tell_silent(self, self->last);
}

static void
offhook_realtime_ear_cancel(OffhookTranscriber *transcriber)
{
	OffhookRealtimeEar *self = OFFHOOK_REALTIME_EAR(transcriber);

	g_clear_handle_id(&self->idle, g_source_remove);
	g_array_set_size(self->silent, 0);
	self->utterance = 0;
	for (guint i = 0; i < self->heard->len; i++)
		((OffhookRealtimeHeard *)g_ptr_array_index(self->heard, i))->awaited = FALSE;
}

/* ---- what the service says ---- */

/* @item_id: "" for the first that has no name yet */
static OffhookRealtimeHeard *
offhook_realtime_ear_find(OffhookRealtimeEar *self, const char *item_id)
{
	for (guint i = 0; i < self->heard->len; i++) {
		OffhookRealtimeHeard *heard = g_ptr_array_index(self->heard, i);

		if (*item_id == '\0' ? heard->item_id == NULL
				     : g_strcmp0(heard->item_id, item_id) == 0)
			return heard;
	}
	return NULL;
}

static void
offhook_realtime_ear_delete(OffhookRealtimeEar *self, OffhookRealtimeHeard *heard)
{
	offhook_realtime_link_send(self->link, offhook_realtime_make_delete(heard->item_id));
}

static void
offhook_realtime_ear_name(OffhookRealtimeEar *self, const char *item_id)
{
	OffhookRealtimeHeard *heard = offhook_realtime_ear_find(self, "");

	if (heard == NULL)
		return;
	heard->item_id = g_strdup(item_id);
	if (heard->dropped)
		offhook_realtime_ear_delete(self, heard);
}

static void
offhook_realtime_ear_hear(OffhookRealtimeEar *self, const OffhookRealtimeEvent *event)
{
	OffhookRealtimeHeard *heard = offhook_realtime_ear_find(self, event->item_id);
	g_autoptr(GError) error = NULL;

	if (heard == NULL || !heard->awaited)
		return;
	if (event->kind == OFFHOOK_REALTIME_TRANSCRIPT_DELTA) {
		OffhookTranscript partial = {heard->utterance, NULL, 0.5};

		g_string_append(heard->words, event->text);
		partial.text = heard->words->str;
		if (*partial.text != '\0')
			offhook_transcriber_emit_partial(OFFHOOK_TRANSCRIBER(self), &partial);
		return;
	}
	heard->awaited = FALSE;
	if (event->kind == OFFHOOK_REALTIME_TRANSCRIPT) {
		g_autofree char *text = g_strstrip(g_strdup(event->text));

		offhook_realtime_ear_emit_final(self, heard->utterance, text);
		return;
	}
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
		    "realtime: the service did not write down what it heard");
	offhook_transcriber_emit_failed(OFFHOOK_TRANSCRIBER(self), heard->utterance, error);
}

gboolean
offhook_realtime_ear_take_event(OffhookRealtimeEar *self, const OffhookRealtimeEvent *event)
{
	switch (event->kind) {
	case OFFHOOK_REALTIME_COMMITTED:
		offhook_realtime_ear_name(self, event->item_id);
		return TRUE;
	case OFFHOOK_REALTIME_TRANSCRIPT_DELTA:
	case OFFHOOK_REALTIME_TRANSCRIPT:
	case OFFHOOK_REALTIME_TRANSCRIPT_FAILED:
		if (*event->item_id != '\0')
			offhook_realtime_ear_hear(self, event);
		return TRUE;
	default:
		return FALSE;
	}
}

/* ---- for the session ---- */

gboolean
offhook_realtime_ear_take_heard(OffhookRealtimeEar *self)
{
	gboolean any = FALSE;

	for (guint i = 0; i < self->heard->len; i++) {
		OffhookRealtimeHeard *heard = g_ptr_array_index(self->heard, i);

		any = any || (!heard->answered && !heard->dropped);
		heard->answered = TRUE;
	}
	return any;
}

gint64
offhook_realtime_ear_take_written_us(OffhookRealtimeEar *self)
{
	guint64 written = self->written;

	self->written = 0;
	return (gint64)(written * G_USEC_PER_SEC / OFFHOOK_RATE);
}

void
offhook_realtime_ear_discard(OffhookRealtimeEar *self)
{
	if (self->link == NULL)
		return;
	for (guint i = 0; i < self->heard->len; i++) {
		OffhookRealtimeHeard *heard = g_ptr_array_index(self->heard, i);

		if (heard->answered || heard->dropped)
			continue;
		heard->dropped = TRUE;
		if (heard->item_id != NULL)
			offhook_realtime_ear_delete(self, heard);
	}
	if (self->utterance == 0 || self->dropped)
		return;
	self->dropped = TRUE;
	offhook_realtime_link_send(self->link,
				   offhook_realtime_make_plain("input_audio_buffer.clear"));
}

void
offhook_realtime_ear_fail(OffhookRealtimeEar *self, const GError *error)
{
	self->link = NULL;
	if (self->error == NULL)
		self->error = g_error_copy(error);
	for (guint i = 0; i < self->heard->len; i++) {
		OffhookRealtimeHeard *heard = g_ptr_array_index(self->heard, i);

		if (heard->awaited)
			offhook_realtime_ear_tell_silent(self, heard->utterance);
		heard->awaited = FALSE;
	}
}

OffhookRealtimeEar *
offhook_realtime_ear_new(OffhookRealtimeLink *link, const OffhookRealtimeConfig *config)
{
	OffhookRealtimeEar *self = g_object_new(OFFHOOK_TYPE_REALTIME_EAR, NULL);

	self->link = link;
	self->mulaw = config->mulaw;
	self->transcribes = config->transcribes;
	self->resampler = offhook_resampler_new(
	    OFFHOOK_RATE, config->mulaw ? OFFHOOK_REALTIME_MULAW_RATE : OFFHOOK_REALTIME_PCM_RATE);
	return self;
}

static void
offhook_realtime_ear_finalize(GObject *object)
{
	OffhookRealtimeEar *self = OFFHOOK_REALTIME_EAR(object);

	g_clear_handle_id(&self->idle, g_source_remove);
	g_clear_pointer(&self->resampler, offhook_resampler_free);
	g_byte_array_unref(self->converted);
	g_ptr_array_unref(self->heard);
	g_array_unref(self->silent);
	g_clear_error(&self->error);

	G_OBJECT_CLASS(offhook_realtime_ear_parent_class)->finalize(object);
}

static void
offhook_realtime_ear_init(OffhookRealtimeEar *self)
{
	self->converted = g_byte_array_new();
	self->heard = g_ptr_array_new_with_free_func(offhook_realtime_heard_free);
	self->silent = g_array_new(FALSE, FALSE, sizeof(guint));
}

static void
offhook_realtime_ear_class_init(OffhookRealtimeEarClass *klass)
{
	OffhookTranscriberClass *transcriber_class = OFFHOOK_TRANSCRIBER_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_realtime_ear_finalize;
	transcriber_class->begin = offhook_realtime_ear_begin;
	transcriber_class->push = offhook_realtime_ear_push;
	transcriber_class->finish = offhook_realtime_ear_finish;
	transcriber_class->cancel = offhook_realtime_ear_cancel;
}
