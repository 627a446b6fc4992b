/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From an answer's text to heard speech. The answer is cut into sentences; each is a piece with its
 * audio, word times and place in the answer. Main thread.
 */

#include "call/voice.h"

#include <offhook/audio.h>

#include "turn/heard-text.h"
#include "turn/sentence-splitter.h"

/** A sentence on its way. */
typedef struct {
	guint id;
	OffhookSentence *sentence;
	GArray *words; /* of OffhookWordTime */
	gsize bytes;   /* of audio so far */
	gboolean complete;
	gboolean heard;
} OffhookVoicePiece;

struct _OffhookVoice {
	OffhookSynthesizer *synthesizer;
	OffhookMediaSession *media;
	OffhookSentenceSplitter *splitter;
	OffhookVoiceEvents events;
	gpointer user_data;

	GString *text;     /* of the answer */
	GPtrArray *pieces; /* of OffhookVoicePiece, of the answer */
	guint last_piece;  /* ids are never used twice in a call */
	gboolean active;
	gboolean ended;
	gboolean has_audio;
	gboolean audible;
};

static void
offhook_voice_piece_free(gpointer data)
{
	OffhookVoicePiece *piece = data;

	offhook_sentence_free(piece->sentence);
	g_array_unref(piece->words);
	g_free(piece);
}

static OffhookVoicePiece *
offhook_voice_find(OffhookVoice *self, guint id)
{
	for (guint i = 0; i < self->pieces->len; i++) {
		OffhookVoicePiece *piece = g_ptr_array_index(self->pieces, i);

		if (piece->id == id)
			return piece;
	}
	return NULL;
}

static void
offhook_voice_reset(OffhookVoice *self)
{
	offhook_sentence_splitter_reset(self->splitter);
	g_string_truncate(self->text, 0);
	g_ptr_array_set_size(self->pieces, 0);
	self->active = FALSE;
	self->ended = FALSE;
	self->has_audio = FALSE;
	self->audible = FALSE;
}

static void
offhook_voice_check_finished(OffhookVoice *self)
{
	if (!self->active || !self->ended)
		return;
	for (guint i = 0; i < self->pieces->len; i++)
		if (!((OffhookVoicePiece *)g_ptr_array_index(self->pieces, i))->heard)
			return;
	self->active = FALSE;
	self->events.finished(self->user_data);
}

static void
offhook_voice_speak(OffhookVoice *self, OffhookSentence *sentence)
{
	OffhookVoicePiece *piece = g_new0(OffhookVoicePiece, 1);

	piece->id = ++self->last_piece;
	piece->sentence = sentence;
	piece->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	g_ptr_array_add(self->pieces, piece);
	if (self->synthesizer == NULL) {
		piece->complete = TRUE;
		piece->heard = TRUE;
		return;
	}
	if (self->pieces->len == 1)
		self->events.asked(self->user_data, g_get_monotonic_time());
	offhook_synthesizer_speak(self->synthesizer, piece->id,
				  offhook_sentence_get_text(sentence));
}

static void
offhook_voice_speak_complete(OffhookVoice *self)
{
	OffhookSentence *sentence;

	while ((sentence = offhook_sentence_splitter_pop(self->splitter)) != NULL)
		offhook_voice_speak(self, sentence);
}

static void
offhook_voice_audio_cb(OffhookSynthesizer *synthesizer, guint id, GBytes *audio, gpointer user_data)
{
	OffhookVoice *self = user_data;
	OffhookVoicePiece *piece = offhook_voice_find(self, id);

	if (piece == NULL)
		return;
	if (!self->has_audio) {
		self->has_audio = TRUE;
		self->events.first_audio(self->user_data, g_get_monotonic_time());
	}
	if (offhook_media_session_play(self->media, id, audio))
		piece->bytes += g_bytes_get_size(audio);
}

static void
offhook_voice_words_cb(OffhookSynthesizer *synthesizer, guint id, const OffhookWordTime *words,
		       guint n, gpointer user_data)
{
	OffhookVoicePiece *piece = offhook_voice_find(user_data, id);

	if (piece != NULL)
		g_array_append_vals(piece->words, words, n);
}

static void
offhook_voice_done_cb(OffhookSynthesizer *synthesizer, guint id, const GError *error,
		      gpointer user_data)
{
	OffhookVoice *self = user_data;
	OffhookVoicePiece *piece = offhook_voice_find(self, id);

	if (piece == NULL)
		return;
	piece->complete = TRUE;
	offhook_media_session_end_piece(self->media, id);
	if (error != NULL)
		self->events.failed(self->user_data, error);
}

