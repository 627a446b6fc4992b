/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The pings of one call: which were sent, when, and at which sample; and their way back, found in
 * the returned audio by ear alone. Tells delay, loss, order, and audio lost or inserted between them.
 */
#pragma once

#include "sounds.h"
#include "tally.h"

G_BEGIN_DECLS

#define LOAD_PINGS_ON_THE_WAY 8 /* no more than tones, so that each is unique */
/* A resampler's delay, and where exactly a rising edge counts as loud. */
#define LOAD_PINGS_TOLERANCE 8

typedef struct {
	guint64 position; /* of its first sample in what was sent */
	gint64 sent_us;
	guint tone;
	gboolean counted;
} LoadPing;

typedef struct {
	LoadTally *tally;
	LoadPing ring[LOAD_PINGS_ON_THE_WAY];
	guint64 first, next; /* on their way: [first, next) */

	guint64 returned; /* samples */
	gint64 shift;     /* of the returned stream against the sent one */
	gboolean shifted; /* it is known */

	/* The sound being heard. */
	gboolean loud;
	guint64 onset;
	gint64 onset_us;
	guint quiet;
	guint crossings;
	guint64 first_crossing, last_crossing;
	gboolean negative;
} LoadPings;

void load_pings_init(LoadPings *self, LoadTally *tally);
/** Returns: the tone to be sent as the next ping, whose first sample is number @position. */
guint load_pings_send(LoadPings *self, guint64 position, gint64 now_us);
/** @now_us: when the message with these samples came */
void load_pings_receive(LoadPings *self, const guint8 *codes, gsize n, gint64 now_us);
/** All that is still on its way is lost. */
void load_pings_end(LoadPings *self);
gboolean load_pings_is_waiting(const LoadPings *self);

G_END_DECLS
