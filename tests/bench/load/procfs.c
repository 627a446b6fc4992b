/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading /proc. A thread that has ended takes its time with it, which servers do not do here. */

#include "procfs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void
load_procfs_read(char **text, const char *format, int pid, const char *name)
{
	g_autofree char *path = g_strdup_printf(format, pid, name);

	g_file_get_contents(path, text, NULL, NULL);
}

static void load_procfs_add_process(LoadUsage *self, int pid, gboolean memory);

static void
load_procfs_add_task(LoadUsage *self, int pid, const char *task, gboolean memory)
{
	g_autofree char *children = NULL;
	g_auto(GStrv) pids = NULL;

	load_procfs_read(&children, "/proc/%d/task/%s/children", pid, task);
	pids = g_strsplit(children != NULL ? children : "", " ", -1);
	self->threads++;
	for (guint i = 0; pids[i] != NULL; i++)
		if (g_ascii_isdigit(*pids[i]))
			load_procfs_add_process(self, (int)g_ascii_strtoll(pids[i], NULL, 10),
						memory);
}

static guint64
load_procfs_find(const char *text, const char *key)
{
	const char *found = text != NULL ? strstr(text, key) : NULL;

	return found != NULL ? g_ascii_strtoull(found + strlen(key), NULL, 10) : 0;
}

/* Of all threads, also those that have ended. */
static guint64
load_procfs_get_cpu_ns(int pid)
{
	clockid_t clock;
	struct timespec time;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
		return 0;
	return (guint64)time.tv_sec * 1000000000 + (guint64)time.tv_nsec;
}

static void
load_procfs_add_process(LoadUsage *self, int pid, gboolean memory)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/task", pid);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *task;

	if (dir == NULL)
		return;
	self->cpu_ns += load_procfs_get_cpu_ns(pid);
	while ((task = g_dir_read_name(dir)) != NULL)
		load_procfs_add_task(self, pid, task, memory);
	if (memory) {
		g_autofree char *rollup = NULL;

		load_procfs_read(&rollup, "/proc/%d/%s", pid, "smaps_rollup");
		self->rss_kib += load_procfs_find(rollup, "\nRss:");
		self->pss_kib += load_procfs_find(rollup, "\nPss:");
	}
}

void
load_usage_read(LoadUsage *self, int pid, gboolean memory)
{
	g_autofree char *sockets = NULL;
	const char *tcp;

	*self = (LoadUsage){0};
	if (pid > 0)
		load_procfs_add_process(self, pid, memory);
	g_file_get_contents("/proc/net/sockstat", &sockets, NULL, NULL);
	tcp = sockets != NULL ? strstr(sockets, "TCP: ") : NULL;
	self->tcp_kib = load_procfs_find(tcp, " mem ") * (guint64)sysconf(_SC_PAGESIZE) / 1024;
}
