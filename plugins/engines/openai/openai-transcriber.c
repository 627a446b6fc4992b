/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call's ear: each utterance is kept until it ends, then it is one exchange. Main thread.
 */

#include "openai-transcriber.h"

#include "openai-error.h"
#include "openai-exchange.h"
#include "transcription-request.h"
#include <offhook/error.h>

#define MAX_UTTERANCES 8                  /* that wait for their text */
#define MAX_SECONDS    120                /* of one */
#define MAX_ANSWER     (1024 * 1024)      /* bytes */
#define SECOND         (OFFHOOK_RATE * 2) /* bytes */
#define SHORTEST       (SECOND / 10)      /* services refuse less */
#define CONFIDENCE     0.8                /* they tell none */

/** Something that was said. */
typedef struct {
	OffhookOpenaiTranscriber *owner;
	guint number;
	GByteArray *audio;
	gboolean too_long;
	OffhookOpenaiExchange *exchange; /* (nullable): it is still being said */
	GString *answer;
	guint wake; /* source: for what needs no exchange */
} OffhookOpenaiUtterance;

struct _OffhookOpenaiTranscriber {
	OffhookTranscriber parent_instance;

	OffhookWebClient *web;
	OffhookOpenaiConfig *config;
	char *language;                  /* (nullable) */
	OffhookOpenaiUtterance *current; /* (nullable): being said; also in utterances */
	GPtrArray *utterances;
};

G_DEFINE_FINAL_TYPE(OffhookOpenaiTranscriber, offhook_openai_transcriber, OFFHOOK_TYPE_TRANSCRIBER)

static void
offhook_openai_utterance_free(gpointer data)
{
	OffhookOpenaiUtterance *utterance = data;

	g_clear_pointer(&utterance->exchange, offhook_openai_exchange_free);
	g_clear_handle_id(&utterance->wake, g_source_remove);
	g_byte_array_unref(utterance->audio);
	g_string_free(utterance->answer, TRUE);
	g_free(utterance);
}

/* ---- the answer ---- */

/* (transfer full) (nullable) */
static char *
offhook_openai_utterance_read(const OffhookOpenaiUtterance *utterance, GError **error)
{
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(utterance->answer->str, (gssize)utterance->answer->len,
				      "openai: the transcript", error);
	GError *said = object != NULL ? offhook_openai_error_from_object(object) : NULL;
	const char *text = object != NULL ? offhook_json_get_string(object, "text") : NULL;

	if (said != NULL)
		g_propagate_error(error, said);
	else if (object != NULL && text == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "openai: the answer has no \"text\"");
	return said == NULL && text != NULL ? g_strstrip(g_strdup(text)) : NULL;
}

/* @text: (nullable) with @error. Frees the utterance. */
static void
offhook_openai_utterance_tell(OffhookOpenaiUtterance *utterance, const char *text,
			      const GError *error)
{
	g_autoptr(OffhookOpenaiTranscriber) self = g_object_ref(utterance->owner);
	guint number = utterance->number;
	const OffhookTranscript what = {number, text,
					text != NULL && *text != '\0' ? CONFIDENCE : 0};

	g_ptr_array_remove(self->utterances, utterance);
	if (text != NULL)
		offhook_transcriber_emit_final(OFFHOOK_TRANSCRIBER(self), &what);
	else
		offhook_transcriber_emit_failed(OFFHOOK_TRANSCRIBER(self), number, error);
}

static gboolean
offhook_openai_utterance_data_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	OffhookOpenaiUtterance *utterance = user_data;

	g_string_append_len(utterance->answer, (const char *)data, (gssize)size);
	return TRUE;
}

static void
offhook_openai_utterance_end_cb(gpointer user_data, const GError *error)
{
	OffhookOpenaiUtterance *utterance = user_data;
	g_autoptr(GError) local = error != NULL ? g_error_copy(error) : NULL;
	g_autofree char *text = NULL;

	if (local == NULL)
		text = offhook_openai_utterance_read(utterance, &local);
	offhook_openai_utterance_tell(utterance, text, local);
}

/* ---- asking ---- */

static void
offhook_openai_utterance_ask(OffhookOpenaiUtterance *utterance)
{
	static const OffhookOpenaiEvents events = {offhook_openai_utterance_data_cb,
						   offhook_openai_utterance_end_cb};
	OffhookOpenaiTranscriber *self = utterance->owner;
	g_autofree char *content_type = NULL;
	g_autoptr(GBytes) body = offhook_openai_transcription_build(self->config, utterance->audio,
								    self->language, &content_type);
	const OffhookOpenaiQuestion question = {
	    .place = &self->config->transcription,
	    .path = "/audio/transcriptions",
	    .accept = "application/json",
	    .content_type = content_type,
	    .body = body,
	    .max_size = MAX_ANSWER,
	};

	g_byte_array_set_size(utterance->audio, 0);
	utterance->exchange =
	    offhook_openai_exchange_new(self->web, self->config, &question, &events, utterance);
}

