/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The WebSocket client against a server in the same main loop: libsoup's, and where libsoup is too
 * well-behaved, bytes on the connection that it gave away.
 */

#include <offhook/error.h>
#include <offhook/socket-client.h>
#include <offhook/websocket-frames.h>

#include "harness.h"

#include <libsoup/soup.h>
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

static void
connect_with(Fixture *f, const char *path, OffhookSocketRequest request)
{
	static const char *const headers[] = {"Authorization: Token secret", NULL};
	g_autofree char *url = g_strconcat(f->base, path, NULL);
	g_autoptr(GError) error = NULL;

	request.url = url;
	request.headers = headers;
	f->client = offhook_socket_client_new(&request, &handler, f, &error);
	g_assert_no_error(error);
}

static void
connect_to(Fixture *f, const char *path)
{
	connect_with(f, path, (OffhookSocketRequest){0});
}

/* It ends once, and no part of what is secret is told. */
static void
wait_for_end(Fixture *f)
{
	harness_wait_for(&f->ended, "the end");
	g_assert_cmpuint(f->endings, ==, 1);
	if (f->error != NULL) {
		g_assert_null(strstr(f->error->message, "secret"));
		g_assert_null(strstr(f->error->message, "hidden"));
	}
}

static gboolean
has_seen(gpointer data)
{
	return strstr(((Fixture *)data)->seen->str, "last ") != NULL;
}

static gboolean
is_open(gpointer data)
{
	return offhook_socket_client_is_open(((Fixture *)data)->client);
}

static gboolean
has_raw(gpointer data)
{
	return ((Fixture *)data)->raw != NULL;
}

/* For "localhost" and 127.0.0.1, signed by itself. */
static char *
get_certificate_path(void)
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
		g_autofree char *path = get_certificate_path();

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

static void
set_up(Fixture *f, gconstpointer data)
{
	set_up_on(f, "ws");
}

static void
set_up_tls(Fixture *f, gconstpointer data)
{
	without_leak_check = TRUE;
	set_up_on(f, "wss");
}

static void
tear_down(Fixture *f, gconstpointer data)
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

/* ---- messages ---- */

/* What is sent before it is open arrives, in order. */
static void
test_messages(Fixture *f, gconstpointer data)
{
	const guint8 bytes[3] = {0, 1, 2};

	connect_to(f, "/socket");
	offhook_socket_client_send_text(f->client, "early");
	offhook_socket_client_send_binary(f->client, bytes, sizeof(bytes));
	offhook_socket_client_send_text(f->client, "last");
	harness_wait_until(has_seen, f, "the echo");
	g_assert_cmpstr(f->seen->str, ==, "open early 3 last ");
}

static void
test_long_message(Fixture *f, gconstpointer data)
{
	g_autofree guint8 *bytes = g_malloc0(900000);

	connect_to(f, "/socket");
	harness_wait_until(is_open, f, "it to be open");
	soup_websocket_connection_set_max_incoming_payload_size(f->peer, 0);
	offhook_socket_client_send_binary(f->client, bytes, 900000);
	offhook_socket_client_send_text(f->client, "last");
	harness_wait_until(has_seen, f, "the echo");
	g_assert_cmpstr(f->seen->str, ==, "open 900000 last ");
}

static void
test_protocol(Fixture *f, gconstpointer data)
{
	connect_with(f, "/protocol", (OffhookSocketRequest){.protocol = "speech.v1"});
	harness_wait_until(is_open, f, "it to be open");
	g_assert_cmpstr(offhook_socket_client_get_protocol(f->client), ==, "speech.v1");
}

/* ---- the end ---- */

static void
close_by_peer(Fixture *f, const char *word)
{
	connect_to(f, "/socket");
	offhook_socket_client_send_text(f->client, word);
	wait_for_end(f);
}

static void
test_closed_with_code(Fixture *f, gconstpointer data)
{
	close_by_peer(f, "close");
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(f->code, ==, 1011);
	g_assert_cmpstr(f->reason, ==, "NET-0001");
	g_assert_cmpuint(f->status, ==, 0);
	harness_wait_for(&f->peer_closed, "our goodbye");
	g_assert_cmpuint(soup_websocket_connection_get_close_code(f->peer), ==, 1011);
}

static void
test_closed_normally(Fixture *f, gconstpointer data)
{
	close_by_peer(f, "bye");
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->code, ==, 1000);
}

