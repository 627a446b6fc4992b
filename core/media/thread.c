/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A thread whose main context polls an epoll set. Sockets and the timer wheel's one timerfd are
 * members of that set, so that the cost of a wake-up does not grow with the number of calls. What is
 * marked so in the header runs in the thread itself.
 */

#include "media/thread.h"

#include "base/priority.h"
#include "media/g711-element.h"

#include <errno.h>
#include <offhook/context.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define OFFHOOK_MEDIA_THREAD_BATCH       256
#define OFFHOOK_MEDIA_THREAD_SERVE_MS    5 /* without a turn of the context */
#define OFFHOOK_MEDIA_THREAD_LAST_ROUNDS 10000
#define OFFHOOK_MEDIA_THREAD_LATE_US     10000
#define OFFHOOK_MEDIA_THREAD_CROWD       64   /* descriptors from which on looks are spaced */
#define OFFHOOK_MEDIA_THREAD_LOOK_US     1000 /* between two looks */

struct _OffhookMediaWatch {
	int fd;
	guint32 events;
	OffhookMediaWatchFunc func; /* NULL: removed */
	gpointer user_data;
	OffhookMediaWatch *next; /* of all, or of the removed ones */
	OffhookMediaWatch *prev;
	const OffhookHotSet *hot; /* (nullable) */
};

struct _OffhookMediaThread {
	OffhookClock *clock;
	gboolean manual_clock;
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
	GSource *source;
	int epoll_fd;
	int timer_fd;

	/* the thread's own */
	OffhookTimerWheel *wheel;
	gint64 armed_us; /* -1: not */
	int wake_fd;     /* the context's own, once it is in the set; else -1 */
	gboolean posted; /* something by a call of ours, since the last turn of the context */
	gboolean dispatching;
	gint64 looked_us; /* when the set was looked at last */
	OffhookMediaWatch *watches;
	guint n_watches;
	GByteArray *scratch;
	OffhookMediaWatch *removed; /* freed when no event can name them any more */

	/* written here, read anywhere; atomic */
	guint sessions;
	guint64 late_ticks;
	guint64 dropped_frames;
	guint64 frames_in;
	guint64 frames_out;
};

typedef struct {
	GSource parent;
	OffhookMediaThread *thread;
} OffhookMediaThreadSource;

static GPrivate offhook_media_thread_current;

