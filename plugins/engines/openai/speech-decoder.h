/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The body of an answer of POST /audio/speech as it arrives, cut anywhere: raw samples, a WAV file
 * whose length nobody knew when it began, or an error in spite of a good status. One thread.
 */
#pragma once

#include <offhook/audio.h>

G_BEGIN_DECLS

typedef struct _OffhookSpeechDecoder OffhookSpeechDecoder;

/** @rate: Hz, of samples without a header */
OffhookSpeechDecoder *offhook_speech_decoder_new(guint rate);
void offhook_speech_decoder_free(OffhookSpeechDecoder *self);

/**
 * offhook_speech_decoder_push:
 * @out: S16 mono at OFFHOOK_RATE is appended
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_FORMAT; then no more may be pushed
 */
gboolean offhook_speech_decoder_push(OffhookSpeechDecoder *self, const guint8 *data, gsize size,
				     GByteArray *out, GError **error);
/** Nothing more comes. @error: what the service said was wrong, or %OFFHOOK_ERROR_FORMAT */
gboolean offhook_speech_decoder_finish(OffhookSpeechDecoder *self, GByteArray *out, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSpeechDecoder, offhook_speech_decoder_free)

G_END_DECLS
