/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads and writes of one connection. libsoup reads ahead: a far end that sends its first frames in
 * the same segment as its handshake has them in libsoup's buffer, so the stream is read until it is
 * dry before the descriptor is. Runs in the connection's media thread.
 */

#include "media/media-socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <offhook/error.h>
#include <sys/socket.h>

struct _OffhookMediaSocket {
	GIOStream *stream; /* libsoup's, on top */
	GSocket *socket;   /* at the bottom */
	gboolean tls;
	gboolean dry; /* plain only: nothing is left in the stream's buffer */
	int fd;
};

/* The stream below @stream, whatever its property is called. (transfer full) (nullable) */
static GIOStream *
offhook_media_socket_get_base(GIOStream *stream)
{
	static const char *const names[] = {"base-iostream", "base-io-stream"};
	GIOStream *base = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(names) && base == NULL; i++) {
		GParamSpec *pspec =
		    g_object_class_find_property(G_OBJECT_GET_CLASS(stream), names[i]);

		if (pspec != NULL && (pspec->flags & G_PARAM_READABLE))
			g_object_get(stream, names[i], &base, NULL);
	}
	return base;
}

OffhookMediaSocket *
offhook_media_socket_new(GIOStream *stream, GError **error)
{
	g_autoptr(OffhookMediaSocket) self = g_new0(OffhookMediaSocket, 1);
	g_autoptr(GIOStream) bottom = g_object_ref(stream);

	self->fd = -1;
	while (bottom != NULL && !G_IS_SOCKET_CONNECTION(bottom)) {
		GIOStream *base = offhook_media_socket_get_base(bottom);

		self->tls = self->tls || G_IS_TLS_CONNECTION(bottom);
		g_object_unref(bottom);
		bottom = base;
	}
	if (bottom == NULL || !G_IS_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(stream)) ||
	    !G_IS_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(stream))) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "connection is a %s, expected one on top of a socket",
			    G_OBJECT_TYPE_NAME(stream));
		return NULL;
	}
	self->stream = g_object_ref(stream);
	self->socket = g_object_ref(g_socket_connection_get_socket(G_SOCKET_CONNECTION(bottom)));
	self->fd = g_socket_get_fd(self->socket);
	/* Not on local sockets; there it is not needed either. */
	g_socket_set_option(self->socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
	return g_steal_pointer(&self);
}

void
offhook_media_socket_free(OffhookMediaSocket *self)
{
	if (self == NULL)
		return;
	/* First the socket: with it gone, closing a TLS stream can't wait for the far end. */
	if (self->socket != NULL)
		g_socket_close(self->socket, NULL);
	g_clear_object(&self->stream);
	g_clear_object(&self->socket);
	g_free(self);
}

int
offhook_media_socket_get_fd(OffhookMediaSocket *self)
{
	return self->fd;
}

gboolean
offhook_media_socket_is_tls(OffhookMediaSocket *self)
{
	return self->tls;
}

static gssize
offhook_media_socket_fail(const char *what, const char *why, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "connection broke while %s: %s",
		    what, why);
	return -1;
}

static gssize
offhook_media_socket_read_stream(OffhookMediaSocket *self, guint8 *buffer, gsize size,
				 GError **error)
{
	g_autoptr(GError) local = NULL;
	gssize n = g_pollable_input_stream_read_nonblocking(
	    G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(self->stream)), buffer, size, NULL,
	    &local);

	if (n > 0)
		return n;
	if (n == 0)
		return -1;
	if (g_error_matches(local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		return 0;
	/* A far end that goes without TLS's own goodbye, as many do. */
	if (g_error_matches(local, G_TLS_ERROR, G_TLS_ERROR_EOF))
		return -1;
	return offhook_media_socket_fail("reading", local->message, error);
}

gssize
offhook_media_socket_read(OffhookMediaSocket *self, guint8 *buffer, gsize size, gboolean *more,
			  GError **error)
{
	gssize n;

	if (self->tls || !self->dry) {
		n = offhook_media_socket_read_stream(self, buffer, size, error);
		self->dry = n <= 0;
		*more = n > 0;
		return n;
	}
	do
		n = recv(self->fd, buffer, size, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	*more = n == (gssize)size;
	if (n > 0)
		return n;
	if (n == 0)
		return -1;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return 0;
	return offhook_media_socket_fail("reading", g_strerror(errno), error);
}

gssize
offhook_media_socket_write(OffhookMediaSocket *self, const guint8 *data, gsize size, GError **error)
{
	g_autoptr(GError) local = NULL;
	gssize n;

	if (!self->tls) {
		do
			n = send(self->fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
		while (n < 0 && errno == EINTR);
		if (n >= 0)
			return n;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return 0;
		return offhook_media_socket_fail("writing", g_strerror(errno), error);
	}
	n = g_pollable_output_stream_write_nonblocking(
	    G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(self->stream)), data, size, NULL,
	    &local);
	if (n >= 0)
		return n;
	if (g_error_matches(local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
		return 0;
	return offhook_media_socket_fail("writing", local->message, error);
}

void
offhook_media_socket_shut_writing(OffhookMediaSocket *self)
{
	if (!self->tls)
		shutdown(self->fd, SHUT_WR);
}

void
offhook_media_socket_add_hot(const OffhookMediaSocket *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
}
