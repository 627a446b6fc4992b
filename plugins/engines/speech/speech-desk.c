/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A session has one piece at the desk and the others in line behind it. Each visit of a worker makes
 * one part of the piece and puts the piece at the end of the desk's queue again. Functions named
 * part_* and piece_make* run in the worker, the others in the main thread.
 */

#include "speech-desk.h"

#include "speech-split.h"
#include <offhook/context.h>
#include <offhook/error.h>
#include <offhook/resampler.h>
#include <offhook/work-queue.h>
#include <string.h>

struct _OffhookSpeechDesk {
	gatomicrefcount ref_count;
	OffhookWorkQueue *queue;
	OffhookSpeechMake make;
};

/* What outlives a session as long as a worker has its piece. */
typedef struct {
	gatomicrefcount ref_count;
	gpointer data;
	GDestroyNotify free;
} OffhookSpeechVoice;

typedef struct {
	gatomicrefcount ref_count;
	OffhookSpeechDesk *desk;
	OffhookSpeechVoice *voice;
	guint number;
	char *text;
	gint cancelled; /* atomic */

	OffhookSpeechSession *session; /* main thread; %NULL when over */

	/* worker */
	gsize at; /* where the next part begins */
	guint rate;
	guint64 n_samples; /* of the parts so far, at rate */
	OffhookResampler *resampler;
} OffhookSpeechPiece;

struct _OffhookSpeechPart {
	OffhookSpeechPiece *piece;
	guint offset;
	guint64 n_samples;
	GArray *words; /* OffhookWordTime, within the part */
};

struct _OffhookSpeechSession {
	OffhookSpeechDesk *desk;
	OffhookSynthesizer *synthesizer;
	OffhookSpeechVoice *voice;
	GQueue pieces; /* OffhookSpeechPiece; the head is at the desk */
};

typedef struct {
	OffhookSpeechPiece *piece;
	GBytes *audio; /* (nullable) */
	GArray *words; /* (nullable) */
	gboolean done;
	GError *error; /* (nullable) */
} OffhookSpeechNote;

/* ---- desk and voice ---- */

OffhookSpeechDesk *
offhook_speech_desk_new(const char *name, OffhookSpeechMake make)
{
	OffhookSpeechDesk *self = g_new0(OffhookSpeechDesk, 1);

	g_atomic_ref_count_init(&self->ref_count);
	/* bounded by the sessions, which have one piece in it each */
	self->queue = offhook_work_queue_new(name, 0);
	self->make = make;
	return self;
}

