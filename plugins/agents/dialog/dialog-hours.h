/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Opening hours of a week. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookDialogHours OffhookDialogHours;

OffhookDialogHours *offhook_dialog_hours_new(void);
void offhook_dialog_hours_free(OffhookDialogHours *self);

/** @weekday: 1 to 7. @range: "12:00-22:00"; one that ends before it begins goes past midnight. */
gboolean offhook_dialog_hours_add(OffhookDialogHours *self, guint weekday, const char *range);

gboolean offhook_dialog_hours_is_empty(const OffhookDialogHours *self);
/** Is it open at any time of that day? */
gboolean offhook_dialog_hours_opens(const OffhookDialogHours *self, guint weekday);
gboolean offhook_dialog_hours_is_open(const OffhookDialogHours *self, guint weekday, guint minutes);
/** "from noon until ten o'clock"; "closed" where it is. (transfer full) */
char *offhook_dialog_hours_speak(const OffhookDialogHours *self, guint weekday);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogHours, offhook_dialog_hours_free)

G_END_DECLS