static gboolean
offhook_openai_utterance_wake_cb(gpointer user_data)
{
	OffhookOpenaiUtterance *utterance = user_data;
	g_autoptr(GError) error = NULL;

	utterance->wake = 0;
	if (utterance->too_long)
		error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				    "openai: an utterance is longer than %d s", MAX_SECONDS);
	offhook_openai_utterance_tell(utterance, error != NULL ? NULL : "", error);
	return G_SOURCE_REMOVE;
}

static void
offhook_openai_transcriber_finish(OffhookTranscriber *transcriber)
{
	OffhookOpenaiTranscriber *self = OFFHOOK_OPENAI_TRANSCRIBER(transcriber);
	OffhookOpenaiUtterance *utterance = g_steal_pointer(&self->current);

	if (utterance == NULL)
		return;
	if (utterance->too_long || utterance->audio->len < SHORTEST)
		utterance->wake = g_idle_add_full(
		    G_PRIORITY_DEFAULT, offhook_openai_utterance_wake_cb, utterance, NULL);
	else
		offhook_openai_utterance_ask(utterance);
}

/* ---- hearing ---- */

static void
offhook_openai_transcriber_begin(OffhookTranscriber *transcriber, guint number,
				 OffhookExpectation *expectation)
{
	OffhookOpenaiTranscriber *self = OFFHOOK_OPENAI_TRANSCRIBER(transcriber);

	offhook_openai_transcriber_finish(transcriber);
	if (self->utterances->len >= MAX_UTTERANCES) {
		g_autoptr(GError) error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
				"openai: %u utterances of this call still wait for their text",
				self->utterances->len);

		offhook_transcriber_emit_failed(transcriber, number, error);
		return;
	}
	self->current = g_new0(OffhookOpenaiUtterance, 1);
	self->current->owner = self;
	self->current->number = number;
	self->current->audio = g_byte_array_new();
	self->current->answer = g_string_new(NULL);
	g_ptr_array_add(self->utterances, self->current);
}

static void
offhook_openai_transcriber_push(OffhookTranscriber *transcriber, const gint16 *samples, gsize n)
{
	OffhookOpenaiUtterance *utterance = OFFHOOK_OPENAI_TRANSCRIBER(transcriber)->current;

	if (utterance == NULL || utterance->too_long)
		return;
	utterance->too_long = utterance->audio->len + n * sizeof *samples > MAX_SECONDS * SECOND;
	if (utterance->too_long)
		g_byte_array_set_size(utterance->audio, 0);
	else
		g_byte_array_append(utterance->audio, (const guint8 *)samples,
				    (guint)(n * sizeof *samples));
}

static void
offhook_openai_transcriber_cancel(OffhookTranscriber *transcriber)
{
	OffhookOpenaiTranscriber *self = OFFHOOK_OPENAI_TRANSCRIBER(transcriber);

	self->current = NULL;
	g_ptr_array_set_size(self->utterances, 0);
}

OffhookTranscriber *
offhook_openai_transcriber_new(OffhookWebClient *web, OffhookOpenaiConfig *config,
			       const char *language)
{
	OffhookOpenaiTranscriber *self = g_object_new(OFFHOOK_TYPE_OPENAI_TRANSCRIBER, NULL);

	self->web = g_object_ref(web);
	self->config = offhook_openai_config_ref(config);
	self->language = g_strdup(language);
	return OFFHOOK_TRANSCRIBER(self);
}

static void
offhook_openai_transcriber_dispose(GObject *object)
{
	OffhookOpenaiTranscriber *self = OFFHOOK_OPENAI_TRANSCRIBER(object);

	offhook_openai_transcriber_cancel(OFFHOOK_TRANSCRIBER(self));
	g_clear_pointer(&self->config, offhook_openai_config_unref);
	g_clear_object(&self->web);
	g_clear_pointer(&self->language, g_free);

	G_OBJECT_CLASS(offhook_openai_transcriber_parent_class)->dispose(object);
}

static void
offhook_openai_transcriber_finalize(GObject *object)
{
	g_ptr_array_unref(OFFHOOK_OPENAI_TRANSCRIBER(object)->utterances);

	G_OBJECT_CLASS(offhook_openai_transcriber_parent_class)->finalize(object);
}

static void
offhook_openai_transcriber_init(OffhookOpenaiTranscriber *self)
{
	self->utterances = g_ptr_array_new_with_free_func(offhook_openai_utterance_free);
}

static void
offhook_openai_transcriber_class_init(OffhookOpenaiTranscriberClass *klass)
{
	OffhookTranscriberClass *transcriber = OFFHOOK_TRANSCRIBER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_openai_transcriber_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_openai_transcriber_finalize;
	transcriber->begin = offhook_openai_transcriber_begin;
	transcriber->push = offhook_openai_transcriber_push;
	transcriber->finish = offhook_openai_transcriber_finish;
	transcriber->cancel = offhook_openai_transcriber_cancel;
}
