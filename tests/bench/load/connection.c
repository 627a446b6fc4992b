/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sockets, TLS and the handshake. */

#include "connection.h"

#include "websocket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define UNSENT_MAX    (64 * 1024)
#define HANDSHAKE_MAX (16 * 1024)
#define SOURCES       16

static gnutls_certificate_credentials_t load_credentials;

void
load_connection_init_tls(void)
{
	gnutls_certificate_allocate_credentials(&load_credentials);
}

static void
load_connection_watch(LoadConnection *self, gboolean out)
{
	struct epoll_event event = {.events = EPOLLIN | (out ? EPOLLOUT : 0),
				    .data.ptr = self->data};

	if (self->watching_out == out)
		return;
	self->watching_out = out;
	epoll_ctl(self->epoll, EPOLL_CTL_MOD, self->fd, &event);
}

/* On loopback, one address would run out of ports while old connections wait for their end. */
static void
load_connection_bind(LoadConnection *self, guint64 number)
{
	struct sockaddr_in source;
	int on = 1;

	if (self->options->address.ss_family != AF_INET)
		return;
	memcpy(&source, &self->options->address, sizeof source);
	if (ntohl(source.sin_addr.s_addr) >> 24 != 127)
		return;
	source.sin_port = 0;
	source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (guint32)(number % SOURCES));
	setsockopt(self->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	(void)bind(self->fd, (struct sockaddr *)&source, sizeof source);
}

const char *
load_connection_open(LoadConnection *self, const LoadOptions *options, int epoll, gpointer data,
		     guint64 number)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = data};
	int on = 1;

	*self = (LoadConnection){.options = options, .epoll = epoll, .data = data};
	self->fd =
	    socket(options->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (self->fd < 0)
		return "no socket left";
	load_connection_bind(self, number);
	setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	/* Some systems' default would pace what we send, with a kernel timer for each socket. */
	setsockopt(self->fd, IPPROTO_TCP, TCP_CONGESTION, "reno", strlen("reno"));
	if (connect(self->fd, (const struct sockaddr *)&options->address, options->address_size) <
		0 &&
	    errno != EINPROGRESS) {
		close(self->fd);
		return "connection refused";
	}
	self->state = LOAD_CONNECTION_CONNECTING;
	self->watching_out = TRUE;
	epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event);
	return NULL;
}

/* ---- bytes ---- */

