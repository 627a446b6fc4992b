/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All deadlines hang on one GSource, in a heap by their time. The main loop looks at each of its
 * sources in each of its turns, so a source for every deadline would make every turn dearer with
 * every call. The source has a timer besides, since the loop itself only waits for whole
 * milliseconds and comes up to one late. Main thread.
 */

#include "base/deadline.h"

#include <sys/timerfd.h>

#define OFFHOOK_DEADLINE_UNSET G_MAXUINT
/* The main loop itself has been busy for as long. */
#define OFFHOOK_DEADLINE_LATE_US 50000

struct _OffhookDeadline {
	guint place; /* in the heap, or unset */
	gint64 at_us;
	void (*callback)(gpointer user_data);
	gpointer user_data;
};

static GPtrArray *offhook_deadline_heap; /* OffhookDeadline, each sooner than its two children */
static GSource *offhook_deadline_source;
static gboolean offhook_deadline_waived; /* the last turn, for all else */
static gboolean offhook_deadline_dispatching;
static int offhook_deadline_timer = -1; /* descriptor; -1: the loop's own waiting has to do */
static gint64 offhook_deadline_armed_us = G_MAXINT64; /* what the timer is set to */

static OffhookDeadline *
offhook_deadline_at(guint place)
{
	return g_ptr_array_index(offhook_deadline_heap, place);
}

static void
offhook_deadline_put(OffhookDeadline *self, guint place)
{
	g_ptr_array_index(offhook_deadline_heap, place) = self;
	self->place = place;
}

/* Towards the top while it is sooner than what is above it. */
static void
offhook_deadline_rise(OffhookDeadline *self)
{
	while (self->place > 0) {
		guint above = (self->place - 1) / 2;
		OffhookDeadline *parent = offhook_deadline_at(above);

		if (parent->at_us <= self->at_us)
			return;
		offhook_deadline_put(parent, self->place);
		offhook_deadline_put(self, above);
	}
}

/* Away from the top while something below it is sooner. */
static void
offhook_deadline_sink(OffhookDeadline *self)
{
	for (;;) {
		guint below = self->place * 2 + 1;
		OffhookDeadline *child;

		if (below >= offhook_deadline_heap->len)
			return;
		child = offhook_deadline_at(below);
		if (below + 1 < offhook_deadline_heap->len &&
		    offhook_deadline_at(below + 1)->at_us < child->at_us)
			child = offhook_deadline_at(below + 1);
		if (child->at_us >= self->at_us)
			return;
		below = child->place;
		offhook_deadline_put(child, self->place);
		offhook_deadline_put(self, below);
	}
}

static void
offhook_deadline_insert(OffhookDeadline *self)
{
	g_ptr_array_add(offhook_deadline_heap, self);
	self->place = offhook_deadline_heap->len - 1;
	offhook_deadline_rise(self);
}

static void
offhook_deadline_remove(OffhookDeadline *self)
{
	guint place = self->place;
	OffhookDeadline *last =
	    g_ptr_array_steal_index_fast(offhook_deadline_heap, offhook_deadline_heap->len - 1);

	self->place = OFFHOOK_DEADLINE_UNSET;
	if (last == self)
		return;
	offhook_deadline_put(last, place);
	offhook_deadline_rise(last);
	offhook_deadline_sink(last);
}

/* To the time of the first, or to none. Setting it also takes its readiness away. */
static void
offhook_deadline_set_timer(gint64 at_us)
{
	struct itimerspec spec = {0};

	if (at_us == offhook_deadline_armed_us || offhook_deadline_timer < 0)
		return;
	offhook_deadline_armed_us = at_us;
	if (at_us != G_MAXINT64) {
		spec.it_value.tv_sec = at_us / G_USEC_PER_SEC;
		spec.it_value.tv_nsec = MAX(at_us % G_USEC_PER_SEC * 1000, 1);
	}
	timerfd_settime(offhook_deadline_timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void
offhook_deadline_arm(void)
{
	gint64 at_us = offhook_deadline_heap->len > 0 ? MAX(offhook_deadline_at(0)->at_us, 0) : -1;

	if (offhook_deadline_dispatching)
		return;
	g_source_set_ready_time(offhook_deadline_source, at_us);
	offhook_deadline_set_timer(at_us >= 0 ? at_us : G_MAXINT64);
}

/*
 * Whoever is waited for may have answered while the main loop was busy: for one turn, what it has not
 * read yet is read before anybody is found to be late.
 */
static gboolean
offhook_deadline_waive(const OffhookDeadline *first, gint64 now_us)
{
	offhook_deadline_waived = !offhook_deadline_waived && first->at_us > 0 &&
				  now_us - first->at_us >= OFFHOOK_DEADLINE_LATE_US;
	return offhook_deadline_waived;
}

static gboolean
offhook_deadline_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	gint64 now_us = g_source_get_time(source);
	gboolean waives = offhook_deadline_heap->len > 0 &&
			  offhook_deadline_waive(offhook_deadline_at(0), now_us);

	offhook_deadline_dispatching = TRUE;
	/* As many as there are now: one that sets itself to the past again waits for the next turn. */
	for (guint n = waives ? 0 : offhook_deadline_heap->len;
	     n > 0 && offhook_deadline_heap->len > 0; n--) {
		OffhookDeadline *first = offhook_deadline_at(0);

		if (first->at_us > now_us)
			break;
		offhook_deadline_remove(first);
		first->callback(first->user_data);
	}
	offhook_deadline_dispatching = FALSE;
	offhook_deadline_armed_us = -1;
	offhook_deadline_arm();
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs offhook_deadline_funcs = {.dispatch = offhook_deadline_dispatch};

static void
offhook_deadline_init(void)
{
	if (offhook_deadline_heap != NULL)
		return;
	offhook_deadline_heap = g_ptr_array_new();
	offhook_deadline_source = g_source_new(&offhook_deadline_funcs, sizeof(GSource));
	g_source_set_static_name(offhook_deadline_source, "offhook-deadlines");
	offhook_deadline_timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (offhook_deadline_timer >= 0)
		g_source_add_unix_fd(offhook_deadline_source, offhook_deadline_timer, G_IO_IN);
	g_source_attach(offhook_deadline_source, NULL);
}

OffhookDeadline *
offhook_deadline_new(void (*callback)(gpointer user_data), gpointer user_data)
{
	OffhookDeadline *self = g_new0(OffhookDeadline, 1);

	offhook_deadline_init();
	self->place = OFFHOOK_DEADLINE_UNSET;
	self->callback = callback;
	self->user_data = user_data;
	return self;
}

void
offhook_deadline_free(OffhookDeadline *self)
{
	if (self == NULL)
		return;
	offhook_deadline_set(self, G_MAXINT64);
	g_free(self);
}

void
offhook_deadline_set(OffhookDeadline *self, gint64 at_us)
{
	if (self->place != OFFHOOK_DEADLINE_UNSET)
		offhook_deadline_remove(self);
	if (at_us != G_MAXINT64) {
		self->at_us = at_us;
		offhook_deadline_insert(self);
	}
	offhook_deadline_arm();
}
