/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How a turn looks in JSON, in the event turn.completed and in REST. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "store/record/store-records.h"

G_BEGIN_DECLS

/** (transfer full) */
JsonObject *offhook_turn_view_new(const OffhookTurnRecord *record);

G_END_DECLS
