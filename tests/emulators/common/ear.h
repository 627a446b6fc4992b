/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#define OFFHOOK_EMU_EAR_GAP_MS 300 /* a shorter pause does not end what the agent says */

typedef enum {
	OFFHOOK_EMU_EAR_NOTHING,
	OFFHOOK_EMU_EAR_STARTED, /* the agent is heard, from run_start_ms on */
	OFFHOOK_EMU_EAR_STOPPED, /* and was heard until run_end_ms */
} OffhookEmuEarEvent;

/* What the caller makes of what is played: is the agent talking? */
typedef struct {
	gboolean speaking;
	gint64 run_start_ms; /* of the current or last stretch of speech, -1: none yet */
	gint64 run_end_ms;   /* end of its last audible frame so far */
} OffhookEmuEar;

void offhook_emu_ear_init(OffhookEmuEar *self);
OffhookEmuEarEvent offhook_emu_ear_feed(OffhookEmuEar *self, gint64 start_ms, const gint16 *frame,
					gsize length, guint rate);
