/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Listens to what leaves the play buffer and says when the agent begins and stops talking. Judged
 * by sound, not by the buffer: an agent may send silence. Driven by the line's clock. */

#include "ear.h"

#include "pcm.h"

#define OFFHOOK_EMU_EAR_FLOOR 100 /* root mean square, -50 dBFS */

void
offhook_emu_ear_init(OffhookEmuEar *self)
{
	self->speaking = FALSE;
	self->run_start_ms = -1;
	self->run_end_ms = -1;
}

/* The end of speech is reported a gap late, with the time it really ended in run_end_ms. */
OffhookEmuEarEvent
offhook_emu_ear_feed(OffhookEmuEar *self, gint64 start_ms, const gint16 *frame, gsize length,
		     guint rate)
{
	gint64 end_ms = start_ms + (gint64)length * 1000 / rate;

	if (offhook_emu_pcm_rms(frame, length) > OFFHOOK_EMU_EAR_FLOOR) {
		self->run_end_ms = end_ms;
		if (self->speaking)
			return OFFHOOK_EMU_EAR_NOTHING;
		self->speaking = TRUE;
		self->run_start_ms = start_ms;
		return OFFHOOK_EMU_EAR_STARTED;
	}
	if (!self->speaking || end_ms - self->run_end_ms < OFFHOOK_EMU_EAR_GAP_MS)
		return OFFHOOK_EMU_EAR_NOTHING;
	self->speaking = FALSE;
	return OFFHOOK_EMU_EAR_STOPPED;
}
