/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * `offhookg711`, the element of the default pipelines: G.711 or linear audio at one rate to the same
 * at another, in one pass. What it makes is what the next element takes.
 */
#pragma once

#include "base/hot-set.h"
#include <gst/gst.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_G711_ELEMENT (offhook_g711_element_get_type())
G_DECLARE_FINAL_TYPE(OffhookG711Element, offhook_g711_element, OFFHOOK, G711_ELEMENT, GstElement)

/** Initialises GStreamer and makes `offhookg711` known in this process. Any thread, any number. */
void offhook_g711_element_register(void);

/**
 * offhook_g711_element_get_out_size:
 *
 * Returns: how many bytes the next @size bytes of input give; 0 before the formats are settled
 */
gsize offhook_g711_element_get_out_size(OffhookG711Element *self, gsize size);

/**
 * offhook_g711_element_convert:
 * @data: whole samples
 * @out: room for offhook_g711_element_get_out_size() bytes, aligned for 16-bit samples
 *
 * What the element does to a buffer, for who has the formats settled through its pads and wants no
 * buffer around 20 ms of audio. In the thread that pushes.
 */
void offhook_g711_element_convert(OffhookG711Element *self, const guint8 *data, gsize size,
				  guint8 *out);

/** What a frame touches of it. */
void offhook_g711_element_add_hot(const OffhookG711Element *self, OffhookHotSet *set);

G_END_DECLS
