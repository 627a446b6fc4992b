/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The connection of a control client. libsoup's own WebSocket has no limit on a message in
 * fragments nor on what waits to be sent, so the framing of the media sockets serves here too.
 * Main thread.
 */
#pragma once

#include <offhook/websocket-frames.h>

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
	void (*message)(gpointer user_data, OffhookWireKind kind, const guint8 *data, gsize size);
	/* Once, from the main loop, whoever ended it; the socket may be freed in it. */
	void (*closed)(gpointer user_data);
} OffhookControlSocketHandler;

typedef struct _OffhookControlSocket OffhookControlSocket;

/** @stream: (transfer none): what libsoup gave away after the handshake */
OffhookControlSocket *offhook_control_socket_new(GIOStream *stream,
						 const OffhookControlSocketHandler *handler,
						 gpointer user_data, GError **error);
/** Drops the connection if it is still there. */
void offhook_control_socket_free(OffhookControlSocket *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookControlSocket, offhook_control_socket_free)

/** A far end that reads too slowly is dropped. Nothing is sent after close. */
void offhook_control_socket_send_text(OffhookControlSocket *self, const char *text);
/** Says goodbye and waits a little for the answer. */
void offhook_control_socket_close(OffhookControlSocket *self, OffhookWebsocketCode code,
				  const char *reason);

G_END_DECLS