static void
offhook_media_thread_arm(OffhookMediaThread *self)
{
	gint64 next = offhook_timer_wheel_get_next(self->wheel);
	struct itimerspec spec = {0};

	if (self->manual_clock || next == self->armed_us)
		return;
	self->armed_us = next;
	if (next >= 0) {
		spec.it_value.tv_sec = next / G_USEC_PER_SEC;
		spec.it_value.tv_nsec = next % G_USEC_PER_SEC * 1000;
	}
	timerfd_settime(self->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void
offhook_media_thread_run_timers(OffhookMediaThread *self)
{
	guint late = offhook_timer_wheel_run(self->wheel, offhook_media_thread_get_time(self),
					     OFFHOOK_MEDIA_THREAD_LATE_US);

	if (late > 0)
		__atomic_fetch_add(&self->late_ticks, late, __ATOMIC_RELAXED);
	/* Setting the timer also takes its readiness away: it need not be read. */
	self->armed_us = G_MININT64;
}

static void
offhook_media_thread_release_removed(OffhookMediaThread *self)
{
	while (self->removed != NULL) {
		OffhookMediaWatch *watch = self->removed;

		self->removed = watch->next;
		g_free(watch);
	}
}

/* The watch of event @i; %NULL when there is none: it is the context's or the timers'. */
static OffhookMediaWatch *
offhook_media_thread_get_watch(OffhookMediaThread *self, const struct epoll_event *events, int i,
			       int n)
{
	return i < n && events[i].data.ptr != self ? events[i].data.ptr : NULL;
}

/*
 * While event @i is served, what the next one needs comes from memory. To know what that is, its watch
 * and its set have to be there, so they are asked for even earlier.
 */
static void
offhook_media_thread_look_ahead(OffhookMediaThread *self, const struct epoll_event *events, int i,
				int n)
{
	const OffhookMediaWatch *first = offhook_media_thread_get_watch(self, events, i + 1, n);
	const OffhookMediaWatch *second = offhook_media_thread_get_watch(self, events, i + 2, n);

	__builtin_prefetch(offhook_media_thread_get_watch(self, events, i + 3, n));
	if (second != NULL)
		offhook_hot_set_approach(second->hot);
	if (first != NULL)
		offhook_hot_set_fetch(first->hot);
}

/* One look at the set. Returns: how many events it had; @woken: was the context's among them? */
static int
offhook_media_thread_run_once(OffhookMediaThread *self, gint timeout_ms, gboolean *woken)
{
	struct epoll_event events[OFFHOOK_MEDIA_THREAD_BATCH];
	int n = epoll_wait(self->epoll_fd, events, G_N_ELEMENTS(events), timeout_ms);

	*woken = FALSE;
	self->looked_us = g_get_monotonic_time();
	self->dispatching = TRUE;
	for (int i = 0; i < n; i++) {
		OffhookMediaWatch *watch = offhook_media_thread_get_watch(self, events, i, n);

		offhook_media_thread_look_ahead(self, events, i, n);
		if (events[i].data.ptr == self)
			*woken = TRUE;
		else if (watch == NULL)
			offhook_media_thread_run_timers(self);
		else if (watch->func != NULL)
			watch->func(watch->user_data, events[i].events);
	}
	offhook_media_thread_release_removed(self);
	if (n > 0)
		offhook_media_thread_arm(self);
	self->dispatching = FALSE;
	return n;
}

/*
 * With many calls a packet comes every few microseconds, and waking up for each costs more than
 * what is done for it. A look each millisecond finds a handful, and none has waited for long. What
 * is posted to the thread ends the wait at once: a voice may begin, or has to fall silent.
 */
static void
offhook_media_thread_space_looks(OffhookMediaThread *self)
{
	gint64 left_us = self->looked_us + OFFHOOK_MEDIA_THREAD_LOOK_US - g_get_monotonic_time();
	struct timespec left = {.tv_nsec = left_us * 1000};
	struct pollfd wake = {.fd = self->wake_fd, .events = POLLIN};

	if (self->n_watches >= OFFHOOK_MEDIA_THREAD_CROWD && !self->manual_clock && left_us > 0)
		ppoll(&wake, 1, &left, NULL);
}

/*
 * The context's poll(). The context has two descriptors, its own for being woken up and the set.
 * With the first put into the second there is one to wait for, and as long as only calls have
 * something to say, they are served right here: a turn of the context for each of their packets
 * would cost another microsecond.
 */
static gint
offhook_media_thread_poll(GPollFD *fds, guint n_fds, gint timeout_ms)
{
	OffhookMediaThread *self = g_private_get(&offhook_media_thread_current);
	gint64 begun_us = g_get_monotonic_time();
	gint wait_ms = timeout_ms;
	gboolean woken;

	for (guint i = 0; i < n_fds; i++)
		fds[i].revents = 0;
	if (n_fds != 2 || fds[0].fd == self->epoll_fd || fds[1].fd != self->epoll_fd)
		return g_poll(fds, n_fds, timeout_ms);
	if (self->wake_fd != fds[0].fd) {
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = self};

		self->wake_fd = fds[0].fd;
		epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, self->wake_fd, &event);
	}
	self->posted = FALSE;
	if (timeout_ms != 0)
		offhook_media_thread_space_looks(self);
	while (offhook_media_thread_run_once(self, wait_ms, &woken) > 0) {
		gint passed_ms = (self->looked_us - begun_us) / 1000;

		if (woken)
			fds[0].revents = G_IO_IN;
		if (woken || self->posted || passed_ms >= OFFHOOK_MEDIA_THREAD_SERVE_MS)
			break;
		/* A call may have attached a source to the context: look at it soon. */
		wait_ms = OFFHOOK_MEDIA_THREAD_SERVE_MS - passed_ms;
		if (timeout_ms >= 0)
			wait_ms = CLAMP(timeout_ms - passed_ms, 0, wait_ms);
		offhook_media_thread_space_looks(self);
	}
	return fds[0].revents != 0;
}

/* Something else has a descriptor in the context: the set is one of many. */
static gboolean
offhook_media_thread_source_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	gboolean woken;

	offhook_media_thread_run_once(((OffhookMediaThreadSource *)source)->thread, 0, &woken);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs offhook_media_thread_source_funcs = {
    .dispatch = offhook_media_thread_source_dispatch,
};

