/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A media WebSocket that is taken over from a libsoup server, plain and TLS, whose client sends its first
 * frames along with the handshake.
 */

#include "websocket-port-fixture.h"

#include <libsoup/soup.h>
#include <string.h>

/*
 * LeakSanitizer crashes on what gnutls' threads leave in their thread-local storage, so the TLS test
 * is a run of its own (see meson.build), without it.
 */
int __lsan_is_turned_off(void);

static gboolean without_leak_check;

int
__lsan_is_turned_off(void)
{
	return without_leak_check;
}

static void
offhook_test_port_wrote_informational_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookTestPort *self = user_data;
	g_autoptr(GIOStream) stream = soup_server_message_steal_connection(msg);

	offhook_test_port_take(self, stream);
}

static void
offhook_test_port_handle_cb(SoupServer *server, SoupServerMessage *msg, const char *path,
			    GHashTable *query, gpointer user_data)
{
	g_assert_true(soup_websocket_server_process_handshake(msg, NULL, NULL, NULL, NULL));
	g_signal_connect(msg, "wrote-informational",
			 G_CALLBACK(offhook_test_port_wrote_informational_cb), user_data);
}

static gboolean
offhook_test_port_accept_certificate_cb(GTlsConnection *connection, GTlsCertificate *certificate,
					GTlsCertificateFlags flags, gpointer user_data)
{
	return TRUE;
}

typedef struct {
	OffhookTestPort *port;
	guint16 number;
	gboolean tls;
	gboolean done; /* atomic */
} OffhookTestPortClient;

static const char handshake[] = "GET /media HTTP/1.1\r\n"
				"Host: localhost\r\n"
				"Upgrade: websocket\r\n"
				"Connection: Upgrade\r\n"
				"Sec-WebSocket-Version: 13\r\n"
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

static void
offhook_test_port_connect_tls_cb(GSocketClient *client, GSocketClientEvent event,
				 GSocketConnectable *connectable, GIOStream *connection,
				 gpointer user_data)
{
	if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
		g_signal_connect(connection, "accept-certificate",
				 G_CALLBACK(offhook_test_port_accept_certificate_cb), NULL);
}

/* Handshake and first frames in one write, so in one segment; then the answer's headers. */
static void
offhook_test_port_shake_hands(OffhookTestPort *self)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const guint8 *end = NULL;

	g_byte_array_append(bytes, (const guint8 *)handshake, strlen(handshake));
	ws_client_write_text(bytes, "start");
	ws_client_write_text(bytes, "first");
	ws_client_write_text(bytes, "second");
	offhook_test_port_write(self, bytes);
	while (end == NULL) {
		g_assert_true(offhook_test_port_read_some(self));
		end = memmem(self->received->data, self->received->len, "\r\n\r\n", 4);
	}
	g_assert_cmpint(memcmp(self->received->data, "HTTP/1.1 101", 12), ==, 0);
	g_byte_array_remove_range(self->received, 0, end + 4 - self->received->data);
}

/* A thread of its own, for the server needs the main loop. */
static gpointer
offhook_test_port_client_thread(gpointer data)
{
	OffhookTestPortClient *client = data;
	OffhookTestPort *self = client->port;
	g_autoptr(GSocketClient) connector = g_socket_client_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *big = g_strnfill(60000, 'x');

	g_socket_client_set_enable_proxy(connector, FALSE);
	g_socket_client_set_tls(connector, client->tls);
	g_signal_connect(connector, "event", G_CALLBACK(offhook_test_port_connect_tls_cb), NULL);
	self->client = G_IO_STREAM(
	    g_socket_client_connect_to_host(connector, "127.0.0.1", client->number, NULL, &error));
	g_assert_no_error(error);
	offhook_test_port_shake_hands(self);
	offhook_test_port_expect(self, "started");
	offhook_test_port_expect(self, "first");
	offhook_test_port_expect(self, "second");
	offhook_test_port_write_text(self, "third");
	offhook_test_port_expect(self, "third");
	offhook_test_port_write_text(self, big);
	offhook_test_port_expect(self, big);
	offhook_media_thread_post(self->thread, offhook_test_port_send_cb, self, NULL);
	offhook_test_port_expect_text(self, "audio");
	offhook_test_port_expect_text(self, "mark");
	offhook_test_port_expect_text(self, "clear");
	offhook_test_port_answer_close(self, 1000);
	offhook_test_port_expect(self, "ended");
	offhook_test_port_expect_close(self, 1000);
	offhook_test_port_expect_gone(self);
	g_atomic_int_set(&client->done, TRUE);
	g_main_context_wakeup(NULL);
	return NULL;
}

static gboolean
offhook_test_port_client_is_done(gpointer data)
{
	return g_atomic_int_get(&((OffhookTestPortClient *)data)->done);
}

static void
offhook_test_port_from_soup(gconstpointer data)
{
	gboolean tls = GPOINTER_TO_INT(data);
	OffhookTestPort self;
	OffhookTestPortClient client = {.port = &self, .tls = tls};
	g_autoptr(SoupServer) server = soup_server_new(NULL, NULL);
	g_autoptr(GError) error = NULL;
	GSList *uris;
	GThread *thread;

#ifdef __SANITIZE_THREAD__
	if (tls) {
		g_test_skip("GLib registers types in both threads, which the checker can't follow");
		return;
	}
#endif
	offhook_test_port_begin(&self);
	if (tls) {
		without_leak_check = TRUE;
		g_autofree char *path = g_test_build_filename(G_TEST_DIST, "core", "media", "data",
							      "localhost.pem", NULL);
		g_autoptr(GTlsCertificate) certificate =
		    g_tls_certificate_new_from_file(path, &error);

		g_assert_no_error(error);
		soup_server_set_tls_certificate(server, certificate);
	}
	soup_server_add_handler(server, "/media", offhook_test_port_handle_cb, &self, NULL);
	soup_server_listen_local(
	    server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (tls ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(server);
	client.number = g_uri_get_port(uris->data);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	thread = g_thread_new("client", offhook_test_port_client_thread, &client);
	harness_wait_until(offhook_test_port_client_is_done, &client, "the client");
	g_thread_join(thread);
	soup_server_disconnect(server);
	offhook_test_port_end(&self);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/websocket-upgrade/plain", GINT_TO_POINTER(FALSE),
			     offhook_test_port_from_soup);
	g_test_add_data_func("/websocket-upgrade/tls", GINT_TO_POINTER(TRUE),
			     offhook_test_port_from_soup);
	return g_test_run();
}
