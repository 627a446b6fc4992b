/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "socket-handshake.h"

#include <libsoup/soup.h>
#include <offhook/error.h>
#include <string.h>
#include <sys/random.h>

#define KEY_BYTES 16
#define GUID      "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

void
offhook_socket_reply_clear(OffhookSocketReply *self)
{
	g_clear_pointer(&self->headers, g_hash_table_unref);
}

/* ---- where to ---- */

/* What GLib lets pass would end the request's line. */
static gboolean
offhook_socket_handshake_is_one_word(const char *url)
{
	for (const char *c = url; *c != '\0'; c++)
		if (!g_ascii_isgraph(*c))
			return FALSE;
	return TRUE;
}

GUri *
offhook_socket_handshake_parse_url(const char *url, GError **error)
{
	g_autoptr(GUri) uri =
	    url != NULL && offhook_socket_handshake_is_one_word(url)
		? g_uri_parse(url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, NULL)
		: NULL;
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : NULL;

	if ((g_strcmp0(scheme, "ws") == 0 || g_strcmp0(scheme, "wss") == 0) &&
	    g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0' &&
	    g_uri_get_userinfo(uri) == NULL)
		return g_steal_pointer(&uri);
	/* A key may be in it. */
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "the URL of a WebSocket: expected ws:// or wss://, a host, and no user");
	return NULL;
}

gboolean
offhook_socket_handshake_is_secure(GUri *uri)
{
	return g_str_equal(g_uri_get_scheme(uri), "wss");
}

GSocketConnectable *
offhook_socket_handshake_make_address(GUri *uri)
{
	gboolean secure = offhook_socket_handshake_is_secure(uri);
	g_autofree char *url = g_uri_join(G_URI_FLAGS_NONE, secure ? "https" : "http", NULL,
					  g_uri_get_host(uri), g_uri_get_port(uri), "", NULL, NULL);

	return g_network_address_parse_uri(url, secure ? 443 : 80, NULL);
}

/* ---- the request ---- */

char *
offhook_socket_handshake_make_key(void)
{
	guint8 bytes[KEY_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		g_error("the kernel gives no random bytes");
	return g_base64_encode(bytes, sizeof(bytes));
}

/* One line with a name, so that a value from a configuration can't add headers. */
static gboolean
offhook_socket_handshake_is_header(const char *line)
{
	const char *colon = strchr(line, ':');

	return colon != NULL && colon != line && strpbrk(line, "\r\n") == NULL &&
	       strcspn(line, " \t") > (gsize)(colon - line);
}

static char *
offhook_socket_handshake_make_host(GUri *uri)
{
	const char *host = g_uri_get_host(uri);
	const char *format = strchr(host, ':') != NULL ? "[%s]" : "%s";
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, format, host);
	if (g_uri_get_port(uri) > 0)
		g_string_append_printf(text, ":%d", g_uri_get_port(uri));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

GByteArray *
offhook_socket_handshake_make_request(GUri *uri, const char *const *headers, const char *protocol,
				      const char *key, GError **error)
{
	g_autofree char *host = offhook_socket_handshake_make_host(uri);
	const char *path = g_uri_get_path(uri);
	const char *query = g_uri_get_query(uri);
	GString *text = g_string_new("GET ");
	gsize size;

	g_string_append_printf(text, "%s%s%s HTTP/1.1\r\nHost: %s\r\n", *path != '\0' ? path : "/",
			       query != NULL ? "?" : "", query != NULL ? query : "", host);
	g_string_append_printf(text,
			       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n"
			       "User-Agent: offhook/" OFFHOOK_VERSION "\r\n",
			       key);
	if (protocol != NULL)
		g_string_append_printf(text, "Sec-WebSocket-Protocol: %s\r\n", protocol);
	for (guint i = 0; headers != NULL && headers[i] != NULL; i++) {
		if (!offhook_socket_handshake_is_header(headers[i])) {
			/* Its value may be a key. */
			g_set_error(
			    error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "header %u of a WebSocket: expected \"Name: value\" in one line",
			    i + 1);
			g_string_free(text, TRUE);
			return NULL;
		}
		g_string_append_printf(text, "%s\r\n", headers[i]);
	}
	g_string_append(text, "\r\n");
	size = text->len;
	return g_byte_array_new_take((guint8 *)g_string_free(text, FALSE), size);
}

/* ---- the reply ---- */

static void
offhook_socket_handshake_take_header_cb(const char *name, const char *value, gpointer user_data)
{
	g_hash_table_replace(user_data, g_ascii_strdown(name, -1), g_strdup(value));
}

gboolean
offhook_socket_handshake_parse(const guint8 *data, gsize size, OffhookSocketReply *reply,
			       gboolean *whole, GError **error)
{
	const guint8 *end = size > 0 ? memmem(data, size, "\r\n\r\n", 4) : NULL;
	g_autoptr(SoupMessageHeaders) headers = NULL;
	guint status = 0;

	*whole = end != NULL;
	if (end == NULL && size <= OFFHOOK_SOCKET_HANDSHAKE_MAX_HEAD)
		return TRUE;
	if (end == NULL || end - data > OFFHOOK_SOCKET_HANDSHAKE_MAX_HEAD) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the head of the answer is longer than %d bytes",
			    OFFHOOK_SOCKET_HANDSHAKE_MAX_HEAD);
		return FALSE;
	}
	headers = soup_message_headers_new(SOUP_MESSAGE_HEADERS_RESPONSE);
	if (!soup_headers_parse_response((const char *)data, (int)(end + 2 - data), headers, NULL,
					 &status, NULL)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "the answer is not HTTP");
		return FALSE;
	}
	reply->status = status;
	reply->size = (gsize)(end + 4 - data);
	reply->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	soup_message_headers_foreach(headers, offhook_socket_handshake_take_header_cb,
				     reply->headers);
	return TRUE;
}

