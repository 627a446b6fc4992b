/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A WebSocket client and a server in the same main loop: libsoup's, and where libsoup is too well-behaved,
 * bytes on the connection that it gave away. /socket repeats messages, and closes when told "close" or
 * "bye"; /protocol speaks speech.v1, /raw leaves the connection to the test, /hang never answers,
 * /status/N does so with that status.
 */
#pragma once

#include <offhook/error.h>
#include <offhook/socket-client.h>

#include "harness.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct {
	SoupServer *server;
	char *base; /* "ws://127.0.0.1:PORT" */
	SoupWebsocketConnection *peer;
	GIOStream *raw; /* (nullable): what was taken from libsoup */
	guint hits;
	char *authorization;
	gboolean peer_closed;

	OffhookSocketClient *client;
	GString *seen;
	const char *free_on; /* (nullable): the client is freed when this is seen */
	gboolean ended;
	guint endings;
	guint code;
	guint status;
	char *reason;
	char *body;
	char *retry_after;
	GError *error;
} Fixture;

/** To @path of the server, with a secret in a header. @request: but for its URL and headers */
void fixture_connect_with(Fixture *f, const char *path, OffhookSocketRequest request);
void fixture_connect(Fixture *f, const char *path);
/** It ends once, and no part of what is secret is told. */
void fixture_wait_for_end(Fixture *f);
/** For harness_wait_until(): the text "last" came; it is open; the connection is ours. */
gboolean fixture_has_seen(gpointer data);
gboolean fixture_is_open(gpointer data);
gboolean fixture_has_raw(gpointer data);
/** For "localhost" and 127.0.0.1, signed by itself. (transfer full) */
char *fixture_get_certificate_path(void);
void fixture_set_up(Fixture *f, gconstpointer data);
void fixture_set_up_tls(Fixture *f, gconstpointer data);
void fixture_tear_down(Fixture *f, gconstpointer data);

G_END_DECLS
