/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A media thread: a GMainContext that polls one descriptor, an epoll set with the sockets of all its
 * calls and one timer for all their pacing. What runs in it must not block, log per packet or
 * allocate per sample.
 */
#pragma once

#include "base/hot-set.h"
#include "media/timer-wheel.h"
#include <offhook/clock.h>

G_BEGIN_DECLS

typedef struct _OffhookMediaThread OffhookMediaThread;
typedef struct _OffhookMediaWatch OffhookMediaWatch;

/** @events: EPOLLIN, EPOLLOUT, EPOLLHUP, ...; 0: the thread ends, remove the watch now */
typedef void (*OffhookMediaWatchFunc)(gpointer user_data, guint32 events);

/** A reading of a thread's counters. */
typedef struct {
	guint sessions;         /* calls pinned to it now */
	guint64 late_ticks;     /* pacing runs more than 10 ms after their time */
	guint64 dropped_frames; /* 20 ms frames, both directions, that no one heard */
	guint64 frames_in;
	guint64 frames_out;
} OffhookMediaThreadStatistics;

/* ---- any thread ---- */

/**
 * offhook_media_thread_new:
 * @name: of the thread, at most 15 bytes show
 * @clock: (nullable): %NULL for the system's. With a manual one, timers run in
 *   offhook_media_thread_kick() only.
 */
OffhookMediaThread *offhook_media_thread_new(const char *name, OffhookClock *clock);

/**
 * Stops the thread and waits for it. Connections that are still open are closed. Not from the thread
 * itself.
 */
void offhook_media_thread_free(OffhookMediaThread *self);

GMainContext *offhook_media_thread_get_context(OffhookMediaThread *self); /* (transfer none) */
OffhookClock *offhook_media_thread_get_clock(OffhookMediaThread *self);   /* (transfer none) */
gint64 offhook_media_thread_get_time(OffhookMediaThread *self);
void offhook_media_thread_get_statistics(OffhookMediaThread *self,
					 OffhookMediaThreadStatistics *statistics);

/** As offhook_context_post() to this thread. */
void offhook_media_thread_post(OffhookMediaThread *self, void (*func)(gpointer data), gpointer data,
			       GDestroyNotify destroy);

/** Has the timers looked at again; after stepping a manual clock. */
void offhook_media_thread_kick(OffhookMediaThread *self);

/** The media thread that runs the caller, or %NULL. */
OffhookMediaThread *offhook_media_thread_get_current(void);

/* ---- inside the thread only ---- */

/**
 * offhook_media_thread_add_fd:
 * @fd: non-blocking; stays the caller's, who removes the watch before closing it
 * @events: as for epoll_ctl()
 */
OffhookMediaWatch *offhook_media_thread_add_fd(OffhookMediaThread *self, int fd, guint32 events,
					       OffhookMediaWatchFunc func, gpointer user_data);
void offhook_media_thread_modify_fd(OffhookMediaThread *self, OffhookMediaWatch *watch,
				    guint32 events);
/** @watch is not called again, not even for events that were already waiting. */
void offhook_media_thread_remove_fd(OffhookMediaThread *self, OffhookMediaWatch *watch);

/** The memory that serving @self touches. @set: as long as @self */
void offhook_media_watch_set_hot_set(OffhookMediaWatch *self, const OffhookHotSet *set);

/** See offhook_timer_wheel_start(). */
void offhook_media_thread_start_timer(OffhookMediaThread *self, OffhookMediaTimer *timer,
				      guint period_us);
void offhook_media_thread_stop_timer(OffhookMediaThread *self, OffhookMediaTimer *timer);

/**
 * offhook_media_thread_get_scratch:
 *
 * Where a message is put together; whoever runs may use it until he calls somebody who may, too.
 */
GByteArray *offhook_media_thread_get_scratch(OffhookMediaThread *self);

/* ---- counters, for sessions and ports ---- */

void offhook_media_thread_count_sessions(OffhookMediaThread *self, int change); /* any thread */
void offhook_media_thread_count_frames(OffhookMediaThread *self, guint in, guint out);
void offhook_media_thread_count_dropped(OffhookMediaThread *self, guint frames);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMediaThread, offhook_media_thread_free)

G_END_DECLS
