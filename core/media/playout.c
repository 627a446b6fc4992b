/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A queue of pieces with a read position in each. Where the far end's ear is, and how much waits
 * there, is the ledger's knowledge alone. Runs in the call's media thread.
 */

#include "media/playout.h"

#include "turn/ledger.h"
#include <string.h>

#define OFFHOOK_PLAYOUT_MARK_MS        200
#define OFFHOOK_PLAYOUT_SAMPLES_PER_MS (OFFHOOK_RATE / 1000)

typedef struct {
	guint id;
	GQueue chunks;      /* GBytes, from the one that holds `first` on */
	gsize first;        /* place in the piece of the first chunk's first sample */
	gsize next;         /* of the next sample to send */
	gsize total;        /* appended so far */
	gboolean complete;  /* nothing will be appended */
	gboolean announced; /* its start was told */
} OffhookPlayoutPiece;

struct _OffhookPlayout {
	OffhookPlayoutHandler handler;
	gpointer user_data;
	guint lead_ms;
	gboolean can_clear;
	gboolean paused;
	OffhookLedger *ledger;
	GQueue pieces; /* OffhookPlayoutPiece, not heard to their end */
	guint64 last_mark;
	guint since_mark_ms;
	gboolean mark_due; /* the first frame of an answer is behind a mark of its own */
};

OffhookPlayout *
offhook_playout_new(guint lead_ms, gboolean can_clear, const OffhookPlayoutHandler *handler,
		    gpointer user_data)
{
	OffhookPlayout *self = g_new0(OffhookPlayout, 1);

	self->handler = *handler;
	self->user_data = user_data;
	self->lead_ms = MAX(lead_ms, OFFHOOK_FRAME_MS);
	self->can_clear = can_clear;
	self->ledger = offhook_ledger_new(NULL);
	self->mark_due = TRUE;
	g_queue_init(&self->pieces);
	return self;
}

static void
offhook_playout_release(OffhookPlayout *self, GBytes *chunk)
{
	gsize samples = g_bytes_get_size(chunk) / sizeof(gint16);

	g_bytes_unref(chunk);
	if (self->handler.released != NULL)
		self->handler.released(self->user_data, samples);
}

static void
offhook_playout_free_piece(OffhookPlayout *self, OffhookPlayoutPiece *piece)
{
	GBytes *chunk;

	while ((chunk = g_queue_pop_head(&piece->chunks)) != NULL)
		offhook_playout_release(self, chunk);
	g_free(piece);
}

static void
offhook_playout_drop_pieces(OffhookPlayout *self)
{
	OffhookPlayoutPiece *piece;

	while ((piece = g_queue_pop_head(&self->pieces)) != NULL)
		offhook_playout_free_piece(self, piece);
}

void
offhook_playout_free(OffhookPlayout *self)
{
	if (self == NULL)
		return;
	offhook_playout_drop_pieces(self);
	offhook_ledger_free(self->ledger);
	g_free(self);
}

/* ---- sending ---- */

/* Copies what is there of @piece from its read position on, at most a frame. */
static gsize
offhook_playout_peek(OffhookPlayoutPiece *piece, gint16 *samples)
{
	gsize begin = piece->first, copied = 0;

	for (GList *link = piece->chunks.head; link != NULL && copied < OFFHOOK_FRAME_SAMPLES;
	     link = link->next) {
		gsize size;
		const gint16 *data = g_bytes_get_data(link->data, &size);
		gsize n = size / sizeof(gint16);
		gsize at = piece->next + copied;

		if (at < begin + n) {
			gsize take = MIN(begin + n - at, OFFHOOK_FRAME_SAMPLES - copied);

			memcpy(samples + copied, data + (at - begin), take * sizeof(gint16));
			copied += take;
		}
		begin += n;
	}
	return copied;
}

/* The first piece with audio to send now, or NULL. A part of a frame waits for more to come. */
static OffhookPlayoutPiece *
offhook_playout_find_ready(OffhookPlayout *self)
{
	for (GList *link = self->pieces.head; link != NULL; link = link->next) {
		OffhookPlayoutPiece *piece = link->data;
		gsize left = piece->total - piece->next;

		if (left >= OFFHOOK_FRAME_SAMPLES || (piece->complete && left > 0))
			return piece;
		if (!piece->complete)
			return NULL;
	}
	return NULL;
}