/* What still has a descriptor here is told to let go of it. */
static void
offhook_media_thread_release_watches(OffhookMediaThread *self)
{
	while (self->watches != NULL) {
		OffhookMediaWatch *watch = self->watches;

		watch->func(watch->user_data, 0);
		if (self->watches == watch) {
			g_critical("descriptor %d is still watched after the thread's end",
				   watch->fd);
			break;
		}
	}
}

static gpointer
offhook_media_thread_main(gpointer user_data)
{
	OffhookMediaThread *self = user_data;

	offhook_priority_raise();
	g_private_set(&offhook_media_thread_current, self);
	g_main_context_push_thread_default(self->context);
	g_main_loop_run(self->loop);
	offhook_media_thread_release_watches(self);
	/* What was posted before the end is still done: it may hold the last reference of things. */
	for (guint i = 0; i < OFFHOOK_MEDIA_THREAD_LAST_ROUNDS; i++) {
		if (!g_main_context_iteration(self->context, FALSE))
			break;
	}
	g_main_context_pop_thread_default(self->context);
	return NULL;
}

OffhookMediaThread *
offhook_media_thread_new(const char *name, OffhookClock *clock)
{
	OffhookMediaThread *self = g_new0(OffhookMediaThread, 1);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

	/* Here, and not in the first call: finding all of GStreamer's plugins takes its time. */
	offhook_g711_element_register();
	self->clock = g_object_ref(clock != NULL ? clock : offhook_clock_get_default());
	self->manual_clock = self->clock != offhook_clock_get_default();
	self->context = g_main_context_new();
	g_main_context_set_poll_func(self->context, offhook_media_thread_poll);
	self->loop = g_main_loop_new(self->context, FALSE);
	self->wheel = offhook_timer_wheel_new(offhook_clock_get_time(self->clock));
	self->scratch = g_byte_array_new();
	self->armed_us = -1;
	self->wake_fd = -1;
	self->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	self->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (self->epoll_fd < 0 || self->timer_fd < 0 ||
	    epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, self->timer_fd, &event) < 0)
		g_error("media thread %s: out of descriptors", name);

	self->source =
	    g_source_new(&offhook_media_thread_source_funcs, sizeof(OffhookMediaThreadSource));
	((OffhookMediaThreadSource *)self->source)->thread = self;
	g_source_set_static_name(self->source, "offhook-media-thread");
	g_source_set_priority(self->source, G_PRIORITY_DEFAULT);
	g_source_add_unix_fd(self->source, self->epoll_fd, G_IO_IN);
	g_source_attach(self->source, self->context);
	self->thread = g_thread_new(name, offhook_media_thread_main, self);
	return self;
}

static void
offhook_media_thread_quit_cb(gpointer data)
{
	g_main_loop_quit(data);
}

void
offhook_media_thread_free(OffhookMediaThread *self)
{
	if (self == NULL)
		return;
	g_return_if_fail(offhook_media_thread_get_current() != self);

	offhook_context_post(self->context, offhook_media_thread_quit_cb,
			     g_main_loop_ref(self->loop), (GDestroyNotify)g_main_loop_unref);
	g_thread_join(self->thread);
	g_source_destroy(self->source);
	g_source_unref(self->source);
	close(self->timer_fd);
	close(self->epoll_fd);
	offhook_timer_wheel_free(self->wheel);
	g_byte_array_unref(self->scratch);
	g_main_loop_unref(self->loop);
	g_main_context_unref(self->context);
	g_object_unref(self->clock);
	g_free(self);
}

GMainContext *
offhook_media_thread_get_context(OffhookMediaThread *self)
{
	return self->context;
}

OffhookClock *
offhook_media_thread_get_clock(OffhookMediaThread *self)
{
	return self->clock;
}

gint64
offhook_media_thread_get_time(OffhookMediaThread *self)
{
	return offhook_clock_get_time(self->clock);
}

void
offhook_media_thread_get_statistics(OffhookMediaThread *self,
				    OffhookMediaThreadStatistics *statistics)
{
	statistics->sessions = __atomic_load_n(&self->sessions, __ATOMIC_RELAXED);
	statistics->late_ticks = __atomic_load_n(&self->late_ticks, __ATOMIC_RELAXED);
	statistics->dropped_frames = __atomic_load_n(&self->dropped_frames, __ATOMIC_RELAXED);
	statistics->frames_in = __atomic_load_n(&self->frames_in, __ATOMIC_RELAXED);
	statistics->frames_out = __atomic_load_n(&self->frames_out, __ATOMIC_RELAXED);
}

