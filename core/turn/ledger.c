/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The ear-position ledger. Positions are kept in "far time": the moment at which a sample would be
 * heard if there were no delay at all. The far end plays in order of arrival, without pause while it
 * has something, so a frame sent at t begins at max(t, end of what was sent before). Far time plus
 * the delay is when it is heard; the delay is learnt from marks. The playhead, which never goes
 * back, is how far in far time the caller has got. Runs in the call's media thread.
 */

#include "turn/ledger.h"

/* Unheard stretches; more can only come of frames of changing pieces sent far ahead of real time. */
#define OFFHOOK_LEDGER_MAX_SPANS 1024
/* What rounding audio chunks to ms may make of a piece: at most a frame. */
#define OFFHOOK_LEDGER_ROUNDING_MS 19
/* How many echoes the delay is the least of. */
#define OFFHOOK_LEDGER_ECHOES 4

/* Audio of one piece that is heard without a break. */
typedef struct {
	guint piece;
	gint64 begin_us; /* far time */
	gint64 end_us;
} OffhookLedgerSpan;

typedef struct {
	guint id;
	guint total_ms;
	gboolean complete;
	gint64 heard_us; /* of its spans already folded */
} OffhookLedgerPiece;

typedef struct {
	guint64 id;
	gint64 position_us; /* far time */
} OffhookLedgerMark;

struct _OffhookLedger {
	OffhookLedgerConfig config;
	GArray *spans;  /* OffhookLedgerSpan, not wholly heard, in order */
	GArray *pieces; /* OffhookLedgerPiece, in order of creation */
	GArray *marks;  /* OffhookLedgerMark, not echoed, in order */
	gint64 end_us;  /* far time: end of everything sent */
	gint64 playhead_us;
	guint last_piece; /* of the last folded span with text */
	gint64 delay_us;
	gint64 echoes[OFFHOOK_LEDGER_ECHOES]; /* their lateness */
	guint n_echoes;                       /* in all, counts up to the size; then stays */
	guint next_echo;
};

const OffhookLedgerConfig offhook_ledger_defaults = {
    .latency_ms = 60,
    .clear_ms = 0,
    .return_ms = 0,
};

OffhookLedger *
offhook_ledger_new(const OffhookLedgerConfig *config)
{
	OffhookLedger *self = g_new0(OffhookLedger, 1);

	self->config = config != NULL ? *config : offhook_ledger_defaults;
	self->spans = g_array_new(FALSE, FALSE, sizeof(OffhookLedgerSpan));
	self->pieces = g_array_new(FALSE, FALSE, sizeof(OffhookLedgerPiece));
	self->marks = g_array_new(FALSE, FALSE, sizeof(OffhookLedgerMark));
	self->delay_us = (gint64)self->config.latency_ms * 1000;
	self->playhead_us = G_MININT64;
	self->end_us = G_MININT64;
	return self;
}

void
offhook_ledger_free(OffhookLedger *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->spans);
	g_array_unref(self->pieces);
	g_array_unref(self->marks);
	g_free(self);
}

/* From the newest back: what is asked for is nearly always there. */
static OffhookLedgerPiece *
offhook_ledger_find_piece(OffhookLedger *self, guint id)
{
	for (guint i = self->pieces->len; i > 0; i--) {
		OffhookLedgerPiece *piece = &g_array_index(self->pieces, OffhookLedgerPiece, i - 1);

		if (piece->id == id)
			return piece;
	}
	return NULL;
}

static OffhookLedgerPiece *
offhook_ledger_ensure_piece(OffhookLedger *self, guint id)
{
	OffhookLedgerPiece *piece = offhook_ledger_find_piece(self, id);
	OffhookLedgerPiece fresh = {.id = id};

	if (piece != NULL)
		return piece;
	if (self->pieces->len >= OFFHOOK_LEDGER_MAX_PIECES)
		g_array_remove_index(self->pieces, 0);
	g_array_append_val(self->pieces, fresh);
	return &g_array_index(self->pieces, OffhookLedgerPiece, self->pieces->len - 1);
}

/* How much of a span lies before the playhead. */
static gint64
offhook_ledger_get_span_heard(OffhookLedger *self, const OffhookLedgerSpan *span)
{
	return CLAMP(self->playhead_us, span->begin_us, span->end_us) - span->begin_us;
}

