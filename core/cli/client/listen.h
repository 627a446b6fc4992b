/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Events as they happen, over the control WebSocket.
 */
#pragma once

#include "cli/client/client.h"

G_BEGIN_DECLS

/** @type: of @event; the first is "subscribed": from now on nothing is missed */
typedef void (*OffhookListenFunc)(const char *type, JsonObject *event, gpointer user_data);

/**
 * offhook_listen:
 * @types: (nullable): of events; %NULL: all
 *
 * Runs @loop, and calls @func for each event, until somebody quits it or the connection ends, which is
 * %OFFHOOK_ERROR_UNAVAILABLE.
 */
gboolean offhook_listen(OffhookClient *client, const char *const *types, GMainLoop *loop,
			OffhookListenFunc func, gpointer user_data, GError **error);

G_END_DECLS