OffhookSpeechDesk *
offhook_speech_desk_ref(OffhookSpeechDesk *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_speech_desk_unref(OffhookSpeechDesk *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	offhook_work_queue_unref(self->queue);
	g_free(self);
}

static OffhookSpeechVoice *
offhook_speech_voice_ref(OffhookSpeechVoice *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

static void
offhook_speech_voice_unref(OffhookSpeechVoice *self)
{
	if (!g_atomic_ref_count_dec(&self->ref_count))
		return;
	if (self->free != NULL)
		self->free(self->data);
	g_free(self);
}

/* ---- pieces ---- */

static OffhookSpeechPiece *
offhook_speech_piece_new(OffhookSpeechSession *session, guint number, const char *text)
{
	OffhookSpeechPiece *self = g_new0(OffhookSpeechPiece, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->desk = offhook_speech_desk_ref(session->desk);
	self->voice = offhook_speech_voice_ref(session->voice);
	self->number = number;
	self->text = offhook_speech_split_clean(text);
	self->session = session;
	return self;
}

static OffhookSpeechPiece *
offhook_speech_piece_ref(OffhookSpeechPiece *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

static void
offhook_speech_piece_unref(OffhookSpeechPiece *self)
{
	if (!g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_clear_pointer(&self->resampler, offhook_resampler_free);
	offhook_speech_voice_unref(self->voice);
	offhook_speech_desk_unref(self->desk);
	g_free(self->text);
	g_free(self);
}

static void
offhook_speech_piece_release(gpointer data)
{
	offhook_speech_piece_unref(data);
}

static void
offhook_speech_piece_cancel(OffhookSpeechPiece *self)
{
	self->session = NULL;
	g_atomic_int_set(&self->cancelled, TRUE);
}

/* ---- from the worker to the main thread ---- */

static void offhook_speech_session_finish_piece(OffhookSpeechSession *self, const GError *error);

static void
offhook_speech_note_deliver(gpointer data)
{
	OffhookSpeechNote *note = data;
	OffhookSpeechSession *session = note->piece->session;
	guint number = note->piece->number;
	g_autoptr(OffhookSynthesizer) synthesizer = NULL;

	if (session == NULL)
		return;
	/* who listens may cancel the session, or let go of it */
	synthesizer = g_object_ref(session->synthesizer);
	if (note->words != NULL)
		offhook_synthesizer_emit_words(synthesizer, number,
					       (const OffhookWordTime *)(gpointer)note->words->data,
					       note->words->len);
	if (note->audio != NULL && note->piece->session != NULL)
		offhook_synthesizer_emit_audio(synthesizer, number, note->audio);
	if (note->done && note->piece->session != NULL)
		offhook_speech_session_finish_piece(session, note->error);
}

static void
offhook_speech_note_free(gpointer data)
{
	OffhookSpeechNote *note = data;

	offhook_speech_piece_unref(note->piece);
	g_clear_pointer(&note->audio, g_bytes_unref);
	g_clear_pointer(&note->words, g_array_unref);
	g_clear_error(&note->error);
	g_free(note);
}

static void
offhook_speech_piece_post(OffhookSpeechPiece *self, OffhookSpeechNote content)
{
	OffhookSpeechNote *note = g_memdup2(&content, sizeof(content));

	note->piece = offhook_speech_piece_ref(self);
	offhook_context_post(NULL, offhook_speech_note_deliver, note, offhook_speech_note_free);
}

/* ---- the worker's side ---- */

void
offhook_speech_part_add_word(OffhookSpeechPart *part, guint offset, guint length, guint start_ms,
			     guint end_ms)
{
	OffhookWordTime word = {offset, length, start_ms, end_ms};

	g_array_append_val(part->words, word);
}

/* Tells the words, with their places in the piece. */
static void
offhook_speech_part_post_words(OffhookSpeechPart *part)
{
	OffhookSpeechPiece *piece = part->piece;
	guint before_ms = piece->rate > 0 ? (guint)(piece->n_samples * 1000 / piece->rate) : 0;

	if (part->words->len == 0)
		return;
	for (guint i = 0; i < part->words->len; i++) {
		OffhookWordTime *word = &g_array_index(part->words, OffhookWordTime, i);

		word->offset += part->offset;
		word->start_ms += before_ms;
		word->end_ms += before_ms;
	}
	offhook_speech_piece_post(piece, (OffhookSpeechNote){.words = part->words});
	part->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
}

/* @bytes: (transfer full) */
static void
offhook_speech_piece_post_audio(OffhookSpeechPiece *self, GByteArray *bytes)
{
	g_autoptr(GBytes) audio = g_byte_array_free_to_bytes(bytes);

	if (g_bytes_get_size(audio) > 0)
		offhook_speech_piece_post(self,
					  (OffhookSpeechNote){.audio = g_steal_pointer(&audio)});
}

gboolean
offhook_speech_part_add_audio(OffhookSpeechPart *part, const gint16 *samples, gsize n, guint rate)
{
	OffhookSpeechPiece *piece = part->piece;
	GByteArray *bytes;

	if (g_atomic_int_get(&piece->cancelled))
		return FALSE;
	piece->rate = rate;
	offhook_speech_part_post_words(part);
	part->n_samples += n;
	bytes = g_byte_array_new();
	if (rate == OFFHOOK_RATE) {
		g_byte_array_append(bytes, (const guint8 *)samples, (guint)(n * sizeof(*samples)));
	} else {
		if (piece->resampler == NULL)
			piece->resampler = offhook_resampler_new(rate, OFFHOOK_RATE);
		offhook_resampler_push(piece->resampler, samples, n, bytes);
	}
	offhook_speech_piece_post_audio(piece, bytes);
	return TRUE;
}

static gboolean
offhook_speech_is_blank(const char *text)
{
	return text[strspn(text, " \t\n")] == '\0';
}

/* Makes the next part; %FALSE with @error. */
static gboolean
offhook_speech_piece_make_part(OffhookSpeechPiece *self, GError **error)
{
	gsize end = offhook_speech_split_next(self->text, self->at);
	g_autofree char *text = g_strndup(self->text + self->at, end - self->at);
	OffhookSpeechPart part = {self, (guint)self->at, 0, NULL};
	gboolean good = TRUE;

	self->at = end;
	if (offhook_speech_is_blank(text))
		return TRUE;
	part.words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	good = self->desk->make(&part, text, self->voice->data, error);
	g_array_unref(part.words);
	self->n_samples += part.n_samples;
	return good;
}

static void
offhook_speech_piece_make(gpointer data)
{
	OffhookSpeechPiece *self = data;
	g_autoptr(GError) error = NULL;

	if (g_atomic_int_get(&self->cancelled))
		return;
	if (offhook_speech_piece_make_part(self, &error) && self->text[self->at] != '\0') {
		offhook_work_queue_push(self->desk->queue, offhook_speech_piece_make,
					offhook_speech_piece_ref(self),
					offhook_speech_piece_release);
		return;
	}
	if (self->resampler != NULL) {
		GByteArray *rest = g_byte_array_new();

		offhook_resampler_flush(self->resampler, rest);
		offhook_speech_piece_post_audio(self, rest);
	}
	offhook_speech_piece_post(
	    self, (OffhookSpeechNote){.done = TRUE, .error = g_steal_pointer(&error)});
}

/* ---- sessions ---- */

OffhookSpeechSession *
offhook_speech_session_new(OffhookSpeechDesk *desk, OffhookSynthesizer *synthesizer, gpointer voice,
			   GDestroyNotify free_voice)
{
	OffhookSpeechSession *self = g_new0(OffhookSpeechSession, 1);

	self->desk = offhook_speech_desk_ref(desk);
	self->synthesizer = synthesizer;
	self->voice = g_new0(OffhookSpeechVoice, 1);
	g_atomic_ref_count_init(&self->voice->ref_count);
	self->voice->data = voice;
	self->voice->free = free_voice;
	g_queue_init(&self->pieces);
	return self;
}

void
offhook_speech_session_free(OffhookSpeechSession *self)
{
	if (self == NULL)
		return;
	offhook_speech_session_cancel(self);
	offhook_speech_voice_unref(self->voice);
	offhook_speech_desk_unref(self->desk);
	g_free(self);
}

/* Takes the first piece to the desk. */
static void
offhook_speech_session_start(OffhookSpeechSession *self)
{
	OffhookSpeechPiece *piece = g_queue_peek_head(&self->pieces);

	if (piece != NULL)
		offhook_work_queue_push(self->desk->queue, offhook_speech_piece_make,
					offhook_speech_piece_ref(piece),
					offhook_speech_piece_release);
}

static void
offhook_speech_session_finish_piece(OffhookSpeechSession *self, const GError *error)
{
	OffhookSpeechPiece *piece = g_queue_pop_head(&self->pieces);
	guint number = piece->number;

	piece->session = NULL;
	offhook_speech_piece_unref(piece);
	offhook_speech_session_start(self);
	offhook_synthesizer_emit_done(self->synthesizer, number, error);
}

static void
offhook_speech_session_refuse(OffhookSpeechSession *self, guint piece, OffhookError code,
			      const char *why)
{
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, (gint)code, why);

	offhook_synthesizer_emit_done(self->synthesizer, piece, error);
}

void
offhook_speech_session_speak(OffhookSpeechSession *self, guint piece, const char *text)
{
	if (strlen(text) > OFFHOOK_SPEECH_MAX_TEXT) {
		offhook_speech_session_refuse(self, piece, OFFHOOK_ERROR_LIMIT,
					      "a text of more than 32 KiB to speak");
		return;
	}
	if (g_queue_get_length(&self->pieces) >= OFFHOOK_SPEECH_MAX_PIECES) {
		offhook_speech_session_refuse(self, piece, OFFHOOK_ERROR_BUSY,
					      "256 texts already wait to be spoken");
		return;
	}
	g_queue_push_tail(&self->pieces, offhook_speech_piece_new(self, piece, text));
	if (g_queue_get_length(&self->pieces) == 1)
		offhook_speech_session_start(self);
}

void
offhook_speech_session_cancel(OffhookSpeechSession *self)
{
	OffhookSpeechPiece *piece;

	while ((piece = g_queue_pop_head(&self->pieces)) != NULL) {
		offhook_speech_piece_cancel(piece);
		offhook_speech_piece_unref(piece);
	}
}
