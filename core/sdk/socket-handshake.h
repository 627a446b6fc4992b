/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The HTTP exchange that opens a WebSocket, RFC 6455 section 4, from the client's side: text out,
 * bytes in. Pure functions; any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OFFHOOK_SOCKET_HANDSHAKE_MAX_HEAD (32 * 1024)
#define OFFHOOK_SOCKET_HANDSHAKE_MAX_BODY (16 * 1024)

/** What a service answered. */
typedef struct {
	guint status;
	GHashTable *headers; /* lower-case name -> value; of repeated ones the last */
	gsize size;          /* so many bytes it took: the rest is the body, or frames */
} OffhookSocketReply;

void offhook_socket_reply_clear(OffhookSocketReply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookSocketReply, offhook_socket_reply_clear)

/** (transfer full) (nullable): %OFFHOOK_ERROR_INVALID_ARGUMENT unless @url is one of a WebSocket */
GUri *offhook_socket_handshake_parse_url(const char *url, GError **error);
gboolean offhook_socket_handshake_is_secure(GUri *uri);
/** (transfer full): says which proxy is asked, and which name a certificate must have */
GSocketConnectable *offhook_socket_handshake_make_address(GUri *uri);

/** (transfer full): a key as it stands in the request */
char *offhook_socket_handshake_make_key(void);

/**
 * offhook_socket_handshake_make_request:
 * @headers: (nullable): "Name: value"
 * @protocol: (nullable)
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_INVALID_ARGUMENT for a header that is none
 */
GByteArray *offhook_socket_handshake_make_request(GUri *uri, const char *const *headers,
						  const char *protocol, const char *key,
						  GError **error);

/**
 * offhook_socket_handshake_parse:
 * @reply: (out): untouched until it is whole
 * @whole: (out)
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_FORMAT or %OFFHOOK_ERROR_LIMIT
 */
gboolean offhook_socket_handshake_parse(const guint8 *data, gsize size, OffhookSocketReply *reply,
					gboolean *whole, GError **error);

/** Is a reply with 101 what was asked for? %FALSE with %OFFHOOK_ERROR_FORMAT */
gboolean offhook_socket_handshake_check(const OffhookSocketReply *reply, const char *key,
					const char *protocol, GError **error);

/**
 * offhook_socket_handshake_read_body:
 * @data: what has come after the head
 * @whole: (out): nothing more is to be waited for
 *
 * Returns: (transfer full): what there is of a refusal's body, up to the limit, made UTF-8
 */
char *offhook_socket_handshake_read_body(const OffhookSocketReply *reply, const guint8 *data,
					 gsize size, gboolean *whole);

G_END_DECLS
