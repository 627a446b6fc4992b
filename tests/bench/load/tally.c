/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counting and percentiles. */

#include "tally.h"

static int
load_times_compare(gconstpointer a, gconstpointer b)
{
	gint32 x = *(const gint32 *)a, y = *(const gint32 *)b;

	return x < y ? -1 : x > y;
}

void
load_times_add(LoadTimes *self, gint64 us)
{
	gint32 value = (gint32)CLAMP(us, G_MININT32, G_MAXINT32);

	g_array_append_val(self->values, value);
	self->sorted = FALSE;
}

double
load_times_get_ms(LoadTimes *self, double share)
{
	guint n = self->values->len;
	guint index;

	if (n == 0)
		return 0.0;
	if (!self->sorted)
		g_array_sort(self->values, load_times_compare);
	self->sorted = TRUE;
	index = (guint)(share * (n - 1) + 0.999999);
	return g_array_index(self->values, gint32, MIN(index, n - 1)) / 1000.0;
}

static LoadTimes *
load_tally_get_times(LoadTally *self, guint i)
{
	LoadTimes *const times[] = {&self->lateness, &self->delay, &self->answer, &self->barge_in};

	return i < G_N_ELEMENTS(times) ? times[i] : NULL;
}

void
load_tally_init(LoadTally *self)
{
	*self = (LoadTally){0};
	self->failures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; load_tally_get_times(self, i) != NULL; i++)
		load_tally_get_times(self, i)->values = g_array_new(FALSE, FALSE, sizeof(gint32));
}

void
load_tally_clear(LoadTally *self)
{
	g_hash_table_unref(self->failures);
	for (guint i = 0; load_tally_get_times(self, i) != NULL; i++)
		g_array_unref(load_tally_get_times(self, i)->values);
}

void
load_tally_fail(LoadTally *self, const char *why)
{
	guint *count = g_hash_table_lookup(self->failures, why);

	self->failed++;
	if (count == NULL) {
		count = g_new0(guint, 1);
		g_hash_table_insert(self->failures, g_strdup(why), count);
	}
	++*count;
}
