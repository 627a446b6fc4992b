/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_TWILIO_BASE64_ENCODED(size) (((gsize)(size) + 2) / 3 * 4)
#define OFFHOOK_TWILIO_BASE64_DECODED(size) (((gsize)(size) + 3) / 4 * 3)

/** @out: room for OFFHOOK_TWILIO_BASE64_ENCODED(@size). Returns: bytes written. */
gsize offhook_twilio_base64_encode(const guint8 *data, gsize size, guint8 *out);

/**
 * @out: room for OFFHOOK_TWILIO_BASE64_DECODED(@size); also written when the text is wrong
 *
 * Returns: bytes decoded, or -1 when @text holds anything but base64 (padding may be missing).
 */
gssize offhook_twilio_base64_decode(const char *text, gsize size, guint8 *out);

G_END_DECLS
