/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pieces are kept until they are spoken. As with the transcriber, what goes wrong is dealt with from
 * the timer. Main thread.
 */

#include "engine/supervised-synthesizer.h"

#include "base/deadline.h"
#include "engine/engine-seat.h"
#include "engine/phrase-synthesizer.h"
#include "engine/spoken-piece.h"
#include <offhook/audio.h>
#include <offhook/error.h>

struct _OffhookSupervisedSynthesizer {
	OffhookSynthesizer parent_instance;

	OffhookEngineSeat seat;
	OffhookDeadline *deadline;
	GQueue pieces;      /* of OffhookSpokenPiece, in their order */
	gint64 since_us;    /* when whoever speaks was asked, or last brought anything */
	gint64 owed_us;     /* the same of any of them */
	gint64 play_end_us; /* when what was delivered is played, if it is played as it comes */
	GError *error;      /* (nullable): of whoever speaks, not dealt with yet */
};

G_DEFINE_FINAL_TYPE(OffhookSupervisedSynthesizer, offhook_supervised_synthesizer,
		    OFFHOOK_TYPE_SYNTHESIZER)

static OffhookSynthesizer *
offhook_supervised_synthesizer_get_session(OffhookSupervisedSynthesizer *self)
{
	return (OffhookSynthesizer *)self->seat.session;
}

static OffhookSpokenPiece *
offhook_supervised_synthesizer_find(OffhookSupervisedSynthesizer *self, guint number)
{
	for (GList *link = self->pieces.head; link != NULL; link = link->next) {
		OffhookSpokenPiece *piece = link->data;

		if (piece->number == number)
			return piece;
	}
	return NULL;
}

/* ---- time ---- */

/*
 * What is delivered is often ahead of what is played: as long as there is enough to play, a pause in
 * the delivery is nobody's silence. The replacement needs its time too, though.
 */
static gint64
offhook_supervised_synthesizer_get_due(OffhookSupervisedSynthesizer *self)
{
	const OffhookEngineDeadlines *deadlines =
	    offhook_engine_lineup_get_deadlines(self->seat.cursor.lineup);
	const OffhookSpokenPiece *piece = g_queue_peek_head(&self->pieces);
	const OffhookEngineCursor *cursor = &self->seat.cursor;
	gint64 silent_us = MAX(self->owed_us, self->play_end_us);
	gint64 end_us = offhook_engine_cursor_get_end(cursor, silent_us);

	if (self->error != NULL)
		return 0;
	if (piece == NULL)
		return G_MAXINT64;
	if (!offhook_engine_cursor_has_next(cursor))
		return MAX(end_us, silent_us + OFFHOOK_SUPERVISED_PATIENCE_MS * 1000);
	return MAX(offhook_engine_cursor_get_due(
		       cursor, self->since_us,
		       piece->bytes > 0 ? deadlines->stall_ms : deadlines->first_ms, end_us),
		   self->play_end_us - (gint64)deadlines->stall_ms * 1000);
}

static void
offhook_supervised_synthesizer_arm(OffhookSupervisedSynthesizer *self)
{
	offhook_deadline_set(self->deadline, offhook_supervised_synthesizer_get_due(self));
}

/* Whoever speaks has brought something. */
static void
offhook_supervised_synthesizer_advance(OffhookSupervisedSynthesizer *self)
{
	self->since_us = self->owed_us = g_get_monotonic_time();
	offhook_supervised_synthesizer_arm(self);
}

/* ---- telling ---- */

/* @words: (transfer full) */
static void
offhook_supervised_synthesizer_tell_words(OffhookSupervisedSynthesizer *self, guint number,
					  GArray *words)
{
	if (words->len > 0)
		offhook_synthesizer_emit_words(OFFHOOK_SYNTHESIZER(self), number,
					       (const OffhookWordTime *)words->data, words->len);
	g_array_unref(words);
}

