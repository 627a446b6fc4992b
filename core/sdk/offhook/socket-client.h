/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A WebSocket to another service, for engines and agents: asynchronous, bounded, with a deadline for
 * connecting and pings that find out when the far end is gone. In the library offhook-net-1, beside
 * the web client. It says nothing twice and tries nothing again: whoever opened it decides that.
 *
 * A client belongs to the thread-default main context in which it was made; everything happens
 * there. TLS certificates are checked; the proxy settings of the environment count. No part of the
 * URL but the host, and none of the headers, gets into an error.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** Where to. Copied; zero fields stand for their defaults. */
typedef struct {
	const char *url;            /* ws:// or wss:// */
	const char *const *headers; /* (nullable) (array zero-terminated=1): "Name: value" */
	const char *protocol;       /* (nullable): the subprotocol to ask for */
	guint connect_timeout_ms;   /* until the handshake is answered: 10,000 */
	guint keep_alive_ms; /* between pings: 15,000. Who is silent for two of them is gone */
	gsize max_message;   /* that is received, also in fragments: 16 MiB */
	gsize max_backlog;   /* of what is sent and not taken by the far end: 1 MiB */
} OffhookSocketRequest;

/** How it ended. Owned by the client. */
typedef struct {
	/*
	 * What the far end closed with (RFC 6455, section 7.4): 1005 when it named no code, 1006
	 * when it closed without a word, 0 when there was no connection.
	 */
	guint code;
	const char *reason; /* "" when none was given */
	/* When the handshake was refused; else 0 and %NULL. */
	guint status;
	GHashTable *headers; /* (nullable): lower-case name -> value */
	const char *body;    /* (nullable): the first 16 KiB of it, UTF-8 */
	/*
	 * %NULL after offhook_socket_client_close(), and after the far end closed with 1000 or
	 * without a code. Else: %OFFHOOK_ERROR_UNAVAILABLE: not reached, or it is going away;
	 * TIMED_OUT: no answer to the handshake or to pings; what offhook_rest_get_error_code() says
	 * of a refusal's status; LIMIT: too long a message, or too much that the far end does not
	 * read; FORMAT: it breaks the protocol; BUSY: it said "try again later"; PROVIDER: any other
	 * code, or the connection was lost.
	 */
	const GError *error;
} OffhookSocketEnd;

/**
 * What the client tells its owner, from the main loop, never while one of its functions runs. Each
 * may be %NULL, and each may send, close and free the client. Nothing is borrowed for longer than
 * the call.
 */
typedef struct {
	void (*open)(gpointer user_data);
	/* @text: whole, UTF-8, with a NUL after it */
	void (*text)(gpointer user_data, const char *text, gsize size);
	void (*binary)(gpointer user_data, const guint8 *data, gsize size);
	/* Once, and nothing follows. Not after offhook_socket_client_free(). */
	void (*closed)(gpointer user_data, const OffhookSocketEnd *end);
} OffhookSocketHandler;

typedef struct _OffhookSocketClient OffhookSocketClient;

/**
 * offhook_socket_client_new:
 * @handler: copied
 *
 * Begins to connect in the next turn of the main loop: one that is freed at once touches no network.
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_INVALID_ARGUMENT for a URL or a header that is
 *   none
 */
OffhookSocketClient *offhook_socket_client_new(const OffhookSocketRequest *request,
					       const OffhookSocketHandler *handler,
					       gpointer user_data, GError **error);
/** Drops the connection, with a goodbye that is not waited for; in any state, also in callbacks. */
void offhook_socket_client_free(OffhookSocketClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSocketClient, offhook_socket_client_free)

/** Messages that are sent before it is open wait for that. After close, or the end, none is sent. */
void offhook_socket_client_send_text(OffhookSocketClient *self, const char *text);
/** As offhook_socket_client_send_text(). @data: copied */
void offhook_socket_client_send_binary(OffhookSocketClient *self, const guint8 *data, gsize size);

/**
 * offhook_socket_client_close:
 * @reason: (nullable): at most 123 bytes
 *
 * Says goodbye after all that was sent; `closed` tells when the far end has answered, or not within
 * 3 s. Nothing more is received.
 */
void offhook_socket_client_close(OffhookSocketClient *self, guint code, const char *reason);

/** Has the handshake been answered, and has nobody closed it since? */
gboolean offhook_socket_client_is_open(OffhookSocketClient *self);
/** (nullable): the subprotocol that the service chose; once it is open */
const char *offhook_socket_client_get_protocol(OffhookSocketClient *self);

G_END_DECLS