static void
test_close(Fixture *f, gconstpointer data)
{
	connect_to(f, "/socket");
	harness_wait_until(is_open, f, "it to be open");
	offhook_socket_client_close(f->client, 1000, "done");
	offhook_socket_client_send_text(f->client, "too late");
	offhook_socket_client_close(f->client, 1000, "done");
	wait_for_end(f);
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->code, ==, 1000);
	harness_wait_for(&f->peer_closed, "the goodbye");
	g_assert_cmpstr(soup_websocket_connection_get_close_data(f->peer), ==, "done");
	g_assert_cmpstr(f->seen->str, ==, "open closed ");
}

static void
test_close_early(Fixture *f, gconstpointer data)
{
	connect_to(f, "/hang");
	offhook_socket_client_close(f->client, 1000, NULL);
	wait_for_end(f);
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->hits, ==, 0);
}

/* Nobody answers the goodbye. */
static void
test_close_unanswered(Fixture *f, gconstpointer data)
{
	connect_to(f, "/raw");
	harness_wait_until(is_open, f, "it to be open");
	offhook_socket_client_close(f->client, 1000, NULL);
	wait_for_end(f);
	g_assert_no_error(f->error);
	g_assert_cmpuint(f->code, ==, 1006);
}

static void
test_lost(Fixture *f, gconstpointer data)
{
	connect_to(f, "/raw");
	harness_wait_until(has_raw, f, "the handshake");
	g_io_stream_close(f->raw, NULL, NULL);
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(f->code, ==, 1006);
}

/* ---- handshakes that fail ---- */

typedef struct {
	guint status;
	OffhookError error;
} Refusal;

static const Refusal refusals[] = {
    {401, OFFHOOK_ERROR_AUTHENTICATION}, {402, OFFHOOK_ERROR_PERMISSION},
    {403, OFFHOOK_ERROR_PERMISSION},     {404, OFFHOOK_ERROR_NOT_FOUND},
    {429, OFFHOOK_ERROR_RATE_LIMITED},   {500, OFFHOOK_ERROR_PROVIDER},
    {503, OFFHOOK_ERROR_BUSY},           {400, OFFHOOK_ERROR_PROVIDER},
};

static void
test_refused(Fixture *f, gconstpointer data)
{
	const Refusal *refusal = data;
	g_autofree char *path = g_strdup_printf("/status/%u?token=hidden", refusal->status);

	connect_to(f, path);
	offhook_socket_client_send_text(f->client, "never sent");
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, (int)refusal->error);
	g_assert_cmpstr(f->seen->str, ==, "closed ");
	g_assert_cmpuint(f->status, ==, refusal->status);
	g_assert_cmpuint(f->code, ==, 0);
	g_assert_cmpstr(f->body, ==, "{\"err_msg\":\"Invalid credentials.\"}");
	g_assert_cmpstr(f->retry_after, ==, "7");
	g_assert_cmpstr(f->authorization, ==, "Token secret");
}

static void
test_slow_handshake(Fixture *f, gconstpointer data)
{
	connect_with(f, "/hang?token=hidden", (OffhookSocketRequest){.connect_timeout_ms = 100});
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpuint(f->hits, ==, 1);
}

static void
test_unreachable(Fixture *f, gconstpointer data)
{
	soup_server_disconnect(f->server);
	connect_to(f, "/socket?token=hidden");
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_cmpuint(f->status, ==, 0);
}

