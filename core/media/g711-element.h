/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * `offhookg711`, the element of the default pipelines: a converter (media/converter.h). What it makes is
 * what the next element takes.
 */
#pragma once

#include "media/converter.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_G711_ELEMENT (offhook_g711_element_get_type())
G_DECLARE_FINAL_TYPE(OffhookG711Element, offhook_g711_element, OFFHOOK, G711_ELEMENT, GstElement)

/** Initialises GStreamer and makes `offhookg711` known in this process. Any thread, any number. */
void offhook_g711_element_register(void);

/**
 * offhook_g711_element_get_converter:
 *
 * What the element does to a buffer, for who has the formats settled through its pads and wants no buffer
 * around 20 ms of audio. In the thread that pushes. (transfer none): the element's
 */
OffhookConverter *offhook_g711_element_get_converter(OffhookG711Element *self);

G_END_DECLS
