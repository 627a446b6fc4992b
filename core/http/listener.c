/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libsoup accepts any number of connections and waits for their requests for ever, so connections
 * are accepted here and handed to it. Each brings one request, in whole within a time limit, however
 * busily it sends; when very many are at it, the oldest give way. Main thread.
 */

#include "http/listener.h"

#include <offhook/error.h>

#include <sys/socket.h>

#define OFFHOOK_HTTP_MAX_CONNECTIONS 20000 /* media sockets count as long as they live */
#define OFFHOOK_HTTP_MAX_BRINGING    5000  /* connections without a whole request yet */
#define OFFHOOK_HTTP_REQUEST_S       60 /* for a whole request; also of silence while answering */
#define OFFHOOK_HTTP_SWEEP_S         5

struct _OffhookHttpListener {
	SoupServer *soup;
	GSocketService *service;
	GTlsCertificate *certificate; /* (nullable): plain HTTP */
	char *url;
	guint *connections; /* open ones; reference-counted, atomic: media threads close theirs */
	GQueue bringing;    /* of OffhookHttpPeer, oldest first */
	guint sweep_id;
	gboolean complained;
};

/** A connection, reachable from its messages through their remote address. */
typedef struct {
	OffhookHttpListener *listener; /* as long as it is bringing its request */
	GWeakRef socket;               /* which keeps the address, and so this */
	gint64 since_us;
	GList link;
} OffhookHttpPeer;

#define OFFHOOK_HTTP_PEER "offhook-http-peer"

static OffhookHttpPeer *
offhook_http_peer_of(SoupServerMessage *msg)
{
	GSocketAddress *remote = soup_server_message_get_remote_address(msg);

	return remote != NULL ? g_object_get_data(G_OBJECT(remote), OFFHOOK_HTTP_PEER) : NULL;
}

static void
offhook_http_peer_settle(OffhookHttpPeer *peer)
{
	if (peer->listener == NULL)
		return;
	g_queue_unlink(&peer->listener->bringing, &peer->link);
	peer->listener = NULL;
}

static void
offhook_http_peer_free(gpointer data)
{
	OffhookHttpPeer *peer = data;

	offhook_http_peer_settle(peer);
	g_weak_ref_clear(&peer->socket);
	g_free(peer);
}

/* libsoup sees the end of the stream and cleans up; a far end that is still sending is reset. */
static void
offhook_http_peer_cut(OffhookHttpPeer *peer)
{
	const struct linger reset = {.l_onoff = 1};
	g_autoptr(GSocket) socket = g_weak_ref_get(&peer->socket);

	offhook_http_peer_settle(peer);
	if (socket == NULL)
		return;
	setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	g_socket_shutdown(socket, TRUE, TRUE, NULL);
}

void
offhook_http_listener_settle(SoupServerMessage *msg)
{
	OffhookHttpPeer *peer = offhook_http_peer_of(msg);

	if (peer != NULL)
		offhook_http_peer_settle(peer);
}

void
offhook_http_listener_release(SoupServerMessage *msg)
{
	OffhookHttpPeer *peer = offhook_http_peer_of(msg);
	g_autoptr(GSocket) socket = peer != NULL ? g_weak_ref_get(&peer->socket) : NULL;

	g_return_if_fail(socket != NULL);

	offhook_http_peer_settle(peer);
	g_socket_set_timeout(socket, 0);
}

void
offhook_http_listener_cut(SoupServerMessage *msg)
{
	OffhookHttpPeer *peer = offhook_http_peer_of(msg);

	g_return_if_fail(peer != NULL);

	offhook_http_peer_cut(peer);
}

static gboolean
offhook_http_listener_sweep_cb(gpointer user_data)
{
	OffhookHttpListener *self = user_data;
	gint64 limit_us = g_get_monotonic_time() - OFFHOOK_HTTP_REQUEST_S * G_USEC_PER_SEC;
	OffhookHttpPeer *peer;

	while ((peer = g_queue_peek_head(&self->bringing)) != NULL && peer->since_us <= limit_us)
		offhook_http_peer_cut(peer);
	return G_SOURCE_CONTINUE;
}

/* ---- accepting ---- */

/* Connections may outlive the listener, so each holds a reference to the counter. */
static void
offhook_http_listener_gone_cb(gpointer data, GObject *connection)
{
	guint *connections = data;

	g_atomic_int_add(connections, -1);
	g_atomic_rc_box_release(connections);
}

/* The address is libsoup's way from a message to its connection, and lives as long as that. */
static void
offhook_http_listener_add_peer(OffhookHttpListener *self, GSocketConnection *connection,
			       GSocketAddress *remote)
{
	OffhookHttpPeer *peer = g_new0(OffhookHttpPeer, 1);

	peer->listener = self;
	g_weak_ref_init(&peer->socket, g_socket_connection_get_socket(connection));
	peer->since_us = g_get_monotonic_time();
	peer->link.data = peer;
	g_queue_push_tail_link(&self->bringing, &peer->link);
	g_object_set_data_full(G_OBJECT(remote), OFFHOOK_HTTP_PEER, peer, offhook_http_peer_free);
	g_atomic_int_inc(self->connections);
	g_object_weak_ref(G_OBJECT(connection), offhook_http_listener_gone_cb,
			  g_atomic_rc_box_acquire(self->connections));
	if (self->bringing.length > OFFHOOK_HTTP_MAX_BRINGING)
		offhook_http_peer_cut(g_queue_peek_head(&self->bringing));
}

