/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A buffer that is used again for every frame, as long as nobody else holds on to it.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * offhook_buffer_reuse:
 * @kept: (inout): the owner's buffer, or %NULL at first
 *
 * Makes *@kept a buffer of @size bytes that may be written: the same as last time when it has been
 * given back, else a new one. Returns: (transfer none): *@kept
 */
GstBuffer *offhook_buffer_reuse(GstBuffer **kept, gsize size);

G_END_DECLS
