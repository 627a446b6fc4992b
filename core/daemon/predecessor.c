/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/predecessor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>
#include <offhook/error.h>

#include "base/channel.h"
#include "daemon/handover-text.h"
#include "daemon/successor.h"

/* It waits itself for calls to be answered before it gives. */
#define OFFHOOK_PREDECESSOR_GIVES_S (OFFHOOK_SUCCESSOR_SETTLE_S + 30)
#define OFFHOOK_PREDECESSOR_MAIN_S  10

struct _OffhookPredecessor {
	GSocket *channel;
	char *url; /* (nullable) */
	const OffhookPredecessorFuncs *funcs;
	gpointer user_data;
	guint watch_id;
	gboolean rings; /* as far as it has told */
	guint n_calls;  /* likewise */
	gboolean sends;
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
	self->sends = TRUE;
	return self;
}

/* What offhook_channel_new() makes. */
static gboolean
offhook_predecessor_is_channel(int fd)
{
	int domain = 0, type = 0;
	socklen_t size = sizeof domain;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

/* -1: there is none. @number: (out) (transfer full): what the environment says; %NULL: nothing */
static int
offhook_predecessor_find_channel(char **number)
{
	guint64 fd;

	*number = g_strdup(g_getenv(OFFHOOK_SUCCESSOR_ENV));
	if (*number == NULL ||
	    !g_ascii_string_to_unsigned(*number, 10, STDERR_FILENO + 1, G_MAXINT, &fd, NULL) ||
	    !offhook_predecessor_is_channel((int)fd))
		return -1;
	return (int)fd;
}

/* Whoever has started us knows from the first moment on whom it has to do with. */
static void
offhook_predecessor_tell_pid(int fd, pid_t pid)
{
	g_autofree char *text = g_strdup_printf(OFFHOOK_SAYS_PID "%d", (int)pid);

	send(fd, text, strlen(text), MSG_NOSIGNAL);
}

void
offhook_predecessor_detach(void)
{
	g_autofree char *number = NULL;
	pid_t parent = getpid();
	int fd = offhook_predecessor_find_channel(&number);
	pid_t child;

	if (fd < 0)
		return;
	child = fork();
	if (child > 0) {
		offhook_predecessor_tell_pid(fd, child);
		_exit(EXIT_SUCCESS);
	}
	while (child == 0 && getppid() == parent)
		g_usleep(1000);
}

gboolean
offhook_predecessor_find(OffhookPredecessor **predecessor, GError **error)
{
	g_autofree char *number = NULL;
	int fd = offhook_predecessor_find_channel(&number);

	*predecessor = NULL;
	if (number == NULL)
		return TRUE;
	/* Children are not meant by it. */
	g_unsetenv(OFFHOOK_SUCCESSOR_ENV);
	if (fd < 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "%s is \"%s\", and no offhookd that hands over is there: it sets that "
			    "for the process that it starts itself; unset it",
			    OFFHOOK_SUCCESSOR_ENV, number);
		return FALSE;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	*predecessor = offhook_predecessor_new(fd, NULL, error);
	return *predecessor != NULL;
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
	text = offhook_channel_receive(self->channel, OFFHOOK_PREDECESSOR_GIVES_S, &list, error);
	if (text == NULL) {
		g_prefix_error(error, "%s: ", OFFHOOK_SUCCESSOR_ENV);
		return NULL;
	}
	urls = offhook_handover_text_read_urls(text, error);
	if (urls == NULL)
		return NULL;
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

int
offhook_predecessor_get_pid(OffhookPredecessor *self)
{
	g_autoptr(GCredentials) credentials = g_socket_get_credentials(self->channel, NULL);
	pid_t pid = credentials != NULL ? g_credentials_get_unix_pid(credentials, NULL) : 0;

	return MAX((int)pid, 0);
}

guint
offhook_predecessor_count_calls(OffhookPredecessor *self)
{
	return self->n_calls;
}

/* It has all that it needs from it: what it says now is for the service manager's sake, and its end is seen later. */
void
offhook_predecessor_relieve(OffhookPredecessor *self)
{
	g_autofree char *answer = NULL;
	g_autoptr(GError) error = NULL;

	if (offhook_channel_send(self->channel, OFFHOOK_SAYS_SERVING, NULL, &error))
		answer = offhook_channel_receive(self->channel, OFFHOOK_PREDECESSOR_MAIN_S, NULL,
						 &error);
	if (answer == NULL)
		g_warning("the process before this one does not say that it has handed over: %s",
			  error->message);
}

static void
offhook_predecessor_hear(OffhookPredecessor *self, const char *message)
{
	if (g_str_equal(message, OFFHOOK_SAYS_SCHEDULE)) {
		self->rings = FALSE;
		self->funcs->schedule(self->user_data);
	} else if (g_str_equal(message, OFFHOOK_SAYS_DELIVERIES)) {
		self->sends = FALSE;
		self->funcs->deliveries(self->user_data);
	} else if (offhook_handover_text_read_calls(message, &self->n_calls)) {
		self->funcs->counted(self->user_data);
	}
}

static gboolean
offhook_predecessor_message_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookPredecessor *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *message =
	    offhook_channel_receive(self->channel, OFFHOOK_CHANNEL_READY_S, NULL, &error);

	if (message != NULL)
		offhook_predecessor_hear(self, message);
	/* Somebody else has heard it. */
	if (message != NULL || g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT))
		return G_SOURCE_CONTINUE;
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

gboolean
offhook_predecessor_is_sending(OffhookPredecessor *self)
{
	return self->sends;
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
