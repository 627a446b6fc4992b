/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "http/server/tunnel.h"

#include <string.h>

#include "http/server/listener.h"
#include "config/secret.h"

#define OFFHOOK_HTTP_TUNNEL_PIECE    4096
#define OFFHOOK_HTTP_TUNNEL_ANSWER_S 60               /* until the first of it is there */
#define OFFHOOK_HTTP_TUNNEL_CLIENT   "Offhook-Client" /* KEY ADDRESS */
#define OFFHOOK_HTTP_TUNNEL_ALONE    "Offhook-Alone"  /* KEY */
/* How a process begins that was asked alone for what it does not have. */
#define OFFHOOK_HTTP_TUNNEL_FOREIGN_LINE "HTTP/1.1 421"

/** Lives until both ways have ended. */
typedef struct {
	OffhookHttpRequest *request;
	OffhookHttpTunnelFunc func;
	gpointer user_data;
	GIOStream *near; /* (nullable): it is still a connection of libsoup's */
	GIOStream *far;  /* (nullable): not connected yet */
	GString *text;   /* of the request, then of the beginning of its answer */
	GCancellable *over;
} OffhookHttpTunnel;

static void
offhook_http_tunnel_clear(gpointer data)
{
	OffhookHttpTunnel *self = data;

	if (self->near != NULL)
		g_io_stream_close_async(self->near, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
	g_clear_object(&self->near);
	g_clear_object(&self->far);
	g_string_free(self->text, TRUE);
	g_object_unref(self->over);
	offhook_http_request_unref(self->request);
}

static void
offhook_http_tunnel_unref(OffhookHttpTunnel *self)
{
	g_rc_box_release_full(self, offhook_http_tunnel_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpTunnel, offhook_http_tunnel_unref)

/* Other than as it came: libsoup has decoded the path, and put the chunks of a body together. */
static gboolean
offhook_http_tunnel_is_replaced(const char *name)
{
	return g_ascii_strcasecmp(name, "Transfer-Encoding") == 0 ||
	       g_ascii_strcasecmp(name, "Content-Length") == 0 ||
	       g_ascii_strcasecmp(name, "Expect") == 0 ||
	       g_ascii_strcasecmp(name, OFFHOOK_HTTP_TUNNEL_ALONE) == 0 ||
	       g_ascii_strcasecmp(name, OFFHOOK_HTTP_TUNNEL_CLIENT) == 0;
}

/* What is said between processes, with the key that nobody else has. */
static void
offhook_http_tunnel_write_own(GString *text, const char *url, const char *client, gboolean alone)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *key = uri != NULL ? g_uri_get_userinfo(uri) : NULL;

	/* An older version gives none. */
	if (key != NULL && client != NULL)
		g_string_append_printf(text, "%s: %s %s\r\n", OFFHOOK_HTTP_TUNNEL_CLIENT, key,
				       client);
	if (key != NULL && alone)
		g_string_append_printf(text, "%s: %s\r\n", OFFHOOK_HTTP_TUNNEL_ALONE, key);
}

char *
offhook_http_tunnel_read_client(const char *header, const char *key)
{
	const char *space = strchr(header, ' ');
	g_autofree char *word = space != NULL ? g_strndup(header, (gsize)(space - header)) : NULL;

	if (word == NULL || space[1] == '\0' || !offhook_secret_equal(key, word))
		return NULL;
	return g_strdup(space + 1);
}

char *
offhook_http_tunnel_get_client(SoupServerMessage *msg, const char *key)
{
	const char *header = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(msg), OFFHOOK_HTTP_TUNNEL_CLIENT);

	return header != NULL ? offhook_http_tunnel_read_client(header, key) : NULL;
}

gboolean
offhook_http_tunnel_is_alone(SoupServerMessage *msg, const char *key)
{
	return offhook_secret_equal(
	    key, soup_message_headers_get_one(soup_server_message_get_request_headers(msg),
					      OFFHOOK_HTTP_TUNNEL_ALONE));
}

