/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Streaming sample-rate conversion of S16 mono audio: a half-band filter for twice and half the rate,
 * GStreamer's resampler for all others. What comes out, with the tail, is as long as what went in, to a
 * sample or the tail of a filter.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookResampler OffhookResampler;

/** @rate_in, @rate_out: Hz. (transfer full) */
OffhookResampler *offhook_resampler_new(guint rate_in, guint rate_out);
void offhook_resampler_free(OffhookResampler *self);

/** Converts @n samples and appends what comes out to @out (guint8 array of S16). */
void offhook_resampler_push(OffhookResampler *self, const gint16 *in, gsize n, GByteArray *out);

/** Appends what is still inside (the filter's tail) and starts anew. */
void offhook_resampler_flush(OffhookResampler *self, GByteArray *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookResampler, offhook_resampler_free)

G_END_DECLS