static gssize
load_connection_write(LoadConnection *self, const guint8 *data, gsize size)
{
	gssize n;

	if (self->tls != NULL) {
		n = gnutls_record_send(self->tls, data, size);
		return n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED ? 0 : n;
	}
	n = send(self->fd, data, size, MSG_NOSIGNAL);
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

gboolean
load_connection_flush(LoadConnection *self)
{
	while (self->unsent != NULL && self->unsent->len > 0) {
		gssize n = load_connection_write(self, self->unsent->data, self->unsent->len);

		if (n < 0)
			return FALSE;
		if (n == 0)
			break;
		g_byte_array_remove_range(self->unsent, 0, (guint)n);
	}
	load_connection_watch(self, self->unsent != NULL && self->unsent->len > 0);
	return TRUE;
}

gboolean
load_connection_send(LoadConnection *self, const guint8 *data, gsize size)
{
	gssize n = 0;

	if (self->unsent == NULL || self->unsent->len == 0)
		n = load_connection_write(self, data, size);
	if (n == (gssize)size)
		return TRUE;
	if (n < 0)
		return FALSE;
	if (self->unsent == NULL)
		self->unsent = g_byte_array_new();
	if (self->unsent->len + size > UNSENT_MAX)
		return FALSE;
	g_byte_array_append(self->unsent, data + n, (guint)(size - (gsize)n));
	load_connection_watch(self, TRUE);
	return TRUE;
}

gssize
load_connection_receive(LoadConnection *self, guint8 *data, gsize size)
{
	gssize n;

	if (self->tls != NULL) {
		n = gnutls_record_recv(self->tls, data, size);
		if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
			return 0;
	} else {
		n = recv(self->fd, data, size, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
	}
	return n > 0 ? n : -1;
}

/* ---- the way to an open connection ---- */

static const char *
load_connection_upgrade(LoadConnection *self)
{
	guint32 random[4] = {g_random_int(), g_random_int(), g_random_int(), g_random_int()};
	g_autofree char *key = g_base64_encode((const guint8 *)random, sizeof random);
	g_autofree char *request =
	    g_strdup_printf("GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
			    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			    "Sec-WebSocket-Key: %s\r\nUser-Agent: offhook-load\r\n\r\n",
			    self->options->path, self->options->host, key);

	self->accept = load_websocket_get_accept(key);
	self->state = LOAD_CONNECTION_UPGRADING;
	if (!load_connection_send(self, (const guint8 *)request, strlen(request)))
		return "handshake not sent";
	return NULL;
}

static const char *
load_connection_secure(LoadConnection *self)
{
	int status;

	if (self->tls == NULL) {
		gnutls_init(&self->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
		gnutls_set_default_priority(self->tls);
		gnutls_credentials_set(self->tls, GNUTLS_CRD_CERTIFICATE, load_credentials);
		gnutls_transport_set_int(self->tls, self->fd);
		self->state = LOAD_CONNECTION_SECURING;
	}
	do
		status = gnutls_handshake(self->tls);
	while (status == GNUTLS_E_INTERRUPTED ||
	       (status < 0 && status != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(status)));
	if (status == GNUTLS_E_AGAIN) {
		load_connection_watch(self, gnutls_record_get_direction(self->tls) == 1);
		return NULL;
	}
	return status < 0 ? "TLS handshake failed" : load_connection_upgrade(self);
}

static const char *
load_connection_connected(LoadConnection *self)
{
	int status = 0;
	socklen_t size = sizeof status;

	getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &status, &size);
	if (status != 0)
		return status == ECONNREFUSED ? "connection refused" : "connection failed";
	if (self->options->mode == LOAD_MODE_RAW) {
		load_connection_watch(self, FALSE);
		self->state = LOAD_CONNECTION_OPEN;
		return NULL;
	}
	if (self->options->tls)
		return load_connection_secure(self);
	return load_connection_upgrade(self);
}

/* What follows the answer stays in `partial`, for the first frames. */
static const char *
load_connection_read_upgrade(LoadConnection *self)
{
	guint8 data[4096];
	gssize n;
	const char *end;

	if (self->partial == NULL)
		self->partial = g_byte_array_new();
	while ((n = load_connection_receive(self, data, sizeof data)) > 0 &&
	       self->partial->len < HANDSHAKE_MAX)
		g_byte_array_append(self->partial, data, (guint)n);
	end = memmem(self->partial->data, self->partial->len, "\r\n\r\n", 4);
	if (end == NULL)
		return n < 0 || self->partial->len >= HANDSHAKE_MAX ? "no answer to the handshake"
								    : NULL;
	n = end + 4 - (const char *)self->partial->data;
	if (n < 12 || memcmp(self->partial->data, "HTTP/1.1 101", 12) != 0)
		return "handshake refused";
	if (memmem(self->partial->data, (gsize)n, self->accept, strlen(self->accept)) == NULL)
		return "handshake answered with a wrong key";
	g_byte_array_remove_range(self->partial, 0, (guint)n);
	g_clear_pointer(&self->accept, g_free);
	self->state = LOAD_CONNECTION_OPEN;
	return NULL;
}

const char *
load_connection_advance(LoadConnection *self)
{
	switch (self->state) {
	case LOAD_CONNECTION_CONNECTING:
		return load_connection_connected(self);
	case LOAD_CONNECTION_SECURING:
		return load_connection_secure(self);
	case LOAD_CONNECTION_UPGRADING:
		if (!load_connection_flush(self))
			return "handshake not sent";
		return load_connection_read_upgrade(self);
	case LOAD_CONNECTION_OPEN:
	case LOAD_CONNECTION_CLOSED:
		break;
	}
	return NULL;
}

void
load_connection_shut(LoadConnection *self)
{
	load_connection_flush(self);
	if (self->tls != NULL)
		gnutls_bye(self->tls, GNUTLS_SHUT_WR);
	shutdown(self->fd, SHUT_WR);
}

void
load_connection_close(LoadConnection *self)
{
	if (self->state == LOAD_CONNECTION_CLOSED)
		return;
	if (self->tls != NULL)
		gnutls_deinit(self->tls);
	self->tls = NULL;
	close(self->fd);
	g_clear_pointer(&self->unsent, g_byte_array_unref);
	g_clear_pointer(&self->partial, g_byte_array_unref);
	g_clear_pointer(&self->accept, g_free);
	self->state = LOAD_CONNECTION_CLOSED;
}
