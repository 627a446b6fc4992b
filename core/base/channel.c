/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gunixfdmessage.h>
#include <offhook/error.h>

#define OFFHOOK_CHANNEL_MAX    1024 /* bytes in a message */
#define OFFHOOK_CHANNEL_SEND_S 10   /* until there is room for one */

GSocket *
offhook_channel_new(int *theirs, GError **error)
{
	int fds[2];
	GSocket *self;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "socketpair: %s",
			    g_strerror(errno));
		return NULL;
	}
	self = g_socket_new_from_fd(fds[0], error);
	if (self == NULL) {
		close(fds[0]);
		close(fds[1]);
		return NULL;
	}
	*theirs = fds[1];
	return self;
}

/* GLib's own word for it is "Socket I/O timed out". */
static gboolean
offhook_channel_explain(GError *local, guint limit_s, GError **error)
{
	if (!g_error_matches(local, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
		g_propagate_error(error, local);
		return FALSE;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
		    "the other process has not answered for %u seconds", limit_s);
	g_error_free(local);
	return FALSE;
}

gboolean
offhook_channel_send(GSocket *self, const char *text, GUnixFDList *fds, GError **error)
{
	GOutputVector vector = {text, strlen(text)};
	g_autoptr(GSocketControlMessage) descriptors =
	    fds != NULL ? g_unix_fd_message_new_with_fd_list(fds) : NULL;
	GError *local = NULL;

	g_socket_set_timeout(self, OFFHOOK_CHANNEL_SEND_S);
	return g_socket_send_message(self, NULL, &vector, 1, &descriptors, fds != NULL ? 1 : 0, 0,
				     NULL, &local) >= 0 ||
	       offhook_channel_explain(local, OFFHOOK_CHANNEL_SEND_S, error);
}

/* @messages: (transfer full) (nullable) */
static GUnixFDList *
offhook_channel_take_fds(GSocketControlMessage **messages, int n)
{
	GUnixFDList *fds = NULL;

	for (int i = 0; i < n; i++) {
		if (fds == NULL && G_IS_UNIX_FD_MESSAGE(messages[i]))
			fds = g_object_ref(
			    g_unix_fd_message_get_fd_list(G_UNIX_FD_MESSAGE(messages[i])));
		g_object_unref(messages[i]);
	}
	g_free(messages);
	return fds;
}

char *
offhook_channel_receive(GSocket *self, guint limit_s, GUnixFDList **fds, GError **error)
{
	g_autofree char *text = g_malloc0(OFFHOOK_CHANNEL_MAX + 1);
	g_autoptr(GUnixFDList) received = NULL;
	GInputVector vector = {text, OFFHOOK_CHANNEL_MAX};
	GSocketControlMessage **messages = NULL;
	int n_messages = 0;
	GError *local = NULL;
	int flags = 0;
	gssize size;

	g_socket_set_timeout(self, limit_s);
	size = g_socket_receive_message(self, NULL, &vector, 1, &messages, &n_messages, &flags,
					NULL, &local);
	received = offhook_channel_take_fds(messages, n_messages);
	if (size < 0) {
		offhook_channel_explain(local, limit_s, error);
		return NULL;
	}
	if (size == 0) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				    "the other process has ended");
		return NULL;
	}
	if (flags & MSG_TRUNC) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "the other process says more than %u bytes at once",
			    OFFHOOK_CHANNEL_MAX);
		return NULL;
	}
	if (fds != NULL)
		*fds = g_steal_pointer(&received);
	return g_steal_pointer(&text);
}
