/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "socket-service.h"

typedef struct {
	OffhookEmuSocketOptions socket;
	gchar *script_path; /* NULL: none */
	gchar *voice;
	gint first_audio_ms;
	gint transcript_ms;
	gint piece_ms;       /* sound in a delta */
	gdouble audio_speed; /* times real time */
} OffhookEmuRealtimeOptions;

OffhookEmuRealtimeOptions *offhook_emu_realtime_options_parse(int argc, char **argv,
							      GError **error);
void offhook_emu_realtime_options_free(OffhookEmuRealtimeOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuRealtimeOptions, offhook_emu_realtime_options_free)