static void
offhook_ledger_credit(OffhookLedger *self, const OffhookLedgerSpan *span)
{
	gint64 heard = offhook_ledger_get_span_heard(self, span);
	OffhookLedgerPiece *piece;

	if (heard == 0 || span->piece == 0)
		return;
	self->last_piece = span->piece;
	piece = offhook_ledger_find_piece(self, span->piece);
	if (piece != NULL)
		piece->heard_us += heard;
}

/* Spans that were heard to the end become part of their pieces. */
static void
offhook_ledger_fold(OffhookLedger *self)
{
	guint n = 0;

	while (n < self->spans->len) {
		OffhookLedgerSpan *span = &g_array_index(self->spans, OffhookLedgerSpan, n);

		if (span->end_us > self->playhead_us)
			break;
		offhook_ledger_credit(self, span);
		n++;
	}
	if (n > 0)
		g_array_remove_range(self->spans, 0, n);
}

static void
offhook_ledger_move_playhead(OffhookLedger *self, gint64 to_us)
{
	self->playhead_us = MAX(self->playhead_us, to_us);
	offhook_ledger_fold(self);
}

/* The playhead at @now_us by the model. */
static void
offhook_ledger_update(OffhookLedger *self, gint64 now_us)
{
	offhook_ledger_move_playhead(self, now_us - self->delay_us);
}

void
offhook_ledger_append(OffhookLedger *self, guint piece, guint ms)
{
	if (piece != 0)
		offhook_ledger_ensure_piece(self, piece)->total_ms += ms;
}

void
offhook_ledger_complete(OffhookLedger *self, guint piece)
{
	if (piece != 0)
		offhook_ledger_ensure_piece(self, piece)->complete = TRUE;
}

void
offhook_ledger_sent(OffhookLedger *self, gint64 now_us, guint piece, guint ms)
{
	OffhookLedgerSpan span = {.piece = piece, .begin_us = MAX(self->end_us, now_us)};
	OffhookLedgerSpan *last;

	if (piece != 0)
		offhook_ledger_ensure_piece(self, piece);
	offhook_ledger_update(self, now_us);
	span.end_us = span.begin_us + (gint64)ms * 1000;
	self->end_us = span.end_us;
	if (self->spans->len > 0) {
		last = &g_array_index(self->spans, OffhookLedgerSpan, self->spans->len - 1);
		if (last->piece == piece && last->end_us == span.begin_us) {
			last->end_us = span.end_us;
			return;
		}
	}
	if (self->spans->len >= OFFHOOK_LEDGER_MAX_SPANS)
		offhook_ledger_move_playhead(
		    self, g_array_index(self->spans, OffhookLedgerSpan, 0).end_us);
	g_array_append_val(self->spans, span);
}

void
offhook_ledger_mark_sent(OffhookLedger *self, gint64 now_us, guint64 id)
{
	OffhookLedgerMark mark = {.id = id, .position_us = MAX(self->end_us, now_us)};

	if (self->marks->len >= OFFHOOK_LEDGER_MAX_MARKS)
		g_array_remove_index(self->marks, 0);
	g_array_append_val(self->marks, mark);
}

/* One more lateness; the delay is the least of the last ones. */
static void
offhook_ledger_learn(OffhookLedger *self, gint64 lateness_us)
{
	self->echoes[self->next_echo] = MAX(lateness_us, 0);
	self->next_echo = (self->next_echo + 1) % OFFHOOK_LEDGER_ECHOES;
	self->n_echoes = MIN(self->n_echoes + 1, OFFHOOK_LEDGER_ECHOES);
	self->delay_us = self->echoes[0];
	for (guint i = 1; i < self->n_echoes; i++)
		self->delay_us = MIN(self->delay_us, self->echoes[i]);
}

gboolean
offhook_ledger_mark_echoed(OffhookLedger *self, gint64 now_us, guint64 id)
{
	OffhookLedgerMark mark;
	guint i = 0;

	while (i < self->marks->len && g_array_index(self->marks, OffhookLedgerMark, i).id != id)
		i++;
	if (i == self->marks->len)
		return FALSE;
	mark = g_array_index(self->marks, OffhookLedgerMark, i);
	g_array_remove_index(self->marks, i);
	offhook_ledger_update(self, now_us);
	offhook_ledger_learn(self,
			     now_us - (gint64)self->config.return_ms * 1000 - mark.position_us);
	/* Whatever the model says: the far end has played up to here. */
	offhook_ledger_move_playhead(self, mark.position_us);
	return TRUE;
}