static gboolean
offhook_http_listener_has_room(OffhookHttpListener *self)
{
	guint open = g_atomic_int_get(self->connections);

	if (open < OFFHOOK_HTTP_MAX_CONNECTIONS) {
		self->complained = FALSE;
		return TRUE;
	}
	if (!self->complained)
		g_warning("refusing connections: %u are open", open);
	self->complained = TRUE;
	return FALSE;
}

static GIOStream *
offhook_http_listener_wrap(OffhookHttpListener *self, GSocketConnection *connection, GError **error)
{
	if (self->certificate == NULL)
		return g_object_ref(G_IO_STREAM(connection));
	return g_tls_server_connection_new(G_IO_STREAM(connection), self->certificate, error);
}

static gboolean
offhook_http_listener_incoming_cb(GSocketService *service, GSocketConnection *connection,
				  GObject *source, gpointer user_data)
{
	OffhookHttpListener *self = user_data;
	g_autoptr(GSocketAddress) local = g_socket_connection_get_local_address(connection, NULL);
	g_autoptr(GSocketAddress) remote = g_socket_connection_get_remote_address(connection, NULL);
	g_autoptr(GIOStream) stream = NULL;
	g_autoptr(GError) error = NULL;

	if (local == NULL || remote == NULL || !offhook_http_listener_has_room(self))
		return FALSE;
	g_socket_set_timeout(g_socket_connection_get_socket(connection), OFFHOOK_HTTP_REQUEST_S);
	offhook_http_listener_add_peer(self, connection, remote);
	stream = offhook_http_listener_wrap(self, connection, &error);
	if (stream == NULL ||
	    !soup_server_accept_iostream(self->soup, stream, local, remote, &error)) {
		g_debug("connection not taken: %s", error->message);
		return FALSE;
	}
	return TRUE;
}

OffhookHttpListener *
offhook_http_listener_new(SoupServer *soup)
{
	OffhookHttpListener *self = g_new0(OffhookHttpListener, 1);

	self->soup = soup;
	self->connections = g_atomic_rc_box_new0(guint);
	g_queue_init(&self->bringing);
	self->service = g_socket_service_new();
	g_signal_connect(self->service, "incoming", G_CALLBACK(offhook_http_listener_incoming_cb),
			 self);
	return self;
}

void
offhook_http_listener_free(OffhookHttpListener *self)
{
	if (self == NULL)
		return;
	offhook_http_listener_stop(self);
	g_signal_handlers_disconnect_by_data(self->service, self);
	g_object_unref(self->service);
	g_clear_handle_id(&self->sweep_id, g_source_remove);
	while (self->bringing.head != NULL)
		offhook_http_peer_settle(self->bringing.head->data);
	g_clear_object(&self->certificate);
	g_atomic_rc_box_release(self->connections);
	g_free(self->url);
	g_free(self);
}

static gboolean
offhook_http_listener_load_certificate(OffhookHttpListener *self, OffhookConfig *config,
				       GError **error)
{
	const char *certificate = offhook_config_get_string(config, "server", "tls-certificate");
	const char *key = offhook_config_get_string(config, "server", "tls-key");

	if (certificate == NULL)
		return TRUE;
	self->certificate = g_tls_certificate_new_from_files(certificate, key, error);
	if (self->certificate == NULL)
		g_prefix_error(error, "[server] tls-certificate, tls-key: ");
	return self->certificate != NULL;
}

gboolean
offhook_http_listener_start(OffhookHttpListener *self, OffhookConfig *config, GError **error)
{
	g_autoptr(GInetSocketAddress) wanted = offhook_config_get_listen_address(config);
	g_autoptr(GSocketAddress) bound = NULL;
	g_autofree char *host = g_inet_address_to_string(g_inet_socket_address_get_address(wanted));
	gboolean v6 = g_inet_address_get_family(g_inet_socket_address_get_address(wanted)) ==
		      G_SOCKET_FAMILY_IPV6;

	if (!offhook_http_listener_load_certificate(self, config, error))
		return FALSE;
	g_socket_listener_set_backlog(G_SOCKET_LISTENER(self->service), 1024);
	if (!g_socket_listener_add_address(G_SOCKET_LISTENER(self->service),
					   G_SOCKET_ADDRESS(wanted), G_SOCKET_TYPE_STREAM,
					   G_SOCKET_PROTOCOL_TCP, NULL, &bound, error)) {
		g_prefix_error(error, "[server] listen: ");
		return FALSE;
	}
	self->url = g_strdup_printf("%s://%s%s%s:%u", self->certificate != NULL ? "https" : "http",
				    v6 ? "[" : "", host, v6 ? "]" : "",
				    g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)));
	self->sweep_id =
	    g_timeout_add_seconds(OFFHOOK_HTTP_SWEEP_S, offhook_http_listener_sweep_cb, self);
	g_socket_service_start(self->service);
	return TRUE;
}

void
offhook_http_listener_stop(OffhookHttpListener *self)
{
	g_socket_service_stop(self->service);
	g_socket_listener_close(G_SOCKET_LISTENER(self->service));
}

const char *
offhook_http_listener_get_url(OffhookHttpListener *self)
{
	return self->url;
}
