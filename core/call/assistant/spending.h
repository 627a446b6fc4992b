/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What each assistant's calls of today have cost, for its limit per day. A call counts for the day on
 * which it began; days are the machine's. Main thread.
 */
#pragma once

#include "config/assistant-config.h"

G_BEGIN_DECLS

typedef struct _OffhookSpending OffhookSpending;

OffhookSpending *offhook_spending_new(void);
void offhook_spending_free(OffhookSpending *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSpending, offhook_spending_free)

/** The beginning of the day of @unix_us, in unix time. */
gint64 offhook_spending_get_midnight(gint64 unix_us);

/** A call of @assistant that began at @began_us cost @cost more. */
void offhook_spending_add(OffhookSpending *self, const char *assistant, gint64 began_us,
			  double cost);
/** Whether @assistant has used up what its calls of the day of @now_us may cost. */
gboolean offhook_spending_is_over(OffhookSpending *self, const OffhookAssistantConfig *assistant,
				  gint64 now_us);
/** What @assistant's calls of the day of @now_us have cost. */
double offhook_spending_get(OffhookSpending *self, const char *assistant, gint64 now_us);

G_END_DECLS