static void
test_no_url(Fixture *f, gconstpointer data)
{
	static const char *const urls[] = {"http://127.0.0.1/",
					   "ws:///x",
					   "file:///etc/passwd",
					   "ws://hidden@127.0.0.1/",
					   "ws://127.0.0.1/a b",
					   "",
					   NULL};

	for (guint i = 0; urls[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_socket_client_new(&(OffhookSocketRequest){.url = urls[i]},
							&handler, f, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
		g_assert_null(strstr(error->message, "hidden"));
	}
}

static void
test_no_header(Fixture *f, gconstpointer data)
{
	static const char *const bad[] = {"no colon", "X: a\r\nY: hidden", ": hidden", "A b: c"};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		const char *const headers[] = {bad[i], NULL};
		const OffhookSocketRequest request = {.url = "ws://127.0.0.1/", .headers = headers};
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_socket_client_new(&request, &handler, f, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
		g_assert_null(strstr(error->message, "hidden"));
	}
}

/* ---- limits ---- */

/* It takes the connection, and then nothing comes any more, not even answers to pings. */
static void
test_half_open(Fixture *f, gconstpointer data)
{
	connect_with(f, "/raw", (OffhookSocketRequest){.keep_alive_ms = 50});
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpstr(f->seen->str, ==, "open closed ");
}

static gboolean
is_over_cb(gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
	return G_SOURCE_REMOVE;
}

/* A silent one that answers pings stays. */
static void
test_keep_alive(Fixture *f, gconstpointer data)
{
	gboolean over = FALSE;

	connect_with(f, "/socket", (OffhookSocketRequest){.keep_alive_ms = 50});
	g_timeout_add(500, is_over_cb, &over);
	harness_wait_for(&over, "ten pings");
	g_assert_false(f->ended);
	g_assert_true(offhook_socket_client_is_open(f->client));
}

/* It never reads: what waits stays within the limit. */
static void
test_backlog(Fixture *f, gconstpointer data)
{
	g_autofree guint8 *bytes = g_malloc0(100000);
	guint n = 0;

	connect_with(f, "/raw", (OffhookSocketRequest){.max_backlog = 300000});
	harness_wait_until(is_open, f, "it to be open");
	for (; !f->ended && n < 1000; n++) {
		offhook_socket_client_send_binary(f->client, bytes, 100000);
		g_main_context_iteration(NULL, FALSE);
	}
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(n, <, 1000);
}

static void
test_backlog_before_open(Fixture *f, gconstpointer data)
{
	g_autofree guint8 *bytes = g_malloc0(100000);

	connect_with(f, "/hang", (OffhookSocketRequest){.max_backlog = 300000});
	for (guint i = 0; i < 10; i++)
		offhook_socket_client_send_binary(f->client, bytes, 100000);
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpuint(f->code, ==, 0);
}

static void
write_raw(Fixture *f, GByteArray *bytes)
{
	g_autoptr(GError) error = NULL;

	harness_wait_until(has_raw, f, "the handshake");
	g_output_stream_write_all(g_io_stream_get_output_stream(f->raw), bytes->data, bytes->len,
				  NULL, NULL, &error);
	g_assert_no_error(error);
}

static void
test_oversized(Fixture *f, gconstpointer data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree guint8 *zeros = g_malloc0(5001);

	connect_with(f, "/raw", (OffhookSocketRequest){.max_message = 5000});
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 5000);
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 5001);
	write_raw(f, bytes);
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_cmpstr(f->seen->str, ==, "open 5000 closed ");
}

/* In fragments it is no shorter. */
static void
test_oversized_fragments(Fixture *f, gconstpointer data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree guint8 *zeros = g_malloc0(4000);
	gsize second;

	connect_with(f, "/raw", (OffhookSocketRequest){.max_message = 5000});
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 4000);
	bytes->data[0] &= 0x7f;
	second = bytes->len;
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_BINARY, zeros, 4000);
	bytes->data[second] &= 0xf0;
	write_raw(f, bytes);
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static void
test_closed_busy(Fixture *f, gconstpointer data)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) payload = g_byte_array_new();

	connect_to(f, "/raw");
	offhook_websocket_append_close(payload, 1013, "try later");
	offhook_websocket_append(bytes, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, payload->data,
				 payload->len);
	write_raw(f, bytes);
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	g_assert_cmpuint(f->code, ==, 1013);
	g_assert_cmpstr(f->reason, ==, "try later");
}

