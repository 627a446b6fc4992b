/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening hours as they are said. Any thread.
 */

#include "dialog-hours.h"

#include "language-time.h"

char *
offhook_dialog_hours_speak(const OffhookOpeningHours *self, guint weekday)
{
	guint n = offhook_opening_hours_count(self, weekday);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < n; i++) {
		g_autofree char *begin = NULL;
		g_autofree char *end = NULL;
		guint from, to;

		offhook_opening_hours_get(self, weekday, i, &from, &to);
		begin = offhook_language_time_speak(from);
		end = offhook_language_time_speak(to);
		g_string_append_printf(out, "%sfrom %s until %s", i > 0 ? " and " : "", begin, end);
	}
	if (n == 0)
		g_string_append(out, "closed");
	return g_string_free(out, FALSE);
}
