/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

guint8 offhook_emu_mulaw_encode(gint16 sample);
gint16 offhook_emu_mulaw_decode(guint8 code);