static void
test_garbage(Fixture *f, gconstpointer data)
{
	static const char noise[] = "\xff no frame at all";
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	connect_to(f, "/raw");
	g_byte_array_append(bytes, (const guint8 *)noise, sizeof(noise));
	write_raw(f, bytes);
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

/* ---- TLS ---- */

static void
test_unknown_certificate(Fixture *f, gconstpointer data)
{
	connect_to(f, "/socket");
	wait_for_end(f);
	g_assert_error(f->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_null(f->peer);
}

/* It is believed in only because the system's list of authorities has it now. */
static void
test_known_certificate(Fixture *f, gconstpointer data)
{
	GTlsBackend *backend = g_tls_backend_get_default();
	g_autoptr(GTlsDatabase) own = g_tls_backend_get_default_database(backend);
	g_autofree char *path = get_certificate_path();
	g_autoptr(GError) error = NULL;
	g_autoptr(GTlsDatabase) database = g_tls_file_database_new(path, &error);

	g_assert_no_error(error);
	g_tls_backend_set_default_database(backend, database);
	connect_to(f, "/socket");
	offhook_socket_client_send_text(f->client, "early");
	offhook_socket_client_send_text(f->client, "last");
	harness_wait_until(has_seen, f, "the echo");
	g_assert_cmpstr(f->seen->str, ==, "open early last ");
	offhook_socket_client_close(f->client, 1000, NULL);
	wait_for_end(f);
	g_assert_cmpuint(f->code, ==, 1000);
	g_tls_backend_set_default_database(backend, own);
}

/* ---- dropping it ---- */

static void
settle(Fixture *f)
{
	gboolean over = FALSE;

	g_timeout_add(100, is_over_cb, &over);
	harness_wait_for(&over, "what may come late");
}

static void
test_free_at_once(Fixture *f, gconstpointer data)
{
	connect_to(f, "/socket");
	g_clear_pointer(&f->client, offhook_socket_client_free);
	settle(f);
	g_assert_cmpuint(f->hits, ==, 0);
	g_assert_null(f->peer);
}

static void
test_free_while_connecting(Fixture *f, gconstpointer data)
{
	connect_to(f, "/hang");
	for (guint i = 0; i < 3; i++)
		g_main_context_iteration(NULL, TRUE);
	g_clear_pointer(&f->client, offhook_socket_client_free);
	settle(f);
	g_assert_cmpuint(f->endings, ==, 0);
}

static void
test_free_while_open(Fixture *f, gconstpointer data)
{
	connect_to(f, "/socket");
	harness_wait_until(is_open, f, "it to be open");
	g_clear_pointer(&f->client, offhook_socket_client_free);
	harness_wait_for(&f->peer_closed, "the goodbye");
	g_assert_cmpuint(soup_websocket_connection_get_close_code(f->peer), ==, 1000);
	g_assert_cmpuint(f->endings, ==, 0);
}

/* In each callback; what came in the same read is not told. */
static void
test_free_in_callback(Fixture *f, gconstpointer data)
{
	f->free_on = data;
	connect_to(f, "/socket");
	offhook_socket_client_send_text(f->client, "one");
	offhook_socket_client_send_binary(f->client, (const guint8 *)"..", 2);
	offhook_socket_client_send_text(f->client, "close");
	while (f->client != NULL)
		g_main_context_iteration(NULL, TRUE);
	settle(f);
	g_string_truncate(f->seen, f->seen->len - 1);
	g_assert_true(g_str_has_suffix(f->seen->str, data));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"messages", test_messages},
	    {"long-message", test_long_message},
	    {"protocol", test_protocol},
	    {"closed/with-code", test_closed_with_code},
	    {"closed/normally", test_closed_normally},
	    {"closed/busy", test_closed_busy},
	    {"close", test_close},
	    {"close-early", test_close_early},
	    {"close-unanswered", test_close_unanswered},
	    {"lost", test_lost},
	    {"slow-handshake", test_slow_handshake},
	    {"unreachable", test_unreachable},
	    {"no-url", test_no_url},
	    {"no-header", test_no_header},
	    {"half-open", test_half_open},
	    {"keep-alive", test_keep_alive},
	    {"backlog", test_backlog},
	    {"backlog-before-open", test_backlog_before_open},
	    {"oversized", test_oversized},
	    {"oversized-fragments", test_oversized_fragments},
	    {"garbage", test_garbage},
	    {"free/at-once", test_free_at_once},
	    {"free/while-connecting", test_free_while_connecting},
	    {"free/while-open", test_free_while_open},
	};
	static const char *const callbacks[] = {"open", "one", "2", "closed"};

	g_test_init(&argc, &argv, NULL);
	g_test_add("/socket-client/tls/unknown", Fixture, NULL, set_up_tls,
		   test_unknown_certificate, tear_down);
	g_test_add("/socket-client/tls/known", Fixture, NULL, set_up_tls, test_known_certificate,
		   tear_down);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/socket-client/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path =
		    g_strdup_printf("/socket-client/refused/%u", refusals[i].status);

		g_test_add(path, Fixture, &refusals[i], set_up, test_refused, tear_down);
	}
	for (guint i = 0; i < G_N_ELEMENTS(callbacks); i++) {
		g_autofree char *path = g_strconcat("/socket-client/free/in-", callbacks[i], NULL);

		g_test_add(path, Fixture, callbacks[i], set_up, test_free_in_callback, tear_down);
	}
	return g_test_run();
}
