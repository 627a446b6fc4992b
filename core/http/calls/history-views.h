/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How what was found in the past looks in JSON. All (transfer full). Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "store/store-history.h"

G_BEGIN_DECLS

/** With a part of the text around what was found, and where in it that is. */
JsonObject *offhook_view_hit(const OffhookSearchHit *hit, OffhookSearchQuery *query);
/** @groups: by what it is a sum */
JsonObject *offhook_view_statistics(const OffhookStatisticsRecord *record,
				    OffhookStatisticsGroups groups);
/** "2024-05-01". (transfer full) */
char *offhook_view_day(gint64 day);

G_END_DECLS
