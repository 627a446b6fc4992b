/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "check.h"

/*
 * A text in the making: its sound and the times of its characters, in pieces as they leave.
 * @lead: the space that began the context comes with the first of them
 */
GPtrArray *offhook_emu_elevenlabs_voice_speak(const gchar *text, gboolean lead, const gchar *voice,
					      const OffhookEmuElevenlabsWish *wish);

/* A piece of it. */
typedef struct {
	JsonObject *message; /* without the context */
	guint ms;            /* of sound */
} OffhookEmuElevenlabsPiece;
