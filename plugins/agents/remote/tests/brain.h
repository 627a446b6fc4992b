/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A program that answers, well or badly, over HTTP and over a WebSocket: a server on any port of
 * 127.0.0.1, in the main loop of its test.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct {
	SoupServer *server;
	guint port;
	GPtrArray *messages; /* of JsonObject: all that it was told */
	GPtrArray *headers;  /* of GHashTable: of each request, lower-case */
	GPtrArray *bodies;   /* of char *: likewise */
	GPtrArray *sockets;  /* of SoupWebsocketConnection */
	guint n_gone;        /* connections that were dropped before their answer */
} Brain;

Brain *brain_new(void);
void brain_free(Brain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Brain, brain_free)

/** @scheme: "http" or "ws"; @path: what it does. (transfer full) */
char *brain_make_url(Brain *self, const char *scheme, const char *path);
/** The @n-th message of @type (from 1); waits for it. (transfer none) */
JsonObject *brain_wait(Brain *self, const char *type, guint n);

G_END_DECLS
