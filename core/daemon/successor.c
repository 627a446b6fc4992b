/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/successor.h"

#include <signal.h>
#include <string.h>

#include <glib-unix.h>
#include <offhook/error.h>

#include "base/channel.h"

#define OFFHOOK_SUCCESSOR_FD      3  /* in the new process */
#define OFFHOOK_SUCCESSOR_START_S 60 /* until it is ready */
#define OFFHOOK_SUCCESSOR_SERVE_S 10 /* and then, until it serves */

/** How far it is. */
typedef enum {
	OFFHOOK_SUCCESSOR_STARTING,
	OFFHOOK_SUCCESSOR_READY,
	OFFHOOK_SUCCESSOR_GIVEN,
	OFFHOOK_SUCCESSOR_SERVING,
} OffhookSuccessorState;

struct _OffhookSuccessor {
	const OffhookSuccessorFuncs *funcs;
	gpointer user_data;
	GSubprocess *process; /* which ends when it has made the one that goes on ... */
	pid_t pid;            /* ... with this number; 0: not yet, or it has ended */
	GSocket *channel;
	guint watch_id;
	guint timer_id;
	guint limit_s; /* of the timer */
	OffhookSuccessorState state;
	gboolean stopping; /* it has said so */
};

static int
offhook_successor_get_pid(OffhookSuccessor *self)
{
	const char *pid = g_subprocess_get_identifier(self->process);

	if (self->pid != 0)
		return self->pid;
	return pid != NULL ? (int)g_ascii_strtoll(pid, NULL, 10) : 0;
}

static void
offhook_successor_kill(OffhookSuccessor *self)
{
	if (self->pid != 0)
		kill(self->pid, SIGKILL);
	else
		g_subprocess_force_exit(self->process);
}

static void
offhook_successor_hear_pid(OffhookSuccessor *self, const char *number)
{
	guint64 pid;

	if (g_ascii_string_to_unsigned(number, 10, 2, G_MAXINT, &pid, NULL))
		self->pid = (pid_t)pid;
}

static void
offhook_successor_fail(OffhookSuccessor *self, const GError *error)
{
	g_clear_handle_id(&self->timer_id, g_source_remove);
	g_clear_handle_id(&self->watch_id, g_source_remove);
	offhook_successor_kill(self);
	self->funcs->failed(self->user_data, error);
}

static gboolean
offhook_successor_timeout_cb(gpointer user_data)
{
	OffhookSuccessor *self = user_data;
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
			"process %d was given %u seconds, and is ended now",
			offhook_successor_get_pid(self), self->limit_s);

	self->timer_id = 0;
	offhook_successor_fail(self, error);
	return G_SOURCE_REMOVE;
}

static void
offhook_successor_wait(OffhookSuccessor *self, guint seconds)
{
	g_clear_handle_id(&self->timer_id, g_source_remove);
	self->limit_s = seconds;
	self->timer_id = g_timeout_add_seconds(seconds, offhook_successor_timeout_cb, self);
}

/* Nobody holds the other end of the channel any more. */
static void
offhook_successor_end(OffhookSuccessor *self, const GError *error)
{
	self->watch_id = 0;
	self->pid = 0;
	if (self->state == OFFHOOK_SUCCESSOR_SERVING)
		self->funcs->gone(self->user_data, self->stopping);
	else
		offhook_successor_fail(self, error);
}

/* Whether @message is @word, and says something now. */
static gboolean
offhook_successor_says(OffhookSuccessor *self, const char *message, const char *word,
		       OffhookSuccessorState state)
{
	return self->state == state && g_str_equal(message, word);
}

