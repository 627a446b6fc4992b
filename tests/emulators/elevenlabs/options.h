/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "socket-service.h"

typedef struct {
	OffhookEmuSocketOptions socket;
	OffhookEmuVoiceOptions voice;
	gint idle_s;     /* instead of what the client asks for; 0: that */
	gint concurrent; /* connections that the plan allows; 0: any number */
	gchar **voices;  /* ids that there are */
} OffhookEmuElevenlabsOptions;

OffhookEmuElevenlabsOptions *offhook_emu_elevenlabs_options_parse(int argc, char **argv,
								  GError **error);
void offhook_emu_elevenlabs_options_free(OffhookEmuElevenlabsOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuElevenlabsOptions, offhook_emu_elevenlabs_options_free)