/* Takes @piece out and tells that it is over. @error: (nullable) */
static void
offhook_supervised_synthesizer_end(OffhookSupervisedSynthesizer *self, OffhookSpokenPiece *piece,
				   const GError *error)
{
	guint number = piece->number;

	g_queue_remove(&self->pieces, piece);
	offhook_spoken_piece_free(piece);
	offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(self), number, error);
}

static void
offhook_supervised_synthesizer_ask(OffhookSupervisedSynthesizer *self, guint number,
				   const char *text)
{
	g_autoptr(OffhookSynthesizer) session =
	    g_object_ref(offhook_supervised_synthesizer_get_session(self));
	const OffhookUsage usage = {.characters = g_utf8_strlen(text, -1)};

	offhook_synthesizer_speak(session, number, text);
	/* What is said from memory costs nothing. */
	if (!offhook_phrase_synthesizer_knows(session, number))
		offhook_engine_seat_use(&self->seat, &usage);
}

/* ---- fail-over ---- */

/* Whoever is told may cancel: then there is nothing left to cut. */
static void
offhook_supervised_synthesizer_cut(OffhookSupervisedSynthesizer *self)
{
	OffhookSpokenPiece *piece = g_queue_peek_head(&self->pieces);

	if (piece == NULL || piece->bytes == 0)
		return;
	offhook_supervised_synthesizer_tell_words(self, piece->number,
						  offhook_spoken_piece_cut(piece));
	piece = g_queue_peek_head(&self->pieces);
	if (piece != NULL && piece->base > 0 && !offhook_spoken_piece_has_rest(piece))
		offhook_supervised_synthesizer_end(self, piece, NULL);
}

static void
offhook_supervised_synthesizer_ask_again(OffhookSupervisedSynthesizer *self)
{
	for (GList *link = self->pieces.head, *next; link != NULL; link = next) {
		const OffhookSpokenPiece *piece = link->data;

		next = link->next;
		offhook_supervised_synthesizer_ask(self, piece->number,
						   offhook_spoken_piece_get_rest(piece));
	}
}

/* Nobody can speak: not this piece, if that is to blame; else none. %TRUE: the others go on. */
static gboolean
offhook_supervised_synthesizer_give_up(OffhookSupervisedSynthesizer *self, const GError *error)
{
	gboolean only_this = offhook_engine_error_is_innocent(error);
	OffhookSpokenPiece *piece;

	while ((piece = g_queue_peek_head(&self->pieces)) != NULL) {
		offhook_supervised_synthesizer_end(self, piece, error);
		if (only_this)
			break;
	}
	return !g_queue_is_empty(&self->pieces) && offhook_engine_seat_begin(&self->seat);
}

static void
offhook_supervised_synthesizer_fail_over(OffhookSupervisedSynthesizer *self, const GError *error)
{
	gboolean seated = offhook_engine_seat_replace(&self->seat, error);

	offhook_supervised_synthesizer_cut(self);
	if (!seated)
		seated = offhook_supervised_synthesizer_give_up(self, error);
	if (seated)
		offhook_supervised_synthesizer_ask_again(self);
	self->since_us = g_get_monotonic_time();
	offhook_supervised_synthesizer_arm(self);
}

static void
offhook_supervised_synthesizer_deadline_cb(gpointer user_data)
{
	g_autoptr(OffhookSupervisedSynthesizer) self = g_object_ref(user_data);
	g_autoptr(GError) error = g_steal_pointer(&self->error);

	if (error == NULL)
		error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
				    "%s did not go on speaking in time",
				    offhook_engine_seat_get_name(&self->seat));
	offhook_supervised_synthesizer_fail_over(self, error);
}

/* ---- what whoever speaks brings ---- */

/* @error: (transfer full) */
static void
offhook_supervised_synthesizer_fail(OffhookSupervisedSynthesizer *self, GError *error)
{
	self->error = error;
	offhook_engine_seat_hush(&self->seat);
	offhook_supervised_synthesizer_arm(self);
}

