/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Timers hang in the slot they are next due in. A slot is found by its absolute number modulo the
 * wheel's size, and a bit per slot tells which are in use. Runs in the thread of its owner.
 */

#include "media/timer-wheel.h"

#define OFFHOOK_TIMER_WHEEL_WORDS (OFFHOOK_TIMER_WHEEL_SLOTS / 64)

struct _OffhookTimerWheel {
	OffhookMediaTimer *slots[OFFHOOK_TIMER_WHEEL_SLOTS];
	guint counts[OFFHOOK_TIMER_WHEEL_SLOTS];
	guint64 used[OFFHOOK_TIMER_WHEEL_WORDS];
	OffhookMediaTimer *running; /* the slot being run, taken off the wheel */
	gint64 done;                /* all slots up to here have been run */
};

static guint
offhook_timer_wheel_index(gint64 slot)
{
	return (guint64)slot % OFFHOOK_TIMER_WHEEL_SLOTS;
}

OffhookTimerWheel *
offhook_timer_wheel_new(gint64 now_us)
{
	OffhookTimerWheel *self = g_new0(OffhookTimerWheel, 1);

	self->done = now_us / OFFHOOK_TIMER_WHEEL_SLOT_US;
	return self;
}

void
offhook_timer_wheel_free(OffhookTimerWheel *self)
{
	g_free(self);
}

gboolean
offhook_media_timer_is_running(const OffhookMediaTimer *timer)
{
	return timer->period != 0;
}

static void
offhook_timer_wheel_insert(OffhookTimerWheel *self, OffhookMediaTimer *timer, gint64 slot)
{
	guint index = offhook_timer_wheel_index(slot);

	timer->slot = slot;
	timer->prev = NULL;
	timer->next = self->slots[index];
	if (timer->next != NULL)
		timer->next->prev = timer;
	self->slots[index] = timer;
	self->counts[index]++;
	self->used[index / 64] |= G_GUINT64_CONSTANT(1) << (index % 64);
}

static void
offhook_timer_wheel_remove(OffhookTimerWheel *self, OffhookMediaTimer *timer)
{
	guint index = offhook_timer_wheel_index(timer->slot);

	if (timer->next != NULL)
		timer->next->prev = timer->prev;
	if (timer->prev != NULL)
		timer->prev->next = timer->next;
	else if (self->running == timer)
		self->running = timer->next;
	else
		self->slots[index] = timer->next;
	timer->next = timer->prev = NULL;
	if (--self->counts[index] == 0)
		self->used[index / 64] &= ~(G_GUINT64_CONSTANT(1) << (index % 64));
}

/* Timers of one period are all due within the next period, so a slot's count is its load. */
static gint64
offhook_timer_wheel_pick_slot(OffhookTimerWheel *self, guint period)
{
	gint64 best = self->done + 1;

	for (gint64 slot = best; slot <= self->done + period; slot++) {
		if (self->counts[offhook_timer_wheel_index(slot)] <
		    self->counts[offhook_timer_wheel_index(best)])
			best = slot;
	}
	return best;
}

void
offhook_timer_wheel_start(OffhookTimerWheel *self, OffhookMediaTimer *timer, guint period_us,
			  gint64 now_us)
{
	guint period = (period_us + OFFHOOK_TIMER_WHEEL_SLOT_US - 1) / OFFHOOK_TIMER_WHEEL_SLOT_US;

	g_return_if_fail(period > 0 && period < OFFHOOK_TIMER_WHEEL_SLOTS);

	if (offhook_media_timer_is_running(timer))
		offhook_timer_wheel_remove(self, timer);
	/* Nobody has run the wheel while it was empty. */
	if (offhook_timer_wheel_get_next(self) < 0 && self->running == NULL)
		self->done = MAX(self->done, now_us / OFFHOOK_TIMER_WHEEL_SLOT_US);
	timer->period = period;
	offhook_timer_wheel_insert(self, timer, offhook_timer_wheel_pick_slot(self, period));
}

void
offhook_timer_wheel_stop(OffhookTimerWheel *self, OffhookMediaTimer *timer)
{
	if (!offhook_media_timer_is_running(timer))
		return;
	offhook_timer_wheel_remove(self, timer);
	timer->period = 0;
}

gint64
offhook_timer_wheel_get_next(OffhookTimerWheel *self)
{
	guint first = offhook_timer_wheel_index(self->done + 1);

	/* The word of the first slot is looked at twice: its upper bits first, its lower last. */
	for (guint i = 0; i <= OFFHOOK_TIMER_WHEEL_WORDS; i++) {
		guint word = (first / 64 + i) % OFFHOOK_TIMER_WHEEL_WORDS;
		guint64 bits = self->used[word];
		guint index;

		if (i == 0)
			bits &= ~G_GUINT64_CONSTANT(0) << (first % 64);
		if (bits == 0)
			continue;
		index = word * 64 + __builtin_ctzll(bits);
		return (self->done + 1 + offhook_timer_wheel_index((gint64)index - first)) *
		       OFFHOOK_TIMER_WHEEL_SLOT_US;
	}
	return -1;
}

/* The first time after @now_slot that is a whole number of periods from when it was due. */
static gint64
offhook_media_timer_get_following(const OffhookMediaTimer *timer, gint64 now_slot)
{
	gint64 periods = (now_slot - timer->slot) / timer->period + 1;

	return timer->slot + periods * timer->period;
}

/* As in thread.c: while a timer runs, the memory that the next ones touch is on its way. */
static void
offhook_timer_wheel_look_ahead(const OffhookMediaTimer *first)
{
	const OffhookMediaTimer *second = first != NULL ? first->next : NULL;

	if (second != NULL) {
		__builtin_prefetch(second->next);
		offhook_hot_set_approach(second->hot);
	}
	if (first != NULL)
		offhook_hot_set_fetch(first->hot);
}

static guint
offhook_timer_wheel_run_slot(OffhookTimerWheel *self, gint64 slot, gint64 now_slot, gint64 now_us,
			     gint64 late_us)
{
	guint index = offhook_timer_wheel_index(slot);
	guint late = 0;

	self->running = g_steal_pointer(&self->slots[index]);
	while (self->running != NULL) {
		OffhookMediaTimer *timer = self->running;
		gint64 due = timer->slot;

		offhook_timer_wheel_remove(self, timer);
		offhook_timer_wheel_look_ahead(self->running);
		if (due > now_slot) {
			/* Put here meanwhile, for the wheel's next turn. */
			offhook_timer_wheel_insert(self, timer, due);
			continue;
		}
		if (now_us - due * OFFHOOK_TIMER_WHEEL_SLOT_US > late_us)
			late++;
		offhook_timer_wheel_insert(self, timer,
					   offhook_media_timer_get_following(timer, now_slot));
		timer->func(timer->user_data, now_us);
	}
	return late;
}

guint
offhook_timer_wheel_run(OffhookTimerWheel *self, gint64 now_us, gint64 late_us)
{
	gint64 now_slot = now_us / OFFHOOK_TIMER_WHEEL_SLOT_US;
	gint64 from = self->done;
	guint late = 0;

	for (guint i = 1; i <= OFFHOOK_TIMER_WHEEL_SLOTS && from + i <= now_slot; i++) {
		gint64 slot = from + i;

		/* Timers started meanwhile go behind the slot being run. */
		self->done = slot;
		if (self->slots[offhook_timer_wheel_index(slot)] == NULL)
			continue;
		late += offhook_timer_wheel_run_slot(self, slot, now_slot, now_us, late_us);
	}
	self->done = MAX(self->done, now_slot);
	return late;
}
