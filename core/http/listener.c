/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libsoup accepts any number of connections and lets them idle for ever, so connections are
 * accepted here and handed to it. Main thread.
 */

#include "http/listener.h"

#include <offhook/error.h>

#define OFFHOOK_HTTP_MAX_CONNECTIONS 20000 /* media sockets count as long as they live */
#define OFFHOOK_HTTP_IDLE_S          60

struct _OffhookHttpListener {
	SoupServer *soup;
	GSocketService *service;
	GTlsCertificate *certificate; /* (nullable): plain HTTP */
	char *url;
	guint *connections; /* open ones; reference-counted, atomic: media threads close theirs */
	gboolean complained;
};

/* Connections may outlive the listener, so each holds a reference to the counter. */
static void
offhook_http_listener_gone_cb(gpointer data, GObject *connection)
{
	guint *connections = data;

	g_atomic_int_add(connections, -1);
	g_atomic_rc_box_release(connections);
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
	g_socket_set_timeout(g_socket_connection_get_socket(connection), OFFHOOK_HTTP_IDLE_S);
	stream = offhook_http_listener_wrap(self, connection, &error);
	if (stream == NULL ||
	    !soup_server_accept_iostream(self->soup, stream, local, remote, &error)) {
		g_debug("connection not taken: %s", error->message);
		return FALSE;
	}
	g_atomic_int_inc(self->connections);
	g_object_weak_ref(G_OBJECT(connection), offhook_http_listener_gone_cb,
			  g_atomic_rc_box_acquire(self->connections));
	return TRUE;
}

OffhookHttpListener *
offhook_http_listener_new(SoupServer *soup)
{
	OffhookHttpListener *self = g_new0(OffhookHttpListener, 1);

	self->soup = soup;
	self->connections = g_atomic_rc_box_new0(guint);
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

void
offhook_http_listener_release(GSocket *socket)
{
	g_socket_set_timeout(socket, 0);
}
