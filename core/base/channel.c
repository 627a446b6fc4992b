/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gunixfdmessage.h>
#include <offhook/error.h>

#define OFFHOOK_CHANNEL_MAX 1024 /* bytes in a message */

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

gboolean
offhook_channel_send(GSocket *self, const char *text, GUnixFDList *fds, GError **error)
{
	GOutputVector vector = {text, strlen(text)};
	g_autoptr(GSocketControlMessage) descriptors =
	    fds != NULL ? g_unix_fd_message_new_with_fd_list(fds) : NULL;

	return g_socket_send_message(self, NULL, &vector, 1, &descriptors, fds != NULL ? 1 : 0, 0,
				     NULL, error) >= 0;
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
offhook_channel_receive(GSocket *self, GUnixFDList **fds, GError **error)
{
	g_autofree char *text = g_malloc0(OFFHOOK_CHANNEL_MAX + 1);
	g_autoptr(GUnixFDList) received = NULL;
	GInputVector vector = {text, OFFHOOK_CHANNEL_MAX};
	GSocketControlMessage **messages = NULL;
	int n_messages = 0;
	int flags = 0;
	gssize size;

	size = g_socket_receive_message(self, NULL, &vector, 1, &messages, &n_messages, &flags,
					NULL, error);
	received = offhook_channel_take_fds(messages, n_messages);
	if (size < 0)
		return NULL;
	if (size == 0) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				    "the other process has ended");
		return NULL;
	}
	if (fds != NULL)
		*fds = g_steal_pointer(&received);
	return g_steal_pointer(&text);
}
