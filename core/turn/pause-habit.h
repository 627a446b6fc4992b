/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How long this caller pauses without having finished, and so how long to wait for him: a mean of his
 * own pauses in which the last ones count most. Who makes short pauses is answered sooner; who was
 * once taken to have finished and went on is waited for so long from then on. A plain value; any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	guint min_ms;
	guint max_ms;
	double mean_ms;
} OffhookPauseHabit;

/** @usual_ms: the wait for somebody unknown; @min_ms, @max_ms: its bounds later on */
void offhook_pause_habit_init(OffhookPauseHabit *self, guint usual_ms, guint min_ms, guint max_ms);
/** After a silence of @pause_ms the caller went on with his turn. */
void offhook_pause_habit_add(OffhookPauseHabit *self, guint pause_ms);
guint offhook_pause_habit_get_wait_ms(const OffhookPauseHabit *self);

G_END_DECLS
