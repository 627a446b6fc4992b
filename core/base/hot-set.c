/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Cache lines, each once. One thread at a time.
 */

#include "base/hot-set.h"

static gboolean
offhook_hot_set_has(const OffhookHotSet *self, const guint8 *line)
{
	for (guint i = 0; i < self->n; i++) {
		if (self->lines[i] == line)
			return TRUE;
	}
	return FALSE;
}

void
offhook_hot_set_add(OffhookHotSet *self, gconstpointer memory, gsize size)
{
	const guint8 *end = (const guint8 *)memory + size;
	const guint8 *line =
	    (const guint8 *)((guintptr)memory & ~(guintptr)(OFFHOOK_HOT_SET_LINE - 1));

	if (memory == NULL || size == 0)
		return;
	for (; line < end && self->n < OFFHOOK_HOT_SET_MAX; line += OFFHOOK_HOT_SET_LINE) {
		if (!offhook_hot_set_has(self, line))
			self->lines[self->n++] = line;
	}
}