static GString *
offhook_http_tunnel_write_request(SoupServerMessage *msg, const char *url, const char *client,
				  gboolean alone)
{
	GUri *uri = soup_server_message_get_uri(msg);
	const char *query = g_uri_get_query(uri);
	g_autofree char *path =
	    g_uri_escape_string(g_uri_get_path(uri), G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
	g_autoptr(GBytes) body =
	    soup_message_body_flatten(soup_server_message_get_request_body(msg));
	GString *text = g_string_new(NULL);
	SoupMessageHeadersIter headers;
	const char *name, *value;

	g_string_append_printf(text, "%s %s%s%s HTTP/1.1\r\n", soup_server_message_get_method(msg),
			       path, query != NULL ? "?" : "", query != NULL ? query : "");
	soup_message_headers_iter_init(&headers, soup_server_message_get_request_headers(msg));
	while (soup_message_headers_iter_next(&headers, &name, &value))
		if (!offhook_http_tunnel_is_replaced(name))
			g_string_append_printf(text, "%s: %s\r\n", name, value);
	offhook_http_tunnel_write_own(text, url, client, alone);
	if (g_bytes_get_size(body) > 0)
		g_string_append_printf(text, "Content-Length: %" G_GSIZE_FORMAT "\r\n",
				       g_bytes_get_size(body));
	g_string_append(text, "\r\n");
	g_string_append_len(text, g_bytes_get_data(body, NULL), (gssize)g_bytes_get_size(body));
	return text;
}

/* ---- both ways ---- */

/* The client has no more to say; it still listens, unless its end of the connection is closed, too. */
static void
offhook_http_tunnel_said_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpTunnel) self = user_data;
	g_autoptr(GError) error = NULL;

	if (g_output_stream_splice_finish(G_OUTPUT_STREAM(source), result, &error) < 0)
		g_debug("tunnel: %s", error->message);
	g_socket_shutdown(g_socket_connection_get_socket(G_SOCKET_CONNECTION(self->far)), FALSE,
			  TRUE, NULL);
}

/* All of the answer is there; after it nobody listens to the client. */
static void
offhook_http_tunnel_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpTunnel) self = user_data;
	g_autoptr(GError) error = NULL;

	if (g_output_stream_splice_finish(G_OUTPUT_STREAM(source), result, &error) < 0)
		g_debug("tunnel: %s", error->message);
	g_cancellable_cancel(self->over);
}

static void
offhook_http_tunnel_begun_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpTunnel) self = user_data;
	GInputStream *far = g_io_stream_get_input_stream(self->far);
	GOutputStream *near = G_OUTPUT_STREAM(source);
	g_autoptr(GError) error = NULL;

	if (!g_output_stream_write_all_finish(near, result, NULL, &error)) {
		g_debug("tunnel: %s", error->message);
		g_cancellable_cancel(self->over);
		return;
	}
	g_output_stream_splice_async(near, far, G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT,
				     NULL, offhook_http_tunnel_answered_cb, g_steal_pointer(&self));
}

/* The connection is not libsoup's any more: there is an answer, and it goes both ways from now on. */
static void
offhook_http_tunnel_begin(OffhookHttpTunnel *self)
{
	SoupServerMessage *msg = self->request->msg;

	self->func(self->request, OFFHOOK_HTTP_TUNNEL_PASSED, self->user_data);
	if (self->request->gone)
		return;
	offhook_http_listener_allow_silence(msg);
	g_socket_set_timeout(g_socket_connection_get_socket(G_SOCKET_CONNECTION(self->far)), 0);
	self->near = soup_server_message_steal_connection(msg);
	g_output_stream_splice_async(g_io_stream_get_output_stream(self->far),
				     g_io_stream_get_input_stream(self->near),
				     G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT, self->over,
				     offhook_http_tunnel_said_cb, g_rc_box_acquire(self));
	g_output_stream_write_all_async(g_io_stream_get_output_stream(self->near), self->text->str,
					self->text->len, G_PRIORITY_DEFAULT, NULL,
					offhook_http_tunnel_begun_cb, g_rc_box_acquire(self));
}

