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

/** Binds to [server] listen, or takes the socket that systemd has bound, and begins to accept. */
gboolean offhook_http_listener_start(OffhookHttpListener *self, OffhookConfig *config,
				     GError **error);
/** Accepts nothing more. */
void offhook_http_listener_stop(OffhookHttpListener *self);
/** The same, after those who have connected already. */
void offhook_http_listener_finish(OffhookHttpListener *self);

/* For another process that takes over. */
/** Instead of binding: @socket listens already. Before start. */
void offhook_http_listener_adopt(OffhookHttpListener *self, GSocket *socket);
/** Like start, on any port of this machine alone, without TLS. */
gboolean offhook_http_listener_start_inside(OffhookHttpListener *self, GError **error);
/** Accepts nothing for the time being: clients wait. */
void offhook_http_listener_pause(OffhookHttpListener *self);
void offhook_http_listener_resume(OffhookHttpListener *self);
/** What it listens on; -1 after stop. */
int offhook_http_listener_get_fd(OffhookHttpListener *self);

/** "http://127.0.0.1:3000" (transfer none) (nullable): before start */
const char *offhook_http_listener_get_url(OffhookHttpListener *self);

/** Connections that have not brought a whole request yet. */
guint offhook_http_listener_count_bringing(OffhookHttpListener *self);
/** Those that have, and are not answered; what was released is not counted. */
guint offhook_http_listener_count_answering(OffhookHttpListener *self);

/** The request of @msg is here in whole: from now on it is the server that takes its time. */
void offhook_http_listener_settle(SoupServerMessage *msg);
/** What the connection of @msg is made over. (transfer full) (nullable): it is closed */
GSocket *offhook_http_listener_dup_socket(SoupServerMessage *msg);
/** The connection of @msg may be silent for as long as it likes. */
void offhook_http_listener_allow_silence(SoupServerMessage *msg);
/** The same, and it is no longer HTTP. */
void offhook_http_listener_release(SoupServerMessage *msg);
/** Ends the connection of @msg, which does not deserve an answer. */
void offhook_http_listener_cut(SoupServerMessage *msg);

G_END_DECLS
