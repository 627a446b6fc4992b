/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * `offhookg711`, the element of the default pipelines: G.711 or linear audio at one rate to the same
 * at another, in one pass. What it makes is what the next element takes.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_G711_ELEMENT (offhook_g711_element_get_type())
G_DECLARE_FINAL_TYPE(OffhookG711Element, offhook_g711_element, OFFHOOK, G711_ELEMENT, GstElement)

/** Initialises GStreamer and makes `offhookg711` known in this process. Any thread, any number. */
void offhook_g711_element_register(void);

G_END_DECLS
