/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What a run has counted and timed so far, over all calls. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Times in microseconds. */
typedef struct {
	GArray *values; /* of gint32 */
	gboolean sorted;
} LoadTimes;

typedef struct {
	gboolean measuring; /* between warm-up and the end */

	guint started, connected, live, ended;
	GHashTable *failures; /* why (char *) -> how often (guint *) */
	guint failed;

	/* While measuring. */
	guint64 frames_sent, frames_received, frames_unsent;
	LoadTimes lateness; /* of our own sends */
	LoadTimes delay;
	guint64 pings_sent, pings_returned, pings_lost, pings_misordered;
	guint64 samples_lost, samples_inserted;
	guint64 marks, clears;

	/* Over the whole of each call that was still there at the end. */
	gint64 samples_missing; /* sent, not returned; negative: more was returned than sent */

	LoadTimes answer, barge_in;
	guint64 turns, unanswered, unsilenced;
} LoadTally;

void load_tally_init(LoadTally *self);
void load_tally_clear(LoadTally *self);
void load_tally_fail(LoadTally *self, const char *why);

void load_times_add(LoadTimes *self, gint64 us);
/** @share: 0 to 1; in ms, 0 without values */
double load_times_get_ms(LoadTimes *self, double share);

G_END_DECLS
