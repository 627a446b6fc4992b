/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How an event looks to another system: its body, and its signature as Standard Webhooks 1.0 has it.
 * Any thread.
 */
#pragma once

#include "call/event.h"

G_BEGIN_DECLS

/**
 * offhook_signed_event_print_body:
 * @personal_data: with phone numbers and what was said; else only what can't be either
 *
 * As on the control WebSocket. (transfer full)
 */
char *offhook_signed_event_print_body(const OffhookEvent *event, gboolean personal_data);

/** The headers of a request that carries @body, signed at @at_s, unix time. (transfer full) */
char **offhook_signed_event_make_headers(const char *id, gint64 at_s, const char *body,
					 GBytes *key);

G_END_DECLS
