/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "flush-budget.h"

void
offhook_flush_budget_take(OffhookFlushBudget *self, gint64 now_us)
{
	self->times[self->n++ % OFFHOOK_FLUSH_BUDGET_MAX] = now_us;
}

guint
offhook_flush_budget_get_left(const OffhookFlushBudget *self, gint64 now_us)
{
	guint left = OFFHOOK_FLUSH_BUDGET_MAX;

	for (guint i = 0; i < MIN(self->n, OFFHOOK_FLUSH_BUDGET_MAX); i++)
		if (now_us - self->times[i] < OFFHOOK_FLUSH_BUDGET_WINDOW)
			left--;
	return left;
}

gint64
offhook_flush_budget_get_wait(const OffhookFlushBudget *self, gint64 now_us)
{
	gint64 oldest;

	if (self->n < OFFHOOK_FLUSH_BUDGET_MAX)
		return 0;
	oldest = self->times[self->n % OFFHOOK_FLUSH_BUDGET_MAX];
	return MAX(oldest + OFFHOOK_FLUSH_BUDGET_WINDOW - now_us, 0);
}
