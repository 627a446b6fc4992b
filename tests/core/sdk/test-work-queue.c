/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Work queues: order within a queue, a bound on what waits, forgetting, and many queues at once.
 */

#include <offhook/offhook.h>

#include "harness.h"

typedef struct {
	GMutex lock;
	GArray *ran; /* of guint */
	guint freed;
	gboolean hold; /* jobs wait while it is set */
	GCond released;
} Fixture;

typedef struct {
	Fixture *fixture;
	guint number;
} Job;

static void
fixture_set_up(Fixture *self, gconstpointer data)
{
	g_mutex_init(&self->lock);
	g_cond_init(&self->released);
	self->ran = g_array_new(FALSE, FALSE, sizeof(guint));
}

static void
fixture_tear_down(Fixture *self, gconstpointer data)
{
	g_array_unref(self->ran);
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->released);
}

static void
fixture_wake_cb(gpointer data)
{
}

static void
job_run(gpointer data)
{
	Job *job = data;

	g_mutex_lock(&job->fixture->lock);
	while (job->fixture->hold)
		g_cond_wait(&job->fixture->released, &job->fixture->lock);
	g_array_append_val(job->fixture->ran, job->number);
	g_mutex_unlock(&job->fixture->lock);
}

static void
job_free(gpointer data)
{
	Job *job = data;

	g_mutex_lock(&job->fixture->lock);
	job->fixture->freed++;
	g_mutex_unlock(&job->fixture->lock);
	g_free(job);
	offhook_context_post(NULL, fixture_wake_cb, NULL, NULL);
}

static gboolean
fixture_push(Fixture *self, OffhookWorkQueue *queue, guint number)
{
	Job *job = g_new(Job, 1);

	*job = (Job){self, number};
	return offhook_work_queue_push(queue, job_run, job, job_free);
}

static void
fixture_release(Fixture *self)
{
	g_mutex_lock(&self->lock);
	self->hold = FALSE;
	g_cond_broadcast(&self->released);
	g_mutex_unlock(&self->lock);
}

static guint
fixture_count_freed(Fixture *self)
{
	guint freed;

	g_mutex_lock(&self->lock);
	freed = self->freed;
	g_mutex_unlock(&self->lock);
	return freed;
}

static void
fixture_wait_freed(Fixture *self, guint n)
{
	while (fixture_count_freed(self) < n)
		g_main_context_iteration(NULL, TRUE);
}

static void
test_order(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookWorkQueue) queue = offhook_work_queue_new("test", 0);

	for (guint i = 0; i < 1000; i++)
		g_assert_true(fixture_push(self, queue, i));
	fixture_wait_freed(self, 1000);
	for (guint i = 0; i < 1000; i++)
		g_assert_cmpuint(g_array_index(self->ran, guint, i), ==, i);
}

static void
test_limit(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookWorkQueue) queue = offhook_work_queue_new("test", 3);
	guint taken = 0;

	self->hold = TRUE;
	for (guint i = 0; i < 10; i++)
		taken += fixture_push(self, queue, i);
	/* Three wait; a fourth may have begun. */
	g_assert_cmpuint(taken, >=, 3);
	g_assert_cmpuint(taken, <=, 4);
	g_assert_cmpuint(fixture_count_freed(self), ==, 10 - taken);
	fixture_release(self);
	fixture_wait_freed(self, 10);
	g_assert_cmpuint(self->ran->len, ==, taken);
}

static void
test_clear(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookWorkQueue) queue = offhook_work_queue_new("test", 0);

	self->hold = TRUE;
	for (guint i = 0; i < 10; i++)
		fixture_push(self, queue, i);
	offhook_work_queue_clear(queue);
	g_assert_cmpuint(fixture_count_freed(self), >=, 9);
	fixture_release(self);
	fixture_wait_freed(self, 10);
	g_assert_cmpuint(self->ran->len, <=, 1);
}

static void
test_last_reference(Fixture *self, gconstpointer data)
{
	for (guint i = 0; i < 100; i++) {
		g_autoptr(OffhookWorkQueue) queue = offhook_work_queue_new("test", 0);

		fixture_push(self, queue, i);
	}
	fixture_wait_freed(self, 100);
	g_assert_cmpuint(self->ran->len, ==, 100);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*func)(Fixture *self, gconstpointer data);
	} cases[] = {
	    {"/sdk/work-queue/order", test_order},
	    {"/sdk/work-queue/limit", test_limit},
	    {"/sdk/work-queue/clear", test_clear},
	    {"/sdk/work-queue/last-reference", test_last_reference},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add(cases[i].path, Fixture, NULL, fixture_set_up, cases[i].func,
			   fixture_tear_down);
	return g_test_run();
}
