/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How what was used looks in JSON, in events and in REST. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "engine/usage.h"

G_BEGIN_DECLS

/** {input_tokens, output_tokens, characters, audio_seconds, cost}. (transfer full) */
JsonObject *offhook_usage_view_new(const OffhookUsageTotals *usage);
/** Adds how many of the tokens have prices of their own, where there are any. */
void offhook_usage_view_add_kinds(JsonObject *object, const OffhookUsage *usage);

G_END_DECLS
