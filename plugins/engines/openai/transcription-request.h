/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An utterance as the form of POST /audio/transcriptions. Any thread.
 */
#pragma once

#include "openai-config.h"

G_BEGIN_DECLS

/**
 * offhook_openai_transcription_build:
 * @audio: S16 samples, mono, at OFFHOOK_RATE
 * @language: (nullable): BCP 47
 * @content_type: (out) (transfer full)
 *
 * Returns: (transfer full)
 */
GBytes *offhook_openai_transcription_build(const OffhookOpenaiConfig *config,
					   const GByteArray *audio, const char *language,
					   char **content_type);

G_END_DECLS