void
offhook_media_thread_post(OffhookMediaThread *self, void (*func)(gpointer data), gpointer data,
			  GDestroyNotify destroy)
{
	offhook_context_post(self->context, func, data, destroy);
	if (offhook_media_thread_get_current() == self)
		self->posted = TRUE;
}

static void
offhook_media_thread_kick_cb(gpointer data)
{
	OffhookMediaThread *self = data;

	offhook_media_thread_run_timers(self);
	offhook_media_thread_arm(self);
}

void
offhook_media_thread_kick(OffhookMediaThread *self)
{
	offhook_context_post(self->context, offhook_media_thread_kick_cb, self, NULL);
}

OffhookMediaThread *
offhook_media_thread_get_current(void)
{
	return g_private_get(&offhook_media_thread_current);
}

GByteArray *
offhook_media_thread_get_scratch(OffhookMediaThread *self)
{
	return self->scratch;
}

static void
offhook_media_thread_control(OffhookMediaThread *self, int operation, OffhookMediaWatch *watch)
{
	struct epoll_event event = {.events = watch->events, .data.ptr = watch};

	if (epoll_ctl(self->epoll_fd, operation, watch->fd, &event) < 0)
		g_critical("epoll_ctl(%d) on descriptor %d: %s", operation, watch->fd,
			   g_strerror(errno));
}

OffhookMediaWatch *
offhook_media_thread_add_fd(OffhookMediaThread *self, int fd, guint32 events,
			    OffhookMediaWatchFunc func, gpointer user_data)
{
	OffhookMediaWatch *watch = g_new0(OffhookMediaWatch, 1);

	watch->fd = fd;
	watch->events = events;
	watch->func = func;
	watch->user_data = user_data;
	watch->next = self->watches;
	if (watch->next != NULL)
		watch->next->prev = watch;
	self->watches = watch;
	self->n_watches++;
	offhook_media_thread_control(self, EPOLL_CTL_ADD, watch);
	return watch;
}

void
offhook_media_thread_modify_fd(OffhookMediaThread *self, OffhookMediaWatch *watch, guint32 events)
{
	if (watch->events == events)
		return;
	watch->events = events;
	offhook_media_thread_control(self, EPOLL_CTL_MOD, watch);
}

void
offhook_media_thread_remove_fd(OffhookMediaThread *self, OffhookMediaWatch *watch)
{
	offhook_media_thread_control(self, EPOLL_CTL_DEL, watch);
	watch->func = NULL;
	self->n_watches--;
	if (watch->next != NULL)
		watch->next->prev = watch->prev;
	if (watch->prev != NULL)
		watch->prev->next = watch->next;
	else
		self->watches = watch->next;
	/* A later event of the same look may name it. */
	if (!self->dispatching) {
		g_free(watch);
		return;
	}
	watch->next = self->removed;
	self->removed = watch;
}

void
offhook_media_watch_set_hot_set(OffhookMediaWatch *self, const OffhookHotSet *set)
{
	self->hot = set;
}

void
offhook_media_thread_start_timer(OffhookMediaThread *self, OffhookMediaTimer *timer,
				 guint period_us)
{
	offhook_timer_wheel_start(self->wheel, timer, period_us,
				  offhook_media_thread_get_time(self));
	if (!self->dispatching)
		offhook_media_thread_arm(self);
}

void
offhook_media_thread_stop_timer(OffhookMediaThread *self, OffhookMediaTimer *timer)
{
	offhook_timer_wheel_stop(self->wheel, timer);
}

void
offhook_media_thread_count_sessions(OffhookMediaThread *self, int change)
{
	__atomic_fetch_add(&self->sessions, change, __ATOMIC_RELAXED);
}

/* Only this thread writes the counters below, so a plain addition is enough. */
static void
offhook_media_thread_add(guint64 *counter, guint64 n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

void
offhook_media_thread_count_frames(OffhookMediaThread *self, guint in, guint out)
{
	offhook_media_thread_add(&self->frames_in, in);
	offhook_media_thread_add(&self->frames_out, out);
}

void
offhook_media_thread_count_dropped(OffhookMediaThread *self, guint frames)
{
	offhook_media_thread_add(&self->dropped_frames, frames);
}
