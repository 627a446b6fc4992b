/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The wait is half as long again as the mean pause, and a margin. A caller makes few pauses in a call,
 * so each counts a quarter. Any thread.
 */

#include "turn/pause-habit.h"

#define OFFHOOK_PAUSE_HABIT_FACTOR    1.5
#define OFFHOOK_PAUSE_HABIT_MARGIN_MS 150
#define OFFHOOK_PAUSE_HABIT_WEIGHT    0.25

/* The mean pause that is waited for @wait_ms. */
static double
offhook_pause_habit_get_mean_of(guint wait_ms)
{
	return MAX((double)wait_ms - OFFHOOK_PAUSE_HABIT_MARGIN_MS, 0) / OFFHOOK_PAUSE_HABIT_FACTOR;
}

void
offhook_pause_habit_init(OffhookPauseHabit *self, guint usual_ms, guint min_ms, guint max_ms)
{
	self->min_ms = min_ms;
	self->max_ms = max_ms;
	self->mean_ms = offhook_pause_habit_get_mean_of(usual_ms);
}

void
offhook_pause_habit_add(OffhookPauseHabit *self, guint pause_ms)
{
	gboolean cut = pause_ms >= offhook_pause_habit_get_wait_ms(self);
	guint pause = MIN(pause_ms, self->max_ms);

	self->mean_ms += OFFHOOK_PAUSE_HABIT_WEIGHT * (pause - self->mean_ms);
	if (cut)
		self->mean_ms =
		    MAX(self->mean_ms,
			offhook_pause_habit_get_mean_of(pause + OFFHOOK_PAUSE_HABIT_MARGIN_MS));
}

guint
offhook_pause_habit_get_wait_ms(const OffhookPauseHabit *self)
{
	double wait_ms = self->mean_ms * OFFHOOK_PAUSE_HABIT_FACTOR + OFFHOOK_PAUSE_HABIT_MARGIN_MS;

	return (guint)CLAMP(wait_ms + 0.5, self->min_ms, self->max_ms);
}
