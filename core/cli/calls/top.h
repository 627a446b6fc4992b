/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook top: what is known of the calls in progress, and drawing it.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** By what the calls are ordered. */
typedef enum {
	OFFHOOK_TOP_LENGTH,
	OFFHOOK_TOP_DELAY,
	OFFHOOK_TOP_STATE,
	OFFHOOK_TOP_ASSISTANT,
	OFFHOOK_TOP_N_ORDERS,
} OffhookTopOrder;

/** "length", ... */
const char *offhook_top_get_order_name(OffhookTopOrder order);

/**
 * offhook_top_view:
 * @calls: of {call_id, status, direction, assistant, provider, speaker, start_time, turns, delay_ms, own_ms,
 *   slowest_ms}; what is not known is missing
 * @health: as GET /health/detailed
 * @load: of its processor, in percent; negative: not known yet
 *
 * Returns: (transfer full): {server{...}, calls[...], answers{...}}, the calls in order
 */
JsonObject *offhook_top_view(GList *calls, JsonObject *health, double load, OffhookTopOrder order);

/** @view for people, no more than @n_lines. (transfer full) */
char *offhook_top_draw(JsonObject *view, OffhookTopOrder order, guint n_lines);

G_END_DECLS
