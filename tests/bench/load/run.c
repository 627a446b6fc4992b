/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The loop. Calls are due one after the other, evenly over 20 ms. Sends and reads are gathered over a
 * fraction of a millisecond (--quantum-us): the generator sleeps so long between two looks, which
 * makes it cheap, and makes delays look longer by at most that much, never shorter.
 */

#include "run.h"

#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS        512
#define TICKS         256 /* then what has come is read, however late we are */
#define OPENING_MAX   (25 * G_USEC_PER_SEC)
#define DRAIN_SENDING (G_USEC_PER_SEC)
#define DRAIN_HEARING (G_USEC_PER_SEC / 2)
#define CLOSING_MAX   (3 * G_USEC_PER_SEC)

/* @memory: walking the server's memory stops it for a while: not right before measuring. */
static void
load_run_note(LoadRun *self, LoadMoment *moment, gboolean memory)
{
	struct timespec cpu;

	load_usage_read(&moment->server, self->common.options->server_pid, memory);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	moment->own_cpu_ns = (guint64)cpu.tv_sec * 1000000000 + (guint64)cpu.tv_nsec;
	moment->wall_us = g_get_monotonic_time();
}

static gsize
load_run_get_raw_size(void)
{
	LoadMessages messages;
	guint8 frame[LOAD_MESSAGE_MAX];

	load_messages_init(&messages, 1, FALSE);
	messages.sequence = messages.chunk = 500;
	return load_messages_write_media(&messages, load_sounds_get_silence(), frame);
}

void
load_run_init(LoadRun *self, const LoadOptions *options)
{
	*self = (LoadRun){.n_calls = (guint)options->calls};
	self->common.options = options;
	self->common.epoll = epoll_create1(EPOLL_CLOEXEC);
	self->common.raw_size = load_run_get_raw_size();
	self->common.pings = TRUE;
	load_tally_init(&self->common.tally);
	self->calls = g_new0(LoadCall, self->n_calls);
	for (guint i = 0; i < self->n_calls; i++)
		load_call_init(&self->calls[i], &self->common);
}

void
load_run_clear(LoadRun *self)
{
	for (guint i = 0; i < self->n_calls; i++)
		load_call_abort(&self->calls[i]);
	g_free(self->calls);
	load_tally_clear(&self->common.tally);
	close(self->common.epoll);
}

/* ---- one look ---- */

static gboolean
load_run_may_start(LoadRun *self, guint index, gint64 now_us)
{
	const LoadOptions *options = self->common.options;
	guint started = self->common.tally.started;
	gint64 allowed = 1 + (now_us - self->begin_us) * options->ramp / G_USEC_PER_SEC;

	if (started >= allowed)
		return FALSE;
	if (options->mode == LOAD_MODE_CHURN)
		return started < (guint)options->total;
	return started == index;
}

/* Returns: whether all that were due have had their turn. */
static gboolean
load_run_tick_calls(LoadRun *self)
{
	gint64 now_us = g_get_monotonic_time();
	gint64 due_us = 0;
	guint budget = TICKS;

	while (budget-- > 0 &&
	       (due_us = self->base_us + (gint64)self->round * LOAD_FRAME_US +
			 (gint64)self->next * LOAD_FRAME_US / self->n_calls) <= now_us) {
		LoadCall *call = &self->calls[self->next];

		if (call->state != LOAD_CALL_IDLE)
			load_call_tick(call, due_us, now_us);
		else if (load_run_may_start(self, self->next, now_us))
			load_call_start(call, self->common.tally.started + 1, now_us);
		if (++self->next == self->n_calls) {
			self->next = 0;
			self->round++;
		}
		now_us = g_get_monotonic_time();
	}
	return due_us > now_us;
}

static void
load_run_handle_events(LoadRun *self)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(self->common.epoll, events, EVENTS, 0);

	for (int i = 0; i < n; i++)
		load_call_handle(events[i].data.ptr, events[i].events, g_get_monotonic_time());
}