/* Whether @piece with @size bytes more can be what was to be said. */
static gboolean
offhook_supervised_synthesizer_is_too_long(const OffhookSpokenPiece *piece, gsize size)
{
	const char *rest = offhook_spoken_piece_get_rest(piece);
	gsize ms = OFFHOOK_SUPERVISED_LONGEST_MS +
		   (gsize)g_utf8_strlen(rest, -1) * OFFHOOK_SUPERVISED_LONGEST_CHARACTER_MS;

	return piece->bytes + size > ms * (OFFHOOK_RATE / 1000) * sizeof(gint16);
}

static void
offhook_supervised_synthesizer_audio_cb(OffhookSynthesizer *session, guint number, GBytes *audio,
					OffhookSupervisedSynthesizer *self)
{
	OffhookSpokenPiece *piece = offhook_supervised_synthesizer_find(self, number);
	gsize size = g_bytes_get_size(audio);
	GArray *words;

	if (piece == NULL || size == 0)
		return;
	if (offhook_supervised_synthesizer_is_too_long(piece, size)) {
		offhook_supervised_synthesizer_fail(
		    self,
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "%s does not stop speaking",
				offhook_engine_seat_get_name(&self->seat)));
		return;
	}
	g_object_ref(self);
	piece->bytes += size;
	words = offhook_spoken_piece_take_words(piece, FALSE);
	self->play_end_us = MAX(self->play_end_us, g_get_monotonic_time()) +
			    (gint64)size * G_USEC_PER_SEC / (gint64)(OFFHOOK_RATE * sizeof(gint16));
	offhook_supervised_synthesizer_advance(self);
	offhook_synthesizer_emit_audio(OFFHOOK_SYNTHESIZER(self), number, audio);
	/* Whoever hears that may have cancelled. */
	if (offhook_supervised_synthesizer_find(self, number) != NULL)
		offhook_supervised_synthesizer_tell_words(self, number, words);
	else
		g_array_unref(words);
	g_object_unref(self);
}

static void
offhook_supervised_synthesizer_words_cb(OffhookSynthesizer *session, guint number,
					const OffhookWordTime *words, guint n,
					OffhookSupervisedSynthesizer *self)
{
	OffhookSpokenPiece *piece = offhook_supervised_synthesizer_find(self, number);

	if (piece == NULL)
		return;
	offhook_spoken_piece_add_words(piece, words, n);
	offhook_supervised_synthesizer_tell_words(self, number,
						  offhook_spoken_piece_take_words(piece, FALSE));
}

static void
offhook_supervised_synthesizer_done_cb(OffhookSynthesizer *session, guint number,
				       const GError *error, OffhookSupervisedSynthesizer *self)
{
	OffhookSpokenPiece *piece = offhook_supervised_synthesizer_find(self, number);
	GArray *words;

	if (piece == NULL)
		return;
	if (error != NULL) {
		offhook_supervised_synthesizer_fail(self, g_error_copy(error));
		return;
	}
	if (piece->bytes == 0 && offhook_spoken_piece_has_rest(piece)) {
		offhook_supervised_synthesizer_fail(
		    self,
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s spoke without a sound",
				offhook_engine_seat_get_name(&self->seat)));
		return;
	}
	if (!offhook_phrase_synthesizer_is_reciting(session))
		offhook_engine_cursor_succeed(&self->seat.cursor);
	words = offhook_spoken_piece_take_words(piece, TRUE);
	g_object_ref(self);
	offhook_supervised_synthesizer_tell_words(self, number, words);
	piece = offhook_supervised_synthesizer_find(self, number);
	if (piece != NULL)
		offhook_supervised_synthesizer_end(self, piece, NULL);
	offhook_supervised_synthesizer_advance(self);
	g_object_unref(self);
}

static void
offhook_supervised_synthesizer_connect(gpointer owner, GObject *session)
{
	g_signal_connect(session, "audio", G_CALLBACK(offhook_supervised_synthesizer_audio_cb),
			 owner);
	g_signal_connect(session, "words", G_CALLBACK(offhook_supervised_synthesizer_words_cb),
			 owner);
	g_signal_connect(session, "done", G_CALLBACK(offhook_supervised_synthesizer_done_cb),
			 owner);
}

