/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Cheaper than a GstBufferPool, and enough where one buffer is under way at a time. The memory is
 * known to be plain, so that it need not be mapped for each frame. Any thread.
 */

#include "media/buffer.h"

/* The one piece of memory of a buffer that we made. */
static GstMemory *
offhook_buffer_get_memory(GstBuffer *buffer)
{
	return gst_buffer_n_memory(buffer) == 1 ? gst_buffer_peek_memory(buffer, 0) : NULL;
}

guint8 *
offhook_buffer_reuse(OffhookBuffer *self, gsize size)
{
	GstMemory *memory;

	if (self->buffer != NULL) {
		memory = offhook_buffer_get_memory(self->buffer);
		if (memory == NULL || !gst_buffer_is_writable(self->buffer) ||
		    !gst_memory_is_writable(memory) || memory->maxsize < size)
			gst_clear_buffer(&self->buffer);
		else if (memory->size != size)
			gst_memory_resize(memory, -(gssize)memory->offset, size);
	}
	if (self->buffer == NULL) {
		self->data = g_malloc(MAX(size, 1));
		self->buffer = gst_buffer_new_wrapped(self->data, size);
	}
	return self->data;
}

void
offhook_buffer_clear(OffhookBuffer *self)
{
	gst_clear_buffer(&self->buffer);
	self->data = NULL;
}
