/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One day's sums; with the first call of another they begin anew. Main thread.
 */

#include "call/assistant/spending.h"

/* A day on which the clocks go forward, by an hour or, somewhere, by two. */
#define OFFHOOK_SPENDING_SHORTEST_DAY_US (22 * 3600 * (gint64)G_USEC_PER_SEC)

struct _OffhookSpending {
	gint64 midnight_us; /* of the day that is summed up */
	GHashTable *costs;  /* assistant -> double */
};

OffhookSpending *
offhook_spending_new(void)
{
	OffhookSpending *self = g_new0(OffhookSpending, 1);

	self->costs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return self;
}

void
offhook_spending_free(OffhookSpending *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->costs);
	g_free(self);
}

gint64
offhook_spending_get_midnight(gint64 unix_us)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(unix_us / G_USEC_PER_SEC);
	g_autoptr(GDateTime) midnight =
	    g_date_time_new_local(g_date_time_get_year(now), g_date_time_get_month(now),
				  g_date_time_get_day_of_month(now), 0, 0, 0);

	return g_date_time_to_unix(midnight) * G_USEC_PER_SEC;
}

/* Asking for a local time looks at the file of the time zone, so most of the day nobody asks. */
static gint64
offhook_spending_find_midnight(const OffhookSpending *self, gint64 unix_us)
{
	gint64 since_us = unix_us - self->midnight_us;

	if (since_us >= 0 && since_us < OFFHOOK_SPENDING_SHORTEST_DAY_US)
		return self->midnight_us;
	return offhook_spending_get_midnight(unix_us);
}

void
offhook_spending_add(OffhookSpending *self, const char *assistant, gint64 began_us, double cost)
{
	gint64 midnight_us = offhook_spending_find_midnight(self, began_us);
	double *sum;

	if (midnight_us < self->midnight_us)
		return;
	if (midnight_us > self->midnight_us)
		g_hash_table_remove_all(self->costs);
	self->midnight_us = midnight_us;
	sum = g_hash_table_lookup(self->costs, assistant);
	if (sum == NULL) {
		sum = g_new0(double, 1);
		g_hash_table_insert(self->costs, g_strdup(assistant), sum);
	}
	*sum += cost;
}

double
offhook_spending_get(OffhookSpending *self, const char *assistant, gint64 now_us)
{
	const double *sum = g_hash_table_lookup(self->costs, assistant);

	if (sum == NULL || offhook_spending_find_midnight(self, now_us) != self->midnight_us)
		return 0;
	return *sum;
}

gboolean
offhook_spending_is_over(OffhookSpending *self, const OffhookAssistantConfig *assistant,
			 gint64 now_us)
{
	return assistant->max_cost_per_day > 0 &&
	       offhook_spending_get(self, assistant->name, now_us) >= assistant->max_cost_per_day;
}
