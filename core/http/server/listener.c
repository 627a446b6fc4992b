/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libsoup accepts any number of connections and waits for their requests for ever, so connections
 * are accepted here and handed to it. Each brings one request, in whole within a time limit, however
 * busily it sends; when very many are at it, the oldest give way. Main thread.
 */

#include "http/server/listener.h"

#include <offhook/error.h>

#include "base/service-manager.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>

#define OFFHOOK_HTTP_MAX_CONNECTIONS 20000 /* media sockets count as long as they live */
#define OFFHOOK_HTTP_MAX_BRINGING    5000  /* connections without a whole request yet */
#define OFFHOOK_HTTP_REQUEST_S       60 /* for a whole request; also of silence while answering */
#define OFFHOOK_HTTP_SWEEP_S         5
#define OFFHOOK_HTTP_ACCEPTS         64 /* in one turn of the main loop, which slows with each */
#define OFFHOOK_HTTP_BACKLOG         1024
#define OFFHOOK_HTTP_ACCEPT_PAUSE_S  1 /* when there are no descriptors left */

struct _OffhookHttpListener {
	SoupServer *soup;
	GSocket *socket; /* (nullable): while listening */
	guint accept_id;
	GTlsCertificate *certificate; /* (nullable): plain HTTP */
	char *url;
	guint *connections; /* open ones; reference-counted, atomic: media threads close theirs */
	guint *answering;   /* those whose request is being answered; as above */
	GQueue bringing;    /* of OffhookHttpPeer, oldest first */
	guint sweep_id;
	gboolean complained;
};

/** A connection, reachable from its messages through their remote address. */
typedef struct {
	OffhookHttpListener *listener; /* as long as it is bringing its request */
	guint *answering; /* (nullable): counted there, from then until it is answered */
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
	peer->answering = g_atomic_rc_box_acquire(peer->listener->answering);
	g_atomic_int_inc(peer->answering);
	peer->listener = NULL;
}

/* It is answered, or no longer for us to answer. */
static void
offhook_http_peer_let_go(OffhookHttpPeer *peer)
{
	offhook_http_peer_settle(peer);
	if (peer->answering == NULL)
		return;
	g_atomic_int_add(peer->answering, -1);
	g_clear_pointer(&peer->answering, g_atomic_rc_box_release);
}