/* There is none. @reason: (nullable) */
static void
offhook_http_tunnel_end(OffhookHttpTunnel *self, OffhookHttpTunnelEnd end, const GError *reason)
{
	g_debug("tunnel: %s", reason != NULL ? reason->message : "no answer");
	self->func(self->request, end, self->user_data);
}

static void offhook_http_tunnel_listen(OffhookHttpTunnel *self);

/* The first of the answer, if there is one. */
static void
offhook_http_tunnel_answers_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpTunnel) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes =
	    g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &error);

	if (bytes == NULL || g_bytes_get_size(bytes) == 0) {
		offhook_http_tunnel_end(self, OFFHOOK_HTTP_TUNNEL_LOST, error);
		return;
	}
	g_string_append_len(self->text, g_bytes_get_data(bytes, NULL),
			    (gssize)g_bytes_get_size(bytes));
	if (self->text->len < strlen(OFFHOOK_HTTP_TUNNEL_FOREIGN_LINE))
		offhook_http_tunnel_listen(self);
	else if (g_str_has_prefix(self->text->str, OFFHOOK_HTTP_TUNNEL_FOREIGN_LINE))
		offhook_http_tunnel_end(self, OFFHOOK_HTTP_TUNNEL_FOREIGN, NULL);
	else
		offhook_http_tunnel_begin(self);
}

static void
offhook_http_tunnel_listen(OffhookHttpTunnel *self)
{
	g_input_stream_read_bytes_async(g_io_stream_get_input_stream(self->far),
					OFFHOOK_HTTP_TUNNEL_PIECE, G_PRIORITY_DEFAULT, NULL,
					offhook_http_tunnel_answers_cb, g_rc_box_acquire(self));
}

static void
offhook_http_tunnel_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpTunnel) self = user_data;
	g_autoptr(GError) error = NULL;

	if (!g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error)) {
		offhook_http_tunnel_end(self, OFFHOOK_HTTP_TUNNEL_LOST, error);
		return;
	}
	g_string_truncate(self->text, 0);
	offhook_http_tunnel_listen(self);
}

/* ---- connecting ---- */

static void
offhook_http_tunnel_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpTunnel) self = user_data;
	g_autoptr(GError) error = NULL;
	GSocketConnection *connection =
	    g_socket_client_connect_to_uri_finish(G_SOCKET_CLIENT(source), result, &error);

	if (connection == NULL) {
		offhook_http_tunnel_end(self, OFFHOOK_HTTP_TUNNEL_CLOSED, error);
		return;
	}
	self->far = G_IO_STREAM(connection);
	g_output_stream_write_all_async(g_io_stream_get_output_stream(self->far), self->text->str,
					self->text->len, G_PRIORITY_DEFAULT, NULL,
					offhook_http_tunnel_sent_cb, g_rc_box_acquire(self));
}

void
offhook_http_tunnel(OffhookHttpRequest *request, const char *url, const char *asker, gboolean alone,
		    OffhookHttpTunnelFunc func, gpointer user_data)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();
	OffhookHttpTunnel *self = g_rc_box_new0(OffhookHttpTunnel);

	self->request = offhook_http_request_ref(request);
	self->func = func;
	self->user_data = user_data;
	self->text = offhook_http_tunnel_write_request(request->msg, url, asker, alone);
	self->over = g_cancellable_new();
	/* It is on this machine, whatever the environment says of proxies. */
	g_socket_client_set_enable_proxy(client, FALSE);
	/* Of the connection, too, until it is answered: a process that stands still is as good as none. */
	g_socket_client_set_timeout(client, OFFHOOK_HTTP_TUNNEL_ANSWER_S);
	g_socket_client_connect_to_uri_async(client, url, 80, NULL,
					     offhook_http_tunnel_connected_cb, self);
}