/* ---- speaking ---- */

static void
offhook_supervised_synthesizer_speak(OffhookSynthesizer *synthesizer, guint number,
				     const char *text)
{
	OffhookSupervisedSynthesizer *self = OFFHOOK_SUPERVISED_SYNTHESIZER(synthesizer);
	gboolean first = g_queue_is_empty(&self->pieces);

	g_queue_push_tail(&self->pieces, offhook_spoken_piece_new(number, text));
	if (first) {
		self->since_us = self->owed_us = g_get_monotonic_time();
		if (!offhook_engine_seat_begin(&self->seat))
			self->error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
						  "no engine can speak");
	}
	/* One that has failed is not asked; its successor is asked for all. */
	if (self->error == NULL && self->seat.session != NULL)
		offhook_supervised_synthesizer_ask(self, number, text);
	offhook_supervised_synthesizer_arm(self);
}

static void
offhook_supervised_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	OffhookSupervisedSynthesizer *self = OFFHOOK_SUPERVISED_SYNTHESIZER(synthesizer);
	g_autoptr(GError) error = g_steal_pointer(&self->error);

	g_queue_clear_full(&self->pieces, (GDestroyNotify)offhook_spoken_piece_free);
	self->play_end_us = 0;
	if (self->seat.session != NULL)
		offhook_synthesizer_cancel(offhook_supervised_synthesizer_get_session(self));
	if (error != NULL)
		offhook_engine_seat_replace(&self->seat, error);
	offhook_supervised_synthesizer_arm(self);
}

OffhookSynthesizer *
offhook_supervised_synthesizer_new(OffhookEngineLineup *lineup, GError **error)
{
	g_autoptr(OffhookSupervisedSynthesizer) self =
	    g_object_new(OFFHOOK_TYPE_SUPERVISED_SYNTHESIZER, NULL);

	if (!offhook_engine_seat_init(&self->seat, lineup, self,
				      offhook_supervised_synthesizer_connect, error))
		return NULL;
	return OFFHOOK_SYNTHESIZER(g_steal_pointer(&self));
}

const char *
offhook_supervised_synthesizer_get_engine(OffhookSupervisedSynthesizer *self)
{
	return offhook_engine_seat_get_name(&self->seat);
}

static void
offhook_supervised_synthesizer_dispose(GObject *object)
{
	OffhookSupervisedSynthesizer *self = OFFHOOK_SUPERVISED_SYNTHESIZER(object);

	g_queue_clear_full(&self->pieces, (GDestroyNotify)offhook_spoken_piece_free);
	g_clear_error(&self->error);
	offhook_engine_seat_clear(&self->seat);
	offhook_deadline_set(self->deadline, G_MAXINT64);

	G_OBJECT_CLASS(offhook_supervised_synthesizer_parent_class)->dispose(object);
}

static void
offhook_supervised_synthesizer_finalize(GObject *object)
{
	offhook_deadline_free(OFFHOOK_SUPERVISED_SYNTHESIZER(object)->deadline);

	G_OBJECT_CLASS(offhook_supervised_synthesizer_parent_class)->finalize(object);
}

static void
offhook_supervised_synthesizer_init(OffhookSupervisedSynthesizer *self)
{
	g_queue_init(&self->pieces);
	self->deadline = offhook_deadline_new(offhook_supervised_synthesizer_deadline_cb, self);
}

static void
offhook_supervised_synthesizer_class_init(OffhookSupervisedSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_supervised_synthesizer_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_supervised_synthesizer_finalize;
	synthesizer->speak = offhook_supervised_synthesizer_speak;
	synthesizer->cancel = offhook_supervised_synthesizer_cancel;
	offhook_engine_seat_install_signal(G_TYPE_FROM_CLASS(klass));
}