static guint
offhook_playout_to_ms(gsize samples)
{
	return samples / OFFHOOK_PLAYOUT_SAMPLES_PER_MS;
}

static void
offhook_playout_send_mark(OffhookPlayout *self, gint64 now_us)
{
	self->mark_due = FALSE;
	self->since_mark_ms = 0;
	if (self->handler.mark == NULL)
		return;
	self->last_mark++;
	offhook_ledger_mark_sent(self->ledger, now_us, self->last_mark);
	self->handler.mark(self->user_data, self->last_mark);
}

static void
offhook_playout_send_frame(OffhookPlayout *self, OffhookPlayoutPiece *piece, gint64 now_us,
			   guint buffered_ms)
{
	gint16 samples[OFFHOOK_FRAME_SAMPLES] = {0};
	gsize n = offhook_playout_peek(piece, samples);
	guint ms = offhook_playout_to_ms(piece->next + n) - offhook_playout_to_ms(piece->next);

	if (!piece->announced) {
		piece->announced = TRUE;
		if (self->handler.piece_started != NULL)
			self->handler.piece_started(self->user_data, piece->id, now_us);
	}
	piece->next += n;
	if (self->handler.frame != NULL)
		self->handler.frame(self->user_data, samples, now_us + buffered_ms * 1000);
	offhook_ledger_sent(self->ledger, now_us, piece->id, ms);
	/* A piece ends where it ends; the rest of its last frame is nobody's. */
	if (ms < OFFHOOK_FRAME_MS)
		offhook_ledger_sent(self->ledger, now_us, 0, OFFHOOK_FRAME_MS - ms);
	self->since_mark_ms += OFFHOOK_FRAME_MS;
	if (self->mark_due || self->since_mark_ms >= OFFHOOK_PLAYOUT_MARK_MS ||
	    (piece->complete && piece->next == piece->total))
		offhook_playout_send_mark(self, now_us);
}

static void
offhook_playout_send_due(OffhookPlayout *self, gint64 now_us)
{
	while (!self->paused) {
		guint buffered_ms = offhook_ledger_get_far_buffered_ms(self->ledger, now_us);
		OffhookPlayoutPiece *piece;

		if (buffered_ms + OFFHOOK_FRAME_MS > self->lead_ms)
			return;
		piece = offhook_playout_find_ready(self);
		if (piece == NULL)
			return;
		if (buffered_ms == 0)
			self->mark_due = TRUE; /* the far end ran dry: its delay may be new */
		offhook_playout_send_frame(self, piece, now_us, buffered_ms);
	}
}

/* ---- heard ---- */

/* Lets go of the chunks that were heard; only the first piece can have any. */
static void
offhook_playout_trim(OffhookPlayout *self, gint64 now_us)
{
	OffhookPlayoutPiece *piece = g_queue_peek_head(&self->pieces);
	GBytes *chunk = piece != NULL ? g_queue_peek_head(&piece->chunks) : NULL;
	gsize heard, n;

	if (chunk == NULL || piece->first + g_bytes_get_size(chunk) / sizeof(gint16) > piece->next)
		return;
	heard = (gsize)offhook_ledger_get_piece_heard_ms(self->ledger, now_us, piece->id) *
		OFFHOOK_PLAYOUT_SAMPLES_PER_MS;
	while ((chunk = g_queue_peek_head(&piece->chunks)) != NULL) {
		n = g_bytes_get_size(chunk) / sizeof(gint16);
		if (piece->first + n > heard)
			return;
		piece->first += n;
		offhook_playout_release(self, g_queue_pop_head(&piece->chunks));
	}
}

static void
offhook_playout_report_heard(OffhookPlayout *self, gint64 now_us)
{
	gboolean any = FALSE;

	while (!g_queue_is_empty(&self->pieces)) {
		OffhookPlayoutPiece *piece = g_queue_peek_head(&self->pieces);
		guint id = piece->id;

		if (!piece->complete || piece->next < piece->total ||
		    !offhook_ledger_is_piece_heard(self->ledger, now_us, id))
			return;
		offhook_playout_free_piece(self, g_queue_pop_head(&self->pieces));
		any = TRUE;
		if (self->handler.piece_heard != NULL)
			self->handler.piece_heard(self->user_data, id);
	}
	if (any && self->handler.idle != NULL)
		self->handler.idle(self->user_data);
}