static void
offhook_http_peer_free(gpointer data)
{
	OffhookHttpPeer *peer = data;

	offhook_http_peer_let_go(peer);
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

GSocket *
offhook_http_listener_dup_socket(SoupServerMessage *msg)
{
	OffhookHttpPeer *peer = offhook_http_peer_of(msg);

	return peer != NULL ? g_weak_ref_get(&peer->socket) : NULL;
}

void
offhook_http_listener_allow_silence(SoupServerMessage *msg)
{
	g_autoptr(GSocket) socket = offhook_http_listener_dup_socket(msg);

	if (socket != NULL)
		g_socket_set_timeout(socket, 0);
}

void
offhook_http_listener_release(SoupServerMessage *msg)
{
	OffhookHttpPeer *peer = offhook_http_peer_of(msg);

	g_return_if_fail(peer != NULL);

	offhook_http_peer_let_go(peer);
	offhook_http_listener_allow_silence(msg);
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

static void offhook_http_listener_watch(OffhookHttpListener *self);

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
	/*
	 * Nobody shows us a certificate. Without this each connection would load all that the system
	 * trusts, which is 4 MiB.
	 */
	return g_initable_new(g_tls_backend_get_server_connection_type(g_tls_backend_get_default()),
			      NULL, error, "base-io-stream", connection, "certificate",
			      self->certificate, "database", NULL, NULL);
}

static void
offhook_http_listener_take(OffhookHttpListener *self, GSocket *socket)
{
	g_autoptr(GSocketConnection) connection =
	    g_socket_connection_factory_create_connection(socket);
	g_autoptr(GSocketAddress) local = g_socket_get_local_address(socket, NULL);
	g_autoptr(GSocketAddress) remote = g_socket_get_remote_address(socket, NULL);
	g_autoptr(GIOStream) stream = NULL;
	g_autoptr(GError) error = NULL;

	if (local == NULL || remote == NULL || !offhook_http_listener_has_room(self))
		return;
	g_socket_set_timeout(socket, OFFHOOK_HTTP_REQUEST_S);
	offhook_http_listener_add_peer(self, connection, remote);
	stream = offhook_http_listener_wrap(self, connection, &error);
	if (stream == NULL ||
	    !soup_server_accept_iostream(self->soup, stream, local, remote, &error))
		g_debug("connection not taken: %s", error->message);
}

static gboolean
offhook_http_listener_resume_cb(gpointer user_data)
{
	OffhookHttpListener *self = user_data;

	self->accept_id = 0;
	offhook_http_listener_watch(self);
	return G_SOURCE_REMOVE;
}

/* One of those who wait. */
static gboolean
offhook_http_listener_accept(OffhookHttpListener *self, GError **error)
{
	g_autoptr(GSocket) socket = g_socket_accept(self->socket, NULL, error);

	if (socket != NULL)
		offhook_http_listener_take(self, socket);
	return socket != NULL;
}

static gboolean
offhook_http_listener_incoming_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookHttpListener *self = user_data;

	for (guint i = 0; i < OFFHOOK_HTTP_ACCEPTS; i++) {
		g_autoptr(GError) error = NULL;

		if (offhook_http_listener_accept(self, &error))
			continue;
		if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
		    g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
			return G_SOURCE_CONTINUE;
		/* It would be readable again at once. */
		g_warning("no connections for a moment: %s", error->message);
		self->accept_id = g_timeout_add_seconds(OFFHOOK_HTTP_ACCEPT_PAUSE_S,
							offhook_http_listener_resume_cb, self);
		return G_SOURCE_REMOVE;
	}
	return G_SOURCE_CONTINUE;
}

static void
offhook_http_listener_watch(OffhookHttpListener *self)
{
	self->accept_id = g_unix_fd_add(g_socket_get_fd(self->socket), G_IO_IN,
					offhook_http_listener_incoming_cb, self);
}

OffhookHttpListener *
offhook_http_listener_new(SoupServer *soup)
{
	OffhookHttpListener *self = g_new0(OffhookHttpListener, 1);

	self->soup = soup;
	self->connections = g_atomic_rc_box_new0(guint);
	self->answering = g_atomic_rc_box_new0(guint);
	g_queue_init(&self->bringing);
	return self;
}

