/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The ear-position ledger: what has the caller heard? One per call. It is told of every frame that
 * leaves for the far end, models the far end's buffer (which plays in real time, in order of
 * arrival), and corrects the model by the marks that come back. History, recording, barge-in and
 * billing ask it; nothing else guesses.
 *
 * A piece is one stretch of synthesised speech under the number given to
 * offhook_synthesizer_speak(). Piece 0 is anything without text: silence, comfort noise, tones.
 *
 * Times are the call's one clock; "heard" never goes backwards. The delay from sending to hearing
 * is latency_ms until the first mark is echoed, so put a mark behind the first frame of an answer
 * (and then every 200 ms or at each piece's end). After that it is the least lateness among the
 * last echoes: one late echo changes nothing, a far end that is slow throughout moves the position
 * back.
 *
 * Memory is bounded: consecutive frames are one entry, what was heard is folded into its piece, and
 * only the last OFFHOOK_LEDGER_MAX_PIECES pieces are remembered. Any thread, one at a time.
 */
#pragma once

#include "base/hot-set.h"
#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_LEDGER_MAX_PIECES 256
#define OFFHOOK_LEDGER_MAX_MARKS  256

typedef struct {
	guint latency_ms; /* 60: from sending to hearing, while no mark has told better */
	guint clear_ms;   /* 0: how long the far end plays on after our clear was sent */
	guint return_ms;  /* 0: how long an echo takes from the far end to us */
} OffhookLedgerConfig;

extern const OffhookLedgerConfig offhook_ledger_defaults;

typedef struct _OffhookLedger OffhookLedger;

/** @config: (nullable): copied */
OffhookLedger *offhook_ledger_new(const OffhookLedgerConfig *config);
void offhook_ledger_free(OffhookLedger *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookLedger, offhook_ledger_free)

/** So much more audio of @piece exists (queued to be sent). Creates the piece. */
void offhook_ledger_append(OffhookLedger *self, guint piece, guint ms);
/** No more audio of @piece will be appended. Also for a piece that turned out to be empty. */
void offhook_ledger_complete(OffhookLedger *self, guint piece);

/** A frame of @piece has just left for the far end. 0: it belongs to no piece. */
void offhook_ledger_sent(OffhookLedger *self, gint64 now_us, guint piece, guint ms);
/** Mark @id was sent behind everything sent so far. Ids are never used twice in a call. */
void offhook_ledger_mark_sent(OffhookLedger *self, gint64 now_us, guint64 id);
/**
 * The far end has echoed mark @id. Returns: whether it counts as heard; %FALSE for one that was
 * pending at a clear, and for unknown ones.
 */
gboolean offhook_ledger_mark_echoed(OffhookLedger *self, gint64 now_us, guint64 id);
/**
 * The far end was told to drop what it has not played, and our own queue was dropped. Call it when
 * the clear is sent; from then on get_heard() says what will have been heard in the end. For a far
 * end that can't clear, don't call it: what was sent will be heard.
 */
void offhook_ledger_cleared(OffhookLedger *self, gint64 now_us);

/**
 * offhook_ledger_get_heard:
 * @piece: (out) (optional): the piece heard last; 0 when none yet
 * @heard_ms: (out) (optional): how much of it
 */
void offhook_ledger_get_heard(OffhookLedger *self, gint64 now_us, guint *piece, guint *heard_ms);
/** How much of @piece has been heard; 0 for an unknown one. */
guint offhook_ledger_get_piece_heard_ms(OffhookLedger *self, gint64 now_us, guint piece);
/** How much audio of @piece was appended so far; @complete: (out) (optional). */
guint offhook_ledger_get_piece_total_ms(OffhookLedger *self, guint piece, gboolean *complete);
/** Complete, and heard to the end. */
gboolean offhook_ledger_is_piece_heard(OffhookLedger *self, gint64 now_us, guint piece);
/** Everything sent has been heard (silence of piece 0 is not waited for). */
gboolean offhook_ledger_is_all_heard(OffhookLedger *self, gint64 now_us);

/** Sent and, by the model, not played yet. Should be about the pacer's lead. */
guint offhook_ledger_get_far_buffered_ms(OffhookLedger *self, gint64 now_us);
/** The present estimate of the time from sending to hearing. */
guint offhook_ledger_get_delay_ms(OffhookLedger *self);

/** When the next piece will have been heard as far as it was sent; %G_MAXINT64 when all were. */
gint64 offhook_ledger_get_next_heard_deadline(OffhookLedger *self, gint64 now_us);

/** What a frame touches of it. */
void offhook_ledger_add_hot(const OffhookLedger *self, OffhookHotSet *set);

G_END_DECLS
