/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A thread with a connection of its own. Work goes in through a queue and its result comes back as
 * a source in the main context that asked, so that a task, and with it perhaps the last reference
 * to the store, is only ever dropped there: this thread could not wait for its own end.
 */

#include "store/sqlite/sqlite-worker.h"

#include "base/priority.h"

struct _OffhookSqliteWorker {
	GThread *thread;
	GAsyncQueue *queue; /* of OffhookSqliteJob */
	OffhookSqliteConnection *connection;
};

typedef struct {
	GTask *task; /* (nullable): none asks the thread to end */
	OffhookSqliteFunc func;
	gconstpointer input;
	GDestroyNotify destroy;
	gpointer output;
	GError *error;
} OffhookSqliteJob;

static gboolean
offhook_sqlite_worker_return_cb(gpointer user_data)
{
	OffhookSqliteJob *job = user_data;

	if (job->error != NULL)
		g_task_return_error(job->task, g_steal_pointer(&job->error));
	else
		g_task_return_pointer(job->task, g_steal_pointer(&job->output), job->destroy);
	return G_SOURCE_REMOVE;
}

static void
offhook_sqlite_worker_free_job(gpointer data)
{
	OffhookSqliteJob *job = data;

	if (job->output != NULL && job->destroy != NULL)
		job->destroy(job->output);
	g_clear_error(&job->error);
	g_clear_object(&job->task);
	g_free(job);
}

static void
offhook_sqlite_worker_give_back(OffhookSqliteJob *job)
{
	g_autoptr(GSource) source = g_idle_source_new();

	g_source_set_priority(source, g_task_get_priority(job->task));
	g_source_set_callback(source, offhook_sqlite_worker_return_cb, job,
			      offhook_sqlite_worker_free_job);
	g_source_attach(source, g_task_get_context(job->task));
}

static gpointer
offhook_sqlite_worker_main(gpointer data)
{
	OffhookSqliteWorker *self = data;
	OffhookSqliteJob *job;

	/* Nobody on the line waits for a row to be written. */
	offhook_priority_lower();
	while ((job = g_async_queue_pop(self->queue))->task != NULL) {
		job->output = job->func(self->connection, job->input, &job->error);
		offhook_sqlite_worker_give_back(job);
	}
	g_free(job);
	offhook_sqlite_connection_free(self->connection);
	return NULL;
}

OffhookSqliteWorker *
offhook_sqlite_worker_new(const char *name, OffhookSqliteConnection *connection)
{
	OffhookSqliteWorker *self = g_new0(OffhookSqliteWorker, 1);

	self->connection = connection;
	self->queue = g_async_queue_new();
	self->thread = g_thread_new(name, offhook_sqlite_worker_main, self);
	return self;
}

void
offhook_sqlite_worker_free(OffhookSqliteWorker *self)
{
	g_async_queue_push(self->queue, g_new0(OffhookSqliteJob, 1));
	g_thread_join(self->thread);
	g_async_queue_unref(self->queue);
	g_free(self);
}

void
offhook_sqlite_worker_run(OffhookSqliteWorker *self, GTask *task, OffhookSqliteFunc func,
			  gconstpointer input, GDestroyNotify destroy)
{
	OffhookSqliteJob *job = g_new0(OffhookSqliteJob, 1);

	job->task = task;
	job->func = func;
	job->input = input;
	job->destroy = destroy;
	g_async_queue_push(self->queue, job);
}
