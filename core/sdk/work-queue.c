/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Serial queues over one bounded thread pool. A queue with work is in the pool at most once and
 * does one job per visit, so that a busy queue does not starve the others. Any thread.
 */

#include <offhook/work-queue.h>

typedef struct {
	OffhookWorkFunc func;
	gpointer data;
	GDestroyNotify destroy;
} OffhookWork;

struct _OffhookWorkQueue {
	gatomicrefcount ref_count;
	char *name;
	guint limit;
	GMutex lock;
	GQueue jobs;      /* of OffhookWork; under lock */
	gboolean running; /* in the pool; under lock */
};

static void
offhook_work_free(gpointer data)
{
	OffhookWork *work = data;

	if (work->destroy != NULL)
		work->destroy(work->data);
	g_free(work);
}

static void offhook_work_queue_run_cb(gpointer data, gpointer user_data);

static GThreadPool *
offhook_work_queue_get_pool(void)
{
	static GThreadPool *pool;

	if (g_once_init_enter(&pool)) {
		guint n = MAX(2, g_get_num_processors());

		g_once_init_leave(
		    &pool, g_thread_pool_new(offhook_work_queue_run_cb, NULL, n, FALSE, NULL));
	}
	return pool;
}

static void
offhook_work_queue_run_cb(gpointer data, gpointer user_data)
{
	OffhookWorkQueue *self = data;
	gboolean more;
	OffhookWork *work;

	g_mutex_lock(&self->lock);
	work = g_queue_pop_head(&self->jobs);
	g_mutex_unlock(&self->lock);
	if (work != NULL) {
		work->func(work->data);
		offhook_work_free(work);
	}
	g_mutex_lock(&self->lock);
	more = !g_queue_is_empty(&self->jobs);
	self->running = more;
	g_mutex_unlock(&self->lock);
	if (more)
		g_thread_pool_push(offhook_work_queue_get_pool(), self, NULL);
	else
		offhook_work_queue_unref(self);
}

OffhookWorkQueue *
offhook_work_queue_new(const char *name, guint limit)
{
	OffhookWorkQueue *self = g_new0(OffhookWorkQueue, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->name = g_strdup(name);
	self->limit = limit;
	g_mutex_init(&self->lock);
	g_queue_init(&self->jobs);
	return self;
}

OffhookWorkQueue *
offhook_work_queue_ref(OffhookWorkQueue *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_work_queue_unref(OffhookWorkQueue *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_queue_clear_full(&self->jobs, offhook_work_free);
	g_mutex_clear(&self->lock);
	g_free(self->name);
	g_free(self);
}

gboolean
offhook_work_queue_push(OffhookWorkQueue *self, OffhookWorkFunc func, gpointer data,
			GDestroyNotify destroy)
{
	OffhookWork *work = g_new(OffhookWork, 1);
	gboolean full, start;

	*work = (OffhookWork){func, data, destroy};
	g_mutex_lock(&self->lock);
	full = self->limit > 0 && g_queue_get_length(&self->jobs) >= self->limit;
	start = !full && !self->running;
	if (!full)
		g_queue_push_tail(&self->jobs, work);
	if (start)
		self->running = TRUE;
	g_mutex_unlock(&self->lock);
	if (full) {
		offhook_work_free(work);
		return FALSE;
	}
	if (start)
		g_thread_pool_push(offhook_work_queue_get_pool(), offhook_work_queue_ref(self),
				   NULL);
	return TRUE;
}

void
offhook_work_queue_clear(OffhookWorkQueue *self)
{
	GQueue forgotten = G_QUEUE_INIT;

	g_mutex_lock(&self->lock);
	forgotten = self->jobs;
	g_queue_init(&self->jobs);
	g_mutex_unlock(&self->lock);
	g_queue_clear_full(&forgotten, offhook_work_free);
}
