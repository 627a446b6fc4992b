/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A buffer that is used again for every frame, as long as nobody else holds on to it.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/** All zero is a valid empty one. */
typedef struct {
	GstBuffer *buffer;
	guint8 *data;
} OffhookBuffer;

/**
 * offhook_buffer_reuse:
 *
 * Makes @self->buffer one of @size bytes that may be written at the returned place: the same as last
 * time when it has been given back, else a new one. To be pushed as gst_buffer_ref(self->buffer).
 */
guint8 *offhook_buffer_reuse(OffhookBuffer *self, gsize size);

void offhook_buffer_clear(OffhookBuffer *self);

G_END_DECLS
