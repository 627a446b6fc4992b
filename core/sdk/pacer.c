/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A queue with a tap. A second's worth may go at once after a pause; then one at a time. Main
 * thread.
 */

#include <offhook/pacer.h>

#include <offhook/error.h>

struct _OffhookPacer {
	GQueue waiting; /* of GTask */
	guint limit;
	gint64 gap_us;
	gint64 burst_us; /* how far behind the present the tap may be */
	gint64 next_us;  /* when the next one may go */
	guint timer;
};

static void offhook_pacer_pour(OffhookPacer *self);

void
offhook_pacer_set_rate(OffhookPacer *self, guint per_second)
{
	self->gap_us = G_USEC_PER_SEC / MAX(per_second, 1);
	self->burst_us = G_USEC_PER_SEC - self->gap_us;
}

OffhookPacer *
offhook_pacer_new(guint per_second, guint limit)
{
	OffhookPacer *self = g_new0(OffhookPacer, 1);

	g_queue_init(&self->waiting);
	self->limit = limit;
	offhook_pacer_set_rate(self, per_second);
	return self;
}

void
offhook_pacer_free(OffhookPacer *self)
{
	GTask *task;

	if (self == NULL)
		return;
	g_clear_handle_id(&self->timer, g_source_remove);
	while ((task = g_queue_pop_head(&self->waiting)) != NULL) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
					"the driver was stopped");
		g_object_unref(task);
	}
	g_free(self);
}

static gboolean
offhook_pacer_timer_cb(gpointer user_data)
{
	OffhookPacer *self = user_data;

	self->timer = 0;
	offhook_pacer_pour(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_pacer_pour(OffhookPacer *self)
{
	gint64 now_us = g_get_monotonic_time();

	self->next_us = MAX(self->next_us, now_us - self->burst_us);
	while (!g_queue_is_empty(&self->waiting) && self->next_us <= now_us) {
		g_autoptr(GTask) task = g_queue_pop_head(&self->waiting);

		if (!g_task_return_error_if_cancelled(task)) {
			self->next_us += self->gap_us;
			g_task_return_boolean(task, TRUE);
		}
	}
	if (!g_queue_is_empty(&self->waiting) && self->timer == 0)
		self->timer = g_timeout_add((guint)((self->next_us - now_us) / 1000 + 1),
					    offhook_pacer_timer_cb, self);
}

void
offhook_pacer_count(OffhookPacer *self)
{
	self->next_us = MAX(self->next_us, g_get_monotonic_time() - self->burst_us) + self->gap_us;
}

void
offhook_pacer_wait_async(OffhookPacer *self, GCancellable *cancellable,
			 GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_pacer_wait_async);
	if (g_queue_get_length(&self->waiting) >= self->limit) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
					"%u requests wait already for their turn", self->limit);
		return;
	}
	g_queue_push_tail(&self->waiting, g_steal_pointer(&task));
	if (self->timer == 0)
		self->timer =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_pacer_timer_cb, self, NULL);
}

gboolean
offhook_pacer_wait_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
