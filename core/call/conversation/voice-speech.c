/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A voice of our own: from an answer's text to heard speech. The answer is cut into sentences; each is
 * a piece with its audio, word times and place in the answer. What an agent speaks by itself is a piece,
 * too, up to the next sentence. Main thread.
 */

#include "call/conversation/voice-private.h"

#include <offhook/audio.h>

#include "turn/heard-text.h"
#include "turn/sentence-splitter.h"

#include <string.h>

/** A sentence on its way, or an agent's own speech. */
typedef struct {
	guint id;
	OffhookSentence *sentence; /* (nullable): own speech */
	GString *own;              /* (nullable): its words */
	gsize begin;   /* in the answer's text: of own words, of what the splitter counts from */
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
	gsize split_begin; /* in the answer's text: where the splitter counts from */
	gboolean flushed;  /* ... which it does anew with the next text */
	gboolean has_audio;
	guint filler; /* the piece that is part of no answer; 0 for none */
} OffhookSpeechVoice;

#define SPEECH(voice) ((OffhookSpeechVoice *)(voice))

static void
offhook_voice_piece_free(gpointer data)
{
	OffhookVoicePiece *piece = data;

	g_clear_pointer(&piece->sentence, offhook_sentence_free);
	if (piece->own != NULL)
		g_string_free(piece->own, TRUE);
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
	self->split_begin = 0;
	self->flushed = FALSE;
	self->has_audio = FALSE;
}

/* All that was said so far. */
static gboolean
offhook_speech_voice_is_heard(OffhookSpeechVoice *self)
{
	for (guint i = 0; i < self->pieces->len; i++)
		if (!((OffhookVoicePiece *)g_ptr_array_index(self->pieces, i))->heard)
			return FALSE;
	return TRUE;
}

static void
offhook_speech_voice_check_finished(OffhookSpeechVoice *self)
{
	if (self->base.active && self->base.ended && offhook_speech_voice_is_heard(self))
		offhook_voice_tell_finished(&self->base);
}

static OffhookVoicePiece *
offhook_speech_voice_add(OffhookSpeechVoice *self, gsize begin)
{
	OffhookVoicePiece *piece = g_new0(OffhookVoicePiece, 1);

	piece->id = ++self->base.last_piece;
	piece->begin = begin;
	piece->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	g_ptr_array_add(self->pieces, piece);
	return piece;
}

static void
offhook_speech_voice_synthesize(OffhookSpeechVoice *self, OffhookSentence *sentence)
{
	OffhookVoicePiece *piece = offhook_speech_voice_add(self, self->split_begin);

	piece->sentence = sentence;
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
		offhook_speech_voice_synthesize(self, sentence);
}

static void
offhook_speech_voice_linger(OffhookVoice *voice)
{
	OffhookSpeechVoice *self = SPEECH(voice);

	offhook_sentence_splitter_flush(self->splitter);
	offhook_speech_voice_speak_complete(self);
	self->flushed = TRUE;
}

/* ---- sound ---- */

static void
offhook_speech_voice_play(OffhookSpeechVoice *self, OffhookVoicePiece *piece, GBytes *audio)
{
	if (!self->has_audio) {
		self->has_audio = TRUE;
		self->base.events.first_audio(self->base.user_data, g_get_monotonic_time());
	}
	if (offhook_media_session_play(self->base.media, piece->id, audio))
		piece->bytes += g_bytes_get_size(audio);
}

static guint
offhook_speech_voice_get_ms(const OffhookVoicePiece *piece)
{
	return piece->bytes * 1000 / (OFFHOOK_RATE * sizeof(gint16));
}

/* ---- what an agent speaks by itself ---- */

/* The piece that is being spoken; what was to be synthesised before goes ahead of a new one. */
static OffhookVoicePiece *
offhook_speech_voice_ensure_own(OffhookSpeechVoice *self, gsize begin)
{
	OffhookVoicePiece *piece =
	    self->pieces->len > 0 ? g_ptr_array_index(self->pieces, self->pieces->len - 1) : NULL;

	if (piece != NULL && piece->own != NULL && !piece->complete)
		return piece;
	offhook_speech_voice_linger(&self->base);
	piece = offhook_speech_voice_add(self, begin);
	piece->own = g_string_new(NULL);
	return piece;
}

static void
offhook_speech_voice_end_own(OffhookSpeechVoice *self)
{
	OffhookVoicePiece *piece =
	    self->pieces->len > 0 ? g_ptr_array_index(self->pieces, self->pieces->len - 1) : NULL;

	if (piece == NULL || piece->own == NULL || piece->complete)
		return;
	piece->complete = TRUE;
	offhook_media_session_end_piece(self->base.media, piece->id);
}

static void
offhook_speech_voice_speak(OffhookVoice *voice, GBytes *s16_16k)
{
	OffhookSpeechVoice *self = SPEECH(voice);

	offhook_speech_voice_play(self, offhook_speech_voice_ensure_own(self, voice->text->len),
				  s16_16k);
}

static void
offhook_speech_voice_spoken(OffhookVoice *voice, const char *words)
{
	gsize begin = voice->text->len - strlen(words);

	g_string_append(offhook_speech_voice_ensure_own(SPEECH(voice), begin)->own, words);
}

