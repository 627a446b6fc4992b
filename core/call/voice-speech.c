/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A voice of our own: from an answer's text to heard speech. The answer is cut into sentences; each is
 * a piece with its audio, word times and place in the answer. Main thread.
 */

#include "call/voice-private.h"

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

typedef struct {
	OffhookVoice base;

	OffhookSynthesizer *synthesizer; /* (nullable) */
	OffhookSentenceSplitter *splitter;
	GPtrArray *pieces; /* of OffhookVoicePiece, of the answer */
	gboolean has_audio;
} OffhookSpeechVoice;

#define SPEECH(voice) ((OffhookSpeechVoice *)(voice))

static void
offhook_voice_piece_free(gpointer data)
{
	OffhookVoicePiece *piece = data;

	offhook_sentence_free(piece->sentence);
	g_array_unref(piece->words);
	g_free(piece);
}

static OffhookVoicePiece *
offhook_speech_voice_find(OffhookSpeechVoice *self, guint id)
{
	for (guint i = 0; i < self->pieces->len; i++) {
		OffhookVoicePiece *piece = g_ptr_array_index(self->pieces, i);

		if (piece->id == id)
			return piece;
	}
	return NULL;
}

static void
offhook_speech_voice_reset(OffhookVoice *voice)
{
	OffhookSpeechVoice *self = SPEECH(voice);

	offhook_sentence_splitter_reset(self->splitter);
	g_ptr_array_set_size(self->pieces, 0);
	self->has_audio = FALSE;
}

static void
offhook_speech_voice_check_finished(OffhookSpeechVoice *self)
{
	if (!self->base.active || !self->base.ended)
		return;
	for (guint i = 0; i < self->pieces->len; i++)
		if (!((OffhookVoicePiece *)g_ptr_array_index(self->pieces, i))->heard)
			return;
	offhook_voice_tell_finished(&self->base);
}

static void
offhook_speech_voice_speak(OffhookSpeechVoice *self, OffhookSentence *sentence)
{
	OffhookVoicePiece *piece = g_new0(OffhookVoicePiece, 1);

	piece->id = ++self->base.last_piece;
	piece->sentence = sentence;
	piece->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	g_ptr_array_add(self->pieces, piece);
	if (self->synthesizer == NULL) {
		piece->complete = TRUE;
		piece->heard = TRUE;
		return;
	}
	if (self->pieces->len == 1)
		self->base.events.asked(self->base.user_data, g_get_monotonic_time());
	offhook_synthesizer_speak(self->synthesizer, piece->id,
				  offhook_sentence_get_text(sentence));
}

static void
offhook_speech_voice_speak_complete(OffhookSpeechVoice *self)
{
	OffhookSentence *sentence;

	while ((sentence = offhook_sentence_splitter_pop(self->splitter)) != NULL)
		offhook_speech_voice_speak(self, sentence);
}

/* ---- what the synthesizer brings ---- */

static void
offhook_speech_voice_audio_cb(OffhookSynthesizer *synthesizer, guint id, GBytes *audio,
			      gpointer user_data)
{
	OffhookSpeechVoice *self = user_data;
	OffhookVoicePiece *piece = offhook_speech_voice_find(self, id);

	if (piece == NULL)
		return;
	if (!self->has_audio) {
		self->has_audio = TRUE;
		self->base.events.first_audio(self->base.user_data, g_get_monotonic_time());
	}
	if (offhook_media_session_play(self->base.media, id, audio))
		piece->bytes += g_bytes_get_size(audio);
}

static void
offhook_speech_voice_words_cb(OffhookSynthesizer *synthesizer, guint id,
			      const OffhookWordTime *words, guint n, gpointer user_data)
{
	OffhookVoicePiece *piece = offhook_speech_voice_find(user_data, id);

	if (piece != NULL)
		g_array_append_vals(piece->words, words, n);
}

static void
offhook_speech_voice_done_cb(OffhookSynthesizer *synthesizer, guint id, const GError *error,
			     gpointer user_data)
{
	OffhookSpeechVoice *self = user_data;
	OffhookVoicePiece *piece = offhook_speech_voice_find(self, id);

	if (piece == NULL)
		return;
	piece->complete = TRUE;
	offhook_media_session_end_piece(self->base.media, id);
	if (error != NULL)
		self->base.events.failed(self->base.user_data, error);
}

