/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads /proc/self and getrusage(). Main thread.
 */

#include "base/process-metrics.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

typedef enum { CPU, RESIDENT, VIRTUAL, FILES, MAX_FILES, START, LAST } OffhookProcessFamily;

static const OffhookMetricSpec offhook_process_metrics_specs[LAST] = {
    [CPU] = {OFFHOOK_METRIC_COUNTER, "process_cpu_seconds_total", "CPU time, user and system."},
    [RESIDENT] = {OFFHOOK_METRIC_GAUGE, "process_resident_memory_bytes", "Resident memory."},
    [VIRTUAL] = {OFFHOOK_METRIC_GAUGE, "process_virtual_memory_bytes", "Virtual memory."},
    [FILES] = {OFFHOOK_METRIC_GAUGE, "process_open_fds", "Open file descriptors."},
    [MAX_FILES] = {OFFHOOK_METRIC_GAUGE, "process_max_fds", "Most file descriptors."},
    [START] = {OFFHOOK_METRIC_GAUGE, "process_start_time_seconds",
	       "When it was started, in seconds since 1970."},
};

typedef struct {
	OffhookMetric *families[LAST];
} OffhookProcessMetrics;

static double
offhook_process_metrics_count_files(void)
{
	g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
	guint n = 0;

	while (dir != NULL && g_dir_read_name(dir) != NULL)
		n++;
	/* One of them is the one that is reading. */
	return n > 0 ? n - 1 : 0;
}

static void
offhook_process_metrics_read_memory(OffhookProcessMetrics *self)
{
	g_autofree char *statm = NULL;
	guint64 size, resident;
	const double page = sysconf(_SC_PAGESIZE);

	if (!g_file_get_contents("/proc/self/statm", &statm, NULL, NULL) ||
	    sscanf(statm, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &size, &resident) != 2)
		return;
	offhook_metric_set(self->families[VIRTUAL], size * page, NULL);
	offhook_metric_set(self->families[RESIDENT], resident * page, NULL);
}

static void
offhook_process_metrics_read_cb(gpointer user_data)
{
	OffhookProcessMetrics *self = user_data;
	struct rusage usage;
	struct rlimit files;

	offhook_process_metrics_read_memory(self);
	offhook_metric_set(self->families[FILES], offhook_process_metrics_count_files(), NULL);
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		offhook_metric_set(self->families[CPU],
				   usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
				       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
				   NULL);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		offhook_metric_set(self->families[MAX_FILES], files.rlim_cur, NULL);
}

void
offhook_process_metrics_add(OffhookMetrics *metrics)
{
	OffhookProcessMetrics *self = g_new0(OffhookProcessMetrics, 1);

	for (guint i = 0; i < LAST; i++)
		self->families[i] = offhook_metrics_add(metrics, &offhook_process_metrics_specs[i]);
	offhook_metric_set(self->families[START], (double)g_get_real_time() / G_USEC_PER_SEC, NULL);
	offhook_metrics_add_source(metrics, offhook_process_metrics_read_cb, self, g_free);
}