void
offhook_playout_tick(OffhookPlayout *self, gint64 now_us)
{
	/* A pause holds pieces back even if they were heard while it was being decided. */
	if (self->paused)
		return;
	offhook_playout_report_heard(self, now_us);
	offhook_playout_send_due(self, now_us);
	offhook_playout_trim(self, now_us);
}

/* ---- what comes in ---- */

static OffhookPlayoutPiece *
offhook_playout_ensure_piece(OffhookPlayout *self, guint id)
{
	OffhookPlayoutPiece *piece;

	for (GList *link = self->pieces.tail; link != NULL; link = link->prev) {
		piece = link->data;
		if (piece->id == id)
			return piece;
	}
	piece = g_new0(OffhookPlayoutPiece, 1);
	piece->id = id;
	g_queue_init(&piece->chunks);
	g_queue_push_tail(&self->pieces, piece);
	return piece;
}

void
offhook_playout_append(OffhookPlayout *self, gint64 now_us, guint id, GBytes *s16_16k)
{
	OffhookPlayoutPiece *piece = offhook_playout_ensure_piece(self, id);
	gsize n = g_bytes_get_size(s16_16k) / sizeof(gint16);

	if (n > 0 && !piece->complete) {
		g_queue_push_tail(&piece->chunks, g_bytes_ref(s16_16k));
		offhook_ledger_append(self->ledger, id,
				      offhook_playout_to_ms(piece->total + n) -
					  offhook_playout_to_ms(piece->total));
		piece->total += n;
	} else if (n > 0 && self->handler.released != NULL) {
		self->handler.released(self->user_data, n);
	}
	offhook_playout_tick(self, now_us);
}

void
offhook_playout_end_piece(OffhookPlayout *self, gint64 now_us, guint id)
{
	OffhookPlayoutPiece *piece = offhook_playout_ensure_piece(self, id);

	piece->complete = TRUE;
	offhook_ledger_complete(self->ledger, id);
	offhook_playout_tick(self, now_us);
}

/* Silences the far end, if it can be. */
static void
offhook_playout_clear(OffhookPlayout *self, gint64 now_us)
{
	if (!self->can_clear || offhook_ledger_is_all_heard(self->ledger, now_us))
		return;
	if (self->handler.clear != NULL)
		self->handler.clear(self->user_data);
	offhook_ledger_cleared(self->ledger, now_us);
	self->mark_due = TRUE;
}

void
offhook_playout_pause(OffhookPlayout *self, gint64 now_us)
{
	if (self->paused)
		return;
	self->paused = TRUE;
	offhook_playout_clear(self, now_us);
	if (!self->can_clear)
		return;
	for (GList *link = self->pieces.head; link != NULL; link = link->next) {
		OffhookPlayoutPiece *piece = link->data;
		guint heard_ms = offhook_ledger_get_piece_heard_ms(self->ledger, now_us, piece->id);

		piece->next = CLAMP((gsize)heard_ms * OFFHOOK_PLAYOUT_SAMPLES_PER_MS, piece->first,
				    piece->next);
	}
}

void
offhook_playout_resume(OffhookPlayout *self, gint64 now_us)
{
	if (!self->paused)
		return;
	self->paused = FALSE;
	offhook_playout_tick(self, now_us);
}

void
offhook_playout_stop(OffhookPlayout *self, gint64 now_us)
{
	offhook_playout_clear(self, now_us);
	offhook_playout_drop_pieces(self);
	self->paused = FALSE;
}

void
offhook_playout_mark_echoed(OffhookPlayout *self, gint64 now_us, guint64 id)
{
	if (offhook_ledger_mark_echoed(self->ledger, now_us, id))
		offhook_playout_tick(self, now_us);
}

gboolean
offhook_playout_is_active(OffhookPlayout *self)
{
	return !self->paused && !g_queue_is_empty(&self->pieces);
}

gboolean
offhook_playout_is_playing(OffhookPlayout *self)
{
	OffhookPlayoutPiece *piece = g_queue_peek_head(&self->pieces);

	return piece != NULL && piece->announced;
}

void
offhook_playout_get_heard(OffhookPlayout *self, gint64 now_us, guint *piece, guint *heard_ms)
{
	offhook_ledger_get_heard(self->ledger, now_us, piece, heard_ms);
}

void
offhook_playout_add_hot(const OffhookPlayout *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
	offhook_ledger_add_hot(self->ledger, set);
}