/* ---- what a voice does ---- */

static void
offhook_speech_voice_say(OffhookVoice *voice, const char *text)
{
	offhook_sentence_splitter_push(SPEECH(voice)->splitter, text, -1);
	offhook_speech_voice_speak_complete(SPEECH(voice));
}

static void
offhook_speech_voice_end(OffhookVoice *voice)
{
	offhook_sentence_splitter_flush(SPEECH(voice)->splitter);
	offhook_speech_voice_speak_complete(SPEECH(voice));
	offhook_speech_voice_check_finished(SPEECH(voice));
}

static void
offhook_speech_voice_pause(OffhookVoice *voice)
{
	offhook_media_session_pause(voice->media);
}

static void
offhook_speech_voice_resume(OffhookVoice *voice)
{
	offhook_media_session_resume(voice->media);
}

static void
offhook_speech_voice_piece_started(OffhookVoice *voice, guint id, gint64 first_frame_us)
{
	if (offhook_speech_voice_find(SPEECH(voice), id) != NULL)
		offhook_voice_tell_first_frame(voice, first_frame_us);
}

static void
offhook_speech_voice_piece_heard(OffhookVoice *voice, guint id)
{
	OffhookVoicePiece *piece = offhook_speech_voice_find(SPEECH(voice), id);

	if (piece == NULL)
		return;
	piece->heard = TRUE;
	offhook_speech_voice_check_finished(SPEECH(voice));
}

static gsize
offhook_speech_voice_get_heard(OffhookVoice *voice, guint id, guint heard_ms)
{
	OffhookSpeechVoice *self = SPEECH(voice);
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

static void
offhook_speech_voice_stop(OffhookVoice *voice)
{
	if (SPEECH(voice)->synthesizer != NULL)
		offhook_synthesizer_cancel(SPEECH(voice)->synthesizer);
	offhook_media_session_stop(voice->media);
}

static void
offhook_speech_voice_free(OffhookVoice *voice)
{
	OffhookSpeechVoice *self = SPEECH(voice);

	if (self->synthesizer != NULL) {
		g_signal_handlers_disconnect_by_data(self->synthesizer, self);
		offhook_synthesizer_cancel(self->synthesizer);
		g_object_unref(self->synthesizer);
	}
	offhook_sentence_splitter_free(self->splitter);
	g_ptr_array_unref(self->pieces);
}

OffhookVoice *
offhook_voice_new(OffhookSynthesizer *synthesizer, OffhookMediaSession *media, const char *language,
		  const OffhookVoiceEvents *events, gpointer user_data)
{
	static const OffhookVoiceKind kind = {
	    .say = offhook_speech_voice_say,
	    .end = offhook_speech_voice_end,
	    .pause = offhook_speech_voice_pause,
	    .resume = offhook_speech_voice_resume,
	    .get_heard = offhook_speech_voice_get_heard,
	    .stop = offhook_speech_voice_stop,
	    .reset = offhook_speech_voice_reset,
	    .piece_started = offhook_speech_voice_piece_started,
	    .piece_heard = offhook_speech_voice_piece_heard,
	    .free = offhook_speech_voice_free,
	};
	OffhookSpeechVoice *self = g_new0(OffhookSpeechVoice, 1);

	offhook_voice_init(&self->base, &kind, media, events, user_data);
	self->splitter = offhook_sentence_splitter_new(language);
	self->pieces = g_ptr_array_new_with_free_func(offhook_voice_piece_free);
	if (synthesizer == NULL)
		return &self->base;
	self->synthesizer = g_object_ref(synthesizer);
	g_signal_connect(synthesizer, "audio", G_CALLBACK(offhook_speech_voice_audio_cb), self);
	g_signal_connect(synthesizer, "words", G_CALLBACK(offhook_speech_voice_words_cb), self);
	g_signal_connect(synthesizer, "done", G_CALLBACK(offhook_speech_voice_done_cb), self);
	return &self->base;
}
