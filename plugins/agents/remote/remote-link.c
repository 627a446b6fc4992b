/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The socket. What the program says wrongly ends it, with a reason that the program is told. Main
 * thread.
 */

#include "remote-link.h"

#include "remote-request.h"

#include <offhook/error.h>
#include <offhook/socket-client.h>
#include <string.h>

#define OFFHOOK_REMOTE_LINK_MAX_BACKLOG (1024 * 1024)
/* RFC 6455, section 7.4.1 */
#define OFFHOOK_REMOTE_LINK_NORMAL    1000
#define OFFHOOK_REMOTE_LINK_BAD_DATA  1007
#define OFFHOOK_REMOTE_LINK_MAX_CAUSE 120

struct _OffhookRemoteLink {
	const OffhookRemoteLinkHandler *handler; /* (nullable): closed */
	gpointer user_data;
	OffhookSocketClient *socket;
};

static void
offhook_remote_link_free(OffhookRemoteLink *self)
{
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	g_free(self);
}

/* Nothing follows; the owner has let go of it, or does so inside. */
static void
offhook_remote_link_fail(OffhookRemoteLink *self, const GError *error)
{
	const OffhookRemoteLinkHandler *handler = g_steal_pointer(&self->handler);

	if (handler != NULL)
		handler->failed(self->user_data, error);
}

static void
offhook_remote_link_text_cb(gpointer user_data, const char *text, gsize size)
{
	OffhookRemoteLink *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookRemoteMessage) message = NULL;

	if (self->handler == NULL)
		return;
	message = offhook_remote_message_parse(text, size, &error);
	if (error != NULL) {
		g_autofree char *cause = g_strndup(error->message, OFFHOOK_REMOTE_LINK_MAX_CAUSE);

		offhook_socket_client_close(self->socket, OFFHOOK_REMOTE_LINK_BAD_DATA, cause);
		offhook_remote_link_fail(self, error);
	} else if (message != NULL) {
		self->handler->message(self->user_data, message);
	}
}

static void
offhook_remote_link_closed_cb(gpointer user_data, const OffhookSocketEnd *end)
{
	OffhookRemoteLink *self = user_data;
	g_autoptr(GError) error = NULL;

	if (end->error != NULL)
		error = g_error_copy(end->error);
	else
		error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				    "the program closed the connection");
	offhook_remote_link_fail(self, error);
	offhook_remote_link_free(self);
}

OffhookRemoteLink *
offhook_remote_link_new(const OffhookRemoteOptions *options,
			const OffhookRemoteLinkHandler *handler, gpointer user_data, GError **error)
{
	static const OffhookSocketHandler socket_handler = {
	    .text = offhook_remote_link_text_cb,
	    .closed = offhook_remote_link_closed_cb,
	};
	g_auto(GStrv) headers = offhook_remote_request_make_headers(options, NULL);
	const OffhookSocketRequest request = {
	    .url = options->url,
	    .headers = (const char *const *)headers,
	    .connect_timeout_ms = options->timeout_ms,
	    .max_message = options->max_size,
	    .max_backlog = OFFHOOK_REMOTE_LINK_MAX_BACKLOG,
	};
	OffhookRemoteLink *self = g_new0(OffhookRemoteLink, 1);

	self->handler = handler;
	self->user_data = user_data;
	self->socket = offhook_socket_client_new(&request, &socket_handler, self, error);
	if (self->socket == NULL) {
		g_free(self);
		return NULL;
	}
	return self;
}

void
offhook_remote_link_close(OffhookRemoteLink *self)
{
	if (self == NULL)
		return;
	self->handler = NULL;
	offhook_socket_client_close(self->socket, OFFHOOK_REMOTE_LINK_NORMAL, NULL);
}

void
offhook_remote_link_send(OffhookRemoteLink *self, char *message)
{
	g_autofree char *own = message;

	offhook_socket_client_send_text(self->socket, own);
}
