/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Media threads: descriptors, timers, the pool.
 */

#include "media/pool.h"
#include <glib-unix.h>
#include <harness.h>
#include <offhook/context.h>
#include <sys/epoll.h>
#include <unistd.h>

typedef struct {
	OffhookMediaThread *thread;
	OffhookMediaTimer timer;
	OffhookMediaWatch *watches[2];
	int pipes[2][2];
	guint calls; /* media thread */
	guint runs;  /* media thread */
	GMutex mutex;
	GCond cond;
	gboolean done;
} OffhookTestThread;

static void
offhook_test_thread_signal(OffhookTestThread *self)
{
	g_mutex_lock(&self->mutex);
	self->done = TRUE;
	g_cond_signal(&self->cond);
	g_mutex_unlock(&self->mutex);
}

static void
offhook_test_thread_signal_cb(gpointer data)
{
	offhook_test_thread_signal(data);
}

static void
offhook_test_thread_wait(OffhookTestThread *self)
{
	gint64 until = g_get_monotonic_time() + HARNESS_TIMEOUT_S * G_USEC_PER_SEC;

	g_mutex_lock(&self->mutex);
	while (!self->done)
		g_assert_true(g_cond_wait_until(&self->cond, &self->mutex, until));
	self->done = FALSE;
	g_mutex_unlock(&self->mutex);
}

static void
offhook_test_thread_run(OffhookTestThread *self, void (*func)(gpointer data))
{
	offhook_media_thread_post(self->thread, func, self, NULL);
	offhook_test_thread_wait(self);
}

static void
offhook_test_thread_begin(OffhookTestThread *self, OffhookClock *clock)
{
	g_mutex_init(&self->mutex);
	g_cond_init(&self->cond);
	self->thread = offhook_media_thread_new("test-media", clock);
}

static void
offhook_test_thread_end(OffhookTestThread *self)
{
	offhook_media_thread_free(self->thread);
	g_mutex_clear(&self->mutex);
	g_cond_clear(&self->cond);
}

/* ---- descriptors ---- */

/* Whichever of the two comes first removes both: the other must not come. */
static void
offhook_test_thread_readable_cb(gpointer user_data, guint32 events)
{
	OffhookTestThread *self = user_data;

	g_assert_true(events & EPOLLIN);
	g_assert_true(offhook_media_thread_get_current() == self->thread);
	self->calls++;
	for (guint i = 0; i < 2; i++)
		offhook_media_thread_remove_fd(self->thread, self->watches[i]);
	offhook_media_thread_post(self->thread, offhook_test_thread_signal_cb, self, NULL);
}

static void
offhook_test_thread_watch_cb(gpointer data)
{
	OffhookTestThread *self = data;

	for (guint i = 0; i < 2; i++)
		self->watches[i] =
		    offhook_media_thread_add_fd(self->thread, self->pipes[i][0], EPOLLIN,
						offhook_test_thread_readable_cb, self);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(write(self->pipes[i][1], "x", 1), ==, 1);
}

static void
offhook_test_thread_removed_watch_is_silent(void)
{
	OffhookTestThread self = {0};

	offhook_test_thread_begin(&self, NULL);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(pipe(self.pipes[i]), ==, 0);
	offhook_test_thread_run(&self, offhook_test_thread_watch_cb);
	offhook_test_thread_end(&self);
	g_assert_cmpuint(self.calls, ==, 1);
	for (guint i = 0; i < 2; i++) {
		close(self.pipes[i][0]);
		close(self.pipes[i][1]);
	}
}

/* Both, or more, of what the thread waits for: its own set and a stranger's source. */
static void
offhook_test_thread_count(OffhookTestThread *self)
{
	if (++self->calls == 2)
		offhook_test_thread_signal(self);
}

static void
offhook_test_thread_own_cb(gpointer user_data, guint32 events)
{
	OffhookTestThread *self = user_data;

	offhook_media_thread_remove_fd(self->thread, self->watches[0]);
	offhook_test_thread_count(self);
}

static gboolean
offhook_test_thread_foreign_cb(gint fd, GIOCondition condition, gpointer user_data)
{
	offhook_test_thread_count(user_data);
	return G_SOURCE_REMOVE;
}

static void
offhook_test_thread_both_cb(gpointer data)
{
	OffhookTestThread *self = data;
	g_autoptr(GSource) source = g_unix_fd_source_new(self->pipes[1][0], G_IO_IN);

	g_source_set_callback(source, G_SOURCE_FUNC(offhook_test_thread_foreign_cb), self, NULL);
	g_source_attach(source, offhook_media_thread_get_context(self->thread));
	self->watches[0] = offhook_media_thread_add_fd(self->thread, self->pipes[0][0], EPOLLIN,
						       offhook_test_thread_own_cb, self);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(write(self->pipes[i][1], "x", 1), ==, 1);
}

