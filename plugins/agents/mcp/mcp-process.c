/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The child, its three pipes and its end. The pipes do not block; the main loop says when they are
 * ready. Main thread.
 */

#include "mcp-process.h"

#include "mcp-lines.h"
#include "mcp-offspring.h"
#include <errno.h>
#include <glib-unix.h>
#include <offhook/error.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_SIZE       (64 * 1024)
#define MAX_ERROR_LINE  400 /* bytes of a line of its standard error; the rest is left out */
#define LOG_LINES       50  /* ... and so many lines in */
#define LOG_WINDOW_US   (60 * G_USEC_PER_SEC)
#define DRAIN_READS     128
#define FINISH_PAUSE_US 5000

struct _OffhookMcpProcess {
	OffhookMcpProcessHandler handler;
	gpointer user_data;
	GPid pid;   /* 0: it was reaped */
	char *mark; /* in the environment of all that comes of it */
	guint child_watch;
	int in_fd; /* its standard input; -1: closed */
	guint in_watch;
	GByteArray *backlog;
	int out_fd;
	guint out_watch;
	OffhookMcpLines *output;
	int error_fd;
	guint error_watch;
	OffhookMcpLines *errors;
	char *last_words;  /* (nullable): the last line of its standard error */
	gboolean discreet; /* they are not to be told */
	gboolean log_errors;
	gint64 log_since;
	guint log_lines;
	gboolean stopping; /* nobody listens: it is freed when it has ended */
	guint grace;       /* source */
	GError *failure;   /* (nullable): why it is of no use */
};

static void
offhook_mcp_process_close_input(OffhookMcpProcess *self)
{
	g_clear_handle_id(&self->in_watch, g_source_remove);
	if (self->in_fd >= 0)
		close(self->in_fd);
	self->in_fd = -1;
}

static void
offhook_mcp_process_free(OffhookMcpProcess *self)
{
	g_clear_handle_id(&self->child_watch, g_source_remove);
	g_clear_handle_id(&self->grace, g_source_remove);
	g_clear_handle_id(&self->out_watch, g_source_remove);
	g_clear_handle_id(&self->error_watch, g_source_remove);
	offhook_mcp_process_close_input(self);
	if (self->out_fd >= 0)
		close(self->out_fd);
	if (self->error_fd >= 0)
		close(self->error_fd);
	g_byte_array_unref(self->backlog);
	offhook_mcp_lines_free(self->output);
	offhook_mcp_lines_free(self->errors);
	g_free(self->last_words);
	g_free(self->mark);
	g_clear_error(&self->failure);
	g_free(self);
}

/* Its children are of its group, unless they have left it: those are known by their mark. */
static void
offhook_mcp_process_signal(OffhookMcpProcess *self, GPid group, int number)
{
	if (group > 0)
		kill(-group, number);
}

/* ---- its end ---- */

/* (transfer full) */
static GError *
offhook_mcp_process_describe_end(OffhookMcpProcess *self, int status)
{
	g_autoptr(GString) text = g_string_new("the server's program ended");

	if (self->failure != NULL)
		return g_steal_pointer(&self->failure);
	if (WIFEXITED(status))
		g_string_append_printf(text, " with status %d", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		g_string_append_printf(text, " by signal %d", WTERMSIG(status));
	if (self->last_words != NULL && !self->discreet)
		g_string_append_printf(text, ": %s", self->last_words);
	return g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, text->str);
}

static gssize offhook_mcp_process_read(OffhookMcpProcess *self, int fd, OffhookMcpLines *lines);

/* What it has said before its end counts. Its children may go on to write: there is a limit. */
static void
offhook_mcp_process_drain(OffhookMcpProcess *self, int fd, OffhookMcpLines *lines)
{
	for (guint i = 0; i < DRAIN_READS && self->failure == NULL; i++)
		if (offhook_mcp_process_read(self, fd, lines) <= 0)
			return;
}

static void
offhook_mcp_process_ended_cb(GPid pid, int status, gpointer user_data)
{
	OffhookMcpProcess *self = user_data;
	g_autoptr(GError) error = NULL;

	self->child_watch = 0;
	self->pid = 0;
	offhook_mcp_process_signal(self, pid, SIGTERM);
	offhook_mcp_offspring_end(self->mark, OFFHOOK_MCP_GRACE_MS);
	if (!self->stopping) {
		offhook_mcp_process_drain(self, self->error_fd, self->errors);
		offhook_mcp_process_drain(self, self->out_fd, self->output);
	}
	if (!self->stopping) {
		error = offhook_mcp_process_describe_end(self, status);
		self->handler.ended(self->user_data, error);
	}
	offhook_mcp_process_free(self);
}

