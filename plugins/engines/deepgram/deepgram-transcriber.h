/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "deepgram-config.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_DEEPGRAM_TRANSCRIBER (offhook_deepgram_transcriber_get_type())
G_DECLARE_FINAL_TYPE(OffhookDeepgramTranscriber, offhook_deepgram_transcriber, OFFHOOK,
		     DEEPGRAM_TRANSCRIBER, OffhookTranscriber)

/** Connects in the next turn of the main loop. */
OffhookTranscriber *offhook_deepgram_transcriber_new(OffhookDeepgramConfig *config);

G_END_DECLS