static void
offhook_test_thread_foreign_source(void)
{
	OffhookTestThread self = {0};

	offhook_test_thread_begin(&self, NULL);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(pipe(self.pipes[i]), ==, 0);
	offhook_test_thread_run(&self, offhook_test_thread_both_cb);
	/* And it is back to normal. */
	offhook_test_thread_run(&self, offhook_test_thread_signal_cb);
	offhook_test_thread_end(&self);
	for (guint i = 0; i < 2; i++) {
		close(self.pipes[i][0]);
		close(self.pipes[i][1]);
	}
}

/* What a call attaches to its context from inside a packet is looked at soon. */
static gboolean
offhook_test_thread_idle_cb(gpointer data)
{
	offhook_test_thread_signal(data);
	return G_SOURCE_REMOVE;
}

static void
offhook_test_thread_attach_cb(gpointer user_data, guint32 events)
{
	OffhookTestThread *self = user_data;
	g_autoptr(GSource) source = g_timeout_source_new(1);

	offhook_media_thread_remove_fd(self->thread, self->watches[0]);
	g_source_set_callback(source, offhook_test_thread_idle_cb, self, NULL);
	g_source_attach(source, offhook_media_thread_get_context(self->thread));
}

static void
offhook_test_thread_attach_inside_cb(gpointer data)
{
	OffhookTestThread *self = data;

	self->watches[0] = offhook_media_thread_add_fd(self->thread, self->pipes[0][0], EPOLLIN,
						       offhook_test_thread_attach_cb, self);
	g_assert_cmpint(write(self->pipes[0][1], "x", 1), ==, 1);
}

static void
offhook_test_thread_attach_inside(void)
{
	OffhookTestThread self = {0};

	offhook_test_thread_begin(&self, NULL);
	g_assert_cmpint(pipe(self.pipes[0]), ==, 0);
	offhook_test_thread_run(&self, offhook_test_thread_attach_inside_cb);
	offhook_test_thread_end(&self);
	close(self.pipes[0][0]);
	close(self.pipes[0][1]);
}

/* ---- timers ---- */

static void
offhook_test_thread_timer_cb(gpointer user_data, gint64 now_us)
{
	OffhookTestThread *self = user_data;

	if (++self->runs < 3)
		return;
	offhook_media_thread_stop_timer(self->thread, &self->timer);
	offhook_test_thread_signal(self);
}

static void
offhook_test_thread_start_timer_cb(gpointer data)
{
	OffhookTestThread *self = data;

	self->timer.func = offhook_test_thread_timer_cb;
	self->timer.user_data = self;
	offhook_media_thread_start_timer(self->thread, &self->timer, 20000);
}

static void
offhook_test_thread_timer(void)
{
	OffhookTestThread self = {0};
	gint64 begin = g_get_monotonic_time();

	offhook_test_thread_begin(&self, NULL);
	offhook_test_thread_run(&self, offhook_test_thread_start_timer_cb);
	g_assert_cmpint(g_get_monotonic_time() - begin, >=, 40000);
	offhook_test_thread_end(&self);
}

static void
offhook_test_thread_manual_clock(void)
{
	g_autoptr(OffhookClock) clock = offhook_clock_new_manual(1000000);
	OffhookTestThread self = {0};

	offhook_test_thread_begin(&self, clock);
	offhook_media_thread_post(self.thread, offhook_test_thread_start_timer_cb, &self, NULL);
	for (guint i = 0; i < 3; i++) {
		offhook_test_thread_run(&self, offhook_test_thread_signal_cb);
		g_assert_cmpuint(self.runs, ==, i);
		offhook_clock_advance(clock, 20000);
		offhook_media_thread_kick(self.thread);
	}
	offhook_test_thread_wait(&self);
	offhook_test_thread_end(&self);
}

/* ---- the pool ---- */

static void
offhook_test_thread_pool_picks_idle(void)
{
	g_autoptr(OffhookMediaPool) pool = offhook_media_pool_new(3, NULL);
	guint taken[3] = {0};

	g_assert_cmpuint(offhook_media_pool_get_size(pool), ==, 3);
	for (guint i = 0; i < 9; i++)
		offhook_media_thread_count_sessions(offhook_media_pool_pick(pool), 1);
	for (guint i = 0; i < 3; i++) {
		OffhookMediaThreadStatistics statistics;

		offhook_media_thread_get_statistics(offhook_media_pool_get_thread(pool, i),
						    &statistics);
		taken[i] = statistics.sessions;
	}
	g_assert_cmpuint(taken[0], ==, 3);
	g_assert_cmpuint(taken[1], ==, 3);
	g_assert_cmpuint(taken[2], ==, 3);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/thread/removed-watch-is-silent",
			offhook_test_thread_removed_watch_is_silent);
	g_test_add_func("/thread/foreign-source", offhook_test_thread_foreign_source);
	g_test_add_func("/thread/attach-inside", offhook_test_thread_attach_inside);
	g_test_add_func("/thread/timer", offhook_test_thread_timer);
	g_test_add_func("/thread/manual-clock", offhook_test_thread_manual_clock);
	g_test_add_func("/pool/picks-idle", offhook_test_thread_pool_picks_idle);
	return g_test_run();
}
