/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way to an open socket: connecting, with TLS or without, and what the far end says to the
 * handshake. In the thread of the client's main context.
 */

#include "socket-client-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <offhook/rest-reply.h>

#define READ_LIMIT (256 * 1024) /* in one turn of the main loop */

/* ---- the handshake ---- */

static void
offhook_socket_client_read_refusal(OffhookSocketClient *self, gboolean ended)
{
	gboolean whole;

	g_free(self->body);
	self->body =
	    offhook_socket_handshake_read_body(&self->reply, self->in->data, self->in->len, &whole);
	if (whole || ended)
		offhook_socket_client_fail(self, offhook_rest_get_error_code(self->reply.status),
					   "the provider answered %u", self->reply.status);
}

static void
offhook_socket_client_read_reply(OffhookSocketClient *self)
{
	g_autoptr(GError) error = NULL;
	gboolean whole = FALSE;

	if (!offhook_socket_handshake_parse(self->in->data, self->in->len, &self->reply, &whole,
					    &error)) {
		offhook_socket_client_fail(self, (OffhookError)error->code, "%s", error->message);
		return;
	}
	if (!whole)
		return;
	g_byte_array_remove_range(self->in, 0, (guint)self->reply.size);
	if (self->reply.status != OFFHOOK_SOCKET_SWITCHING_PROTOCOLS) {
		self->state = OFFHOOK_SOCKET_REFUSED;
		offhook_socket_client_read_refusal(self, FALSE);
	} else if (!offhook_socket_handshake_check(&self->reply, self->key, self->protocol,
						   &error)) {
		offhook_socket_client_fail(self, OFFHOOK_ERROR_FORMAT, "%s", error->message);
	} else {
		offhook_socket_client_begin_frames(self);
	}
}

/* Returns: %FALSE when there is nothing more now */
static gboolean
offhook_socket_client_read_handshake(OffhookSocketClient *self)
{
	guint8 bytes[4096];
	gsize n = offhook_socket_client_read_cb(self, bytes, sizeof(bytes));

	g_byte_array_append(self->in, bytes, (guint)n);
	if (self->state == OFFHOOK_SOCKET_REFUSED)
		offhook_socket_client_read_refusal(self, self->read_ended);
	else if (n > 0)
		offhook_socket_client_read_reply(self);
	return n > 0;
}

static gboolean
offhook_socket_client_readable_cb(GObject *stream, gpointer user_data)
{
	OffhookSocketClient *self = offhook_socket_client_ref(user_data);

	self->read_left = READ_LIMIT;
	while (self->frames == NULL && self->state != OFFHOOK_SOCKET_OVER &&
	       offhook_socket_client_read_handshake(self))
		;
	if (self->frames != NULL && self->state != OFFHOOK_SOCKET_OVER)
		offhook_socket_client_read_frames(self);
	if (self->read_ended)
		offhook_socket_client_lose(self, "the far end closed it");
	offhook_socket_client_unref(self);
	return G_SOURCE_CONTINUE;
}

/* ---- connecting ---- */

static void
offhook_socket_client_begin_handshake(OffhookSocketClient *self)
{
	GIOStream *stream = G_IO_STREAM(self->connection);
	GSocket *socket = g_socket_connection_get_socket(self->connection);

	/* Audio goes out as it comes, not when a packet is full. */
	g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
	self->state = OFFHOOK_SOCKET_HANDSHAKE;
	self->input = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(stream));
	self->output = G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream));
	self->read_source = g_pollable_input_stream_create_source(self->input, NULL);
	g_source_set_callback(self->read_source, G_SOURCE_FUNC(offhook_socket_client_readable_cb),
			      self, NULL);
	g_source_attach(self->read_source, self->context);
	offhook_socket_client_flush(self);
}

static void
offhook_socket_client_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookSocketClient *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketConnection) connection =
	    g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &error);

	if (self->state == OFFHOOK_SOCKET_CONNECTING && connection == NULL) {
		offhook_socket_client_fail(self, OFFHOOK_ERROR_UNAVAILABLE, "%s", error->message);
	} else if (self->state == OFFHOOK_SOCKET_CONNECTING) {
		self->connection = g_steal_pointer(&connection);
		offhook_socket_client_begin_handshake(self);
	}
	offhook_socket_client_unref(self);
}

static gboolean
offhook_socket_client_deadline_passed_cb(gpointer user_data)
{
	OffhookSocketClient *self = user_data;

	if (self->state == OFFHOOK_SOCKET_REFUSED)
		offhook_socket_client_read_refusal(self, TRUE);
	else
		offhook_socket_client_fail(self,
					   self->state == OFFHOOK_SOCKET_HANDSHAKE
					       ? OFFHOOK_ERROR_TIMED_OUT
					       : OFFHOOK_ERROR_UNAVAILABLE,
					   "no connection within %u ms", self->connect_timeout_ms);
	return G_SOURCE_REMOVE;
}

gboolean
offhook_socket_client_connect_cb(gpointer user_data)
{
	OffhookSocketClient *self = user_data;
	gboolean secure = offhook_socket_handshake_is_secure(self->uri);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketConnectable) address = offhook_socket_handshake_make_address(self->uri);

	g_clear_pointer(&self->timer, g_source_unref);
	self->state = OFFHOOK_SOCKET_CONNECTING;
	self->timer = offhook_socket_client_add_timer(self, self->connect_timeout_ms,
						      offhook_socket_client_deadline_passed_cb);
	g_socket_client_set_tls(client, secure);
	g_socket_client_connect_async(client, address, self->cancellable,
				      offhook_socket_client_connected_cb,
				      offhook_socket_client_ref(self));
	return G_SOURCE_REMOVE;
}
