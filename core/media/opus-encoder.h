/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Stereo PCM16 in, an Ogg file with Opus out, by GStreamer's opusenc and oggmux: without threads of
 * their own, everything happens inside push and finish. A page ends after about a second, so a file
 * that breaks off plays up to there. One thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookOpusEncoder OffhookOpusEncoder;

/** The next bytes of the file. %FALSE: they can't be taken. */
typedef gboolean (*OffhookOpusEncoderFunc)(gpointer user_data, const guint8 *data, gsize size);

/** Whether @rate, in Hz, is one of Opus's. */
gboolean offhook_opus_encoder_takes_rate(guint rate);

/**
 * @rate: Hz
 * @bit_rate: bits per second, of both channels together
 *
 * %OFFHOOK_ERROR_NOT_SUPPORTED when an element is missing.
 */
OffhookOpusEncoder *offhook_opus_encoder_new(guint rate, guint bit_rate,
					     OffhookOpusEncoderFunc func, gpointer user_data,
					     GError **error);
void offhook_opus_encoder_free(OffhookOpusEncoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOpusEncoder, offhook_opus_encoder_free)

/** @samples: two for each of @frames, host byte order. %OFFHOOK_ERROR_FAILED. */
gboolean offhook_opus_encoder_push(OffhookOpusEncoder *self, const gint16 *samples, gsize frames,
				   GError **error);
/** The file ends here. */
void offhook_opus_encoder_finish(OffhookOpusEncoder *self);

G_END_DECLS
