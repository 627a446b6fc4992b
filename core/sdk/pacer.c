/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A queue before a window that slides: in no second do more go through than are allowed, wherever it
 * begins, for that is how providers count. Main thread.
 */

#include <offhook/pacer.h>

#include <offhook/error.h>

/* A second, and what the way to the provider may press together. */
#define WINDOW_US (G_USEC_PER_SEC + 20 * 1000)

struct _OffhookPacer {
	OffhookClock *clock;
	GQueue waiting; /* of GTask */
	GArray
	    *times; /* gint64: when the latest went through; at most as many as may in a window */
	guint per_second;
	guint limit;
	guint timer;
};

static void offhook_pacer_pour(OffhookPacer *self);

/* Of more than the window holds, the latest alone matter. */
static void
offhook_pacer_trim(OffhookPacer *self)
{
	if (self->times->len > self->per_second)
		g_array_remove_range(self->times, 0, self->times->len - self->per_second);
}

/* When the next one may go. */
static gint64
offhook_pacer_get_next_us(OffhookPacer *self)
{
	return self->times->len < self->per_second
		   ? G_MININT64
		   : g_array_index(self->times, gint64, 0) + WINDOW_US;
}

void
offhook_pacer_count(OffhookPacer *self)
{
	gint64 now_us = offhook_clock_get_time(self->clock);

	g_array_append_val(self->times, now_us);
	offhook_pacer_trim(self);
}

void
offhook_pacer_set_rate(OffhookPacer *self, guint per_second)
{
	self->per_second = MAX(per_second, 1);
	offhook_pacer_trim(self);
}

OffhookPacer *
offhook_pacer_new(OffhookClock *clock, guint per_second, guint limit)
{
	OffhookPacer *self = g_new0(OffhookPacer, 1);

	self->clock = g_object_ref(clock);
	g_signal_connect_swapped(clock, "advanced", G_CALLBACK(offhook_pacer_pour), self);
	g_queue_init(&self->waiting);
	self->times = g_array_new(FALSE, FALSE, sizeof(gint64));
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
	g_signal_handlers_disconnect_by_data(self->clock, self);
	g_object_unref(self->clock);
	g_array_unref(self->times);
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

/* What is told may drop the pacer, so nothing of it is touched from then on. */
static void
offhook_pacer_tell(GQueue *through)
{
	GTask *task;

	while ((task = g_queue_pop_head(through)) != NULL) {
		if (!g_task_return_error_if_cancelled(task))
			g_task_return_boolean(task, TRUE);
		g_object_unref(task);
	}
}

static void
offhook_pacer_pour(OffhookPacer *self)
{
	gint64 now_us = offhook_clock_get_time(self->clock);
	GQueue through = G_QUEUE_INIT;

	while (!g_queue_is_empty(&self->waiting) && offhook_pacer_get_next_us(self) <= now_us) {
		GTask *task = g_queue_pop_head(&self->waiting);
		GCancellable *cancellable = g_task_get_cancellable(task);

		if (cancellable == NULL || !g_cancellable_is_cancelled(cancellable))
			offhook_pacer_count(self);
		g_queue_push_tail(&through, task);
	}
	if (!g_queue_is_empty(&self->waiting) && self->timer == 0)
		self->timer =
		    g_timeout_add((guint)((offhook_pacer_get_next_us(self) - now_us) / 1000 + 1),
				  offhook_pacer_timer_cb, self);
	offhook_pacer_tell(&through);
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
