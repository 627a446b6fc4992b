/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Linux keeps a nice value and the length of a turn for each thread, though setpriority() speaks of
 * processes. Any thread.
 */

#include "base/priority.h"

#include <linux/sched.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define OFFHOOK_PRIORITY_FIRST -10
#define OFFHOOK_PRIORITY_LAST  10

/* The shortest that Linux takes; by itself it gives some 3 ms. */
#define OFFHOOK_PRIORITY_SHORT_NS 100000

/* Linux's sched_attr: its header can't be included beside the C library's. */
typedef struct {
	guint32 size;
	guint32 policy;
	guint64 flags;
	gint32 nice;
	guint32 priority;
	guint64 runtime;
	guint64 deadline;
	guint64 period;
} OffhookPriorityAttr;

void
offhook_priority_raise(void)
{
	setpriority(PRIO_PROCESS, 0, OFFHOOK_PRIORITY_FIRST);
}

gboolean
offhook_priority_can_raise(void)
{
	int now = getpriority(PRIO_PROCESS, 0);

	if (setpriority(PRIO_PROCESS, 0, OFFHOOK_PRIORITY_FIRST) != 0)
		return FALSE;
	setpriority(PRIO_PROCESS, 0, now);
	return TRUE;
}

void
offhook_priority_lower(void)
{
	setpriority(PRIO_PROCESS, 0, OFFHOOK_PRIORITY_LAST);
}

void
offhook_priority_take_short_turns(void)
{
	OffhookPriorityAttr attr = {.size = sizeof attr};

	/* The C library has no functions for these. */
	if (syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0) != 0 || attr.policy != SCHED_OTHER)
		return;
	attr.runtime = OFFHOOK_PRIORITY_SHORT_NS;
	attr.flags = SCHED_FLAG_RESET_ON_FORK;
	syscall(SYS_sched_setattr, 0, &attr, 0);
}
