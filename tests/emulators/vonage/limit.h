/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* So many a second and no more. */
typedef struct {
	GQueue times; /* of those that passed in the last second */
} OffhookEmuLimit;

/* FALSE: it is one too many at @now_us, and does not count */
gboolean offhook_emu_limit_pass(OffhookEmuLimit *self, guint per_second, gint64 now_us);
void offhook_emu_limit_clear(OffhookEmuLimit *self);
