/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sounds that a call can need: keys, and a line on hold. S16 mono, 16 kHz. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_SOUNDS_MAX_KEYS 64

/** Keys (0-9 A-D * #; w: half a second of silence) as tones. %OFFHOOK_ERROR_INVALID_ARGUMENT. */
GBytes *offhook_sounds_make_keys(const char *keys, GError **error);
/** Ten seconds of a line that is still there: a soft tone now and then. */
GBytes *offhook_sounds_make_hold(void);

G_END_DECLS