static void
offhook_successor_hear(OffhookSuccessor *self, const char *message)
{
	if (offhook_successor_says(self, message, OFFHOOK_SAYS_BUSY, OFFHOOK_SUCCESSOR_STARTING)) {
		offhook_successor_wait(self, OFFHOOK_SUCCESSOR_START_S);
	} else if (offhook_successor_says(self, message, OFFHOOK_SAYS_READY,
					  OFFHOOK_SUCCESSOR_STARTING)) {
		self->state = OFFHOOK_SUCCESSOR_READY;
		g_clear_handle_id(&self->timer_id, g_source_remove);
		self->funcs->ready(self->user_data);
	} else if (offhook_successor_says(self, message, OFFHOOK_SAYS_SERVING,
					  OFFHOOK_SUCCESSOR_GIVEN)) {
		self->state = OFFHOOK_SUCCESSOR_SERVING;
		g_clear_handle_id(&self->timer_id, g_source_remove);
		self->funcs->serving(self->user_data, offhook_successor_get_pid(self));
	} else if (offhook_successor_says(self, message, OFFHOOK_SAYS_SUCCEEDED,
					  OFFHOOK_SUCCESSOR_SERVING)) {
		self->funcs->succeeded(self->user_data);
	} else if (g_str_has_prefix(message, OFFHOOK_SAYS_PID) &&
		   self->state == OFFHOOK_SUCCESSOR_STARTING) {
		offhook_successor_hear_pid(self, message + strlen(OFFHOOK_SAYS_PID));
	} else if (g_str_equal(message, OFFHOOK_SAYS_STOPPING)) {
		self->stopping = TRUE;
	} else {
		g_debug("the new process says %s now", message);
	}
}

static gboolean
offhook_successor_message_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookSuccessor *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *message =
	    offhook_channel_receive(self->channel, OFFHOOK_CHANNEL_READY_S, NULL, &error);

	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT))
		return G_SOURCE_CONTINUE;
	if (message == NULL) {
		offhook_successor_end(self, error);
		return G_SOURCE_REMOVE;
	}
	offhook_successor_hear(self, message);
	return G_SOURCE_CONTINUE;
}

/* What systemd has told us of our own process is not true of it. */
static GSubprocessLauncher *
offhook_successor_make_launcher(int theirs)
{
	static const char *const ours[] = {"WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS",
					   "LISTEN_FDNAMES"};
	GSubprocessLauncher *launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);

	for (guint i = 0; i < G_N_ELEMENTS(ours); i++)
		g_subprocess_launcher_unsetenv(launcher, ours[i]);
	g_subprocess_launcher_take_fd(launcher, theirs, OFFHOOK_SUCCESSOR_FD);
	g_subprocess_launcher_setenv(launcher, OFFHOOK_SUCCESSOR_ENV,
				     G_STRINGIFY(OFFHOOK_SUCCESSOR_FD), TRUE);
	return launcher;
}

OffhookSuccessor *
offhook_successor_start(const char *const *argv, const OffhookSuccessorFuncs *funcs,
			gpointer user_data, GError **error)
{
	g_autoptr(OffhookSuccessor) self = g_new0(OffhookSuccessor, 1);
	g_autoptr(GSubprocessLauncher) launcher = NULL;
	int theirs;

	self->funcs = funcs;
	self->user_data = user_data;
	self->channel = offhook_channel_new(&theirs, error);
	if (self->channel == NULL)
		return NULL;
	launcher = offhook_successor_make_launcher(theirs);
	self->process = g_subprocess_launcher_spawnv(launcher, argv, error);
	/* Our copy of its end: as long as that is open its end goes unnoticed. */
	g_subprocess_launcher_close(launcher);
	if (self->process == NULL)
		return NULL;
	self->watch_id = g_unix_fd_add(g_socket_get_fd(self->channel), G_IO_IN | G_IO_HUP,
				       offhook_successor_message_cb, self);
	offhook_successor_wait(self, OFFHOOK_SUCCESSOR_START_S);
	return g_steal_pointer(&self);
}

gboolean
offhook_successor_give(OffhookSuccessor *self, const char *urls, GUnixFDList *fds, GError **error)
{
	self->state = OFFHOOK_SUCCESSOR_GIVEN;
	offhook_successor_wait(self, OFFHOOK_SUCCESSOR_SERVE_S);
	return offhook_channel_send(self->channel, urls, fds, error);
}

void
offhook_successor_tell(OffhookSuccessor *self, const char *message)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_channel_send(self->channel, message, NULL, &error))
		g_debug("the new process: %s", error->message);
}

void
offhook_successor_free(OffhookSuccessor *self)
{
	if (self == NULL)
		return;
	g_clear_handle_id(&self->timer_id, g_source_remove);
	g_clear_handle_id(&self->watch_id, g_source_remove);
	g_clear_object(&self->process);
	g_clear_object(&self->channel);
	g_free(self);
}