static gboolean
offhook_mcp_process_kill_cb(gpointer user_data)
{
	OffhookMcpProcess *self = user_data;

	self->grace = 0;
	offhook_mcp_process_signal(self, self->pid, SIGKILL);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_mcp_process_terminate_cb(gpointer user_data)
{
	OffhookMcpProcess *self = user_data;

	offhook_mcp_process_signal(self, self->pid, SIGTERM);
	self->grace = g_timeout_add(OFFHOOK_MCP_GRACE_MS, offhook_mcp_process_kill_cb, self);
	return G_SOURCE_REMOVE;
}

void
offhook_mcp_process_stop(OffhookMcpProcess *self)
{
	self->stopping = TRUE;
	offhook_mcp_process_close_input(self);
	g_clear_handle_id(&self->grace, g_source_remove);
	self->grace = g_timeout_add(OFFHOOK_MCP_GRACE_MS, offhook_mcp_process_terminate_cb, self);
}

/* Whether it has ended within the time that each step has. */
static gboolean
offhook_mcp_process_wait(OffhookMcpProcess *self)
{
	gint64 until = g_get_monotonic_time() + OFFHOOK_MCP_GRACE_MS * G_TIME_SPAN_MILLISECOND;

	while (waitpid(self->pid, NULL, WNOHANG) == 0) {
		if (g_get_monotonic_time() > until)
			return FALSE;
		g_usleep(FINISH_PAUSE_US);
	}
	return TRUE;
}

void
offhook_mcp_process_finish(OffhookMcpProcess *self)
{
	g_clear_handle_id(&self->child_watch, g_source_remove);
	offhook_mcp_process_close_input(self);
	if (!offhook_mcp_process_wait(self)) {
		offhook_mcp_process_signal(self, self->pid, SIGTERM);
		if (!offhook_mcp_process_wait(self)) {
			offhook_mcp_process_signal(self, self->pid, SIGKILL);
			waitpid(self->pid, NULL, 0);
		}
	}
	offhook_mcp_process_signal(self, self->pid, SIGTERM);
	offhook_mcp_offspring_finish(self->mark, OFFHOOK_MCP_GRACE_MS);
	offhook_mcp_process_free(self);
}

/* It goes on to exist, but is of no use: whoever listens hears of it when it has ended. */
static void
offhook_mcp_process_give_up(OffhookMcpProcess *self, OffhookError code, const char *why)
{
	if (self->failure != NULL)
		return;
	self->failure = g_error_new_literal(OFFHOOK_ERROR, (int)code, why);
	offhook_mcp_process_close_input(self);
	g_clear_handle_id(&self->grace, g_source_remove);
	self->grace = g_timeout_add(0, offhook_mcp_process_terminate_cb, self);
}

/* ---- what it says ---- */

static void
offhook_mcp_process_take_output_cb(gpointer user_data, const char *line, gsize size)
{
	OffhookMcpProcess *self = user_data;

	if (!self->stopping && self->failure == NULL)
		self->handler.line(self->user_data, line, size);
}

static void
offhook_mcp_process_take_error_cb(gpointer user_data, const char *line, gsize size)
{
	OffhookMcpProcess *self = user_data;
	g_autofree char *valid = g_utf8_make_valid(line, (gssize)MIN(size, MAX_ERROR_LINE));
	gint64 now = g_get_monotonic_time();

	if (!self->discreet) {
		g_free(self->last_words);
		self->last_words = g_strdup(valid);
	}
	if (!self->log_errors)
		return;
	if (now - self->log_since > LOG_WINDOW_US) {
		self->log_since = now;
		self->log_lines = 0;
	}
	if (self->log_lines++ < LOG_LINES)
		g_debug("an MCP server says: %s", valid);
}

/* As read() says: 0 is the end, -1 that there is nothing now. */
static gssize
offhook_mcp_process_read(OffhookMcpProcess *self, int fd, OffhookMcpLines *lines)
{
	g_autofree char *data = g_malloc(READ_SIZE);
	gssize size = read(fd, data, READ_SIZE);

	if (size > 0 && !offhook_mcp_lines_push(lines, data, (gsize)size))
		offhook_mcp_process_give_up(self, OFFHOOK_ERROR_LIMIT,
					    "the server's message is too long");
	if (size < 0 && errno != EAGAIN && errno != EINTR)
		return 0;
	return size;
}

/* Most that close their output are about to end. */
static gboolean
offhook_mcp_process_closed_cb(gpointer user_data)
{
	OffhookMcpProcess *self = user_data;

	self->grace = 0;
	offhook_mcp_process_give_up(self, OFFHOOK_ERROR_UNAVAILABLE,
				    "the server's program has closed its output");
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_mcp_process_read_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookMcpProcess *self = user_data;
	gboolean is_output = fd == self->out_fd;
	gssize size = offhook_mcp_process_read(self, fd, is_output ? self->output : self->errors);

	if (self->failure == NULL && size != 0)
		return G_SOURCE_CONTINUE;
	if (is_output)
		self->out_watch = 0;
	else
		self->error_watch = 0;
	if (is_output && self->grace == 0)
		self->grace =
		    g_timeout_add(OFFHOOK_MCP_GRACE_MS, offhook_mcp_process_closed_cb, self);
	return G_SOURCE_REMOVE;
}

/* ---- what it is told ---- */

static gboolean
offhook_mcp_process_write_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookMcpProcess *self = user_data;
	gssize size = write(fd, self->backlog->data, self->backlog->len);

	if (size > 0)
		g_byte_array_remove_range(self->backlog, 0, (guint)size);
	/* One that does not want to hear more will end, or be ended. */
	if (size < 0 && errno != EAGAIN && errno != EINTR)
		g_byte_array_set_size(self->backlog, 0);
	if (self->backlog->len > 0)
		return G_SOURCE_CONTINUE;
	self->in_watch = 0;
	return G_SOURCE_REMOVE;
}