static gboolean
offhook_socket_handshake_has(const OffhookSocketReply *reply, const char *name, const char *value)
{
	const char *given = g_hash_table_lookup(reply->headers, name);

	return given != NULL && soup_header_contains(given, value);
}

static gboolean
offhook_socket_handshake_has_proof(const OffhookSocketReply *reply, const char *key)
{
	const char *given = g_hash_table_lookup(reply->headers, "sec-websocket-accept");
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
	g_autofree char *expected = NULL;
	guint8 digest[20];
	gsize size = sizeof(digest);

	g_checksum_update(sum, (const guchar *)key, -1);
	g_checksum_update(sum, (const guchar *)GUID, -1);
	g_checksum_get_digest(sum, digest, &size);
	expected = g_base64_encode(digest, size);
	return g_strcmp0(given, expected) == 0;
}

gboolean
offhook_socket_handshake_check(const OffhookSocketReply *reply, const char *key,
			       const char *protocol, GError **error)
{
	const char *chosen = g_hash_table_lookup(reply->headers, "sec-websocket-protocol");
	const char *wrong = NULL;

	if (!offhook_socket_handshake_has(reply, "upgrade", "websocket") ||
	    !offhook_socket_handshake_has(reply, "connection", "upgrade"))
		wrong = "it does not upgrade";
	else if (!offhook_socket_handshake_has_proof(reply, key))
		wrong = "it does not answer our key";
	else if (g_hash_table_contains(reply->headers, "sec-websocket-extensions"))
		wrong = "it names an extension that nobody asked for";
	else if (chosen != NULL && g_strcmp0(chosen, protocol) != 0)
		wrong = "it names a subprotocol that nobody asked for";
	if (wrong == NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "the answer is no WebSocket's: %s",
		    wrong);
	return FALSE;
}

/* ---- a refusal's body ---- */

/* Returns: whether the last chunk is there, or what comes is none */
static gboolean
offhook_socket_handshake_join_chunks(const guint8 *data, gsize size, GString *out)
{
	while (out->len < OFFHOOK_SOCKET_HANDSHAKE_MAX_BODY) {
		const guint8 *end = size > 0 ? memmem(data, size, "\r\n", 2) : NULL;
		g_autofree char *line = NULL;
		guint64 length;
		gsize there;

		if (end == NULL)
			return size > OFFHOOK_SOCKET_HANDSHAKE_MAX_BODY;
		line = g_strndup((const char *)data, (gsize)(end - data));
		length = g_ascii_strtoull(line, NULL, 16);
		if (length == 0)
			return TRUE;
		size -= (gsize)(end + 2 - data);
		data = end + 2;
		there = MIN(length, size);
		g_string_append_len(out, (const char *)data, (gssize)there);
		if (length > size || size - there < 2)
			return FALSE;
		data += there + 2;
		size -= there + 2;
	}
	return TRUE;
}

char *
offhook_socket_handshake_read_body(const OffhookSocketReply *reply, const guint8 *data, gsize size,
				   gboolean *whole)
{
	const char *length = g_hash_table_lookup(reply->headers, "content-length");
	g_autoptr(GString) body = g_string_new(NULL);

	if (offhook_socket_handshake_has(reply, "transfer-encoding", "chunked")) {
		*whole = offhook_socket_handshake_join_chunks(data, size, body);
	} else {
		g_string_append_len(body, (const char *)data, (gssize)size);
		*whole = length != NULL && size >= g_ascii_strtoull(length, NULL, 10);
	}
	*whole = *whole || body->len >= OFFHOOK_SOCKET_HANDSHAKE_MAX_BODY;
	return g_utf8_make_valid(body->str,
				 (gssize)MIN(body->len, OFFHOOK_SOCKET_HANDSHAKE_MAX_BODY));
}
