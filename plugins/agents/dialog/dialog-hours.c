/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening hours. Filled once by the loader, then read. Any thread.
 */

#include "dialog-hours.h"

#include "dialog-time.h"

typedef struct {
	guint from; /* minutes */
	guint to;   /* minutes, more than a day's past midnight */
} OffhookDialogRange;

struct _OffhookDialogHours {
	GArray *ranges[8]; /* OffhookDialogRange, by weekday; 0 is not used */
};

OffhookDialogHours *
offhook_dialog_hours_new(void)
{
	OffhookDialogHours *self = g_new0(OffhookDialogHours, 1);

	for (guint i = 1; i < G_N_ELEMENTS(self->ranges); i++)
		self->ranges[i] = g_array_new(FALSE, FALSE, sizeof(OffhookDialogRange));
	return self;
}

void
offhook_dialog_hours_free(OffhookDialogHours *self)
{
	if (self == NULL)
		return;
	for (guint i = 1; i < G_N_ELEMENTS(self->ranges); i++)
		g_array_unref(self->ranges[i]);
	g_free(self);
}

gboolean
offhook_dialog_hours_add(OffhookDialogHours *self, guint weekday, const char *range)
{
	g_auto(GStrv) parts = g_strsplit(range, "-", 2);
	OffhookDialogRange read;
	gint from, to;

	g_return_val_if_fail(weekday >= 1 && weekday <= 7, FALSE);

	if (g_strv_length(parts) != 2)
		return FALSE;
	from = offhook_dialog_time_from_string(parts[0]);
	to = offhook_dialog_time_from_string(parts[1]);
	if (from < 0 || to < 0 || from == to || from == OFFHOOK_DIALOG_DAY_MINUTES)
		return FALSE;
	read.from = (guint)from;
	read.to = (guint)(to > from ? to : to + OFFHOOK_DIALOG_DAY_MINUTES);
	g_array_append_val(self->ranges[weekday], read);
	return TRUE;
}

gboolean
offhook_dialog_hours_is_empty(const OffhookDialogHours *self)
{
	for (guint i = 1; i <= 7; i++) {
		if (self->ranges[i]->len > 0)
			return FALSE;
	}
	return TRUE;
}

gboolean
offhook_dialog_hours_opens(const OffhookDialogHours *self, guint weekday)
{
	return self->ranges[weekday]->len > 0;
}

static gboolean
offhook_dialog_hours_covers(const GArray *ranges, guint minutes)
{
	for (guint i = 0; i < ranges->len; i++) {
		const OffhookDialogRange *range = &g_array_index(ranges, OffhookDialogRange, i);

		if (minutes >= range->from && minutes < range->to)
			return TRUE;
	}
	return FALSE;
}

gboolean
offhook_dialog_hours_is_open(const OffhookDialogHours *self, guint weekday, guint minutes)
{
	guint yesterday = weekday == 1 ? 7 : weekday - 1;

	return offhook_dialog_hours_covers(self->ranges[weekday], minutes) ||
	       offhook_dialog_hours_covers(self->ranges[yesterday],
					   minutes + OFFHOOK_DIALOG_DAY_MINUTES);
}

char *
offhook_dialog_hours_speak(const OffhookDialogHours *self, guint weekday)
{
	const GArray *ranges = self->ranges[weekday];
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < ranges->len; i++) {
		const OffhookDialogRange *range = &g_array_index(ranges, OffhookDialogRange, i);
		g_autofree char *from = offhook_dialog_time_speak(range->from);
		g_autofree char *to = offhook_dialog_time_speak(range->to);

		g_string_append_printf(out, "%sfrom %s until %s", i > 0 ? " and " : "", from, to);
	}
	if (ranges->len == 0)
		g_string_append(out, "closed");
	return g_string_free(out, FALSE);
}