gboolean
offhook_mcp_process_write(OffhookMcpProcess *self, const char *line)
{
	gsize size = strlen(line);

	if (self->in_fd < 0 || self->backlog->len + size > OFFHOOK_MCP_MAX_BACKLOG)
		return FALSE;
	g_byte_array_append(self->backlog, (const guint8 *)line, (guint)size);
	g_byte_array_append(self->backlog, (const guint8 *)"\n", 1);
	if (self->in_watch == 0)
		self->in_watch =
		    g_unix_fd_add(self->in_fd, G_IO_OUT, offhook_mcp_process_write_cb, self);
	return TRUE;
}

void
offhook_mcp_process_be_discreet(OffhookMcpProcess *self)
{
	self->discreet = TRUE;
	g_clear_pointer(&self->last_words, g_free);
}

/* ---- its beginning ---- */

/* In the child: only what is safe after a fork. */
static void
offhook_mcp_process_set_up_cb(gpointer user_data)
{
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
}

/* @environment with @mark in front, where a look at it finds it. (transfer container) */
static const char **
offhook_mcp_process_mark(const char *const *environment, const char *mark)
{
	GPtrArray *marked = g_ptr_array_new();

	g_ptr_array_add(marked, (gpointer)mark);
	for (guint i = 0; environment[i] != NULL; i++)
		g_ptr_array_add(marked, (gpointer)environment[i]);
	g_ptr_array_add(marked, NULL);
	return (const char **)g_ptr_array_free(marked, FALSE);
}

OffhookMcpProcess *
offhook_mcp_process_new(const OffhookMcpProcessOptions *options,
			const OffhookMcpProcessHandler *handler, gpointer user_data, GError **error)
{
	OffhookMcpProcess *self = g_new0(OffhookMcpProcess, 1);
	g_autofree const char **environment = NULL;
	g_autoptr(GError) local = NULL;

	self->mark = offhook_mcp_offspring_make_mark();
	environment = offhook_mcp_process_mark(options->environment, self->mark);
	self->handler = *handler;
	self->user_data = user_data;
	self->log_errors = options->log_errors;
	self->backlog = g_byte_array_new();
	self->output =
	    offhook_mcp_lines_new(options->max_line, offhook_mcp_process_take_output_cb, self);
	self->errors = offhook_mcp_lines_new(0, offhook_mcp_process_take_error_cb, self);
	if (!g_spawn_async_with_pipes(options->directory, (char **)options->argv,
				      (char **)environment,
				      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH_FROM_ENVP,
				      offhook_mcp_process_set_up_cb, NULL, &self->pid, &self->in_fd,
				      &self->out_fd, &self->error_fd, &local)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the server's program can't be started: %s", local->message);
		self->in_fd = self->out_fd = self->error_fd = -1;
		offhook_mcp_process_free(self);
		return NULL;
	}
	g_unix_set_fd_nonblocking(self->in_fd, TRUE, NULL);
	g_unix_set_fd_nonblocking(self->out_fd, TRUE, NULL);
	g_unix_set_fd_nonblocking(self->error_fd, TRUE, NULL);
	self->child_watch = g_child_watch_add(self->pid, offhook_mcp_process_ended_cb, self);
	self->out_watch =
	    g_unix_fd_add(self->out_fd, G_IO_IN | G_IO_HUP, offhook_mcp_process_read_cb, self);
	self->error_watch =
	    g_unix_fd_add(self->error_fd, G_IO_IN | G_IO_HUP, offhook_mcp_process_read_cb, self);
	return self;
}
