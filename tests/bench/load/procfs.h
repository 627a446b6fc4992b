/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What the kernel knows of the server's process and its children. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	guint64 cpu_ns;
	guint threads;
	guint64 rss_kib, pss_kib;
	guint64 tcp_kib; /* of all TCP sockets of the machine */
} LoadUsage;

/** @pid: 0: all zero but tcp_kib. @memory: also the slow part, which is PSS */
void load_usage_read(LoadUsage *self, int pid, gboolean memory);

G_END_DECLS
