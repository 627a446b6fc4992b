/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * G.711 by table, both laws, both ways. Any thread.
 */
#pragma once

#include <offhook/audio.h>

G_BEGIN_DECLS

/**
 * offhook_g711_decode:
 * @encoding: %OFFHOOK_ENCODING_MULAW or %OFFHOOK_ENCODING_ALAW
 * @in: @n bytes
 * @out: @n samples
 */
void offhook_g711_decode(OffhookEncoding encoding, const guint8 *in, gsize n, gint16 *out);

/** The other way; samples beyond what G.711 can say are clipped. */
void offhook_g711_encode(OffhookEncoding encoding, const gint16 *in, gsize n, guint8 *out);

G_END_DECLS
