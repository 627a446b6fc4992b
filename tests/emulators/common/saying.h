/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "pcm.h"

/* A tone says a character in so many milliseconds. */
#define OFFHOOK_EMU_SAYING_TONE_MS 60

/* @text in a service's voice: @voice as for callers, or "tone". What has no voice sounds as a tone. */
OffhookEmuPcm *offhook_emu_saying_make(const gchar *text, const gchar *voice, guint rate);
