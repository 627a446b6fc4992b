/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A sliding window of one second. */

#include "limit.h"

gboolean
offhook_emu_limit_pass(OffhookEmuLimit *self, guint per_second, gint64 now_us)
{
	gint64 *first;

	while ((first = g_queue_peek_head(&self->times)) != NULL &&
	       *first <= now_us - G_USEC_PER_SEC)
		g_free(g_queue_pop_head(&self->times));
	if (self->times.length >= per_second)
		return FALSE;
	g_queue_push_tail(&self->times, g_memdup2(&now_us, sizeof now_us));
	return TRUE;
}

void
offhook_emu_limit_clear(OffhookEmuLimit *self)
{
	g_queue_clear_full(&self->times, g_free);
}
