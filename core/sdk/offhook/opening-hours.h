/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Opening hours of a week. Filled by one thread, then read by any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How long a day is: hours after midnight belong to the day on which they begin. */
#define OFFHOOK_DAY_MINUTES (24 * 60)

typedef struct _OffhookOpeningHours OffhookOpeningHours;

/** Closed all week, to be filled. (transfer full) */
OffhookOpeningHours *offhook_opening_hours_new(void);
void offhook_opening_hours_free(OffhookOpeningHours *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOpeningHours, offhook_opening_hours_free)

/**
 * offhook_opening_hours_parse:
 * @text: "mon-fri 09:00-18:00, sat 10:00-14:00"; days are three letters, `daily` is all of them, and a part
 *   without days is for those of the part before it
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_INVALID_ARGUMENT names the part that is none
 */
OffhookOpeningHours *offhook_opening_hours_parse(const char *text, GError **error);

/**
 * @weekday: 1, a Monday, to 7
 * @range: "12:00-22:00"; one that ends before it begins goes past midnight
 * Returns: %FALSE: it is none
 */
gboolean offhook_opening_hours_add(OffhookOpeningHours *self, guint weekday, const char *range);

/** Has no day any hours? */
gboolean offhook_opening_hours_is_empty(const OffhookOpeningHours *self);
/** How many ranges of that day there are. */
guint offhook_opening_hours_count(const OffhookOpeningHours *self, guint weekday);
/** @from, @to: (out): minutes of the day; more than OFFHOOK_DAY_MINUTES past midnight */
void offhook_opening_hours_get(const OffhookOpeningHours *self, guint weekday, guint i, guint *from,
			       guint *to);
/** @minutes: of the day; hours that began on the day before count, too */
gboolean offhook_opening_hours_is_open(const OffhookOpeningHours *self, guint weekday,
				       guint minutes);

G_END_DECLS
