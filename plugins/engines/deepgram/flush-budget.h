/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The service takes 20 flushes in 60 s. Pure; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_FLUSH_BUDGET_MAX    20
#define OFFHOOK_FLUSH_BUDGET_WINDOW (60 * G_USEC_PER_SEC)

typedef struct {
	gint64 times[OFFHOOK_FLUSH_BUDGET_MAX]; /* of the last ones, as a ring */
	guint n;                                /* all that there were */
} OffhookFlushBudget;

void offhook_flush_budget_take(OffhookFlushBudget *self, gint64 now_us);
/** How many there may be now. */
guint offhook_flush_budget_get_left(const OffhookFlushBudget *self, gint64 now_us);
/** How long until there may be one; 0: now. */
gint64 offhook_flush_budget_get_wait(const OffhookFlushBudget *self, gint64 now_us);

G_END_DECLS
