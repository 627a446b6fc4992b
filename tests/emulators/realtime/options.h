/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "socket-service.h"

typedef struct {
	OffhookEmuSocketOptions socket;
	OffhookEmuVoiceOptions voice;
	gchar *script_path; /* NULL: none */
	gint transcript_ms;
	gint piece_ms; /* sound in a delta */
} OffhookEmuRealtimeOptions;

OffhookEmuRealtimeOptions *offhook_emu_realtime_options_parse(int argc, char **argv,
							      GError **error);
void offhook_emu_realtime_options_free(OffhookEmuRealtimeOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuRealtimeOptions, offhook_emu_realtime_options_free)
