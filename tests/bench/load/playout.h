/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What Twilio does with the audio it is sent: plays it in real time, returns each mark when what was
 * sent before it has been played, and forgets everything on `clear`. Knows when the caller hears
 * something loud. Time is passed in.
 */
#pragma once

#include "messages.h"

G_BEGIN_DECLS

typedef struct {
	gint64 end_us;        /* when the buffer runs empty */
	gint64 loud_begin_us; /* of the sound that was heard last, or will be */
	gint64 loud_end_us;
	GQueue marks; /* of LoadMark */
} LoadPlayout;

void load_playout_init(LoadPlayout *self);
void load_playout_clear(LoadPlayout *self);
void load_playout_push(LoadPlayout *self, const guint8 *codes, gsize n, gint64 now_us);
void load_playout_push_mark(LoadPlayout *self, const char *name, gsize size, gint64 now_us);
/** `clear`: silence from @now_us on, and all marks are due. */
void load_playout_flush(LoadPlayout *self, gint64 now_us);
/** (transfer full) (nullable): the name of the next mark that is due */
char *load_playout_pop_mark(LoadPlayout *self, gint64 now_us);

G_END_DECLS
