/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "socket-service.h"

typedef struct {
	OffhookEmuSocketOptions socket;
	OffhookEmuVoiceOptions voice;
	gint transcript_ms; /* from Finalize to its answer */
	gint idle_ms;       /* without audio or KeepAlive */
	gchar **transcripts;
} OffhookEmuDeepgramOptions;

OffhookEmuDeepgramOptions *offhook_emu_deepgram_options_parse(int argc, char **argv,
							      GError **error);
void offhook_emu_deepgram_options_free(OffhookEmuDeepgramOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuDeepgramOptions, offhook_emu_deepgram_options_free)
