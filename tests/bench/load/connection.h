/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One connection to the server: TCP, TLS where wanted, and the WebSocket handshake. Nothing blocks;
 * the epoll set tells when to go on.
 */
#pragma once

#include "options.h"
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

typedef enum {
	LOAD_CONNECTION_CLOSED,
	LOAD_CONNECTION_CONNECTING,
	LOAD_CONNECTION_SECURING,
	LOAD_CONNECTION_UPGRADING,
	LOAD_CONNECTION_OPEN,
} LoadConnectionState;

typedef struct {
	const LoadOptions *options;
	int epoll;
	gpointer data; /* of the epoll events */
	int fd;
	LoadConnectionState state;
	gnutls_session_t tls;
	GByteArray *unsent; /* (nullable) */
	GByteArray
	    *partial; /* (nullable): the beginning of a frame, or of the handshake's answer */
	char *accept;
	gboolean watching_out;
} LoadConnection;

/** Once, before the first connection. */
void load_connection_init_tls(void);

/** @number: spreads connections over source addresses. Returns: why not (static), or %NULL */
const char *load_connection_open(LoadConnection *self, const LoadOptions *options, int epoll,
				 gpointer data, guint64 number);
/** On any event while it is neither open nor closed. Returns: what went wrong (static), or %NULL */
const char *load_connection_advance(LoadConnection *self);
/** %FALSE: the server does not read, or is gone. */
gboolean load_connection_send(LoadConnection *self, const guint8 *data, gsize size);
/** On EPOLLOUT. */
gboolean load_connection_flush(LoadConnection *self);
/** Returns: bytes, 0 for none now, -1 for the end */
gssize load_connection_receive(LoadConnection *self, guint8 *data, gsize size);
/** Nothing more will be sent. */
void load_connection_shut(LoadConnection *self);
void load_connection_close(LoadConnection *self);

G_END_DECLS
