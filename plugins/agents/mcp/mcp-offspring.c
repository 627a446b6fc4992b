/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Looks through /proc for a mark. What belongs to others can't be read and is left alone. That takes as long
 * as there are processes on the machine: while the main loop runs, other threads do it.
 */

#include "mcp-offspring.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MARK_NAME "OFFHOOK_MCP_SERVER"
/* Of an environment; what begins a program puts the mark first. */
#define READ_SIZE (32 * 1024)
#define PAUSE_US  5000

char *
offhook_mcp_offspring_make_mark(void)
{
	g_autofree char *id = g_uuid_string_random();

	return g_strdup_printf(MARK_NAME "=%s", id);
}

/* Variables end with a zero byte. */
static gboolean
offhook_mcp_offspring_has_mark(const char *pid, const char *mark)
{
	g_autofree char *path = g_strdup_printf("/proc/%s/environ", pid);
	g_autofree char *data = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gssize size;

	if (fd < 0)
		return FALSE;
	data = g_malloc(READ_SIZE);
	size = read(fd, data, READ_SIZE);
	close(fd);
	return size > 0 && memmem(data, (gsize)size, mark, strlen(mark) + 1) != NULL;
}

guint
offhook_mcp_offspring_signal(const char *mark, int number)
{
	g_autoptr(GDir) dir = g_dir_open("/proc", 0, NULL);
	const char *name;
	guint n = 0;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		guint64 pid;

		if (!g_ascii_string_to_unsigned(name, 10, 2, G_MAXINT, &pid, NULL) ||
		    (pid_t)pid == getpid() || !offhook_mcp_offspring_has_mark(name, mark))
			continue;
		kill((pid_t)pid, number);
		n++;
	}
	return n;
}

/* ---- while the main loop runs ---- */

/** A signal on its way. */
typedef struct {
	char *mark;
	int number;
	guint grace_ms; /* until the next one */
} OffhookMcpOffspringOrder;

static void
offhook_mcp_offspring_order_free(gpointer data)
{
	OffhookMcpOffspringOrder *order = data;

	g_free(order->mark);
	g_free(order);
}

static void
offhook_mcp_offspring_signal_thread(GTask *task, gpointer source, gpointer data,
				    GCancellable *cancellable)
{
	const OffhookMcpOffspringOrder *order = data;

	g_task_return_int(task, offhook_mcp_offspring_signal(order->mark, order->number));
}

static void
offhook_mcp_offspring_send(const char *mark, int number, guint grace_ms,
			   GAsyncReadyCallback callback)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, NULL);
	OffhookMcpOffspringOrder *order = g_new(OffhookMcpOffspringOrder, 1);

	*order = (OffhookMcpOffspringOrder){g_strdup(mark), number, grace_ms};
	g_task_set_source_tag(task, offhook_mcp_offspring_send);
	g_task_set_task_data(task, order, offhook_mcp_offspring_order_free);
	g_task_run_in_thread(task, offhook_mcp_offspring_signal_thread);
}

static gboolean
offhook_mcp_offspring_kill_cb(gpointer mark)
{
	offhook_mcp_offspring_send(mark, SIGKILL, 0, NULL);
	return G_SOURCE_REMOVE;
}

static void
offhook_mcp_offspring_asked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	const OffhookMcpOffspringOrder *order = g_task_get_task_data(G_TASK(result));

	if (g_task_propagate_int(G_TASK(result), NULL) > 0)
		g_timeout_add_full(G_PRIORITY_DEFAULT, order->grace_ms,
				   offhook_mcp_offspring_kill_cb, g_strdup(order->mark), g_free);
}

void
offhook_mcp_offspring_end(const char *mark, guint grace_ms)
{
	offhook_mcp_offspring_send(mark, SIGTERM, grace_ms, offhook_mcp_offspring_asked_cb);
}

/* ---- afterwards ---- */

void
offhook_mcp_offspring_finish(const char *mark, guint grace_ms)
{
	gint64 until = g_get_monotonic_time() + grace_ms * G_TIME_SPAN_MILLISECOND;
	guint n = offhook_mcp_offspring_signal(mark, SIGTERM);

	while (n > 0 && g_get_monotonic_time() < until) {
		g_usleep(PAUSE_US);
		n = offhook_mcp_offspring_signal(mark, 0);
	}
	if (n > 0)
		offhook_mcp_offspring_signal(mark, SIGKILL);
}
