/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The media threads. Made and asked in the main thread.
 */

#include "media/pool.h"

struct _OffhookMediaPool {
	GPtrArray *threads;
};

OffhookMediaPool *
offhook_media_pool_new(guint n_threads, OffhookClock *clock)
{
	OffhookMediaPool *self = g_new0(OffhookMediaPool, 1);
	guint n = n_threads != 0 ? n_threads : g_get_num_processors();

	self->threads = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_media_thread_free);
	for (guint i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("offhook-media-%u", i);

		g_ptr_array_add(self->threads, offhook_media_thread_new(name, clock));
	}
	return self;
}

void
offhook_media_pool_free(OffhookMediaPool *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->threads);
	g_free(self);
}

OffhookMediaThread *
offhook_media_pool_pick(OffhookMediaPool *self)
{
	OffhookMediaThread *best = NULL;
	guint fewest = G_MAXUINT;

	for (guint i = 0; i < self->threads->len; i++) {
		OffhookMediaThread *thread = g_ptr_array_index(self->threads, i);
		OffhookMediaThreadStatistics statistics;

		offhook_media_thread_get_statistics(thread, &statistics);
		if (statistics.sessions < fewest) {
			fewest = statistics.sessions;
			best = thread;
		}
	}
	return best;
}

void
offhook_media_pool_get_statistics(OffhookMediaPool *self, OffhookMediaThreadStatistics *statistics)
{
	*statistics = (OffhookMediaThreadStatistics){0};
	for (guint i = 0; i < self->threads->len; i++) {
		OffhookMediaThreadStatistics one;

		offhook_media_thread_get_statistics(g_ptr_array_index(self->threads, i), &one);
		statistics->sessions += one.sessions;
		statistics->late_ticks += one.late_ticks;
		statistics->dropped_frames += one.dropped_frames;
		statistics->frames_in += one.frames_in;
		statistics->frames_out += one.frames_out;
	}
}

guint
offhook_media_pool_get_size(OffhookMediaPool *self)
{
	return self->threads->len;
}

OffhookMediaThread *
offhook_media_pool_get_thread(OffhookMediaPool *self, guint index)
{
	g_return_val_if_fail(index < self->threads->len, NULL);

	return g_ptr_array_index(self->threads, index);
}
