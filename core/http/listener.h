/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Accepts connections for the HTTP server: bounded in number, with a time limit on bringing a
 * request, and TLS where it is configured. Main thread.
 */
#pragma once

#include "config/config.h"
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _OffhookHttpListener OffhookHttpListener;

/** @soup: (transfer none): outlives the listener */
OffhookHttpListener *offhook_http_listener_new(SoupServer *soup);
void offhook_http_listener_free(OffhookHttpListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpListener, offhook_http_listener_free)

/** Binds to [server] listen and begins to accept. */
gboolean offhook_http_listener_start(OffhookHttpListener *self, OffhookConfig *config,
				     GError **error);
void offhook_http_listener_stop(OffhookHttpListener *self);
/** "http://127.0.0.1:3000" (transfer none) (nullable): before start */
const char *offhook_http_listener_get_url(OffhookHttpListener *self);

/** The request of @msg is here in whole: from now on it is the server that takes its time. */
void offhook_http_listener_settle(SoupServerMessage *msg);
/** The connection of @msg is no longer HTTP and may be silent for as long as it likes. */
void offhook_http_listener_release(SoupServerMessage *msg);
/** Ends the connection of @msg, which does not deserve an answer. */
void offhook_http_listener_cut(SoupServerMessage *msg);

G_END_DECLS
