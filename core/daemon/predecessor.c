/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/predecessor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib-unix.h>
#include <offhook/error.h>

#include "base/channel.h"
#include "daemon/successor.h"

struct _OffhookPredecessor {
	GSocket *channel;
	char *url; /* (nullable) */
	const OffhookPredecessorFuncs *funcs;
	gpointer user_data;
	guint watch_id;
	gboolean rings; /* as far as it has told */
};

static OffhookPredecessor *
offhook_predecessor_new(int fd, const char *url, GError **error)
{
	GSocket *channel = g_socket_new_from_fd(fd, error);
	OffhookPredecessor *self;

	if (channel == NULL)
		return NULL;
	self = g_new0(OffhookPredecessor, 1);
	self->channel = channel;
	self->url = g_strdup(url);
	self->rings = TRUE;
	return self;
}

void
offhook_predecessor_detach(void)
{
	pid_t parent = getpid();
	pid_t child;

	if (g_getenv(OFFHOOK_SUCCESSOR_ENV) == NULL)
		return;
	child = fork();
	if (child > 0)
		_exit(EXIT_SUCCESS);
	while (child == 0 && getppid() == parent)
		g_usleep(1000);
}

/* It has not started us but somebody who has ended, see above. */
static void
offhook_predecessor_tell_pid(OffhookPredecessor *self)
{
	g_autofree char *text = g_strdup_printf(OFFHOOK_SAYS_PID "%d", (int)getpid());

	offhook_channel_send(self->channel, text, NULL, NULL);
}

OffhookPredecessor *
offhook_predecessor_find(void)
{
	OffhookPredecessor *self;
	const char *number = g_getenv(OFFHOOK_SUCCESSOR_ENV);
	guint64 fd;

	if (number == NULL || !g_ascii_string_to_unsigned(number, 10, 3, G_MAXINT, &fd, NULL))
		return NULL;
	/* Children are not meant by it. */
	g_unsetenv(OFFHOOK_SUCCESSOR_ENV);
	fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	self = offhook_predecessor_new((int)fd, NULL, NULL);
	if (self != NULL)
		offhook_predecessor_tell_pid(self);
	return self;
}

void
offhook_predecessor_free(OffhookPredecessor *self)
{
	if (self == NULL)
		return;
	g_clear_handle_id(&self->watch_id, g_source_remove);
	g_object_unref(self->channel);
	g_free(self->url);
	g_free(self);
}

/* @fds: (inout): those that are taken become -1. @urls: of all, ours first */
static gboolean
offhook_predecessor_take_older(int *fds, char *const *urls, GPtrArray *all, GError **error)
{
	for (guint i = 1; urls[i] != NULL; i++) {
		int *fd = &fds[OFFHOOK_GIVEN_LAST + i - 1];
		OffhookPredecessor *older = offhook_predecessor_new(*fd, urls[i], error);

		if (older == NULL)
			return FALSE;
		*fd = -1;
		g_ptr_array_add(all, older);
	}
	return TRUE;
}

static void
offhook_predecessor_close_rest(const int *fds, guint n)
{
	for (guint i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

GSocket *
offhook_predecessor_ask(OffhookPredecessor *self, int *lock_fd, GPtrArray *all, GError **error)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) urls = NULL;
	g_autoptr(GUnixFDList) list = NULL;
	g_autoptr(GSocket) socket = NULL;
	g_autofree int *fds = NULL;
	gboolean taken;
	int n = 0;

	if (!offhook_channel_send(self->channel, OFFHOOK_SAYS_READY, NULL, error))
		return NULL;
	text = offhook_channel_receive(self->channel, &list, error);
	if (text == NULL)
		return NULL;
	urls = g_strsplit(text, "\n", -1);
	if (list == NULL ||
	    g_unix_fd_list_get_length(list) != OFFHOOK_GIVEN_LAST + (int)g_strv_length(urls) - 1) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
				    "the process before this one speaks in another way");
		return NULL;
	}
	self->url = g_strdup(urls[0]);
	fds = g_unix_fd_list_steal_fds(list, &n);
	*lock_fd = fds[OFFHOOK_GIVEN_LOCK];
	fds[OFFHOOK_GIVEN_LOCK] = -1;
	socket = g_socket_new_from_fd(fds[OFFHOOK_GIVEN_SOCKET], error);
	if (socket != NULL)
		fds[OFFHOOK_GIVEN_SOCKET] = -1;
	taken = socket != NULL && offhook_predecessor_take_older(fds, urls, all, error);
	offhook_predecessor_close_rest(fds, (guint)n);
	if (!taken)
		return NULL;
	g_socket_set_blocking(socket, FALSE);
	return g_steal_pointer(&socket);
}

const char *
offhook_predecessor_get_url(OffhookPredecessor *self)
{
	return self->url;
}

gboolean
offhook_predecessor_relieve(OffhookPredecessor *self, GError **error)
{
	g_autofree char *answer = NULL;

	if (!offhook_channel_send(self->channel, OFFHOOK_SAYS_SERVING, NULL, error))
		return FALSE;
	answer = offhook_channel_receive(self->channel, NULL, error);
	return answer != NULL;
}

static gboolean
offhook_predecessor_message_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookPredecessor *self = user_data;
	g_autofree char *message = offhook_channel_receive(self->channel, NULL, NULL);

	if (message != NULL) {
		if (g_str_equal(message, OFFHOOK_SAYS_SCHEDULE)) {
			self->rings = FALSE;
			self->funcs->schedule(self->user_data);
		}
		return G_SOURCE_CONTINUE;
	}
	self->watch_id = 0;
	self->funcs->gone(self->user_data, self);
	return G_SOURCE_REMOVE;
}

void
offhook_predecessor_watch(OffhookPredecessor *self, const OffhookPredecessorFuncs *funcs,
			  gpointer user_data)
{
	self->funcs = funcs;
	self->user_data = user_data;
	self->watch_id = g_unix_fd_add(g_socket_get_fd(self->channel), G_IO_IN | G_IO_HUP,
				       offhook_predecessor_message_cb, self);
}

void
offhook_predecessor_leave(OffhookPredecessor *self)
{
	g_clear_handle_id(&self->watch_id, g_source_remove);
}

gboolean
offhook_predecessor_is_ringing(OffhookPredecessor *self)
{
	return self->rings;
}

void
offhook_predecessor_tell(OffhookPredecessor *self, const char *message)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_channel_send(self->channel, message, NULL, &error))
		g_debug("a process before this one: %s", error->message);
}

gboolean
offhook_predecessor_pass_on(OffhookPredecessor *self, GString *urls, GUnixFDList *fds,
			    GError **error)
{
	g_string_append_printf(urls, "\n%s", self->url);
	return g_unix_fd_list_append(fds, g_socket_get_fd(self->channel), error) >= 0;
}
