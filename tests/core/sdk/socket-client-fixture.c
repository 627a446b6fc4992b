/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The server, and what the client tells. Main thread of the test.
 */

#include "socket-client-fixture.h"

#include <string.h>

/*
 * LeakSanitizer crashes on what gnutls' threads leave in their thread-local storage, so what is about
 * TLS is a run of its own (see meson.build), without it.
 */
int __lsan_is_turned_off(void);

static gboolean without_leak_check;

int
__lsan_is_turned_off(void)
{
	return without_leak_check;
}

/* ---- the far end ---- */

static void
peer_message_cb(SoupWebsocketConnection *peer, SoupWebsocketDataType type, GBytes *bytes,
		gpointer user_data)
{
	Fixture *f = user_data;
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

	if (g_str_equal(text, "close"))
		soup_websocket_connection_close(peer, 1011, "NET-0001");
	else if (g_str_equal(text, "bye"))
		soup_websocket_connection_close(peer, 1000, NULL);
	else
		soup_websocket_connection_send_message(peer, type, bytes);
	f->hits++;
}

static void
peer_closed_cb(SoupWebsocketConnection *peer, gpointer user_data)
{
	((Fixture *)user_data)->peer_closed = TRUE;
}

static void
socket_cb(SoupServer *server, SoupServerMessage *msg, const char *path,
	  SoupWebsocketConnection *connection, gpointer user_data)
{
	Fixture *f = user_data;

	g_assert_null(f->peer);
	f->peer = g_object_ref(connection);
	g_signal_connect(connection, "message", G_CALLBACK(peer_message_cb), f);
	g_signal_connect(connection, "closed", G_CALLBACK(peer_closed_cb), f);
}

/* The handshake by hand: after it the connection is the test's. */
static void
raw_written_cb(SoupServerMessage *msg, gpointer user_data)
{
	Fixture *f = user_data;

	f->raw = soup_server_message_steal_connection(msg);
}

static void
answer_raw(Fixture *f, SoupServerMessage *msg)
{
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(msg);
	g_autofree char *text =
	    g_strconcat(soup_message_headers_get_one(soup_server_message_get_request_headers(msg),
						     "Sec-WebSocket-Key"),
			"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", NULL);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
	g_autofree char *accept = NULL;
	guint8 digest[20];
	gsize size = sizeof(digest);

	g_checksum_update(sum, (const guchar *)text, -1);
	g_checksum_get_digest(sum, digest, &size);
	accept = g_base64_encode(digest, size);
	soup_message_headers_append(headers, "Upgrade", "websocket");
	soup_message_headers_append(headers, "Connection", "Upgrade");
	soup_message_headers_append(headers, "Sec-WebSocket-Accept", accept);
	soup_server_message_set_status(msg, 101, NULL);
	g_signal_connect(msg, "wrote-informational", G_CALLBACK(raw_written_cb), f);
}

static void
refuse(SoupServerMessage *msg, guint status)
{
	static const char body[] = "{\"err_msg\":\"Invalid credentials.\"}";

	soup_message_headers_append(soup_server_message_get_response_headers(msg), "Retry-After",
				    "7");
	soup_server_message_set_status(msg, status, NULL);
	soup_server_message_set_response(msg, "application/json", SOUP_MEMORY_STATIC, body,
					 strlen(body));
}

static void
serve_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	Fixture *f = user_data;
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(msg);

	f->hits++;
	g_free(f->authorization);
	f->authorization = g_strdup(soup_message_headers_get_one(headers, "Authorization"));
	if (g_str_equal(path, "/hang"))
		soup_server_message_pause(msg);
	else if (g_str_equal(path, "/raw"))
		answer_raw(f, msg);
	else if (g_str_has_prefix(path, "/status/"))
		refuse(msg, (guint)g_ascii_strtoull(path + strlen("/status/"), NULL, 10));
}

/* ---- what the client tells ---- */

static void
see(Fixture *f, const char *what)
{
	g_string_append_printf(f->seen, "%s ", what);
	if (f->free_on != NULL && g_str_equal(what, f->free_on))
		g_clear_pointer(&f->client, offhook_socket_client_free);
}

static void
open_cb(gpointer user_data)
{
	see(user_data, "open");
}

static void
text_cb(gpointer user_data, const char *text, gsize size)
{
	Fixture *f = user_data;

	g_assert_cmpuint(strlen(text), ==, size);
	see(f, size < 100 ? text : "long");
}

