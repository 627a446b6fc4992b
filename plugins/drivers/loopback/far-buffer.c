/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The carrier's buffer. Positions count bytes since the beginning of the call, so a mark is reached
 * when as much has been played (or dropped) as was pushed before it. Media thread.
 */

#include "far-buffer.h"

#include <string.h>

#define MAX_MARKS    1024
#define COMPACT_SIZE 65536

typedef struct {
	guint64 position;
	char name[];
} OffhookLoopbackMark;

struct _OffhookLoopbackFarBuffer {
	GByteArray *audio;
	gsize consumed;   /* bytes at the front of `audio` that are gone */
	guint64 position; /* of the next byte to play */
	gsize limit;
	GQueue marks; /* of OffhookLoopbackMark */
};

OffhookLoopbackFarBuffer *
offhook_loopback_far_buffer_new(gsize limit)
{
	OffhookLoopbackFarBuffer *self = g_new0(OffhookLoopbackFarBuffer, 1);

	self->audio = g_byte_array_new();
	self->limit = limit;
	g_queue_init(&self->marks);
	return self;
}

void
offhook_loopback_far_buffer_free(OffhookLoopbackFarBuffer *self)
{
	if (self == NULL)
		return;
	g_byte_array_unref(self->audio);
	g_queue_clear_full(&self->marks, g_free);
	g_free(self);
}

gsize
offhook_loopback_far_buffer_get_size(OffhookLoopbackFarBuffer *self)
{
	return self->audio->len - self->consumed;
}

static void
offhook_loopback_far_buffer_drop(OffhookLoopbackFarBuffer *self, gsize size)
{
	self->position += size;
	self->consumed += size;
	if (self->consumed == self->audio->len) {
		g_byte_array_set_size(self->audio, 0);
		self->consumed = 0;
	} else if (self->consumed >= COMPACT_SIZE) {
		g_byte_array_remove_range(self->audio, 0, (guint)self->consumed);
		self->consumed = 0;
	}
}

void
offhook_loopback_far_buffer_push(OffhookLoopbackFarBuffer *self, const guint8 *data, gsize size)
{
	gsize kept;

	g_byte_array_append(self->audio, data, (guint)size);
	kept = offhook_loopback_far_buffer_get_size(self);
	if (kept > self->limit)
		offhook_loopback_far_buffer_drop(self, kept - self->limit);
}

void
offhook_loopback_far_buffer_push_mark(OffhookLoopbackFarBuffer *self, const char *name)
{
	gsize size = strlen(name) + 1;
	OffhookLoopbackMark *mark = g_malloc(sizeof *mark + size);

	mark->position = self->position + offhook_loopback_far_buffer_get_size(self);
	memcpy(mark->name, name, size);
	if (g_queue_get_length(&self->marks) == MAX_MARKS)
		g_free(g_queue_pop_head(&self->marks));
	g_queue_push_tail(&self->marks, mark);
}

void
offhook_loopback_far_buffer_clear(OffhookLoopbackFarBuffer *self)
{
	offhook_loopback_far_buffer_drop(self, offhook_loopback_far_buffer_get_size(self));
}

gsize
offhook_loopback_far_buffer_pull(OffhookLoopbackFarBuffer *self, guint8 *out, gsize size)
{
	size = MIN(size, offhook_loopback_far_buffer_get_size(self));
	if (size == 0)
		return 0;
	memcpy(out, self->audio->data + self->consumed, size);
	offhook_loopback_far_buffer_drop(self, size);
	return size;
}

char *
offhook_loopback_far_buffer_pull_mark(OffhookLoopbackFarBuffer *self)
{
	OffhookLoopbackMark *mark = g_queue_peek_head(&self->marks);
	char *name;

	if (mark == NULL || mark->position > self->position)
		return NULL;
	name = g_strdup(mark->name);
	g_free(g_queue_pop_head(&self->marks));
	return name;
}
