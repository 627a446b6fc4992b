/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An open socket: messages, pings and the far end's goodbye. In the thread of the client's main
 * context.
 */

#include "socket-client-private.h"

#include <string.h>

#define MAX_FRAGMENTS 65536

static gsize
offhook_socket_client_take_rest(OffhookSocketClient *self, guint8 *buffer, gsize size)
{
	gsize n = MIN(size, self->in->len);

	memcpy(buffer, self->in->data, n);
	g_byte_array_remove_range(self->in, 0, (guint)n);
	return n;
}

gsize
offhook_socket_client_read_cb(gpointer user_data, guint8 *buffer, gsize size)
{
	OffhookSocketClient *self = user_data;
	g_autoptr(GError) error = NULL;
	gssize n;

	if (self->state == OFFHOOK_SOCKET_OVER || self->read_left == 0)
		return 0;
	if (self->frames != NULL && self->in->len > 0)
		return offhook_socket_client_take_rest(self, buffer, size);
	n = g_pollable_input_stream_read_nonblocking(self->input, buffer,
						     MIN(size, self->read_left), NULL, &error);
	if (n <= 0) {
		self->read_ended =
		    n == 0 || !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
		return 0;
	}
	self->heard = TRUE;
	self->read_left -= (gsize)n;
	return (gsize)n;
}

static void
offhook_socket_client_message_cb(gpointer user_data, OffhookWireKind kind, const guint8 *data,
				 gsize size)
{
	OffhookSocketClient *self = user_data;
	g_autofree char *text = NULL;

	if (self->state != OFFHOOK_SOCKET_OPEN)
		return;
	if (kind == OFFHOOK_WIRE_TEXT && self->handler.text != NULL) {
		text = g_strndup((const char *)data, size);
		self->handler.text(self->user_data, text, size);
	} else if (kind == OFFHOOK_WIRE_BINARY && self->handler.binary != NULL) {
		self->handler.binary(self->user_data, data, size);
	}
}

static void
offhook_socket_client_ping_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookSocketClient *self = user_data;

	if (self->state == OFFHOOK_SOCKET_OPEN)
		offhook_socket_client_append(self, OFFHOOK_WEBSOCKET_OPCODE_PONG, data, size);
}

static GError *
offhook_socket_client_make_close_error(OffhookSocketClient *self, guint code, const char *reason)
{
	OffhookError kind = OFFHOOK_ERROR_PROVIDER;

	switch (code) {
	case OFFHOOK_WEBSOCKET_NORMAL:
	case OFFHOOK_WEBSOCKET_NO_STATUS:
		return NULL;
	case OFFHOOK_WEBSOCKET_GOING_AWAY:
	case OFFHOOK_WEBSOCKET_RESTART:
		kind = OFFHOOK_ERROR_UNAVAILABLE;
		break;
	case OFFHOOK_WEBSOCKET_TRY_AGAIN:
		kind = OFFHOOK_ERROR_BUSY;
		break;
	default:
		break;
	}
	return g_error_new(OFFHOOK_ERROR, (int)kind, "%s closed the connection with %u%s%s",
			   g_uri_get_host(self->uri), code, *reason != '\0' ? ": " : "", reason);
}

static void
offhook_socket_client_close_cb(gpointer user_data, guint16 code, const char *reason)
{
	OffhookSocketClient *self = user_data;
	gboolean asked = self->state == OFFHOOK_SOCKET_CLOSING;

	if (self->state == OFFHOOK_SOCKET_OVER)
		return;
	if (!asked)
		offhook_socket_client_append_close(self, code, NULL);
	offhook_socket_client_finish(
	    self, code, reason,
	    asked ? NULL : offhook_socket_client_make_close_error(self, code, reason));
}

void
offhook_socket_client_read_frames(OffhookSocketClient *self)
{
	g_autoptr(GError) error = NULL;
	guint16 code = 0;

	if (!offhook_websocket_frames_receive(self->frames, &code, &error)) {
		if (self->state == OFFHOOK_SOCKET_OPEN)
			offhook_socket_client_append_close(self, code, error->message);
		offhook_socket_client_fail(self, (OffhookError)error->code, "%s", error->message);
	}
}

static gboolean
offhook_socket_client_ping_time_cb(gpointer user_data)
{
	OffhookSocketClient *self = user_data;

	if (!self->heard) {
		offhook_socket_client_fail(self, OFFHOOK_ERROR_TIMED_OUT,
					   "nothing came for %u ms, not even an answer to a ping",
					   self->keep_alive_ms);
		return G_SOURCE_REMOVE;
	}
	self->heard = FALSE;
	offhook_socket_client_append(self, OFFHOOK_WEBSOCKET_OPCODE_PING, NULL, 0);
	return G_SOURCE_CONTINUE;
}

void
offhook_socket_client_begin_frames(OffhookSocketClient *self)
{
	static const OffhookWebsocketFramesHandler handler = {
	    .read = offhook_socket_client_read_cb,
	    .message = offhook_socket_client_message_cb,
	    .ping = offhook_socket_client_ping_cb,
	    .close = offhook_socket_client_close_cb,
	};
	/* How much comes is the service's affair: it is paid for it. Memory is bounded all the same. */
	const OffhookWebsocketFramesLimits limits = {
	    .message_bytes = self->max_message,
	    .fragments = MAX_FRAGMENTS,
	    .control_burst = G_MAXUINT,
	    .message_burst = G_MAXUINT,
	    .server = TRUE,
	};

	self->frames = offhook_websocket_frames_new(&limits, &handler, self);
	self->state = OFFHOOK_SOCKET_OPEN;
	self->heard = TRUE;
	g_free(self->protocol);
	self->protocol =
	    g_strdup(g_hash_table_lookup(self->reply.headers, "sec-websocket-protocol"));
	offhook_socket_client_clear_source(&self->timer);
	self->keep_alive = offhook_socket_client_add_timer(self, self->keep_alive_ms,
							   offhook_socket_client_ping_time_cb);
	offhook_socket_client_flush(self);
	if (self->handler.open != NULL)
		self->handler.open(self->user_data);
}
