/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_LOOPBACK_MAX_DIGITS 32

/** 1 to 32 of 0-9, *, #, A-D and the pauses w (half a second) and W (a second). */
gboolean offhook_loopback_digits_are_valid(const char *digits);

/** The keys as a telephone sends them, S16 mono at @rate. @digits: valid ones. (transfer full) */
GBytes *offhook_loopback_tones_new(const char *digits, guint rate);

G_END_DECLS