void
offhook_ledger_cleared(OffhookLedger *self, gint64 now_us)
{
	offhook_ledger_update(self, now_us + (gint64)self->config.clear_ms * 1000);
	/* The span being heard ends where the playhead is, and those behind it were never heard. */
	if (self->spans->len > 0)
		offhook_ledger_credit(self, &g_array_index(self->spans, OffhookLedgerSpan, 0));
	g_array_set_size(self->spans, 0);
	g_array_set_size(self->marks, 0);
	self->end_us = MIN(self->end_us, now_us);
}

static guint
offhook_ledger_compute_heard_ms(OffhookLedger *self, guint id)
{
	OffhookLedgerPiece *piece = offhook_ledger_find_piece(self, id);
	gint64 heard;

	if (piece == NULL)
		return 0;
	heard = piece->heard_us;
	for (guint i = 0; i < self->spans->len; i++) {
		OffhookLedgerSpan *span = &g_array_index(self->spans, OffhookLedgerSpan, i);

		if (span->begin_us >= self->playhead_us)
			break;
		if (span->piece == id)
			heard += offhook_ledger_get_span_heard(self, span);
	}
	return (guint)(heard / 1000);
}

void
offhook_ledger_get_heard(OffhookLedger *self, gint64 now_us, guint *piece, guint *heard_ms)
{
	guint id;

	offhook_ledger_update(self, now_us);
	id = self->last_piece;
	if (self->spans->len > 0) {
		OffhookLedgerSpan *span = &g_array_index(self->spans, OffhookLedgerSpan, 0);

		if (span->piece != 0 && offhook_ledger_get_span_heard(self, span) > 0)
			id = span->piece;
	}
	if (piece != NULL)
		*piece = id;
	if (heard_ms != NULL)
		*heard_ms = offhook_ledger_compute_heard_ms(self, id);
}

guint
offhook_ledger_get_piece_heard_ms(OffhookLedger *self, gint64 now_us, guint piece)
{
	offhook_ledger_update(self, now_us);
	return offhook_ledger_compute_heard_ms(self, piece);
}

guint
offhook_ledger_get_piece_total_ms(OffhookLedger *self, guint piece, gboolean *complete)
{
	OffhookLedgerPiece *found = offhook_ledger_find_piece(self, piece);

	if (complete != NULL)
		*complete = found != NULL && found->complete;
	return found != NULL ? found->total_ms : 0;
}

gboolean
offhook_ledger_is_piece_heard(OffhookLedger *self, gint64 now_us, guint piece)
{
	OffhookLedgerPiece *found = offhook_ledger_find_piece(self, piece);

	return found != NULL && found->complete &&
	       offhook_ledger_get_piece_heard_ms(self, now_us, piece) +
		       OFFHOOK_LEDGER_ROUNDING_MS >=
		   found->total_ms;
}

gboolean
offhook_ledger_is_all_heard(OffhookLedger *self, gint64 now_us)
{
	offhook_ledger_update(self, now_us);
	for (guint i = 0; i < self->spans->len; i++) {
		if (g_array_index(self->spans, OffhookLedgerSpan, i).piece != 0)
			return FALSE;
	}
	return TRUE;
}

guint
offhook_ledger_get_far_buffered_ms(OffhookLedger *self, gint64 now_us)
{
	if (self->end_us <= now_us)
		return 0;
	return (guint)((self->end_us - now_us) / 1000);
}

guint
offhook_ledger_get_delay_ms(OffhookLedger *self)
{
	return (guint)(self->delay_us / 1000);
}

gint64
offhook_ledger_get_next_heard_deadline(OffhookLedger *self, gint64 now_us)
{
	gint64 end_us = 0;
	guint id = 0;

	offhook_ledger_update(self, now_us);
	for (guint i = 0; i < self->spans->len; i++) {
		OffhookLedgerSpan *span = &g_array_index(self->spans, OffhookLedgerSpan, i);

		if (span->piece == 0)
			continue;
		if (id != 0 && span->piece != id)
			break;
		id = span->piece;
		end_us = span->end_us;
	}
	return id == 0 ? G_MAXINT64 : end_us + self->delay_us;
}

void
offhook_ledger_add_hot(const OffhookLedger *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
}
