/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of OffhookSocketClient, for its own files. In the thread of its main context.
 */
#pragma once

#include <gio/gio.h>
#include <offhook/error.h>
#include <offhook/socket-client.h>
#include <offhook/websocket-frames.h>

#include "socket-handshake.h"
#include "socket-outbox.h"

G_BEGIN_DECLS

#define OFFHOOK_SOCKET_SWITCHING_PROTOCOLS 101 /* of HTTP */

typedef enum {
	OFFHOOK_SOCKET_NEW,
	OFFHOOK_SOCKET_CONNECTING,
	OFFHOOK_SOCKET_HANDSHAKE,
	OFFHOOK_SOCKET_REFUSED, /* the rest of the body is awaited */
	OFFHOOK_SOCKET_OPEN,
	OFFHOOK_SOCKET_CLOSING, /* our goodbye is sent, theirs is awaited */
	OFFHOOK_SOCKET_OVER,
} OffhookSocketState;

struct _OffhookSocketClient {
	guint refs; /* the owner, and whatever is under way here */
	GMainContext *context;
	OffhookSocketHandler handler;
	gpointer user_data;

	GUri *uri;
	char *key;
	char *protocol; /* (nullable): asked for, then chosen */
	guint connect_timeout_ms;
	guint keep_alive_ms;
	gsize max_message;
	gsize max_backlog;

	OffhookSocketState state;
	GCancellable *cancellable;
	GSocketConnection *connection; /* (nullable) */
	GPollableInputStream *input;   /* (not owned) */
	GPollableOutputStream *output; /* (not owned) */
	GSource *read_source;          /* (nullable) */
	GSource *write_source;         /* (nullable): while something waits */
	GSource *timer;                /* (nullable): of the state */
	GSource *keep_alive;           /* (nullable) */

	OffhookSocketOutbox request;
	OffhookSocketOutbox out; /* frames */
	gboolean mute;           /* the far end takes nothing more */
	GByteArray *in;          /* of the handshake */
	OffhookSocketReply reply;
	OffhookWebsocketFrames *frames; /* (nullable): once it is open */
	gsize read_left;                /* of this turn */
	gboolean read_ended;
	gboolean heard; /* since the last ping */

	OffhookSocketEnd end;
	char *reason;
	char *body;
	GError *error;
};

/* socket-client.c */
OffhookSocketClient *offhook_socket_client_ref(OffhookSocketClient *self);
void offhook_socket_client_unref(OffhookSocketClient *self);
void offhook_socket_client_clear_source(GSource **source);
/** @ms: 0: at once, from the main loop */
GSource *offhook_socket_client_add_timer(OffhookSocketClient *self, guint ms, GSourceFunc func);
/**
 * The first reason counts. The owner hears of it from the main loop: we may be deep in one of its
 * calls. @error: (nullable) (transfer full)
 */
void offhook_socket_client_finish(OffhookSocketClient *self, guint code, const char *reason,
				  GError *error);
/** Errors name the host, and nothing else of the URL. */
void offhook_socket_client_fail(OffhookSocketClient *self, OffhookError code, const char *format,
				...) G_GNUC_PRINTF(3, 4);
/** The connection is gone. */
void offhook_socket_client_lose(OffhookSocketClient *self, const char *why);
void offhook_socket_client_flush(OffhookSocketClient *self);
void offhook_socket_client_append(OffhookSocketClient *self, OffhookWebsocketOpcode opcode,
				  const guint8 *data, gsize size);
void offhook_socket_client_append_close(OffhookSocketClient *self, guint code, const char *reason);

/* socket-client-connect.c */
gboolean offhook_socket_client_connect_cb(gpointer user_data);

/* socket-client-frames.c */
/** The handshake is over. */
void offhook_socket_client_begin_frames(OffhookSocketClient *self);
void offhook_socket_client_read_frames(OffhookSocketClient *self);
/** As OffhookWebsocketFramesHandler has it: what came with the handshake goes first. */
gsize offhook_socket_client_read_cb(gpointer user_data, guint8 *buffer, gsize size);

G_END_DECLS
