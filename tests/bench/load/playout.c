/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A model of the carrier's playout buffer. */

#include "playout.h"

/* Sounds with a shorter pause between them are one. */
#define PAUSE_US (200 * 1000)
/* A server that sends marks without end is cut short. */
#define MARKS_MAX 1000

typedef struct {
	gint64 due_us;
	char *name;
} LoadMark;

static void
load_mark_free(gpointer data)
{
	LoadMark *self = data;

	g_free(self->name);
	g_free(self);
}

void
load_playout_init(LoadPlayout *self)
{
	*self = (LoadPlayout){.marks = G_QUEUE_INIT};
}

void
load_playout_clear(LoadPlayout *self)
{
	g_queue_clear_full(&self->marks, load_mark_free);
}

void
load_playout_push(LoadPlayout *self, const guint8 *codes, gsize n, gint64 now_us)
{
	gsize begin = load_mulaw_find_loud(codes, n);
	gint64 at_us = MAX(self->end_us, now_us);

	self->end_us = at_us + (gint64)n * LOAD_SAMPLE_US;
	if (begin == n)
		return;
	if (at_us + (gint64)begin * LOAD_SAMPLE_US > self->loud_end_us + PAUSE_US)
		self->loud_begin_us = at_us + (gint64)begin * LOAD_SAMPLE_US;
	self->loud_end_us = at_us + (gint64)load_mulaw_find_loud_end(codes, n) * LOAD_SAMPLE_US;
}

void
load_playout_push_mark(LoadPlayout *self, const char *name, gsize size, gint64 now_us)
{
	LoadMark *mark;

	if (self->marks.length >= MARKS_MAX)
		return;
	mark = g_new(LoadMark, 1);
	mark->due_us = MAX(self->end_us, now_us);
	mark->name = g_strndup(name, size);
	g_queue_push_tail(&self->marks, mark);
}

void
load_playout_flush(LoadPlayout *self, gint64 now_us)
{
	self->end_us = now_us;
	self->loud_end_us = MIN(self->loud_end_us, now_us);
	for (GList *link = self->marks.head; link != NULL; link = link->next)
		((LoadMark *)link->data)->due_us = now_us;
}

char *
load_playout_pop_mark(LoadPlayout *self, gint64 now_us)
{
	LoadMark *mark = g_queue_peek_head(&self->marks);
	char *name;

	if (mark == NULL || mark->due_us > now_us)
		return NULL;
	g_queue_pop_head(&self->marks);
	name = g_steal_pointer(&mark->name);
	load_mark_free(mark);
	return name;
}