static guint
offhook_speech_voice_get_own_heard_ms(OffhookVoice *voice, guint id, guint heard_ms)
{
	OffhookSpeechVoice *self = SPEECH(voice);
	guint ms = 0;

	for (guint i = 0; i < self->pieces->len; i++) {
		OffhookVoicePiece *piece = g_ptr_array_index(self->pieces, i);
		guint total_ms = offhook_speech_voice_get_ms(piece);

		if (piece->own != NULL && piece->id <= id)
			ms += piece->id == id ? MIN(heard_ms, total_ms) : total_ms;
	}
	return ms;
}

/* ---- what the synthesizer brings ---- */

static void
offhook_speech_voice_audio_cb(OffhookSynthesizer *synthesizer, guint id, GBytes *audio,
			      gpointer user_data)
{
	OffhookSpeechVoice *self = user_data;
	OffhookVoicePiece *piece = offhook_speech_voice_find(self, id);

	if (id == self->filler)
		offhook_media_session_play(self->base.media, id, audio);
	if (piece != NULL)
		offhook_speech_voice_play(self, piece, audio);
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

	if (piece == NULL && id != self->filler)
		return;
	if (piece != NULL)
		piece->complete = TRUE;
	offhook_media_session_end_piece(self->base.media, id);
	if (error != NULL)
		self->base.events.failed(self->base.user_data, error);
}

/* ---- what a voice does ---- */

static void
offhook_speech_voice_say(OffhookVoice *voice, const char *text)
{
	OffhookSpeechVoice *self = SPEECH(voice);

	if (self->flushed)
		self->split_begin = voice->text->len - strlen(text);
	self->flushed = FALSE;
	offhook_speech_voice_end_own(self);
	offhook_sentence_splitter_push(self->splitter, text, -1);
	offhook_speech_voice_speak_complete(self);
}

static void
offhook_speech_voice_end(OffhookVoice *voice)
{
	offhook_speech_voice_end_own(SPEECH(voice));
	offhook_sentence_splitter_flush(SPEECH(voice)->splitter);
	offhook_speech_voice_speak_complete(SPEECH(voice));
	offhook_speech_voice_check_finished(SPEECH(voice));
}

static void
offhook_speech_voice_fill(OffhookVoice *voice, const char *text)
{
	OffhookSpeechVoice *self = SPEECH(voice);

	if (self->synthesizer == NULL || self->filler != 0 || !offhook_speech_voice_is_heard(self))
		return;
	self->filler = ++voice->last_piece;
	offhook_synthesizer_speak(self->synthesizer, self->filler, text);
}

static void
offhook_speech_voice_pause(OffhookVoice *voice)
{
	offhook_media_session_pause(voice->media);
}

static gboolean
offhook_speech_voice_hold(OffhookVoice *voice)
{
	if (SPEECH(voice)->synthesizer == NULL)
		return FALSE;
	offhook_media_session_pause(voice->media);
	return TRUE;
}

static void
offhook_speech_voice_resume(OffhookVoice *voice)
{
	offhook_media_session_resume(voice->media);
}

static void
offhook_speech_voice_piece_started(OffhookVoice *voice, guint id, gint64 first_frame_us)
{
	if (id == SPEECH(voice)->filler)
		voice->events.filler(voice->user_data, TRUE);
	else if (offhook_speech_voice_find(SPEECH(voice), id) != NULL)
		offhook_voice_tell_first_frame(voice, first_frame_us);
}

static void
offhook_speech_voice_piece_heard(OffhookVoice *voice, guint id)
{
	OffhookVoicePiece *piece = offhook_speech_voice_find(SPEECH(voice), id);

	if (id == SPEECH(voice)->filler) {
		SPEECH(voice)->filler = 0;
		voice->events.filler(voice->user_data, FALSE);
	}
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
		guint total_ms = offhook_speech_voice_get_ms(piece);
		OffhookHeardPiece heard = {
		    .text = piece->own != NULL ? piece->own->str
					       : offhook_sentence_get_text(piece->sentence),
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
			length = piece->begin +
				 (piece->own != NULL
				      ? spoken
				      : offhook_sentence_map_offset(piece->sentence, spoken));
	}
	return length;
}

static void
offhook_speech_voice_stop(OffhookVoice *voice)
{
	if (SPEECH(voice)->synthesizer != NULL)
		offhook_synthesizer_cancel(SPEECH(voice)->synthesizer);
	SPEECH(voice)->filler = 0;
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
	    .fill = offhook_speech_voice_fill,
	    .pause = offhook_speech_voice_pause,
	    .hold = offhook_speech_voice_hold,
	    .resume = offhook_speech_voice_resume,
	    .get_heard = offhook_speech_voice_get_heard,
	    .stop = offhook_speech_voice_stop,
	    .reset = offhook_speech_voice_reset,
	    .piece_started = offhook_speech_voice_piece_started,
	    .piece_heard = offhook_speech_voice_piece_heard,
	    .free = offhook_speech_voice_free,
	    .speak = offhook_speech_voice_speak,
	    .spoken = offhook_speech_voice_spoken,
	    .get_own_heard_ms = offhook_speech_voice_get_own_heard_ms,
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
