/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Cheaper than a GstBufferPool, and enough where one buffer is under way at a time. Any thread.
 */

#include "media/buffer.h"

GstBuffer *
offhook_buffer_reuse(GstBuffer **kept, gsize size)
{
	gsize offset, capacity;

	if (*kept != NULL) {
		if (gst_buffer_get_sizes(*kept, &offset, &capacity) == size &&
		    gst_buffer_is_writable(*kept) && gst_buffer_is_all_memory_writable(*kept))
			return *kept;
		if (capacity - offset < size || !gst_buffer_is_writable(*kept) ||
		    !gst_buffer_is_all_memory_writable(*kept))
			gst_clear_buffer(kept);
	}
	if (*kept == NULL)
		*kept = gst_buffer_new_allocate(NULL, size, NULL);
	else
		gst_buffer_set_size(*kept, size);
	return *kept;
}
