/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One client of the control WebSocket: whether it may listen, what it listens to, and what it asks
 * for. Main thread.
 */
#pragma once

#include "call/event.h"
#include "http/server/server.h"

G_BEGIN_DECLS

typedef struct _OffhookControlClient OffhookControlClient;

/**
 * @stream: (transfer none): after the handshake
 * @authenticated: came with a token in the handshake, or needs none
 * @gone: called once from the main loop when the connection is closed; then free it
 */
OffhookControlClient *
offhook_control_client_new(OffhookHttpServer *server, GIOStream *stream, gboolean authenticated,
			   void (*gone)(OffhookControlClient *client, gpointer user_data),
			   gpointer user_data, GError **error);
void offhook_control_client_free(OffhookControlClient *self);

gboolean offhook_control_client_is_authenticated(OffhookControlClient *self);

/** Sends @event if the client listens to its type. */
void offhook_control_client_tell(OffhookControlClient *self, const OffhookEvent *event);
/** {id, connected_at, last_activity} (transfer full) */
JsonObject *offhook_control_client_view(OffhookControlClient *self);
void offhook_control_client_close(OffhookControlClient *self);

G_END_DECLS
