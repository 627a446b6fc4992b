/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#define OFFHOOK_EMU_RATE    8000 /* samples, and mu-law bytes, per second */
#define OFFHOOK_EMU_SILENCE 0xff /* mu-law zero */

guint8 offhook_emu_mulaw_encode(gint16 sample);
gint16 offhook_emu_mulaw_decode(guint8 code);
gdouble offhook_emu_mulaw_rms(const guint8 *codes, gsize length);
