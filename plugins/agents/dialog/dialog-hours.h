/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Opening hours as they are said. Pure.
 */
#pragma once

#include <offhook/opening-hours.h>

G_BEGIN_DECLS

/** "from noon until ten o'clock"; "closed" where it is. (transfer full) */
char *offhook_dialog_hours_speak(const OffhookOpeningHours *self, guint weekday);

G_END_DECLS
