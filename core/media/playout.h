/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the agent says on its way to the caller's ear: pieces of S16 16 kHz audio, sent so that at
 * most a small lead waits at the far end, kept until they have been heard. Time is passed in; one
 * thread at a time. The ear-position ledger is inside.
 */
#pragma once

#include "base/hot-set.h"
#include <offhook/audio.h>

G_BEGIN_DECLS

/** Called inside the functions below. Any member may be %NULL. */
typedef struct {
	/* 20 ms to be sent now; the far end will play them from @play_us on. */
	void (*frame)(gpointer user_data, const gint16 *samples, gint64 play_us);
	/* To be sent behind the last frame; comes back through offhook_playout_mark_echoed(). */
	void (*mark)(gpointer user_data, guint64 id);
	/* The far end is to drop what it has not played. */
	void (*clear)(gpointer user_data);
	void (*piece_started)(gpointer user_data, guint piece, gint64 now_us);
	void (*piece_heard)(gpointer user_data, guint piece);
	/* Everything has been heard. */
	void (*idle)(gpointer user_data);
	/* So many samples need not be kept any more. */
	void (*released)(gpointer user_data, gsize samples);
} OffhookPlayoutHandler;

typedef struct _OffhookPlayout OffhookPlayout;

/**
 * offhook_playout_new:
 * @lead_ms: the most that waits at the far end
 * @can_clear: whether it can drop what waits; without it, what was sent will be heard, and a pause
 *   or stop is complete only after the lead
 */
OffhookPlayout *offhook_playout_new(guint lead_ms, gboolean can_clear,
				    const OffhookPlayoutHandler *handler, gpointer user_data);
void offhook_playout_free(OffhookPlayout *self);

/** More of @piece, which goes behind all other pieces when it is new. */
void offhook_playout_append(OffhookPlayout *self, gint64 now_us, guint piece, GBytes *s16_16k);
void offhook_playout_end_piece(OffhookPlayout *self, gint64 now_us, guint piece);

void offhook_playout_pause(OffhookPlayout *self, gint64 now_us);
/** Goes on with the first sample that was not heard. */
void offhook_playout_resume(OffhookPlayout *self, gint64 now_us);
/** Forgets everything and ends a pause. No events for what is forgotten. */
void offhook_playout_stop(OffhookPlayout *self, gint64 now_us);

void offhook_playout_mark_echoed(OffhookPlayout *self, gint64 now_us, guint64 id);

/** To be called every 20 ms while offhook_playout_is_active(). Late calls catch up. */
void offhook_playout_tick(OffhookPlayout *self, gint64 now_us);
gboolean offhook_playout_is_active(OffhookPlayout *self);

/** A piece has begun and not been heard to its end, paused or not. */
gboolean offhook_playout_is_playing(OffhookPlayout *self);

/** See offhook_ledger_get_heard(). */
void offhook_playout_get_heard(OffhookPlayout *self, gint64 now_us, guint *piece, guint *heard_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPlayout, offhook_playout_free)

/** What a frame touches of it. */
void offhook_playout_add_hot(const OffhookPlayout *self, OffhookHotSet *set);

G_END_DECLS
