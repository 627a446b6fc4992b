/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A whole run: ramp, warm-up, the time measured, and the end. */
#pragma once

#include "call.h"
#include "procfs.h"

G_BEGIN_DECLS

typedef struct {
	gint64 wall_us;
	guint64 own_cpu_ns;
	LoadUsage server;
} LoadMoment;

typedef struct {
	LoadCommon common;
	LoadCall *calls;
	guint n_calls;
	gint64 begin_us;
	gint64 base_us; /* call k is due at base + k/n of 20 ms, every 20 ms */
	guint64 round;
	guint next;       /* of this round */
	LoadMoment idle;  /* before the first call */
	LoadMoment first; /* the beginning of the time measured */
	LoadMoment last;  /* its end */
	guint live_at_end;
	gboolean complete; /* churn: all calls have ended before time was up */
} LoadRun;

void load_run_init(LoadRun *self, const LoadOptions *options);
/** Blocks until it is over. */
void load_run_go(LoadRun *self);
void load_run_clear(LoadRun *self);

G_END_DECLS