OffhookVoice *
offhook_voice_new(OffhookSynthesizer *synthesizer, OffhookMediaSession *media, const char *language,
		  const OffhookVoiceEvents *events, gpointer user_data)
{
	OffhookVoice *self = g_new0(OffhookVoice, 1);

	self->media = media;
	self->splitter = offhook_sentence_splitter_new(language);
	self->events = *events;
	self->user_data = user_data;
	self->text = g_string_new(NULL);
	self->pieces = g_ptr_array_new_with_free_func(offhook_voice_piece_free);
	if (synthesizer == NULL)
		return self;
	self->synthesizer = g_object_ref(synthesizer);
	g_signal_connect(synthesizer, "audio", G_CALLBACK(offhook_voice_audio_cb), self);
	g_signal_connect(synthesizer, "words", G_CALLBACK(offhook_voice_words_cb), self);
	g_signal_connect(synthesizer, "done", G_CALLBACK(offhook_voice_done_cb), self);
	return self;
}

void
offhook_voice_free(OffhookVoice *self)
{
	if (self == NULL)
		return;
	if (self->synthesizer != NULL) {
		g_signal_handlers_disconnect_by_data(self->synthesizer, self);
		offhook_synthesizer_cancel(self->synthesizer);
		g_object_unref(self->synthesizer);
	}
	offhook_sentence_splitter_free(self->splitter);
	g_string_free(self->text, TRUE);
	g_ptr_array_unref(self->pieces);
	g_free(self);
}

void
offhook_voice_say(OffhookVoice *self, const char *text)
{
	if (!self->active || self->ended) {
		offhook_voice_reset(self);
		self->active = TRUE;
	}
	g_string_append(self->text, text);
	offhook_sentence_splitter_push(self->splitter, text, -1);
	offhook_voice_speak_complete(self);
}

void
offhook_voice_end(OffhookVoice *self)
{
	if (!self->active) {
		offhook_voice_reset(self);
		self->active = TRUE;
	}
	self->ended = TRUE;
	offhook_sentence_splitter_flush(self->splitter);
	offhook_voice_speak_complete(self);
	offhook_voice_check_finished(self);
}

const char *
offhook_voice_get_text(OffhookVoice *self)
{
	return self->text->str;
}

gboolean
offhook_voice_is_active(OffhookVoice *self)
{
	return self->active;
}

gboolean
offhook_voice_is_audible(OffhookVoice *self)
{
	return self->active && self->audible;
}

void
offhook_voice_piece_started(OffhookVoice *self, guint id, gint64 first_frame_us)
{
	if (offhook_voice_find(self, id) == NULL || self->audible)
		return;
	self->audible = TRUE;
	self->events.first_frame(self->user_data, first_frame_us);
}

void
offhook_voice_piece_heard(OffhookVoice *self, guint id)
{
	OffhookVoicePiece *piece = offhook_voice_find(self, id);

	if (piece == NULL)
		return;
	piece->heard = TRUE;
	offhook_voice_check_finished(self);
}

/* How much of the answer's text was heard, in bytes of its source. */
static gsize
offhook_voice_get_heard_length(OffhookVoice *self, guint id, guint heard_ms)
{
	gsize length = 0;

	for (guint i = 0; i < self->pieces->len; i++) {
		OffhookVoicePiece *piece = g_ptr_array_index(self->pieces, i);
		guint total_ms = piece->bytes * 1000 / (OFFHOOK_RATE * sizeof(gint16));
		OffhookHeardPiece heard = {
		    .text = offhook_sentence_get_text(piece->sentence),
		    .words = (const OffhookWordTime *)piece->words->data,
		    .n_words = piece->words->len,
		    .total_ms = total_ms,
		    .complete = piece->complete,
		    .heard_ms = piece->id == id ? heard_ms : total_ms,
		};
		gsize spoken;

		if (piece->id > id)
			break;
		spoken = offhook_heard_text_get_length(&heard);
		if (spoken > 0)
			length = offhook_sentence_map_offset(piece->sentence, spoken);
	}
	return length;
}

char *
offhook_voice_stop(OffhookVoice *self, guint id, guint heard_ms)
{
	gsize length = self->active ? offhook_voice_get_heard_length(self, id, heard_ms) : 0;
	g_autofree char *heard = g_strndup(self->text->str, length);

	if (self->synthesizer != NULL)
		offhook_synthesizer_cancel(self->synthesizer);
	offhook_media_session_stop(self->media);
	offhook_voice_reset(self);
	return g_steal_pointer(&heard);
}