void
offhook_http_listener_free(OffhookHttpListener *self)
{
	if (self == NULL)
		return;
	offhook_http_listener_stop(self);
	g_clear_handle_id(&self->sweep_id, g_source_remove);
	while (self->bringing.head != NULL)
		offhook_http_peer_settle(self->bringing.head->data);
	g_clear_object(&self->certificate);
	g_atomic_rc_box_release(self->connections);
	g_atomic_rc_box_release(self->answering);
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

static gboolean
offhook_http_listener_bind(OffhookHttpListener *self, GInetSocketAddress *address, GError **error)
{
	g_autofree char *name =
	    g_inet_address_to_string(g_inet_socket_address_get_address(address));
	GInetAddress *host = g_inet_socket_address_get_address(address);
	g_autoptr(GSocket) socket = g_socket_new(
	    g_inet_address_get_family(host), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

	if (socket != NULL) {
		g_socket_set_blocking(socket, FALSE);
		g_socket_set_listen_backlog(socket, OFFHOOK_HTTP_BACKLOG);
	}
	if (socket == NULL || !g_socket_bind(socket, G_SOCKET_ADDRESS(address), TRUE, error) ||
	    !g_socket_listen(socket, error)) {
		g_prefix_error(error, "[server] listen: %s: ", name);
		return FALSE;
	}
	self->socket = g_steal_pointer(&socket);
	return TRUE;
}

/* systemd may have bound it already; then that is where we are. */
static GInetSocketAddress *
offhook_http_listener_open(OffhookHttpListener *self, GInetSocketAddress *wanted, GError **error)
{
	g_autoptr(GSocketAddress) address = NULL;
	g_autoptr(GError) local = NULL;

	if (self->socket == NULL)
		self->socket = offhook_service_manager_take_socket(&local);
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	if (self->socket == NULL && !offhook_http_listener_bind(self, wanted, error))
		return NULL;
	address = g_socket_get_local_address(self->socket, error);
	if (address == NULL)
		return NULL;
	if (!G_IS_INET_SOCKET_ADDRESS(address)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "offhookd.socket: ListenStream= is no address with a port");
		return NULL;
	}
	return G_INET_SOCKET_ADDRESS(g_steal_pointer(&address));
}

/* Begins to accept at @address, where we are now. */
static void
offhook_http_listener_begin(OffhookHttpListener *self, GInetSocketAddress *address)
{
	g_autofree char *host =
	    g_inet_address_to_string(g_inet_socket_address_get_address(address));

	self->url = g_strdup_printf(strchr(host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u",
				    self->certificate != NULL ? "https" : "http", host,
				    g_inet_socket_address_get_port(address));
	self->sweep_id =
	    g_timeout_add_seconds(OFFHOOK_HTTP_SWEEP_S, offhook_http_listener_sweep_cb, self);
	offhook_http_listener_watch(self);
}

gboolean
offhook_http_listener_start(OffhookHttpListener *self, OffhookConfig *config, GError **error)
{
	g_autoptr(GInetSocketAddress) wanted = offhook_config_get_listen_address(config);
	g_autoptr(GInetSocketAddress) bound = NULL;

	if (!offhook_http_listener_load_certificate(self, config, error))
		return FALSE;
	bound = offhook_http_listener_open(self, wanted, error);
	if (bound == NULL)
		return FALSE;
	offhook_http_listener_begin(self, bound);
	return TRUE;
}

gboolean
offhook_http_listener_start_inside(OffhookHttpListener *self, GError **error)
{
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
	g_autoptr(GSocketAddress) bound = NULL;

	if (!offhook_http_listener_bind(self, G_INET_SOCKET_ADDRESS(any), error))
		return FALSE;
	bound = g_socket_get_local_address(self->socket, error);
	if (bound == NULL)
		return FALSE;
	offhook_http_listener_begin(self, G_INET_SOCKET_ADDRESS(bound));
	return TRUE;
}

void
offhook_http_listener_adopt(OffhookHttpListener *self, GSocket *socket)
{
	g_set_object(&self->socket, socket);
}

void
offhook_http_listener_pause(OffhookHttpListener *self)
{
	g_clear_handle_id(&self->accept_id, g_source_remove);
}

void
offhook_http_listener_resume(OffhookHttpListener *self)
{
	if (self->socket != NULL && self->accept_id == 0)
		offhook_http_listener_watch(self);
}

int
offhook_http_listener_get_fd(OffhookHttpListener *self)
{
	return self->socket != NULL ? g_socket_get_fd(self->socket) : -1;
}

void
offhook_http_listener_stop(OffhookHttpListener *self)
{
	g_clear_handle_id(&self->accept_id, g_source_remove);
	if (self->socket != NULL)
		g_socket_close(self->socket, NULL);
	g_clear_object(&self->socket);
}

void
offhook_http_listener_finish(OffhookHttpListener *self)
{
	for (guint i = 0; self->socket != NULL && i < OFFHOOK_HTTP_BACKLOG; i++)
		if (!offhook_http_listener_accept(self, NULL))
			break;
	offhook_http_listener_stop(self);
}

guint
offhook_http_listener_count_bringing(OffhookHttpListener *self)
{
	return self->bringing.length;
}

guint
offhook_http_listener_count_answering(OffhookHttpListener *self)
{
	return g_atomic_int_get(self->answering);
}

const char *
offhook_http_listener_get_url(OffhookHttpListener *self)
{
	return self->url;
}