static void
load_run_sleep(LoadRun *self)
{
	gint64 quantum = self->common.options->quantum_us;
	gint64 until_us = (g_get_monotonic_time() / quantum + 1) * quantum;
	struct timespec until = {until_us / G_USEC_PER_SEC, until_us % G_USEC_PER_SEC * 1000};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

/* Until @condition or, at the latest, @limit_us from now. @ticks: callers go on. */
static gboolean
load_run_until(LoadRun *self, gint64 limit_us, gboolean ticks, gboolean (*condition)(LoadRun *self))
{
	gint64 end_us = g_get_monotonic_time() + limit_us;
	gint64 look_us = 0;

	while (g_get_monotonic_time() < end_us) {
		gboolean idle = !ticks || load_run_tick_calls(self);

		load_run_handle_events(self);
		if (condition != NULL && g_get_monotonic_time() > look_us) {
			if (condition(self))
				return TRUE;
			look_us = g_get_monotonic_time() + 10 * 1000;
		}
		if (idle)
			load_run_sleep(self);
	}
	return FALSE;
}

/* ---- phases ---- */

static gboolean
load_run_has_none(LoadRun *self, LoadCallState a, LoadCallState b, LoadCallState c)
{
	for (guint i = 0; i < self->n_calls; i++) {
		LoadCallState state = self->calls[i].state;

		if (state == a || state == b || state == c)
			return FALSE;
	}
	return TRUE;
}

static gboolean
load_run_is_ramped(LoadRun *self)
{
	return self->common.tally.started == self->n_calls &&
	       load_run_has_none(self, LOAD_CALL_OPENING, LOAD_CALL_OPENING, LOAD_CALL_OPENING);
}

static gboolean
load_run_is_over(LoadRun *self)
{
	return load_run_has_none(self, LOAD_CALL_OPENING, LOAD_CALL_LIVE, LOAD_CALL_CLOSING);
}

static gboolean
load_run_is_churned(LoadRun *self)
{
	return self->common.tally.started == (guint)self->common.options->total &&
	       load_run_is_over(self);
}

static gboolean
load_run_is_heard(LoadRun *self)
{
	for (guint i = 0; i < self->n_calls; i++)
		if (self->calls[i].state == LOAD_CALL_LIVE &&
		    (load_pings_is_waiting(&self->calls[i].pings) || self->calls[i].raw_mark != 0))
			return FALSE;
	return TRUE;
}

/* A server may need later frames to give back earlier ones: silence goes on for a while. */
static void
load_run_drain(LoadRun *self)
{
	gboolean raw = self->common.options->mode == LOAD_MODE_RAW;

	self->common.pings = FALSE;
	load_run_until(self, DRAIN_SENDING, TRUE, NULL);
	load_run_until(self, DRAIN_HEARING, FALSE, NULL);
	if (!load_run_is_heard(self))
		load_run_until(self, DRAIN_SENDING, FALSE, load_run_is_heard);
	for (guint i = 0; i < self->n_calls; i++) {
		LoadCall *call = &self->calls[i];

		if (call->state != LOAD_CALL_LIVE)
			continue;
		self->common.tally.samples_missing +=
		    raw ? (gint64)call->frames * LOAD_FRAME_SAMPLES -
			      (gint64)(call->raw_received * LOAD_FRAME_SAMPLES /
				       self->common.raw_size)
			: (gint64)(call->frames * LOAD_FRAME_SAMPLES) -
			      (gint64)call->pings.returned;
		self->common.tally.pings_lost += call->raw_mark != 0;
		load_pings_end(&call->pings);
	}
}

static void
load_run_hold(LoadRun *self)
{
	const LoadOptions *options = self->common.options;

	load_run_until(self, OPENING_MAX + (gint64)options->calls * G_USEC_PER_SEC / options->ramp,
		       TRUE, load_run_is_ramped);
	load_run_until(self, options->warmup * G_USEC_PER_SEC, TRUE, NULL);
	load_run_note(self, &self->first, FALSE);
	self->common.tally.measuring = TRUE;
	load_run_until(self, options->seconds * G_USEC_PER_SEC, TRUE, NULL);
	self->common.tally.measuring = FALSE;
	load_run_note(self, &self->last, FALSE);
	load_usage_read(&self->last.server, options->server_pid, TRUE);
	self->live_at_end = self->common.tally.live;
	if (options->mode != LOAD_MODE_TALK && options->mode != LOAD_MODE_FEED)
		load_run_drain(self);
}

static void
load_run_churn(LoadRun *self)
{
	const LoadOptions *options = self->common.options;
	gint64 each_us = options->hold_ms * 1000 + 2 * G_USEC_PER_SEC;
	gint64 limit_us = (gint64)options->total * each_us / options->calls +
			  (gint64)options->total * G_USEC_PER_SEC / options->ramp +
			  30 * G_USEC_PER_SEC;

	load_run_note(self, &self->first, FALSE);
	self->common.tally.measuring = TRUE;
	self->complete = load_run_until(self, limit_us, TRUE, load_run_is_churned);
	self->common.tally.measuring = FALSE;
	load_run_note(self, &self->last, FALSE);
	load_usage_read(&self->last.server, options->server_pid, TRUE);
}

void
load_run_go(LoadRun *self)
{
	load_run_note(self, &self->idle, TRUE);
	self->begin_us = g_get_monotonic_time();
	self->base_us = self->begin_us;
	if (self->common.options->mode == LOAD_MODE_CHURN)
		load_run_churn(self);
	else
		load_run_hold(self);
	for (guint i = 0; i < self->n_calls; i++)
		load_call_end(&self->calls[i], g_get_monotonic_time());
	load_run_until(self, CLOSING_MAX, FALSE, load_run_is_over);
}