static void
binary_cb(gpointer user_data, const guint8 *data, gsize size)
{
	g_autofree char *text = g_strdup_printf("%" G_GSIZE_FORMAT, size);

	see(user_data, text);
}

static void
closed_cb(gpointer user_data, const OffhookSocketEnd *end)
{
	Fixture *f = user_data;

	f->endings++;
	f->code = end->code;
	f->status = end->status;
	f->reason = g_strdup(end->reason);
	f->body = g_strdup(end->body);
	if (end->headers != NULL)
		f->retry_after = g_strdup(g_hash_table_lookup(end->headers, "retry-after"));
	f->error = end->error != NULL ? g_error_copy(end->error) : NULL;
	f->ended = TRUE;
	see(f, "closed");
}

static const OffhookSocketHandler handler = {open_cb, text_cb, binary_cb, closed_cb};

void
fixture_connect_with(Fixture *f, const char *path, OffhookSocketRequest request)
{
	static const char *const headers[] = {"Authorization: Token secret", NULL};
	g_autofree char *url = g_strconcat(f->base, path, NULL);
	g_autoptr(GError) error = NULL;

	request.url = url;
	request.headers = headers;
	f->client = offhook_socket_client_new(&request, &handler, f, &error);
	g_assert_no_error(error);
}

void
fixture_connect(Fixture *f, const char *path)
{
	fixture_connect_with(f, path, (OffhookSocketRequest){0});
}

void
fixture_wait_for_end(Fixture *f)
{
	harness_wait_for(&f->ended, "the end");
	g_assert_cmpuint(f->endings, ==, 1);
	if (f->error != NULL) {
		g_assert_null(strstr(f->error->message, "secret"));
		g_assert_null(strstr(f->error->message, "hidden"));
	}
}

gboolean
fixture_has_seen(gpointer data)
{
	return strstr(((Fixture *)data)->seen->str, "last ") != NULL;
}

gboolean
fixture_is_open(gpointer data)
{
	return offhook_socket_client_is_open(((Fixture *)data)->client);
}

gboolean
fixture_has_raw(gpointer data)
{
	return ((Fixture *)data)->raw != NULL;
}

char *
fixture_get_certificate_path(void)
{
	return g_test_build_filename(G_TEST_DIST, "core", "media", "data", "localhost.pem", NULL);
}

static void
set_up_on(Fixture *f, const char *scheme)
{
	static char *protocols[] = {"speech.v1", NULL};
	SoupServerListenOptions options = SOUP_SERVER_LISTEN_IPV4_ONLY;
	g_autoptr(GTlsCertificate) certificate = NULL;
	g_autoptr(GError) error = NULL;
	g_autoslist(GUri) uris = NULL;

	f->server = soup_server_new(NULL, NULL);
	if (g_str_equal(scheme, "wss")) {
		g_autofree char *path = fixture_get_certificate_path();

		certificate = g_tls_certificate_new_from_file(path, &error);
		g_assert_no_error(error);
		soup_server_set_tls_certificate(f->server, certificate);
		options |= SOUP_SERVER_LISTEN_HTTPS;
	}
	soup_server_add_handler(f->server, NULL, serve_cb, f, NULL);
	soup_server_add_websocket_handler(f->server, "/socket", NULL, NULL, socket_cb, f, NULL);
	soup_server_add_websocket_handler(f->server, "/protocol", NULL, protocols, socket_cb, f,
					  NULL);
	soup_server_listen_local(f->server, 0, options, &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(f->server);
	f->base = g_strdup_printf("%s://127.0.0.1:%d", scheme, g_uri_get_port(uris->data));
	f->seen = g_string_new(NULL);
}

void
fixture_set_up(Fixture *f, gconstpointer data)
{
	set_up_on(f, "ws");
}

void
fixture_set_up_tls(Fixture *f, gconstpointer data)
{
	without_leak_check = TRUE;
	set_up_on(f, "wss");
}

void
fixture_tear_down(Fixture *f, gconstpointer data)
{
	offhook_socket_client_free(f->client);
	g_clear_object(&f->raw);
	if (f->peer != NULL) {
		g_signal_handlers_disconnect_by_data(f->peer, f);
		g_object_unref(f->peer);
	}
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	g_free(f->base);
	g_free(f->authorization);
	g_string_free(f->seen, TRUE);
	g_free(f->reason);
	g_free(f->body);
	g_free(f->retry_after);
	g_clear_error(&f->error);
}
